#include "loop.h"

#include "test.h"

#define kSources (8)

typedef struct {
	guint				id;
	int					fd;		/* -1: idle */
	GIOCondition		condition;
	GUnixFDSourceFunc	onFd;
	GSourceFunc			onIdle;
	gpointer			it;
} Source;

static Source gSources[kSources];
static guint gLast;

static Source *find(guint id)
{
	int at;
	for (at = 0; at < kSources; at++)
		if (id == gSources[at].id)
			return &gSources[at];
	return NULL;
}

static guint add(const Source *source)
{
	Source *it = find(0);
	CHECK(it);
	*it = *source;
	it->id = ++gLast;
	return it->id;
}

guint g_unix_fd_add(gint fd, GIOCondition condition, GUnixFDSourceFunc callback, gpointer it)
{
	CHECK(fd >= 0);
	return add(&(Source){.fd = fd, .condition = condition, .onFd = callback, .it = it});
}

guint g_idle_add(GSourceFunc callback, gpointer it)
{
	return add(&(Source){.fd = -1, .onIdle = callback, .it = it});
}

gboolean g_source_remove(guint source)
{
	Source *it = source ? find(source) : NULL;
	CHECK(it);
	it->id = 0;
	return 1;
}

static void serve(const Source *source, GIOCondition condition)
{
	Source it = *source;		/* the callback may remove it */
	gboolean stays = (it.fd >= 0) ? it.onFd(it.fd, condition, it.it) : it.onIdle(it.it);
	if (!stays && find(it.id))
		(void)g_source_remove(it.id);
}

int loopTurn(int ms)
{
	struct pollfd fds[kSources];
	int at, first = (int)upTo(kSources - 1);
	for (at = 0; at < kSources; at++) {
		const Source *it = &gSources[at];
		fds[at] = (struct pollfd){.fd = it->id ? it->fd : -1, .events = (short)it->condition};
		if (it->id && (it->fd < 0))
			ms = 0;
	}
	(void)poll(fds, kSources, ms);
	for (at = 0; at < kSources; at++) {
		int k = (first + at) % kSources;
		const Source *it = &gSources[k];
		if (it->id && ((it->fd < 0) || fds[k].revents)) {
			serve(it, (GIOCondition)fds[k].revents);
			return 1;
		}
	}
	return 0;
}

int loopSources(void)
{
	int at, count = 0;
	for (at = 0; at < kSources; at++)
		count += 0 != gSources[at].id;
	return count;
}

int loopWaitsForRoom(int fd)
{
	int at;
	for (at = 0; at < kSources; at++)
		if (gSources[at].id && (fd == gSources[at].fd) && (gSources[at].condition & G_IO_OUT))
			return 1;
	return 0;
}

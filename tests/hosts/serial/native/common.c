/* The ring and the news, against models and between two threads. */
#include <pthread.h>
#include <sched.h>

#include "serialnews.h"
#include "serialring.h"
#include "test.h"

#define kMost (40)
#define kStream (300000)

/* The ring beside the plainest queue there is: what went in, from `from` to `to` of a stream. */

static void putSome(SerialRing ring, uint32_t from, uint32_t *to)
{
	uint8_t bytes[kMost], *at;
	uint32_t count = upTo(kMost), room = ring->size - (*to - from), fit = (count < room) ? count : room, k;
	if (upTo(1)) {
		for (k = 0; k < count; k++)
			bytes[k] = streamByte(*to + k);
		CHECK(fit == serialRingPut(ring, bytes, count));
		*to += fit;
		return;
	}
	fit = serialRingGap(ring, &at);
	CHECK((fit <= room) && ((0 == room) || fit));
	fit = upTo(fit);
	for (k = 0; k < fit; k++)
		at[k] = streamByte(*to + k);
	serialRingAdd(ring, fit);
	*to += fit;
}

static void getSome(SerialRing ring, uint32_t *from, uint32_t to)
{
	uint8_t bytes[kMost];
	const uint8_t *at = bytes;
	uint32_t count = upTo(kMost), there = to - *from, expected = (count < there) ? count : there, k;
	if (upTo(1))
		CHECK(expected == serialRingGet(ring, bytes, count));
	else {
		uint32_t piece = serialRingPeek(ring, &at);
		CHECK((piece <= there) && ((0 == there) || piece));
		expected = upTo(piece);
	}
	for (k = 0; k < expected; k++)
		CHECK(at[k] == streamByte(*from + k));
	if (at != bytes)
		serialRingDrop(ring, expected);
	*from += expected;
}

static void ringModel(void)
{
	int round, step;
	for (round = 0; round < 200; round++) {
		SerialRingRecord ring;
		uint32_t from = 0, to = 0, size = 1 + upTo(kMost);
		CHECK(serialRingInit(&ring, size));
		for (step = 0; step < 500; step++) {
			if (upTo(1))
				putSome(&ring, from, &to);
			else
				getSome(&ring, &from, to);
			CHECK(serialRingUsed(&ring) == to - from);
			CHECK(serialRingRoom(&ring) == size - (to - from));
		}
		CHECK(to > size);		/* it went round */
		serialRingFree(&ring);
	}
}

static void *writeStream(void *it)
{
	SerialRing ring = it;
	uint32_t to = 0, seed = 12345;
	while (to < kStream) {
		uint8_t bytes[kMost];
		uint32_t count = 1 + randomOf(&seed) % kMost, k, done;
		for (k = 0; k < count; k++)
			bytes[k] = streamByte(to + k);
		done = serialRingPut(ring, bytes, (count < kStream - to) ? count : kStream - to);
		if (!done)
			sched_yield();
		to += done;
	}
	return NULL;
}

static void ringThreads(void)
{
	SerialRingRecord ring;
	pthread_t writer;
	uint32_t from = 0, k;
	CHECK(serialRingInit(&ring, 1 + upTo(100)));
	CHECK(0 == pthread_create(&writer, NULL, writeStream, &ring));
	while (from < kStream) {
		uint8_t bytes[kMost];
		uint32_t got = serialRingGet(&ring, bytes, 1 + upTo(kMost - 1));
		if (!got)
			sched_yield();
		for (k = 0; k < got; k++)
			CHECK(bytes[k] == streamByte(from + k));
		from += got;
	}
	pthread_join(writer, NULL);
	serialRingFree(&ring);
}

/* The news beside a model of it: facts not yet taken, one message at most. */

static int gMessages, gFull;

static int post(void *refcon)
{
	(void)refcon;
	if (gFull)
		return 0;
	gMessages++;
	return 1;
}

typedef struct {
	uint32_t facts, overruns;
	int told, wanted;
} Model;

static void portStep(SerialNews news, Model *model, SerialRing ring)
{
	uint32_t facts = upTo(15) & ~(uint32_t)(kSerialWritable | kSerialOverrun), count = upTo(2);
	serialNewsRaise(news, facts);
	model->facts |= facts;
	serialNewsOverrun(news, count);
	model->overruns += count;
	model->facts |= count ? kSerialOverrun : 0;
	serialNewsRoom(news, ring);
	if (model->wanted && (serialRingRoom(ring) * 2 >= ring->size)) {
		model->facts |= kSerialWritable;
		model->wanted = 0;
	}
	gFull = (0 == upTo(2));
	int due = model->facts && !model->told, before = gMessages;
	CHECK(serialNewsTell(news) == !(due && gFull));
	CHECK(gMessages == before + (due && !gFull));
	model->told |= due && !gFull;
}

static void newsModel(void)
{
	SerialNewsRecord news;
	SerialRingRecord ring;
	Model model = {0};
	int step;
	CHECK(serialRingInit(&ring, 7));
	serialNewsInit(&news, post, NULL);
	for (step = 0; step < 20000; step++) {
		uint8_t bytes[7] = {0};
		(void)serialRingPut(&ring, bytes, upTo(3));
		(void)serialRingGet(&ring, bytes, upTo(3));
		portStep(&news, &model, &ring);
		if (upTo(1)) {
			serialNewsWantRoom(&news);
			model.wanted = 1;
		}
		if (model.told && upTo(1)) {
			CHECK(serialNewsTake(&news) == model.facts);
			model.facts = 0;
			model.told = 0;
		}
		CHECK(serialNewsOverruns(&news) == model.overruns);
	}
	CHECK(gMessages > 1000);
	serialRingFree(&ring);
}

/* JavaScript writes, and waits for room anew, at the very moment when the port looks. */

static SerialNews gBetween;

uint32_t __real_serialRingRoom(const SerialRingRecord *ring);

uint32_t __wrap_serialRingRoom(const SerialRingRecord *ring)
{
	uint32_t room = __real_serialRingRoom(ring);
	SerialNews news = gBetween;
	if (news) {
		uint8_t bytes[kMost] = {0};
		gBetween = NULL;
		CHECK(room == serialRingPut((SerialRing)ring, bytes, room));
		serialNewsWantRoom(news);
	}
	return room;
}

static void newsBetween(void)
{
	SerialNewsRecord news;
	SerialRingRecord ring;
	uint8_t bytes[kMost];
	CHECK(serialRingInit(&ring, kMost));
	serialNewsInit(&news, post, NULL);
	serialNewsWantRoom(&news);
	gBetween = &news;
	serialNewsRoom(&news, &ring);
	CHECK((NULL == gBetween) && (0 == serialRingRoom(&ring)));
	(void)serialNewsTake(&news);
	serialNewsRoom(&news, &ring);
	CHECK(0 == serialNewsTake(&news));
	(void)serialRingGet(&ring, bytes, kMost);
	serialNewsRoom(&news, &ring);
	CHECK(kSerialWritable == serialNewsTake(&news));
	serialRingFree(&ring);
}

/* JavaScript writes whenever it hears of room, and waits for nothing else: one wish lost, and it hangs. */

static struct {
	SerialNewsRecord	news;
	SerialRingRecord	ring;
	int					messages;
	int					done;
} gShared;

static int postShared(void *refcon)
{
	uint32_t *seed = refcon;
	if (0 == randomOf(seed) % 4)
		return 0;
	__atomic_add_fetch(&gShared.messages, 1, __ATOMIC_SEQ_CST);
	return 1;
}

static void *portThread(void *it)
{
	uint32_t *seed = it;
	while (!__atomic_load_n(&gShared.done, __ATOMIC_SEQ_CST)) {
		uint8_t bytes[kMost];
		if (0 == serialRingGet(&gShared.ring, bytes, randomOf(seed) % kMost))
			sched_yield();
		serialNewsRoom(&gShared.news, &gShared.ring);
		(void)serialNewsTell(&gShared.news);
	}
	return NULL;
}

static void newsThreads(void)
{
	uint32_t seed = gRandom, writes = 0;
	uint8_t bytes[64] = {0};
	pthread_t port;
	CHECK(serialRingInit(&gShared.ring, sizeof(bytes)));
	serialNewsInit(&gShared.news, postShared, &seed);
	serialNewsWantRoom(&gShared.news);
	CHECK(0 == pthread_create(&port, NULL, portThread, &seed));
	while (writes < 50000) {
		uint32_t room;
		if (!__atomic_load_n(&gShared.messages, __ATOMIC_SEQ_CST)) {
			sched_yield();
			continue;
		}
		CHECK(0 == __atomic_sub_fetch(&gShared.messages, 1, __ATOMIC_SEQ_CST));
		if (!(serialNewsTake(&gShared.news) & kSerialWritable))
			continue;
		for (room = serialRingRoom(&gShared.ring); room; room = upTo(3) ? 0 : serialRingRoom(&gShared.ring)) {
			(void)serialRingPut(&gShared.ring, bytes, 1 + upTo(room - 1));
			serialNewsWantRoom(&gShared.news);
			writes++;
		}
	}
	__atomic_store_n(&gShared.done, 1, __ATOMIC_SEQ_CST);
	pthread_join(port, NULL);
	serialRingFree(&gShared.ring);
}

int main(int argc, char **argv)
{
	static const TestCase cases[] = {
		{"ring-model", ringModel},
		{"ring-threads", ringThreads},
		{"news-model", newsModel},
		{"news-between", newsBetween},
		{"news-threads", newsThreads},
		{NULL, NULL},
	};
	return runCase(cases, argc, argv);
}

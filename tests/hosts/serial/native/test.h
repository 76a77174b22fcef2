/* A case of a test program: `program CASE SEED`. Ends with 1 and says where, when something is not as it should be. */
#ifndef TEST_H
#define TEST_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	const char	*name;
	void		(*run)(void);
} TestCase;

#define CHECK(_WHAT) ((_WHAT) ? (void)0 : fail(__FILE__, __LINE__, #_WHAT))
/** Longer than any case takes, even on a busy machine. */
#define kLimitS (60)

static uint32_t gRandom = 1;

static inline void fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	_exit(1);
}

/* xorshift; each thread has a state of its own. */
static inline uint32_t randomOf(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/** 0 to `most`. */
static inline uint32_t upTo(uint32_t most)
{
	return randomOf(&gRandom) % (most + 1);
}

/** The byte at `at` of an endless stream: a lost or doubled piece shows. */
static inline uint8_t streamByte(uint32_t at)
{
	return (uint8_t)(at * 31 + (at >> 8) * 17 + (at >> 16));
}

static inline int runCase(const TestCase *cases, int argc, char **argv)
{
	alarm(kLimitS);		/* who hangs ends, by the signal */
	gRandom = (argc > 2) ? (uint32_t)strtoul(argv[2], NULL, 10) | 1 : 1;
	for (; cases->name; cases++) {
		if ((argc > 1) && (0 == strcmp(cases->name, argv[1]))) {
			cases->run();
			return 0;
		}
	}
	fprintf(stderr, "no such case\n");
	return 2;
}

#endif

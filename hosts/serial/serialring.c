#include "serialring.h"

#include <stdlib.h>
#include <string.h>

static uint32_t load(const uint32_t *position)
{
	return __atomic_load_n(position, __ATOMIC_ACQUIRE);
}

/* Bytes are in their place, or taken, before the other side sees the position move. */
static void advance(const SerialRingRecord *ring, uint32_t *position, uint32_t count)
{
	uint32_t next = *position + count;
	if (next >= 2 * ring->size)
		next -= 2 * ring->size;
	__atomic_store_n(position, next, __ATOMIC_RELEASE);
}

static uint32_t offset(const SerialRingRecord *ring, uint32_t position)
{
	return (position < ring->size) ? position : position - ring->size;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return (a < b) ? a : b;
}

int serialRingInit(SerialRing ring, uint32_t size)
{
	ring->head = ring->tail = 0;
	ring->size = size;
	ring->bytes = malloc(size);
	return NULL != ring->bytes;
}

void serialRingFree(SerialRing ring)
{
	free(ring->bytes);
	ring->bytes = NULL;
}

uint32_t serialRingUsed(const SerialRingRecord *ring)
{
	uint32_t head = load(&ring->head), tail = load(&ring->tail);
	return (head >= tail) ? head - tail : head + 2 * ring->size - tail;
}

uint32_t serialRingRoom(const SerialRingRecord *ring)
{
	return ring->size - serialRingUsed(ring);
}

uint32_t serialRingGap(const SerialRingRecord *ring, uint8_t **at)
{
	uint32_t from = offset(ring, ring->head);
	*at = ring->bytes + from;
	return least(serialRingRoom(ring), ring->size - from);
}

void serialRingAdd(SerialRing ring, uint32_t count)
{
	advance(ring, &ring->head, count);
}

uint32_t serialRingPut(SerialRing ring, const uint8_t *bytes, uint32_t count)
{
	uint32_t done = 0, fit;
	uint8_t *at;
	while ((done < count) && (0 != (fit = least(serialRingGap(ring, &at), count - done)))) {
		memcpy(at, bytes + done, fit);
		serialRingAdd(ring, fit);
		done += fit;
	}
	return done;
}

uint32_t serialRingPeek(const SerialRingRecord *ring, const uint8_t **at)
{
	uint32_t from = offset(ring, ring->tail);
	*at = ring->bytes + from;
	return least(serialRingUsed(ring), ring->size - from);
}

void serialRingDrop(SerialRing ring, uint32_t count)
{
	advance(ring, &ring->tail, count);
}

uint32_t serialRingGet(SerialRing ring, uint8_t *bytes, uint32_t count)
{
	uint32_t done = 0, there;
	const uint8_t *at;
	while ((done < count) && (0 != (there = least(serialRingPeek(ring, &at), count - done)))) {
		memcpy(bytes + done, at, there);
		serialRingDrop(ring, there);
		done += there;
	}
	return done;
}

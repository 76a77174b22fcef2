/*
 * A ring of bytes between one writer and one reader, who may run on two cores: no lock, nothing is ever lost or overwritten.
 */
#ifndef UPLINK_SERIALRING_H
#define UPLINK_SERIALRING_H

#include <stdint.h>

typedef struct {
	uint8_t		*bytes;
	uint32_t	size;
	uint32_t	head;		/* the writer's, 0 to 2 * size - 1: so that full and empty differ */
	uint32_t	tail;		/* the reader's, likewise */
} SerialRingRecord, *SerialRing;

/** 0: no memory. */
int serialRingInit(SerialRing ring, uint32_t size);
void serialRingFree(SerialRing ring);

uint32_t serialRingUsed(const SerialRingRecord *ring);
uint32_t serialRingRoom(const SerialRingRecord *ring);

/** The writer's: where the next bytes go, and how many fit there in one piece. */
uint32_t serialRingGap(const SerialRingRecord *ring, uint8_t **at);
void serialRingAdd(SerialRing ring, uint32_t count);
/** Gives how many went in. */
uint32_t serialRingPut(SerialRing ring, const uint8_t *bytes, uint32_t count);

/** The reader's: where the next bytes are, and how many lie there in one piece. */
uint32_t serialRingPeek(const SerialRingRecord *ring, const uint8_t **at);
void serialRingDrop(SerialRing ring, uint32_t count);
/** Gives how many came out. */
uint32_t serialRingGet(SerialRing ring, uint8_t *bytes, uint32_t count);

#endif

/*
 * What a port has to tell JavaScript, and what JavaScript waits for. Both sides may run on two cores.
 *
 * The port raises a fact and tells that there is one; JavaScript takes all facts at once. A fact that is raised between
 * the two is told again, and one that could not be told stays: none is lost, and at most one message is under way.
 */
#ifndef UPLINK_SERIALNEWS_H
#define UPLINK_SERIALNEWS_H

#include <stdint.h>

#include "serialring.h"

enum {
	kSerialReadable = 1,
	kSerialWritable = 2,
	kSerialOverrun = 4,
	kSerialLost = 8			/* the device is gone */
};

/** Lets JavaScript know that there is something to take; 0: not possible now. JavaScript may close the port in it. */
typedef int (*SerialTell)(void *refcon);

typedef struct {
	SerialTell	tell;
	void		*refcon;
	uint32_t	raised;		/* facts, and whether they are told */
	uint32_t	wanted;		/* JavaScript waits for room to write */
	uint32_t	overruns;
} SerialNewsRecord, *SerialNews;

void serialNewsInit(SerialNews news, SerialTell tell, void *refcon);

/* The port's side. */
void serialNewsRaise(SerialNews news, uint32_t facts);
void serialNewsOverrun(SerialNews news, uint32_t count);
/** Raises kSerialWritable if it is waited for and half of the ring is free. */
void serialNewsRoom(SerialNews news, const SerialRingRecord *transmit);
/** Last thing a port does in a turn: it may be closed when this returns. 0: not told, to be called again. */
int serialNewsTell(SerialNews news);

/* JavaScript's side. */
uint32_t serialNewsTake(SerialNews news);
/** To be followed by a look of the port's side at the ring. */
void serialNewsWantRoom(SerialNews news);
uint32_t serialNewsOverruns(const SerialNewsRecord *news);

#endif

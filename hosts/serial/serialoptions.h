#ifndef UPLINK_SERIALOPTIONS_H
#define UPLINK_SERIALOPTIONS_H

#include "serialport.h"

/* Both throw. Of the constructor's first argument: `device` points into JavaScript's heap. */
void serialGetOptions(xsMachine *the, SerialOptions *options);
/** Gives it. */
uint8_t serialCheckFormat(xsMachine *the, uint8_t format);

#endif

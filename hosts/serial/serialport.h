/*
 * What a platform does for the class: opens a UART or a device, moves its bytes, and says when there is something to tell.
 * All is called on JavaScript's thread; only `tell` may come from another.
 */
#ifndef UPLINK_SERIALPORT_H
#define UPLINK_SERIALPORT_H

#include <stdint.h>

#include "serialnews.h"

typedef struct {
	const char	*device;			/* Linux: its path */
	int32_t		port;				/* ESP32: number of the UART, and its pins; -1: none */
	int32_t		receive;
	int32_t		transmit;
	int32_t		requestToSend;
	int32_t		clearToSend;
	uint32_t	baud;
	uint32_t	receiveBytes;
	uint32_t	transmitBytes;
	uint8_t		hardwareFlow;
} SerialOptions;

typedef struct SerialPortRecord *SerialPort;

/** All or nothing. Gives what is wrong, or NULL. */
const char *serialPortOpen(SerialPort *port, const SerialOptions *options, SerialTell tell, void *refcon);
/** Nothing is told from then on. What has not gone out is dropped. */
void serialPortClose(SerialPort port);

/** What there is to tell, of kSerialReadable... */
uint32_t serialPortTake(SerialPort port);
uint32_t serialPortReadable(SerialPort port);
/** Gives how many bytes came. What is left is told of again. */
uint32_t serialPortRead(SerialPort port, uint8_t *bytes, uint32_t count);
uint32_t serialPortWritable(SerialPort port);
/** `count` is writable. When half of the buffer is free, that is told. */
void serialPortWrite(SerialPort port, const uint8_t *bytes, uint32_t count);
uint32_t serialPortOverruns(SerialPort port);

#endif

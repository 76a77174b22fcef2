/*
 * FreeRTOS and ESP-IDF's UART driver on threads of the computer, as a port sees them; and the wire at the other end.
 *
 * What the driver does is as in ESP-IDF 5 and 6: an interrupt at the threshold or after a pause moves the FIFO into the ring;
 * what does not fit is kept back without an event until somebody reads; a full FIFO is thrown away as a whole.
 */
#ifndef FAKE_H
#define FAKE_H

#include "driver/uart.h"

#define kFifo (128)

/** The n-th call that can fail does so; 0: none. Gives whether it came so far. */
void fakeFailAt(int n);
int fakeHasFailed(void);

int fakePinsUsed(void);
int fakeTasks(void);
const uart_config_t *fakeConfig(int uart);
/** transmit, receive, requestToSend, clearToSend */
const int *fakePins(int uart);
int fakeOverflows(int uart);
/** Bytes in the driver's ring, kept back, in the FIFO. */
int fakeHeld(int uart);

/** Gives how many the sender could send: with flow control it stops at RTS. A pause follows. */
uint32_t fakeWireSend(int uart, const uint8_t *bytes, uint32_t count);
/** What the UART has sent; nothing while CTS is off, if it minds. */
uint32_t fakeWireTake(int uart, uint8_t *bytes, uint32_t count);
void fakeClearToSend(int uart, int on);

#endif

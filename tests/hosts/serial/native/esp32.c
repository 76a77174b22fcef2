/* The port on ESP-IDF's driver, with the fake in its place: the test is JavaScript's thread. */
#include <pthread.h>
#include <sched.h>

#include "fake.h"
#include "serialport.h"
#include "test.h"

#define kStream (60000)
#define kUart (2)

static const SerialOptions gPlain = {
	.port = kUart, .receive = 16, .transmit = 17, .requestToSend = -1, .clearToSend = -1,
	.baud = 921600, .receiveBytes = 4096, .transmitBytes = 1024,
};

/* JavaScript's queue of messages: one place, at times taken by others. */

static pthread_mutex_t gLock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gPosted = PTHREAD_COND_INITIALIZER;
static int gMessages, gCrowded;
static uint32_t gTellSeed = 7;

static int tell(void *refcon)
{
	int done;
	CHECK(&gMessages == refcon);
	pthread_mutex_lock(&gLock);
	done = !gCrowded || (0 != randomOf(&gTellSeed) % 4);
	gMessages += done;
	CHECK(gMessages <= 1);
	pthread_cond_signal(&gPosted);
	pthread_mutex_unlock(&gLock);
	return done;
}

static int heard(int wait)
{
	int message;
	pthread_mutex_lock(&gLock);
	while (wait && !gMessages)
		pthread_cond_wait(&gPosted, &gLock);
	message = gMessages;
	gMessages = 0;
	pthread_mutex_unlock(&gLock);
	return message;
}

/** Waits until one of `facts` is told; what else is told is dropped. */
static uint32_t hear(SerialPort port, uint32_t facts)
{
	uint32_t taken = 0;
	while (!(taken & facts)) {
		(void)heard(1);
		taken = serialPortTake(port);
	}
	return taken;
}

static SerialPort openPort(const SerialOptions *options)
{
	SerialPort port = NULL;
	const char *wrong = serialPortOpen(&port, options, tell, &gMessages);
	if (wrong)
		fail(__FILE__, __LINE__, wrong);
	return port;
}

static void closePort(SerialPort port)
{
	serialPortClose(port);
	(void)heard(0);
}

static void isEmpty(void)
{
	CHECK(0 == fakePinsUsed());
	CHECK(0 == fakeTasks());
	CHECK(!uart_is_driver_installed(UART_NUM_0) && !uart_is_driver_installed(UART_NUM_1) && !uart_is_driver_installed(UART_NUM_2));
}

static void refuses(const SerialOptions *options, const char *why)
{
	SerialPort port;
	const char *wrong = serialPortOpen(&port, options, tell, &gMessages);
	CHECK(wrong && (0 == strcmp(wrong, why)));
}

static SerialOptions withFlow(void)
{
	SerialOptions options = gPlain;
	options.hardwareFlow = 1;
	options.requestToSend = 18;
	options.clearToSend = 19;
	return options;
}

static void opens(void)
{
	int uart;
	for (uart = 0; uart < UART_NUM_MAX; uart++) {
		SerialOptions options = withFlow();
		SerialPort port;
		options.port = uart;
		port = openPort(&options);
		CHECK((921600 == fakeConfig(uart)->baud_rate) && (UART_HW_FLOWCTRL_CTS_RTS == fakeConfig(uart)->flow_ctrl));
		CHECK((17 == fakePins(uart)[0]) && (16 == fakePins(uart)[1]) && (18 == fakePins(uart)[2]) && (19 == fakePins(uart)[3]));
		CHECK(4 == fakePinsUsed());
		CHECK(1024 == serialPortWritable(port));
		(void)hear(port, kSerialWritable);
		closePort(port);
		isEmpty();
	}
}

static void refusals(void)
{
	SerialOptions other = gPlain, flow = withFlow(), number = gPlain;
	SerialPort port = openPort(&gPlain);
	other.port = 1;
	refuses(&other, "pin in use");
	other.receive = 4;
	other.transmit = 4;
	refuses(&other, "pin in use");
	refuses(&gPlain, "port in use");
	number.port = 3;
	refuses(&number, "invalid port");
	flow.port = 1;
	flow.clearToSend = -1;
	refuses(&flow, "no pins for flow control");
	CHECK((2 == fakePinsUsed()) && (1 == fakeTasks()));
	closePort(port);
	isEmpty();
}

/* Whatever fails, all that had been done before is undone. */
static void failures(void)
{
	SerialOptions options = withFlow();
	int n = 1, failed = 0;
	for (; ; n++) {
		SerialPort port;
		fakeFailAt(n);
		if (!serialPortOpen(&port, &options, tell, &gMessages)) {
			CHECK(!fakeHasFailed());
			closePort(port);
			break;
		}
		CHECK(fakeHasFailed());
		isEmpty();
		failed++;
	}
	CHECK(failed >= 10);
	isEmpty();
}

static void sendAll(uint32_t count)
{
	uint8_t bytes[8192];
	uint32_t k;
	for (k = 0; k < count; k++)
		bytes[k] = streamByte(k);
	CHECK(count == fakeWireSend(kUart, bytes, count));
}

static uint32_t readAll(SerialPort port, uint32_t from)
{
	uint8_t bytes[8192];
	uint32_t count = serialPortReadable(port), k;
	CHECK(count == serialPortRead(port, bytes, count));
	for (k = 0; k < count; k++)
		CHECK(bytes[k] == streamByte(from + k));
	return count;
}

/* The ring full, some bytes kept back, and silence: the driver has no event for those. */
static void keptBack(void)
{
	SerialPort port = openPort(&gPlain);
	uint32_t got = 0;
	sendAll(4096 + 50);
	while (got < 4096 + 50) {
		(void)hear(port, kSerialReadable);
		got += readAll(port, got);
	}
	CHECK((0 == fakeHeld(kUart)) && (0 == serialPortOverruns(port)));
	closePort(port);
}

/* Who reads a part is told of the rest. */
static void partly(void)
{
	SerialPort port = openPort(&gPlain);
	uint8_t byte;
	uint32_t got;
	sendAll(10);
	for (got = 0; got < 10; got++) {
		(void)hear(port, kSerialReadable);
		CHECK((1 == serialPortRead(port, &byte, 1)) && (byte == streamByte(got)));
	}
	closePort(port);
}

/* 4096 in the ring, 64 kept back, 128 in the FIFO: the next throws the FIFO away. */
static void overruns(void)
{
	SerialPort port = openPort(&gPlain);
	sendAll(4096 + 64 + 128);
	CHECK((4096 + 64 + 128 == fakeHeld(kUart)) && (0 == serialPortOverruns(port)));
	sendAll(1);
	(void)hear(port, kSerialOverrun);
	CHECK((1 == serialPortOverruns(port)) && (1 == fakeOverflows(kUart)));
	sendAll(129);
	(void)hear(port, kSerialOverrun);
	CHECK(2 == serialPortOverruns(port));
	CHECK(4096 == readAll(port, 0));
	closePort(port);
}

/* Bytes both ways at once, in pieces of any size, with pauses of everybody. */

static struct {
	uint32_t	sent, taken;		/* by the wire */
	uint32_t	seed;
} gWire;

static uint32_t chance(uint32_t most)
{
	return randomOf(&gWire.seed) % (most + 1);
}

static void wireSends(void)
{
	uint8_t bytes[300];
	uint32_t count = 1 + chance(sizeof(bytes) - 1), k;
	if (count > kStream - gWire.sent)
		count = kStream - gWire.sent;
	for (k = 0; k < count; k++)
		bytes[k] = streamByte(gWire.sent + k);
	gWire.sent += fakeWireSend(kUart, bytes, count);
}

static void wireTakes(void)
{
	uint8_t bytes[kFifo];
	uint32_t count = fakeWireTake(kUart, bytes, 1 + chance(kFifo - 1)), k;
	for (k = 0; k < count; k++)
		CHECK(bytes[k] == streamByte(gWire.taken + k));
	gWire.taken += count;
}

static void *wireThread(void *it)
{
	(void)it;
	while ((gWire.sent < kStream) || (gWire.taken < kStream)) {
		if (0 == chance(30))
			fakeClearToSend(kUart, chance(1));
		if (chance(1))
			wireSends();
		else
			wireTakes();
		if (0 == chance(3))
			sched_yield();
	}
	return NULL;
}

static uint32_t readSome(SerialPort port, uint32_t from)
{
	uint8_t bytes[256];
	uint32_t there = serialPortReadable(port), count, k;
	if (!there)
		return 0;
	if (upTo(1))
		return readAll(port, from);
	count = 1 + upTo(sizeof(bytes) - 1);
	if (count > there)
		count = there;
	CHECK(count == serialPortRead(port, bytes, count));
	for (k = 0; k < count; k++)
		CHECK(bytes[k] == streamByte(from + k));
	return count;
}

static uint32_t writeSome(SerialPort port, uint32_t from)
{
	uint8_t bytes[1024];
	uint32_t room = serialPortWritable(port), count, k;
	if (!room || (from == kStream))
		return 0;
	count = 1 + upTo(room - 1);
	if (count > kStream - from)
		count = kStream - from;
	for (k = 0; k < count; k++)
		bytes[k] = streamByte(from + k);
	serialPortWrite(port, bytes, count);
	return count;
}

static void both(void)
{
	SerialOptions options = withFlow();
	uint32_t received = 0, written = 0;
	SerialPort port;
	pthread_t wire;
	options.receiveBytes = 256 + upTo(512);
	options.transmitBytes = 16 + upTo(1008);
	gCrowded = 1;
	gWire.seed = gRandom;
	port = openPort(&options);
	CHECK(0 == pthread_create(&wire, NULL, wireThread, NULL));
	while ((received < kStream) || (written < kStream)) {
		uint32_t facts;
		(void)heard(1);
		facts = serialPortTake(port);
		if (facts & kSerialReadable)
			received += readSome(port, received);
		if (facts & kSerialWritable)
			do
				written += writeSome(port, written);
			while (0 == upTo(3));
	}
	pthread_join(wire, NULL);
	CHECK((0 == serialPortOverruns(port)) && (kStream == gWire.taken));
	closePort(port);
	isEmpty();
}

/* Closed at any moment, with the modem holding CTS off, and open again at once. */
static void closes(void)
{
	SerialOptions options = withFlow();
	int round;
	for (round = 0; round < 300; round++) {
		uint8_t bytes[200];
		SerialPort port = openPort(&options);
		uint32_t at = 0;
		fakeClearToSend(kUart, (int)upTo(1));
		(void)fakeWireSend(kUart, bytes, (memset(bytes, 1, sizeof(bytes)), upTo(200)));
		for (at = upTo(3); at; at--)
			(void)writeSome(port, 0);
		for (at = upTo(200); at; at--)
			sched_yield();
		closePort(port);
		isEmpty();
	}
}

int main(int argc, char **argv)
{
	static const TestCase cases[] = {
		{"opens", opens},
		{"refusals", refusals},
		{"failures", failures},
		{"kept-back", keptBack},
		{"partly", partly},
		{"overruns", overruns},
		{"both-ways", both},
		{"closes", closes},
		{NULL, NULL},
	};
	return runCase(cases, argc, argv);
}

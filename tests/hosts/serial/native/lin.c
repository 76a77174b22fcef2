/* The port on Linux, with a pseudo-terminal as its device: the test is JavaScript and the modem, in turns. */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "loop.h"
#include "serialport.h"
#include "test.h"

#define kStream (200000)

static int gModem;			/* the modem's end */
static char gDevice[64];
static int gLost = -1;		/* what the kernel's counter says; -1: it has none, as of a pseudo-terminal */
static int gTold;

int __real_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list words;
	va_start(words, request);
	void *it = va_arg(words, void *);
	va_end(words);
	if ((TIOCGICOUNT != request) || (gLost < 0))
		return __real_ioctl(fd, request, it);
	((struct serial_icounter_struct *)it)->overrun = gLost / 2;
	((struct serial_icounter_struct *)it)->buf_overrun = gLost - gLost / 2;
	return 0;
}

static int gHungUp;

ssize_t __real_read(int fd, void *bytes, size_t count);

/* A USB adapter that is pulled out: the end of the file. */
ssize_t __wrap_read(int fd, void *bytes, size_t count)
{
	errno = EAGAIN;		/* says nothing at the end of a file */
	return (gHungUp && (fd != gModem)) ? 0 : __real_read(fd, bytes, count);
}

static int tell(void *refcon)
{
	CHECK(&gTold == refcon);
	gTold++;
	return 1;
}

static void openModem(void)
{
	gModem = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	CHECK((gModem >= 0) && (0 == grantpt(gModem)) && (0 == unlockpt(gModem)));
	CHECK(0 == ptsname_r(gModem, gDevice, sizeof(gDevice)));
}

static SerialOptions plain(void)
{
	openModem();
	return (SerialOptions){.device = gDevice, .baud = 921600, .receiveBytes = 4096, .transmitBytes = 1024};
}

static SerialPort openPort(const SerialOptions *options)
{
	SerialPort port = NULL;
	const char *wrong = serialPortOpen(&port, options, tell, &gTold);
	if (wrong)
		fail(__FILE__, __LINE__, wrong);
	return port;
}

static void closePort(SerialPort port)
{
	serialPortClose(port);
	CHECK(0 == loopSources());
}

/** What is told within some turns. */
static uint32_t turns(SerialPort port, int count)
{
	uint32_t facts = 0;
	for (; count; count--) {
		(void)loopTurn(0);
		facts |= serialPortTake(port);
	}
	return facts;
}

static void modemSends(uint32_t from, uint32_t count)
{
	uint8_t bytes[8192];
	uint32_t k;
	for (k = 0; k < count; k++)
		bytes[k] = streamByte(from + k);
	CHECK((ssize_t)count == write(gModem, bytes, count));
}

static uint32_t readSome(SerialPort port, uint32_t from, uint32_t most)
{
	uint8_t bytes[8192];
	uint32_t count = serialPortReadable(port), k;
	if (count > most)
		count = most;
	if (count)
		CHECK(count == serialPortRead(port, bytes, count));
	for (k = 0; k < count; k++)
		CHECK(bytes[k] == streamByte(from + k));
	return count;
}

static int openFiles(void)
{
	int fd, count = 0;
	for (fd = 0; fd < 64; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void refuses(const SerialOptions *options, const char *why)
{
	SerialPort port;
	int files = openFiles();
	const char *wrong = serialPortOpen(&port, options, tell, &gTold);
	CHECK(wrong && (0 == strcmp(wrong, why)));
	CHECK(openFiles() == files);
}

static void refusals(void)
{
	SerialOptions options = plain(), other = options;
	SerialPort port = openPort(&options);
	refuses(&options, "device in use");
	closePort(port);
	other.device = "/dev/null";
	refuses(&other, "no serial device");
	other.device = "/dev/there is none";
	refuses(&other, "device can't be opened");
	other.device = NULL;
	refuses(&other, "no device");
	closePort(openPort(&options));
}

static void settings(void)
{
	SerialOptions options = plain();
	struct termios2 was;
	SerialPort port;
	options.hardwareFlow = 1;
	port = openPort(&options);
	CHECK(0 == ioctl(gModem, TCGETS2, &was));
	CHECK((was.c_cflag & CRTSCTS) && ((was.c_cflag & CSIZE) == CS8) && !(was.c_lflag & (ECHO | ICANON | ISIG)) && !(was.c_oflag & OPOST));
	CHECK(!(was.c_iflag & (ICRNL | IXON | INLCR)));
	CHECK((921600 == was.c_ospeed) && (921600 == was.c_ispeed));
	closePort(port);
	options.hardwareFlow = 0;
	options.baud = 12345;		/* no rate that has a name */
	port = openPort(&options);
	CHECK((0 == ioctl(gModem, TCGETS2, &was)) && !(was.c_cflag & CRTSCTS) && (12345 == was.c_ospeed));
	closePort(port);
}

/* At first, and when half is free again after a write. */
static void room(void)
{
	SerialOptions options = plain();
	SerialPort port = openPort(&options);
	uint8_t bytes[8192] = {0};
	uint32_t written = 0, pauses;
	CHECK(kSerialWritable == turns(port, 3));
	CHECK((1024 == serialPortWritable(port)) && (0 == turns(port, 3)));
	for (pauses = 0; pauses < 3; ) {		/* until the kernel takes no more */
		uint32_t count = serialPortWritable(port);
		if (count)
			serialPortWrite(port, bytes, count);
		written += count;
		pauses += (0 == count) && !(turns(port, 5) & kSerialWritable);
	}
	CHECK(written > 2048);
	while (read(gModem, bytes, sizeof(bytes)) > 0)
		;
	CHECK(turns(port, 5) & kSerialWritable);
	while (read(gModem, bytes, sizeof(bytes)) > 0)
		(void)turns(port, 5);
	CHECK((1024 == serialPortWritable(port)) && (1 == loopSources()));		/* nothing is watched that waits for nothing */
	closePort(port);
}

/* What does not fit stays in the kernel, and comes when there is room. */
static void full(void)
{
	SerialOptions options = plain();
	uint32_t got = 0;
	SerialPort port;
	options.receiveBytes = 256;
	port = openPort(&options);
	modemSends(0, 1000);
	CHECK(turns(port, 5) & kSerialReadable);
	CHECK((256 == serialPortReadable(port)) && (0 == loopTurn(0)));		/* and it does not go round and round */
	while (got < 1000) {
		got += readSome(port, got, 200);
		CHECK((1000 == got) || (turns(port, 5) & kSerialReadable));
	}
	CHECK((0 == turns(port, 5)) && (0 == serialPortOverruns(port)));
	closePort(port);
}

/* Who reads a part is told of the rest. */
static void partly(void)
{
	SerialOptions options = plain();
	SerialPort port = openPort(&options);
	uint32_t got;
	modemSends(0, 10);
	for (got = 0; got < 10; got++) {
		CHECK(kSerialReadable == (turns(port, 5) & kSerialReadable));
		CHECK(1 == readSome(port, got, 1));
	}
	CHECK((0 == turns(port, 5)) && (1 == loopSources()));
	closePort(port);
}

static void overruns(void)
{
	SerialOptions options = plain();
	SerialPort port;
	gLost = 5;		/* before our time */
	port = openPort(&options);
	CHECK(0 == serialPortOverruns(port));
	gLost = 8;
	modemSends(0, 10);
	CHECK(turns(port, 5) & kSerialOverrun);
	CHECK(3 == serialPortOverruns(port));
	modemSends(10, 1);
	CHECK(kSerialReadable == turns(port, 5));
	gLost = 9;
	CHECK(4 == serialPortOverruns(port));
	closePort(port);
}

static void lost(void)
{
	SerialOptions options = plain();
	SerialPort port = openPort(&options);
	modemSends(0, 10);
	CHECK(turns(port, 5) & kSerialReadable);
	close(gModem);
	CHECK(kSerialLost == turns(port, 5));
	CHECK((10 == readSome(port, 0, 100)) && (0 == serialPortWritable(port)));
	CHECK((0 == turns(port, 5)) && (0 == loopSources()));
	closePort(port);
}

static void hungUp(void)
{
	SerialOptions options = plain();
	SerialPort port = openPort(&options);
	modemSends(0, 10);
	gHungUp = 1;
	CHECK(turns(port, 5) & kSerialLost);
	CHECK(0 == loopSources());
	closePort(port);
}

/* Bytes both ways at once, in pieces of any size. */
static void both(void)
{
	SerialOptions options = plain();
	uint32_t sent = 0, received = 0, written = 0, taken = 0, k;
	uint8_t bytes[1024];
	SerialPort port;
	int wrote = 0;
	options.receiveBytes = 256 + upTo(2000);
	options.transmitBytes = 16 + upTo(1000);
	port = openPort(&options);
	while ((received < kStream) || (taken < kStream)) {
		int before = gTold;
		uint32_t facts, count;
		(void)loopTurn(0);
		CHECK(gTold - before <= 1);
		facts = serialPortTake(port);
		if (facts & kSerialReadable)
			received += readSome(port, received, upTo(1) ? 8192 : 1 + upTo(300));
		for (count = serialPortWritable(port); (facts & kSerialWritable) && count && (written < kStream); facts = upTo(1) ? facts : 0) {
			count = 1 + upTo(count - 1);
			if (count > kStream - written)
				count = kStream - written;
			for (k = 0; k < count; k++)
				bytes[k] = streamByte(written + k);
			serialPortWrite(port, bytes, count);
			written += count;
			count = serialPortWritable(port);
			wrote++;
		}
		for (k = 0; (k < sizeof(bytes)) && (sent + k < kStream); k++)
			bytes[k] = streamByte(sent + k);
		ssize_t done = k ? write(gModem, bytes, 1 + upTo(k - 1)) : 0;
		sent += (done > 0) ? (uint32_t)done : 0;
		done = upTo(1) ? read(gModem, bytes, sizeof(bytes)) : 0;
		for (k = 0; (done > 0) && (k < (uint32_t)done); k++)
			CHECK(bytes[k] == streamByte(taken + k));
		taken += (done > 0) ? (uint32_t)done : 0;
	}
	CHECK((wrote > 100) && (0 == serialPortOverruns(port)));
	closePort(port);
}

/* A modem that takes nothing does not hold up close(). */
static void closes(void)
{
	SerialOptions options = plain();
	int files = openFiles(), round;
	for (round = 0; round < 50; round++) {
		SerialPort port = openPort(&options);
		uint8_t bytes[1024] = {0};
		uint32_t k;
		modemSends(0, upTo(50));
		for (k = upTo(20); k; k--) {
			serialPortWrite(port, bytes, upTo(serialPortWritable(port)));
			(void)turns(port, (int)upTo(2));
			(void)serialPortRead(port, bytes, upTo(1));
		}
		closePort(port);
		CHECK(files == openFiles());
		while (read(gModem, bytes, sizeof(bytes)) > 0)
			;
	}
}

int main(int argc, char **argv)
{
	static const TestCase cases[] = {
		{"refusals", refusals},
		{"settings", settings},
		{"room", room},
		{"full", full},
		{"partly", partly},
		{"overruns", overruns},
		{"lost", lost},
		{"hung-up", hungUp},
		{"both-ways", both},
		{"closes", closes},
		{NULL, NULL},
	};
	return runCase(cases, argc, argv);
}

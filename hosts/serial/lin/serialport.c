/*
 * A serial device of Linux by termios, watched by GLib's main loop as everything in the simulator is.
 *
 * When the receive ring is full, the rest waits in the kernel, which holds RTS off with hardware flow control. What the
 * kernel or the device lost is read from its counters, where it has any: a pseudo-terminal has none and loses nothing.
 */
#include "serialport.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/serial.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct SerialPortRecord {
	SerialNewsRecord	news;
	SerialRingRecord	receive;
	SerialRingRecord	transmit;
	int					fd;
	guint				in;			/* sources of the main loop; 0: none */
	guint				out;
	guint				again;
	uint8_t				lost;
	uint32_t			counted;	/* the kernel's count so far */
};

static gboolean onIn(gint fd, GIOCondition condition, gpointer it);
static gboolean onOut(gint fd, GIOCondition condition, gpointer it);
static gboolean onAgain(gpointer it);

static void watchIn(SerialPort port)
{
	if (!port->in && !port->lost)
		port->in = g_unix_fd_add(port->fd, G_IO_IN | G_IO_ERR | G_IO_HUP, onIn, port);
}

static void watchOut(SerialPort port)
{
	if (!port->out && !port->lost)
		port->out = g_unix_fd_add(port->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP, onOut, port);
}

static void end(guint *source)
{
	if (*source)
		g_source_remove(*source);
	*source = 0;
}

static void lose(SerialPort port)
{
	if (port->lost)
		return;
	port->lost = 1;
	end(&port->in);
	end(&port->out);
	serialNewsRaise(&port->news, kSerialLost);
}

/* Gives whether more may come; 0 bytes from a device that can be read are its end. */
static int moved(SerialPort port, ssize_t count)
{
	if (count > 0)
		return 1;
	if ((0 == count) || ((EAGAIN != errno) && (EINTR != errno)))
		lose(port);
	return 0;
}

static uint32_t kernelCount(int fd)
{
	struct serial_icounter_struct counters;
	memset(&counters, 0, sizeof(counters));
	if (0 != ioctl(fd, TIOCGICOUNT, &counters))
		return 0;
	return (uint32_t)counters.overrun + (uint32_t)counters.buf_overrun;
}

static void countOverruns(SerialPort port)
{
	uint32_t count = kernelCount(port->fd);
	serialNewsOverrun(&port->news, count - port->counted);
	port->counted = count;
}

static void fill(SerialPort port)
{
	uint8_t *at;
	uint32_t room;
	while (0 != (room = serialRingGap(&port->receive, &at))) {
		ssize_t count = read(port->fd, at, room);
		if (!moved(port, count))
			break;
		serialRingAdd(&port->receive, (uint32_t)count);
		serialNewsRaise(&port->news, kSerialReadable);
	}
}

static void feed(SerialPort port)
{
	const uint8_t *at;
	uint32_t there;
	while (!port->lost && (0 != (there = serialRingPeek(&port->transmit, &at)))) {
		ssize_t count = write(port->fd, at, there);
		if (!moved(port, count))
			break;
		serialRingDrop(&port->transmit, (uint32_t)count);
	}
}

gboolean onIn(gint fd, GIOCondition condition, gpointer it)
{
	SerialPort port = it;
	(void)fd, (void)condition;
	fill(port);
	if (!port->lost) {
		countOverruns(port);
		if (!serialRingRoom(&port->receive))
			end(&port->in);
	}
	(void)serialNewsTell(&port->news);
	return G_SOURCE_CONTINUE;		/* of no effect on a source that has been removed */
}

gboolean onOut(gint fd, GIOCondition condition, gpointer it)
{
	SerialPort port = it;
	(void)fd, (void)condition;
	feed(port);
	serialNewsRoom(&port->news, &port->transmit);
	if (!serialRingUsed(&port->transmit))
		end(&port->out);
	(void)serialNewsTell(&port->news);
	return G_SOURCE_CONTINUE;
}

gboolean onAgain(gpointer it)
{
	SerialPort port = it;
	port->again = 0;
	if (serialRingUsed(&port->receive))
		serialNewsRaise(&port->news, kSerialReadable);
	(void)serialNewsTell(&port->news);
	return G_SOURCE_REMOVE;
}

/* TCSETS2 takes any rate; a driver answers with what its clock can do. */
static const char *configure(int fd, const SerialOptions *options)
{
	struct termios2 settings;
	if (0 != ioctl(fd, TCGETS2, &settings))
		return "no serial device";
	settings.c_iflag = IGNPAR;
	settings.c_oflag = 0;
	settings.c_lflag = 0;
	settings.c_cflag = CS8 | CLOCAL | CREAD | BOTHER | (options->hardwareFlow ? CRTSCTS : 0);
	settings.c_ispeed = settings.c_ospeed = options->baud;
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	if (0 != ioctl(fd, TCSETS2, &settings) || 0 != ioctl(fd, TCGETS2, &settings))
		return "device refuses the settings";
	if (labs((long)settings.c_ospeed - (long)options->baud) > (long)(options->baud / 32))
		return "device refuses the baud rate";
	if (options->hardwareFlow && !(settings.c_cflag & CRTSCTS))
		return "device has no flow control";
	return NULL;
}

static const char *start(SerialPort port, const SerialOptions *options)
{
	const char *wrong;
	port->fd = open(options->device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0)
		return (EBUSY == errno) ? "device in use" : "device can't be opened";
	if (0 != flock(port->fd, LOCK_EX | LOCK_NB))
		return "device in use";
	wrong = configure(port->fd, options);
	if (wrong)
		return wrong;
	if (!serialRingInit(&port->receive, options->receiveBytes) || !serialRingInit(&port->transmit, options->transmitBytes))
		return "no memory";
	port->counted = kernelCount(port->fd);
	watchIn(port);
	watchOut(port);
	return NULL;
}

const char *serialPortOpen(SerialPort *it, const SerialOptions *options, SerialTell tell, void *refcon)
{
	const char *wrong;
	SerialPort port;
	if (!options->device)
		return "no device";
	port = calloc(1, sizeof(*port));
	if (!port)
		return "no memory";
	serialNewsInit(&port->news, tell, refcon);
	serialNewsWantRoom(&port->news);
	wrong = start(port, options);
	if (wrong)
		serialPortClose(port);
	else
		*it = port;
	return wrong;
}

/* Without the flush, close() would wait up to 30 seconds for a modem that holds CTS off. */
void serialPortClose(SerialPort port)
{
	end(&port->in);
	end(&port->out);
	end(&port->again);
	if (port->fd >= 0) {
		(void)ioctl(port->fd, TCFLSH, TCIOFLUSH);
		close(port->fd);
	}
	serialRingFree(&port->receive);
	serialRingFree(&port->transmit);
	free(port);
}

uint32_t serialPortTake(SerialPort port)
{
	return serialNewsTake(&port->news);
}

uint32_t serialPortReadable(SerialPort port)
{
	return serialRingUsed(&port->receive);
}

uint32_t serialPortRead(SerialPort port, uint8_t *bytes, uint32_t count)
{
	uint32_t got = serialRingGet(&port->receive, bytes, count);
	watchIn(port);
	if (serialRingUsed(&port->receive) && !port->again)
		port->again = g_idle_add(onAgain, port);
	return got;
}

uint32_t serialPortWritable(SerialPort port)
{
	return port->lost ? 0 : serialRingRoom(&port->transmit);
}

/* What goes out at once does not wait for the main loop's next turn. */
void serialPortWrite(SerialPort port, const uint8_t *bytes, uint32_t count)
{
	(void)serialRingPut(&port->transmit, bytes, count);
	serialNewsWantRoom(&port->news);
	feed(port);
	watchOut(port);
}

uint32_t serialPortOverruns(SerialPort port)
{
	if (!port->lost)
		countOverruns(port);
	return serialNewsOverruns(&port->news);
}

/*
 * The ECMA-419 class Serial: what it says to JavaScript. What moves the bytes is serialport.c of the platform.
 */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"			// for xsID_* values

#include "builtinCommon.h"
#include "serialatomic.h"
#include "serialoptions.h"

typedef struct {
	xsSlot		obj;
	xsMachine	*the;
	SerialPort	port;		/* NULL: closed */
	uint32_t	uses;		/* the object, and each message under way */
	uint8_t		format;
	xsSlot		*onReadable;
	xsSlot		*onWritable;
	xsSlot		*onOverrun;
	xsSlot		*onError;
} SerialRecord, *Serial;

void xs_uplinkserial_destructor(void *data);
static void mark(xsMachine *the, void *it, xsMarkRoot markRoot);

static const xsHostHooks gSerialHooks = {xs_uplinkserial_destructor, mark, NULL};

static void use(Serial serial)
{
	(void)serialPlus(&serial->uses, 1);
}

static void unuse(Serial serial)
{
	if (1 == serialPlus(&serial->uses, (uint32_t)-1))
		c_free(serial);
}

static void call(Serial serial, xsSlot *callback, uint32_t count)
{
	xsMachine *the = serial->the;
	xsBeginHost(the);
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
		xsCallFunction1(xsReference(callback), serial->obj, xsResult);
	xsEndHost(the);
}

static void callError(Serial serial)
{
	xsMachine *the = serial->the;
	xsBeginHost(the);
		xsCallFunction0(xsReference(serial->onError), serial->obj);
	xsEndHost(the);
}

/* Each callback may close the port. */
static void deliver(Serial serial)
{
	uint32_t facts = serial->port ? serialPortTake(serial->port) : 0, count;
	if ((facts & kSerialOverrun) && serial->onOverrun)
		call(serial, serial->onOverrun, serialPortOverruns(serial->port));
	if ((facts & kSerialReadable) && serial->port && serial->onReadable && (0 != (count = serialPortReadable(serial->port))))
		call(serial, serial->onReadable, count);
	if ((facts & kSerialWritable) && serial->port && serial->onWritable && (0 != (count = serialPortWritable(serial->port))))
		call(serial, serial->onWritable, count);
	if ((facts & kSerialLost) && serial->port && serial->onError)
		callError(serial);
	unuse(serial);
}

#if ESP32
static void onMessage(void *the, void *refcon, uint8_t *message, uint16_t messageLength)
{
	(void)the, (void)message, (void)messageLength;
	deliver(refcon);
}

/* From the port's task. The post for interrupts is the one that never waits: close() waits for the task. */
static int tell(void *refcon)
{
	Serial serial = refcon;
	use(serial);
	if (0 == modMessagePostToMachineFromISR(serial->the, onMessage, serial))
		return 1;
	unuse(serial);
	return 0;
}
#else
static int tell(void *refcon)
{
	use(refcon);
	deliver(refcon);
	return 1;
}
#endif

/* All that may throw comes before the port is open, and all that a message needs is there by then. */
void xs_uplinkserial_constructor(xsMachine *the)
{
	xsSlot *onReadable, *onWritable, *onOverrun, *onError;
	SerialOptions options;
	const char *wrong;
	uint8_t format;
	Serial serial;

	xsmcVars(1);
	onReadable = builtinGetCallback(the, xsID_onReadable);
	onWritable = builtinGetCallback(the, xsID_onWritable);
	onOverrun = builtinGetCallback(the, xsID_onOverrun);
	onError = builtinGetCallback(the, xsID_onError);
	format = serialCheckFormat(the, builtinInitializeFormat(the, kIOFormatBuffer));
	builtinInitializeTarget(the);
	serialGetOptions(the, &options);

	serial = c_calloc(1, sizeof(SerialRecord));
	if (!serial)
		xsUnknownError("no memory");
	serial->obj = xsThis;
	serial->the = the;
	serial->uses = 1;
	serial->format = format;
	serial->onReadable = onReadable;
	serial->onWritable = onWritable;
	serial->onOverrun = onOverrun;
	serial->onError = onError;
	wrong = serialPortOpen(&serial->port, &options, tell, serial);
	if (wrong) {
		c_free(serial);
		xsUnknownError("%s", wrong);
	}
	xsmcSetHostData(xsThis, serial);
	xsSetHostHooks(xsThis, (xsHostHooks *)&gSerialHooks);
	xsRemember(serial->obj);
}

void xs_uplinkserial_destructor(void *data)
{
	Serial serial = data;
	if (!serial)
		return;
	if (serial->port)
		serialPortClose(serial->port);
	serial->port = NULL;
	unuse(serial);
}

void xs_uplinkserial_close(xsMachine *the)
{
	Serial serial = xsmcGetHostData(xsThis);
	if (!serial || !xsmcGetHostDataValidate(xsThis, (void *)&gSerialHooks))
		return;
	xsForget(serial->obj);
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostDestructor(xsThis, NULL);
	xs_uplinkserial_destructor(serial);
}

/* Closed: a SyntaxError, as of the SDK's classes. */
static Serial getSerial(xsMachine *the)
{
	return xsmcGetHostDataValidate(xsThis, (void *)&gSerialHooks);
}

static void readInto(xsMachine *the, Serial serial, uint32_t available)
{
	void *bytes;
	xsUnsignedValue length;
	xsmcGetBufferWritable(xsArg(0), &bytes, &length);
	if (length > available)
		length = available;
	xsmcSetInteger(xsResult, (xsIntegerValue)serialPortRead(serial->port, bytes, length));
}

static void readBuffer(xsMachine *the, Serial serial, uint32_t count)
{
	uint8_t *bytes = xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)count);
	uint32_t got = serialPortRead(serial->port, bytes, count);
	if (got < count)
		xsmcSetArrayBufferLength(xsResult, (xsIntegerValue)got);
}

static void readNumber(xsMachine *the, Serial serial)
{
	uint8_t byte;
	if (serialPortRead(serial->port, &byte, 1))
		xsmcSetInteger(xsResult, byte);
}

void xs_uplinkserial_read(xsMachine *the)
{
	Serial serial = getSerial(the);
	uint32_t available = serialPortReadable(serial->port);
	if (!available)
		return;
	if (kIOFormatNumber == serial->format)
		readNumber(the, serial);
	else if ((0 == xsmcArgc) || (xsUndefinedType == xsmcTypeOf(xsArg(0))))
		readBuffer(the, serial, available);
	else if (xsReferenceType == xsmcTypeOf(xsArg(0)))
		readInto(the, serial, available);
	else {
		int32_t count = xsmcToInteger(xsArg(0));
		if (count <= 0)
			xsRangeError("invalid count");
		readBuffer(the, serial, ((uint32_t)count < available) ? (uint32_t)count : available);
	}
}

static void writeBytes(xsMachine *the, Serial serial, const void *bytes, uint32_t count)
{
	if (count > serialPortWritable(serial->port))
		xsUnknownError("output full");
	if (count)
		serialPortWrite(serial->port, bytes, count);
}

void xs_uplinkserial_write(xsMachine *the)
{
	Serial serial = getSerial(the);
	if (kIOFormatNumber == serial->format) {
		uint8_t byte = (uint8_t)xsmcToInteger(xsArg(0));
		writeBytes(the, serial, &byte, 1);
	}
	else {
		void *bytes;
		xsUnsignedValue count;
		xsmcGetBufferReadable(xsArg(0), &bytes, &count);
		writeBytes(the, serial, bytes, count);
	}
}

void xs_uplinkserial_get_format(xsMachine *the)
{
	builtinGetFormat(the, getSerial(the)->format);
}

void xs_uplinkserial_set_format(xsMachine *the)
{
	Serial serial = getSerial(the);
	serial->format = serialCheckFormat(the, builtinSetFormat(the));
}

void xs_uplinkserial_get_overruns(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)serialPortOverruns(getSerial(the)->port));
}

void mark(xsMachine *the, void *it, xsMarkRoot markRoot)
{
	Serial serial = it;
	xsSlot *callbacks[] = {serial->onReadable, serial->onWritable, serial->onOverrun, serial->onError};
	unsigned int at;
	for (at = 0; at < sizeof(callbacks) / sizeof(callbacks[0]); at++)
		if (callbacks[at])
			(*markRoot)(the, callbacks[at]);
}

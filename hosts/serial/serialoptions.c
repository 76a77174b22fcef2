/*
 * What JavaScript asks for, checked before anything is opened.
 */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"			// for xsID_* values

#include "builtinCommon.h"
#include "serialoptions.h"

#define kMaximumBaud (10000000)
#define kReceiveBytes (4096)
#define kTransmitBytes (1024)
#define kMinimumReceiveBytes (256)		/* ESP-IDF wants more than its FIFO */
#define kMinimumTransmitBytes (16)
#define kMaximumBytes (1024 * 1024)
#define kMaximumPin (63)

static int32_t getInteger(xsMachine *the, xsIdentifier id, int32_t initial, int32_t least, int32_t most)
{
	xsSlot slot;
	int32_t value;
	xsmcGet(slot, xsArg(0), id);
	if (xsUndefinedType == xsmcTypeOf(slot))
		return initial;
	value = xsmcToInteger(slot);
	if ((value < least) || (value > most))
		xsRangeError("invalid %s", xsName(id));
	return value;
}

static uint8_t getHardwareFlow(xsMachine *the)
{
	xsSlot slot;
	const char *text;
	xsmcGet(slot, xsArg(0), xsID_flowControl);
	if (xsUndefinedType == xsmcTypeOf(slot))
		return 0;
	text = xsmcToString(slot);
	if (0 == c_strcmp(text, "hardware"))
		return 1;
	if (0 != c_strcmp(text, "none"))
		xsRangeError("invalid flowControl");
	return 0;
}

uint8_t serialCheckFormat(xsMachine *the, uint8_t format)
{
	if ((kIOFormatNumber != format) && (kIOFormatBuffer != format))
		xsRangeError("invalid format");
	return format;
}

/* `device` last: the pointer into JavaScript's heap holds only until something is allocated there. */
void serialGetOptions(xsMachine *the, SerialOptions *options)
{
	c_memset(options, 0, sizeof(*options));
	options->baud = (uint32_t)getInteger(the, xsID_baud, 0, 1, kMaximumBaud);
	if (!options->baud)
		xsRangeError("no baud");
	options->receiveBytes = (uint32_t)getInteger(the, xsID_receiveBuffer, kReceiveBytes, kMinimumReceiveBytes, kMaximumBytes);
	options->transmitBytes = (uint32_t)getInteger(the, xsID_transmitBuffer, kTransmitBytes, kMinimumTransmitBytes, kMaximumBytes);
	options->hardwareFlow = getHardwareFlow(the);
#if ESP32
	options->port = getInteger(the, xsID_port, 0, 0, kMaximumPin);
	options->receive = getInteger(the, xsID_receive, -1, 0, kMaximumPin);
	options->transmit = getInteger(the, xsID_transmit, -1, 0, kMaximumPin);
	if ((options->receive < 0) && (options->transmit < 0))
		xsUnknownError("no pins");
	options->requestToSend = options->clearToSend = -1;
	if (options->hardwareFlow) {
		options->requestToSend = getInteger(the, xsID_requestToSend, -1, 0, kMaximumPin);
		options->clearToSend = getInteger(the, xsID_clearToSend, -1, 0, kMaximumPin);
	}
#else
	xsmcGet(xsVar(0), xsArg(0), xsID_device);
	if (xsUndefinedType == xsmcTypeOf(xsVar(0)))
		xsUnknownError("no device");
	options->device = xsmcToString(xsVar(0));
#endif
}

/* What can go wrong, by code. The text is for people and says what to do; only `code` may be compared. */

export type ModemErrorCode =
	/** The modem did not answer in time; whether it did what was asked is not known. */
	| "TIMEOUT"
	/** The modem answered ERROR, +CME ERROR or +CMS ERROR; `reason` is its number, when it gave one. */
	| "REFUSED"
	/** The answer was not of the form that the manual gives: bytes were lost or changed on the wire. */
	| "MALFORMED"
	/** The modem started anew, or switched itself off, while this was under way. */
	| "MODEM_RESTARTED"
	/** The driver, or the object that was asked, was closed by `close()`. */
	| "CLOSED"
	/** What was under way was given up by its owner, or its connection has ended: it was not carried out. */
	| "CANCELLED"
	/** Too much waits already: what was asked was not begun. */
	| "BUSY"
	/** The serial port can't be opened, or takes no bytes. */
	| "PORT_FAILED"
	/** No modem answers on the serial port. */
	| "NO_MODEM"
	/** The power key was pressed and the modem did not start. */
	| "POWER_KEY_FAILED"
	| "SIM_MISSING"
	/** The SIM asks for something that the driver does not give, or does not become ready. */
	| "SIM_NOT_READY"
	/** The SIM asks for a PIN and none was given. */
	| "PIN_REQUIRED"
	/** The SIM refused the PIN. It is not tried again. */
	| "PIN_WRONG"
	/** The PIN is not tried: too few tries are left, their number is unknown, or this PIN has failed before. */
	| "PIN_NOT_TRIED"
	/** The SIM is blocked and asks for its PUK, which is never entered by the driver. */
	| "PUK_REQUIRED"
	| "REGISTRATION_DENIED"
	| "NO_NETWORK"
	| "ATTACH_FAILED"
	/** The network gives no bearer. */
	| "BEARER_FAILED"
	/** The modem's firmware pushes data, faster than this host can bear. */
	| "BAUD_TOO_HIGH"
	/** There is no bearer: nobody has brought it up yet, or `down()` was called. */
	| "BEARER_DOWN"
	/** The network took the bearer away (+PDP: DEACT), or the modem lost it. */
	| "BEARER_LOST"
	/** The recovery policy allows no further try yet; the message says when. */
	| "BACKOFF"
	| "CONNECT_FAILED"
	/** All of the modem's connection slots are in use. */
	| "NO_SLOT"
	/** The modem listens on one port only, and does so already. */
	| "LISTENING"
	/** The name server knows no such name. */
	| "NAME_UNKNOWN"
	/** The name server has not answered in time. */
	| "NAME_TIMEOUT"
	/** The modem says that the message was not sent. */
	| "SEND_FAILED"
	/** The message was handed to the modem, and whether it was sent is not known. */
	| "SEND_UNKNOWN"
	/** The peer, or the network, closed the connection. */
	| "CONNECTION_LOST"
	/** Bytes were lost between modem and microcontroller: the stream ended there. */
	| "BYTES_LOST"
	/** A datagram was dropped: too many wait to be sent, or to be read. */
	| "DATAGRAM_DROPPED"
	/** A callback of the application has thrown; its connection was closed. */
	| "CALLBACK_FAILED"
	/** The peer sent no answer in time. */
	| "NO_ANSWER";

/** Every failure that starts at the modem or behind it. A wrong argument is a TypeError or a RangeError instead. */
export class ModemError extends Error {
	override readonly name = "ModemError";
	readonly code: ModemErrorCode;
	/** The number of +CME ERROR or +CMS ERROR, when the modem gave one. */
	readonly reason: number | undefined;

	constructor(code: ModemErrorCode, message: string, reason?: number) {
		super(message);
		this.code = code;
		this.reason = reason;
	}
}

/*
 * The modem's commands as data, each with the manual's time limit.
 *
 * Sections are those of the SIM900 AT Command Manual V1.11; time limits are the "maximum response time" of the SIM800
 * Series AT Command Manual V1.09 in the same sections, for the SIM900's gives none. A command for which neither states
 * a limit is local to the modem and answers in milliseconds: LOCAL_MS is generous.
 */
import { type Command, command, malformed } from "../at/command.js";
import { isAddress, numberOf, paramsOf, plainParam, slotOf } from "../at/params.js";
import { quoted, quotedHost, quotedPin, wholeNumber } from "../at/quote.js";
import { urcOf } from "../at/urc.js";

const LOCAL_MS = 2_000;

/** `isInfo` for lines that begin so. One function for all: each of its own would take five times the code. */
function begins(text: string): (line: string) => boolean {
	const head = text; // flash keeps what a function has captured if it is constant, and a parameter is not
	return line => line.startsWith(head);
}

/** `read` for a number in the field at `index`. */
function numberAt(index: number): (line: string) => number {
	const at = index;
	return line => required(line, numberOf(plainParam(line, at)));
}

/** Is anybody there? And echo off, so that no answer is longer than it must be. 2.2.30 */
export const ATTENTION = command({ line: "ATE0", timeoutMs: LOCAL_MS });

/** Echo on: a line that came to the modem changed can be told from one that came whole. 2.2.30 */
export const ECHO_ON = command({ line: "ATE1", timeoutMs: LOCAL_MS });

/** A fixed rate, from the line after this one's answer on; a SIM800 forgets it at power-off unless it is stored. 2.2.41, 2.2.32 */
export function fixBaud(baud: number): Command {
	return { line: `AT+IPR=${baud};&W`, timeoutMs: LOCAL_MS };
}

/** Errors as numbers. 3.2.20 */
export const ERROR_NUMBERS = command({
	repeatable: true,
	line: "AT+CMEE=1",
	timeoutMs: LOCAL_MS,
});

/** 1 since ERROR_NUMBERS was sent: another value means that the modem has restarted. 3.2.20 */
export const ERROR_MODE = command<number>({
	repeatable: true,
	line: "AT+CMEE?",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+CMEE:"),
	read: numberAt(0),
});

/** Why the last service was refused, in the network's words. 3.2.26; old firmware does not know it */
export const LAST_ERROR = command<string>({
	line: "AT+CEER",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+CEER:"),
	read: line => line.slice(6).trim(),
});

/** Registration changes are told, by both networks. 3.2.32, 7.2.10 */
export const TELL_REGISTRATION = command({
	repeatable: true,
	line: "AT+CREG=1;+CGREG=1",
	timeoutMs: LOCAL_MS,
});

/** "SIM900 R11.0", or whatever lines another modem answers, none included. 2.2.8 */
export const IDENTITY = command({
	repeatable: true,
	line: "ATI",
	timeoutMs: LOCAL_MS,
	isInfo: line => undefined === urcOf(line),
});

/** 1: full functionality; with 0 there is no SIM, with 4 no radio. 3.2.21 */
export const FUNCTIONALITY = command<number>({
	line: "AT+CFUN?",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+CFUN:"),
	read: numberAt(0),
});

/** 3.2.21; 10 s */
export const FULL_FUNCTIONALITY = command({ line: "AT+CFUN=1", timeoutMs: 10_000 });

/** SIM and radio off; unlike 4 it is not stored, so that a restart brings the radio back. 3.2.46; 10 s */
export const MINIMUM_FUNCTIONALITY = command({ line: "AT+CFUN=0", timeoutMs: 10_000 });

/** Restarts the modem. A SIM800 says OK before, a SIM900 after RDY. 3.2.46; 10 s */
export const RESTART = command({ line: "AT+CFUN=1,1", timeoutMs: 10_000 });

/** Switches the modem off in order; its farewell is the answer. 6.2.2 */
export const POWER_DOWN = command({
	line: "AT+CPOWD=1",
	timeoutMs: 10_000,
	success: Object.freeze(["NORMAL POWER DOWN", "NORMAL POWER OFF"]),
});

/** "READY", "SIM PIN", "SIM PUK"... 3.2.28; 5 s */
export const SIM_STATE = command<string>({
	repeatable: true,
	line: "AT+CPIN?",
	timeoutMs: 5_000,
	isInfo: begins("+CPIN:"),
	read: line => plainParam(line, 0) ?? "",
});

/** How often a wrong PIN may still be given. 6.2.3 */
export const PIN_TRIES = command<number>({
	repeatable: true,
	line: "AT+SPIC",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+SPIC:"),
	read: numberAt(0),
});

/** 3.2.28; 5 s */
export function enterPin(pin: string): Command {
	return { line: `AT+CPIN=${quotedPin("pin", pin)}`, timeoutMs: 5_000, secret: true };
}

/** 0 to 5, see `isRegistered`. An answer has the mode first: `+CREG: 1,5`; `+CREG: 5` is unsolicited. 3.2.32 */
export const REGISTRATION = command<number>({
	repeatable: true,
	line: "AT+CREG?",
	timeoutMs: LOCAL_MS,
	isInfo: line => line.startsWith("+CREG:") && isRegistrationAnswer(paramsOf(line)),
	read: numberAt(1),
});

/** Two fields, or four with place: the unsolicited forms have one and three. */
function isRegistrationAnswer(fields: string[]): boolean {
	return 2 === fields.length || 4 === fields.length;
}

/** 7.2.3; 10 s */
export const ATTACHED = command<boolean>({
	repeatable: true,
	line: "AT+CGATT?",
	timeoutMs: 10_000,
	isInfo: begins("+CGATT:"),
	read: line => 1 === numberOf(plainParam(line, 0)),
});

/** 7.2.3; 10 s in the SIM800's manual, 75 s in others of SIMCom */
export const ATTACH = command({ line: "AT+CGATT=1", timeoutMs: 75_000 });

/** Ends every connection and the bearer, in any state. 8.2.7; 65 s */
export const SHUT = command({
	repeatable: true,
	reserved: true,
	line: "AT+CIPSHUT",
	timeoutMs: 65_000,
	success: Object.freeze(["SHUT OK"]),
});

/** 0 single connection, 1 several. 8.2.1; only after SHUT */
export function multiplexMode(multiplex: boolean): Command {
	return { line: `AT+CIPMUX=${multiplex ? 1 : 0}`, timeoutMs: LOCAL_MS, repeatable: true };
}

/**
 * What this driver counts on, and a modem may keep otherwise over a reboot (8.2.28): no transparent mode, a prompt, no
 * sender's address before data. 8.2.17, 8.2.20, 8.2.22
 */
export const CONNECTION_DEFAULTS: readonly Command[] = Object.freeze(
	["AT+CIPMODE=0", "AT+CIPSPRT=1", "AT+CIPSRIP=0"].map(line => command({ line, timeoutMs: LOCAL_MS })),
);

/** Data is taken at once, and AT+CIPACK tells what has been acknowledged. 8.2.5 */
export const SEND_QUICKLY: Command = command({
	repeatable: true,
	line: "AT+CIPQSEND=1",
	timeoutMs: LOCAL_MS,
});

/** Data waits in the modem until it is asked for. 8.2.26; before CIPSTART */
export const RECEIVE_ON_REQUEST = command({
	repeatable: true,
	line: "AT+CIPRXGET=1",
	timeoutMs: LOCAL_MS,
});

/** A header before pushed data, for firmware without CIPRXGET. 8.2.15 */
export const RECEIVE_WITH_HEADER = command({
	repeatable: true,
	line: "AT+CIPHEAD=1",
	timeoutMs: LOCAL_MS,
});

/** 8.2.9 */
export function accessPoint(apn: string, user: string, password: string): Command {
	const line = `AT+CSTT=${quoted("apn", apn, 50)},${quoted("user", user, 50)},${quoted("password", password, 50)}`;
	return { line, timeoutMs: LOCAL_MS, secret: true };
}

/** Brings the bearer up. 8.2.10; 85 s */
export const BEARER_UP = command({ line: "AT+CIICR", timeoutMs: 85_000 });

/** The modem's own address: a line with no OK behind it. 8.2.11 */
export const LOCAL_ADDRESS = command<string>({
	repeatable: true,
	line: "AT+CIFSR",
	timeoutMs: LOCAL_MS,
	isInfo: isAddress,
	isLast: () => true,
	read: line => line,
});

/** Asks the operator's name server; its answer comes later, as an unsolicited result. 8.2.14 */
export function lookUp(host: string): Command {
	return { line: `AT+CDNSGIP=${quotedHost("host", host)}`, timeoutMs: 10_000, reserved: true };
}

/** The state of the single connection and its bearer: "IP INITIAL"... OK comes first. 8.2.12 */
export const CONNECTION_STATE = command<string>({
	repeatable: true,
	line: "AT+CIPSTATUS",
	timeoutMs: LOCAL_MS,
	success: [],
	isInfo: line => line.startsWith("STATE:") || "OK" === line,
	isLast: begins("STATE:"),
	read: line => line.slice(6).trim(),
});

/** The state of one of several connections: "CONNECTED", "CLOSED"... 8.2.12 */
export function slotState(slot: number): Command<string> {
	return {
		line: `AT+CIPSTATUS=${slot}`,
		timeoutMs: LOCAL_MS,
		isInfo: begins("+CIPSTATUS:"),
		read: line => required(line, paramsOf(line)[5]),
	};
}

/**
 * Ends well when the modem has begun to connect; the result comes later, up to 75 s. 8.2.2. Some firmware says CONNECT OK
 * to a UDP start and no OK before it (TCPIP Application Note 2.1.2), or the OK was lost: `onConnected` is told then.
 */
export function connect(
	slot: number | undefined,
	protocol: "TCP" | "UDP",
	host: string,
	port: number,
	onConnected?: () => void,
): Command {
	const peer = `"${protocol}",${quotedHost("host", host)},${wholeNumber("port", port, 1, 65535)}`;
	return {
		line: undefined === slot ? `AT+CIPSTART=${peer}` : `AT+CIPSTART=${slot},${peer}`,
		timeoutMs: 10_000,
		isInfo(line) {
			const said = slotOf(line);
			return "CONNECT OK" === said.text && slot === said.slot;
		},
		onInfo: () => onConnected?.(),
		isLast: () => true,
	};
}

export const CONNECT_TIMEOUT_MS = 75_000;

/**
 * Hands data to the modem. With CIPQSEND=1 it ends when the modem has taken it, 8.2.5; otherwise when the peer has
 * acknowledged every byte, which may take 645 s. 8.2.3
 */
export function transmit(slot: number | undefined, data: Uint8Array): Command {
	return transmitOnPrompt(slot, data.length, false, () => data);
}

/** The same for data that is fetched from where it waits only when the modem asks for it. */
export function transmitOnPrompt(slot: number | undefined, bytes: number, quick: boolean, dataOf: () => Uint8Array): Command {
	return {
		reserved: true,
		line: undefined === slot ? `AT+CIPSEND=${bytes}` : `AT+CIPSEND=${slot},${bytes}`,
		timeoutMs: quick ? ACCEPT_TIMEOUT_MS : ACKNOWLEDGE_TIMEOUT_MS,
		get data() {
			return dataOf();
		},
		cutOff: () => cutOff(slot),
		acceptBytes: bytes,
		success: ["SEND OK", "DATA ACCEPT:"],
		failure: ["SEND FAIL"],
		abortedBy: result => "bearer-lost" === result.kind || ("closed" === result.kind && slot === result.slot),
		...inSlot(slot),
	};
}

/**
 * For a modem that waits for the rest of its data: ESC leaves the form without length, line ends fill up the few bytes
 * that are missing, and the connection is closed quickly, before the wrong data goes out. The modem hears nothing while it
 * takes the data, so that it is said several times: six fit into the FIFO of an ESP32, and go out even if JavaScript is
 * away; more follow, for what loses a byte may lose another. 8.2.3, 8.2.6
 */
function cutOff(slot: number | undefined): Uint8Array {
	const close = undefined === slot ? "AT+CIPCLOSE=1\r" : `AT+CIPCLOSE=${slot},1\r`;
	const text = `\x1b\r\r\r${close.repeat(12)}`;
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
	return bytes;
}

/** With CIPQSEND=1 the modem takes data in milliseconds, and says so. */
const ACCEPT_TIMEOUT_MS = 10_000;
/** After this the modem gives a peer up that acknowledges nothing. 8.2.3 */
export const ACKNOWLEDGE_TIMEOUT_MS = 645_000;

/** What has become of the bytes given since the connection was opened. */
export interface Counts {
	/** Taken by the modem. */
	readonly accepted: number;
	/** Taken by the peer's TCP. */
	readonly acknowledged: number;
}

/** 8.2.5 */
export function counts(slot: number | undefined): Command<Counts> {
	return {
		reserved: true,
		line: undefined === slot ? "AT+CIPACK" : `AT+CIPACK=${slot}`,
		timeoutMs: LOCAL_MS,
		repeatable: true,
		isInfo: begins("+CIPACK:"),
		read: line => ({
			accepted: required(line, numberOf(plainParam(line, 0))),
			acknowledged: required(line, numberOf(plainParam(line, 1))),
		}),
	};
}

/** How many bytes the modem takes at once now. Of several connections it tells one after the other, a line each. 8.2.3 */
export function sendLimit(slot: number | undefined): Command<number> {
	let limit: number | undefined;
	return {
		line: "AT+CIPSEND?",
		timeoutMs: LOCAL_MS,
		repeatable: true,
		isInfo: begins("+CIPSEND:"),
		onInfo(line) {
			if (undefined === slot) limit = numberOf(plainParam(line, 0));
			else if (slot === numberOf(plainParam(line, 0))) limit = numberOf(plainParam(line, 1));
		},
		read: line => required(line, limit),
	};
}

/** What a read from the modem's buffer gave: `bytes` were handed on, `left` are still in the modem. */
export interface Fetched {
	readonly bytes: number;
	readonly left: number;
}

/** Reads at most `mostBytes` of what has come. `onBlock` gets them; they count only when this has ended well. 8.2.26 */
export function fetch(
	slot: number | undefined,
	mostBytes: number,
	onBlock: (bytes: Uint8Array, left: number) => void,
): Command<Fetched> {
	const at = undefined === slot ? 1 : 2; // the first field is the mode, the second the slot
	return {
		reserved: true,
		line: undefined === slot ? `AT+CIPRXGET=2,${mostBytes}` : `AT+CIPRXGET=2,${slot},${mostBytes}`,
		timeoutMs: 5_000,
		isInfo: line => line.startsWith("+CIPRXGET:") && "2" === plainParam(line, 0),
		blockBytes(line) {
			const fields = paramsOf(line);
			const bytes = required(line, numberOf(fields[at]));
			if (bytes > mostBytes || fields.length !== at + 2 || (2 === at && slot !== numberOf(fields[1]))) throw malformed(line);
			return bytes;
		},
		onBlock,
		read(line) {
			const fields = paramsOf(line);
			return { bytes: required(line, numberOf(fields[at])), left: required(line, numberOf(fields[at + 1])) };
		},
	};
}

/** Listens; the modem says OK, then SERVER OK, and REMOTE IP for each client. 8.2.18 */
export function listen(port: number): Command {
	return { line: `AT+CIPSERVER=1,${wholeNumber("port", port, 1, 65_535)}`, timeoutMs: 10_000 };
}

/** Refused when it does not listen. 8.2.18 */
export const LISTEN_NO_MORE = command({ line: "AT+CIPSERVER=0", timeoutMs: 10_000, reserved: true });

/** Refused when the peer has closed already. 8.2.6 */
export function disconnect(slot: number | undefined): Command {
	return {
		reserved: true,
		line: undefined === slot ? "AT+CIPCLOSE" : `AT+CIPCLOSE=${slot}`,
		timeoutMs: 10_000,
		success: ["CLOSE OK", "OK"],
		abortedBy: result => "closed" === result.kind && slot === result.slot, // both ends at once, or firmware that says so
		...inSlot(slot),
	};
}

/** Text that ends a connection's lines carries its slot. */
function inSlot(slot: number | undefined): { slot?: number } {
	return undefined === slot ? {} : { slot };
}

function required<T>(line: string, value: T | undefined): T {
	if (undefined === value) throw malformed(line);
	return value;
}

/** How well the network is received, in dBm; undefined when the modem does not know. 3.2.35 */
export const SIGNAL = command<number | undefined>({
	line: "AT+CSQ",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+CSQ:"),
	read: line => dBmOf(required(line, numberOf(plainParam(line, 0)))),
});

/** The operator's name; undefined when there is none. 3.2.22 */
export const OPERATOR = command<string | undefined>({
	line: "AT+COPS?",
	timeoutMs: 10_000,
	isInfo: begins("+COPS:"),
	read: line => paramsOf(line)[2],
});

/** The modem's own number, 15 digits. 2.2.38 */
export const IMEI = command<string>({ line: "AT+GSN", timeoutMs: LOCAL_MS, isInfo: isSerialNumber, read: line => line });

/** The SIM's own number, some 20 digits, the last of which may be a letter. 6.2.26 */
export const ICCID = command<string>({ line: "AT+CCID", timeoutMs: LOCAL_MS, isInfo: isSerialNumber, read: line => line });

/** Steps of 2 dB, with more at either end. */
function dBmOf(level: number): number | undefined {
	if (level > 31) return undefined;
	return 0 === level ? -115 : 1 === level ? -111 : 31 === level ? -52 : -114 + 2 * level;
}

function isSerialNumber(line: string): boolean {
	return (
		line.length >= 15 &&
		line.length <= 22 &&
		undefined !== numberOf(line.slice(0, 9)) &&
		undefined !== numberOf(line.slice(9, 14))
	);
}

/** At home or roaming. 3.2.32 */
export function isRegistered(state: number): boolean {
	return 1 === state || 5 === state;
}

/*
 * The modem's commands as data, each with the manual's time limit.
 *
 * Sections are those of the SIM900 AT Command Manual V1.11; time limits are the "maximum response time" of the SIM800
 * Series AT Command Manual V1.09 in the same sections, for the SIM900's gives none. A command for which neither states
 * a limit is local to the modem and answers in milliseconds: LOCAL_MS is generous.
 */
import { type Command, command, DAMAGED, type DataEntry } from "../at/command.js";
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
function numberAt(index: number): (line: string) => number | typeof DAMAGED {
	const at = index;
	return line => numberOf(plainParam(line, at)) ?? DAMAGED;
}

/** Is anybody there? And echo off, so that no answer is longer than it must be. 2.2.30 */
export const ATTENTION = command({ line: "ATE0", timeoutMs: LOCAL_MS });

/** A fixed rate, from the line after this one's answer on; a SIM800 forgets it at power-off unless it is stored. 2.2.41, 2.2.32 */
export function fixBaud(baud: number): Command {
	return { line: `AT+IPR=${baud};&W`, timeoutMs: LOCAL_MS };
}

/** For a command that is carried out only when it has come back whole. 2.2.30 */
export const ECHO_ON = command({ line: "ATE1", timeoutMs: LOCAL_MS, repeatable: true, reserved: true });
export const ECHO_OFF = command({ line: "ATE0", timeoutMs: LOCAL_MS, repeatable: true, reserved: true });

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

/** What the modem says of a connection; address and port where it tells them (of one of several). */
export interface ConnectionState {
	/** "CONNECTED", "CONNECT OK", "CLOSED", "TCP CLOSED", "IP STATUS"... */
	readonly state: string;
	readonly address?: string | undefined;
	readonly port?: number | undefined;
}

/** The state of a connection and, of the single one, its bearer: then OK comes first. 8.2.12 */
export function connectionState(slot: number | undefined): Command<ConnectionState> {
	return undefined === slot ? SINGLE_STATE : slotState(slot);
}

const SINGLE_STATE = command<ConnectionState>({
	repeatable: true,
	reserved: true,
	line: "AT+CIPSTATUS",
	timeoutMs: LOCAL_MS,
	success: Object.freeze([]),
	isInfo: line => line.startsWith("STATE:") || "OK" === line,
	isLast: begins("STATE:"),
	read: line => ({ state: line.slice(6).trim() }),
});

/** `+CIPSTATUS: 0,0,"TCP","5.196.95.208","1883","CONNECTED"` */
function slotState(slot: number): Command<ConnectionState> {
	return {
		line: `AT+CIPSTATUS=${slot}`,
		timeoutMs: LOCAL_MS,
		repeatable: true,
		reserved: true,
		isInfo: begins("+CIPSTATUS:"),
		read(line) {
			const params = paramsOf(line);
			if (slot !== numberOf(params[0]) || 6 !== params.length) return DAMAGED;
			return { state: params[5]!, address: params[3], port: numberOf(params[4]) };
		},
	};
}

/** Whether the modem has ended the connection. Of the single one, the bearer may be told of instead. */
export function isOver(state: string): boolean {
	return !state.includes("CONNECT") && !state.includes("CLOSING") && "" !== state && "IP PROCESSING" !== state;
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
		reserved: true,
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
 * Hands `bytes` of data to the modem, and gives how many it says that it has taken; undefined: all, it gives no number.
 * With CIPQSEND=1 (`quick`) it ends when the modem has taken them, 8.2.5; otherwise when the peer has acknowledged every
 * byte, which may take 645 s. 8.2.3
 */
export function transmit(slot: number | undefined, bytes: number, quick: boolean, data: DataEntry): Command<number | undefined> {
	return {
		reserved: true,
		line: undefined === slot ? `AT+CIPSEND=${bytes}` : `AT+CIPSEND=${slot},${bytes}`,
		timeoutMs: quick ? ACCEPT_TIMEOUT_MS : ACKNOWLEDGE_TIMEOUT_MS,
		data,
		...(quick ? { result: `${undefined === slot ? "DATA ACCEPT:" : `DATA ACCEPT:${slot},`}${bytes}` } : {}),
		isInfo: line => isAccepted(line, slot) || "SEND OK" === ownText(line, slot),
		isLast: () => true,
		read: line =>
			line.startsWith("DATA ACCEPT") ? (numberOf(plainParam(line, undefined === slot ? 0 : 1)) ?? DAMAGED) : undefined,
		success: NOTHING,
		failure: SEND_FAIL,
		abortedBy: urc => "bearer-lost" === urc.kind || ("closed" === urc.kind && slot === urc.slot),
		...inSlot(slot),
	};
}

const NOTHING: readonly string[] = Object.freeze([]);
const SEND_FAIL: readonly string[] = Object.freeze(["SEND FAIL"]);

/** "DATA ACCEPT:27", "DATA ACCEPT:0,27": the slot stands behind the colon. */
function isAccepted(line: string, slot: number | undefined): boolean {
	return line.startsWith("DATA ACCEPT:") && (undefined === slot || slot === numberOf(plainParam(line, 0)));
}

/** What the line says of this connection. */
function ownText(line: string, slot: number | undefined): string | undefined {
	const said = slotOf(line);
	return slot === said.slot ? said.text : undefined;
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

/** "+CIPACK: 19,12,7": taken, acknowledged, and the rest, which must add up. 8.2.5 */
export function counts(slot: number | undefined): Command<Counts> {
	return {
		reserved: true,
		line: undefined === slot ? "AT+CIPACK" : `AT+CIPACK=${slot}`,
		timeoutMs: LOCAL_MS,
		repeatable: true,
		isInfo: begins("+CIPACK:"),
		read(line) {
			const accepted = numberOf(plainParam(line, 0));
			const acknowledged = numberOf(plainParam(line, 1));
			const rest = numberOf(plainParam(line, 2));
			if (undefined === accepted || undefined === acknowledged || accepted - acknowledged !== rest) return DAMAGED;
			return { accepted, acknowledged };
		},
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
		read: () => limit ?? DAMAGED,
	};
}

/** What a read from the modem's buffer gave: `bytes` were handed on, `left` are still in the modem. */
export interface Fetched {
	readonly bytes: number;
	readonly left: number;
}

export interface FetchHandler {
	/** The header has come. */
	onHeader(): void;
	/** They count only when the command has ended well. */
	onBlock(bytes: Uint8Array, left: number): void;
	/** What has come was right, and behind it bytes are missing. */
	onGap(): void;
}

/** Reads at most `mostBytes` of what has come. 8.2.26 */
export function fetch(slot: number | undefined, mostBytes: number, handler: FetchHandler): Command<Fetched> {
	return {
		reserved: true,
		line: undefined === slot ? `AT+CIPRXGET=2,${mostBytes}` : `AT+CIPRXGET=2,${slot},${mostBytes}`,
		timeoutMs: 5_000,
		isInfo: line => line.startsWith("+CIPRXGET:") && "2" === plainParam(line, 0),
		blockBytes(line) {
			const fetched = fetchedOf(line, slot);
			if (!fetched || fetched.bytes > mostBytes) return undefined;
			handler.onHeader();
			return fetched.bytes;
		},
		onBlock: (bytes, left) => handler.onBlock(bytes, left),
		onDataLost: () => handler.onGap(),
		read: line => fetchedOf(line, slot) ?? DAMAGED,
	};
}

/** "+CIPRXGET: 2,<bytes>,<left>", with the slot before the bytes in multi mode. */
function fetchedOf(line: string, slot: number | undefined): Fetched | undefined {
	const params = paramsOf(line);
	const at = undefined === slot ? 1 : 2;
	if (params.length !== at + 2 || (undefined !== slot && slot !== numberOf(params[1]))) return undefined;
	const bytes = numberOf(params[at]);
	const left = numberOf(params[at + 1]);
	return undefined === bytes || undefined === left ? undefined : { bytes, left };
}

/** Listens; the modem says OK, then SERVER OK, and REMOTE IP for each client. 8.2.18 */
export function listen(port: number): Command {
	return { line: `AT+CIPSERVER=1,${wholeNumber("port", port, 1, 65_535)}`, timeoutMs: 10_000, reserved: true };
}

/** Refused when it does not listen. 8.2.18 */
export const LISTEN_NO_MORE = command<true>({
	line: "AT+CIPSERVER=0",
	timeoutMs: 10_000,
	reserved: true,
	isInfo: line => "OK" === line,
	isLast: () => true,
	read: () => true,
});

/**
 * The port on which the modem listens, 0 when it does not; of a modem with several connections. `S: 0,0,"8888","LISTENING"`
 * stands among the lines behind OK, before those of the connections, `C: 7,...` last. 8.2.12
 */
export function serverPort(slots: number): Command<number> {
	const last = `C: ${slots - 1},`;
	let port = 0;
	return {
		line: "AT+CIPSTATUS",
		timeoutMs: LOCAL_MS,
		success: NOTHING,
		isInfo: line => "OK" === line || line.startsWith("STATE:") || line.startsWith("S:") || line.startsWith("C:"),
		onInfo(line) {
			if (line.startsWith("S:")) port = numberOf(paramsOf(line)[2]) ?? 0;
		},
		isLast: line => line.startsWith(last),
		read: () => port,
	};
}

/**
 * True: the modem has said which connection is closed. False: it has said OK, as in 2010. Refused when the peer has closed
 * already. `quick`: what the modem holds is thrown away. 8.2.6
 */
export function disconnect(slot: number | undefined, quick: boolean): Command<boolean> {
	return {
		reserved: true,
		urgent: quick,
		line: undefined === slot ? `AT+CIPCLOSE${quick ? "=1" : ""}` : `AT+CIPCLOSE=${slot}${quick ? ",1" : ""}`,
		timeoutMs: 10_000,
		isInfo: line => "CLOSE OK" === ownText(line, slot) || "OK" === line,
		isLast: () => true,
		read: line => "OK" !== line,
		abortedBy: urc => "closed" === urc.kind && slot === urc.slot, // both ends at once, or firmware that says so
		...inSlot(slot),
	};
}

/** Text that ends a connection's lines carries its slot. */
function inSlot(slot: number | undefined): { slot?: number } {
	return undefined === slot ? {} : { slot };
}

/** How well the network is received, in dBm; undefined when the modem does not know. 3.2.35 */
export const SIGNAL = command<number | undefined>({
	line: "AT+CSQ",
	timeoutMs: LOCAL_MS,
	isInfo: begins("+CSQ:"),
	read(line) {
		const level = numberOf(plainParam(line, 0));
		return undefined === level ? DAMAGED : dBmOf(level);
	},
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

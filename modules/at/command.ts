/*
 * A command is data: its text, what its answer looks like, how long the modem may take, whether it may be said again.
 *
 * Most answers are lines of information and then OK or ERROR, but not all: AT+CIFSR has no OK, AT+CIPSTATUS says OK
 * first, AT+CIPSHUT ends with SHUT OK, AT+CIPSEND asks for data. Each of them says so here, in its own words.
 */
import { ModemError } from "../core/errors.js";
import { numberOfErrorText, textOfCme, textOfCms } from "./cme.js";
import { headOf, numberOf, plainParam, slotOf } from "./params.js";
import type { Urc } from "./urc.js";

export interface Command<T = void> {
	/** The whole line without its end: "AT+CREG?". At most 556 characters. */
	readonly line: string;
	/** How long the modem may take, counted from the first byte of the line. */
	readonly timeoutMs: number;
	/** Lines that end it well; default "OK". With `slot`, they carry its number: "0, CLOSE OK". */
	readonly success?: readonly string[];
	/** Lines that end it badly, besides ERROR, +CME ERROR and +CMS ERROR. */
	readonly failure?: readonly string[];
	/** The connection that `success` and `failure` speak of. */
	readonly slot?: number;
	/** Replaces the rules of `success` and `failure` for commands whose end is decided otherwise. */
	ending?(line: string): Ending;
	/** True for a line that is this command's information, and not an unsolicited result that looks like it. */
	isInfo?(line: string): boolean;
	/** Each line of information as it comes, for answers of many lines; the answer itself keeps only the last. */
	onInfo?(line: string): void;
	/** True: this line of information ends it, without an OK (AT+CIFSR) or after it (AT+CIPSTATUS). */
	isLast?(line: string): boolean;
	/** True: an end that comes before the information belongs to an earlier command. */
	readonly infoFirst?: boolean;
	/** The raw bytes that follow a line of information; 0 when none do. @throws {ModemError} MALFORMED */
	blockBytes?(line: string): number;
	onBlock?(bytes: Uint8Array, left: number): void;
	/** Sent when the modem has given its prompt, and not looked at before. */
	readonly data?: Uint8Array;
	/**
	 * What is said when data was given at a prompt and no answer comes, for then bytes of it were lost: fills up what is
	 * missing and ends what it belongs to. The command fails with SEND_UNKNOWN.
	 */
	cutOff?(): Uint8Array;
	/** How many bytes the modem has to say that it has taken, where it says so ("DATA ACCEPT:0,27"). */
	readonly acceptBytes?: number;
	/** True: the prompt ends it well, and the next command that `answersPrompt` gives the data. */
	readonly stopsAtPrompt?: boolean;
	readonly answersPrompt?: boolean;
	/** How to read the last line of information. Without it, no information is waited for. */
	read?(info: string): T;
	/** True: after this unsolicited result no answer is to be waited for. */
	abortedBy?(result: Urc): boolean;
	/** Its end goes out only behind the right echo of the line, which a byte lost on the way spoils. Echo must be on (ATE1). */
	readonly echoed?: boolean;
	/** Saying it twice does no harm: it is said again when its answer was lost. */
	readonly repeatable?: boolean;
	/** What stands behind "=" never reaches a log. */
	readonly secret?: boolean;
	/** Of the driver's own and bounded in number, a connection or the bearer hangs on it: there is room for it when the queue is full. */
	readonly reserved?: boolean;
}

/** A command that is the same each time; frozen, so that it stays in flash when its module is preloaded. */
export function command<T = void>(constant: Command<T>): Command<T> {
	return Object.freeze(constant);
}

/** Questions that every SIM900 and SIM800 answers at once, each with an answer of its own. 3.2.20, 3.2.35, 7.2.3 */
export const SYNC: readonly Command<string>[] = Object.freeze([sync("+CMEE", "?"), sync("+CSQ", ""), sync("+CGATT", "?")]);

function sync(name: string, ending: string): Command<string> {
	const head = `${name}:`; // constant, for flash keeps it
	return command<string>({
		line: `AT${name}${ending}`,
		timeoutMs: 1_000,
		infoFirst: true,
		isInfo: line => line.startsWith(head),
		read: info => info,
	});
}

/** Data is waited for before it is answered. */
export function asksForData(command: Command<unknown>): boolean {
	return !command.answersPrompt && ("data" in command || !!command.stopsAtPrompt);
}

/** No command, whoever reads it: neither a line end nor an A that could begin AT or A/. */
export function isHarmless(data: Uint8Array): boolean {
	for (const byte of data) {
		if (0x0d === byte || 0x41 === (byte & ~0x20)) return false;
	}
	return true;
}

/** Bytes lost on the way: the answer has not the form that the manual gives. */
export function malformed(line: string): ModemError {
	return new ModemError("MALFORMED", `the modem's answer "${line}" is not whole: check wiring and baud rate`);
}

/** Why no answer is to be waited for any more. */
export function aborted(command: Command<unknown>, restarted: boolean): ModemError {
	const during = `during ${nameOf(command)}`;
	return restarted
		? new ModemError("MODEM_RESTARTED", `the modem restarted or switched itself off ${during}: check its supply`)
		: new ModemError("CONNECTION_LOST", `the connection was lost ${during}`);
}

/** The modem understood and said no: an answer that the protocol knows, so a value and not an exception. */
export class Refusal {
	/** For people: which command, and what the modem said. */
	readonly message: string;
	/** The number of +CME ERROR or +CMS ERROR, when the modem gave one. */
	readonly reason: number | undefined;

	constructor(message: string, reason: number | undefined) {
		this.message = message;
		this.reason = reason;
	}

	toError(): ModemError {
		return new ModemError("REFUSED", this.message, this.reason);
	}
}

export type Ending = "success" | Refusal | ModemError | undefined;

/** Whether this line ends the command, and how. */
export function endingOf(command: Command<unknown>, line: string): Ending {
	if (command.ending) return command.ending(line);
	const { slot, text } = slotOf(line);
	if (slot === command.slot || undefined === slot) {
		if (!command.success) {
			if ("OK" === text) return "success";
		} else if (matches(command.success, text) && ("OK" === text || command.slot === slotOfResult(slot, text)))
			return isCountWrong(command, text) ? malformed(line) : "success";
		if (slot === command.slot && command.failure && matches(command.failure, text)) return refusal(command, line);
	}
	if ("ERROR" === line || line.startsWith("+CME ERROR") || line.startsWith("+CMS ERROR")) return refusal(command, line);
	return undefined;
}

/** "DATA ACCEPT:0,27" has its slot behind the colon, others before the text. */
function slotOfResult(slot: number | undefined, text: string): number | undefined {
	const behindColon = plainParam(text, 1);
	return undefined === behindColon || text.indexOf(":") < 0 ? slot : numberOf(plainParam(text, 0));
}

/** "DATA ACCEPT:0,27", and it were more: the command that said how many, or this line, came with a digit lost. */
function isCountWrong({ acceptBytes, slot }: Command<unknown>, text: string): boolean {
	if (undefined === acceptBytes || !text.startsWith("DATA ACCEPT:")) return false;
	return acceptBytes !== numberOf(plainParam(text, undefined === slot ? 0 : 1));
}

/** "DATA ACCEPT:0,27" with a byte or two missing: not the end of the command, but a sign that the modem has all its data. */
export function isNearlyAccepted({ acceptBytes, slot }: Command<unknown>, line: string): boolean {
	if (undefined === acceptBytes) return false;
	const whole = `DATA ACCEPT:${undefined === slot ? "" : `${slot},`}${acceptBytes}`;
	let at = 0;
	for (let index = 0; index < whole.length; index++) if (line[at] === whole[index]) at++;
	return at === line.length && line.length >= whole.length - 2;
}

/** An expected result, or one that carries more behind a colon ("DATA ACCEPT:0,27"). */
function matches(expected: readonly string[], text: string): boolean {
	for (const result of expected) {
		if (text === result || (result.endsWith(":") && text.startsWith(result))) return true;
	}
	return false;
}

function refusal(command: Command<unknown>, line: string): Refusal {
	const name = nameOf(command);
	const head = headOf(line);
	if (!head.startsWith("+CM")) return new Refusal(`the modem answered ${line} to ${name}`, undefined);
	const detail = line
		.slice(line.indexOf("ERROR") + 5)
		.replace(":", "")
		.trim();
	const number = numberOf(detail);
	if (undefined === number) return new Refusal(`the modem refused ${name}: ${detail}`, numberOfErrorText(detail));
	const kind = line.slice(0, 4);
	const text = "+CME" === kind ? textOfCme(number) : textOfCms(number);
	return new Refusal(`the modem refused ${name}: ${text} (${kind} ERROR ${number})`, number);
}

/** The raw bytes behind a line that a command gets which was given up; -1 when the line is not its. */
export function lateBytesOf(late: Command<unknown>, line: string): number {
	if (line === late.line) return 0;
	if (!late.isInfo?.(line)) return -1;
	try {
		return late.blockBytes?.(line) ?? 0;
	} catch {
		return 0;
	}
}

/** The command without its parameters, fit for a log. */
export function nameOf(command: Command<unknown>): string {
	const { line } = command;
	const equals = line.indexOf("=");
	return equals < 0 || equals === line.length - 1 || "?" === line[equals + 1] ? line : line.slice(0, equals);
}

/** Commands whose parameters are nobody's business, whoever sends them. */
export function isSecretName(name: string): boolean {
	return SECRET_NAMES.includes(name.toUpperCase());
}

const SECRET_NAMES = Object.freeze(["AT+CPIN", "AT+CSTT", "AT+CLCK", "AT+CPWD", "AT+SAPBR", "AT+CIPCSGP", "AT+CGAUTH"]);

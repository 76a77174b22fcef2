/*
 * A command is data: its text, what its answer looks like, how long the modem may take, whether it may be said again.
 *
 * Most answers are lines of information and then OK or ERROR, but not all: AT+CIFSR has no OK, AT+CIPSTATUS says OK
 * first, AT+CIPSHUT ends with SHUT OK, AT+CIPSEND asks for data. Each of them says so here, in its own words.
 */
import { ModemError } from "../core/errors.js";
import { numberOfErrorText, textOfCme, textOfCms } from "./cme.js";
import { headOf, numberOf, slotOf } from "./params.js";
import { type Urc, urcOf } from "./urc.js";

/** Data that the modem takes behind a prompt, so many bytes as the line announced. */
export interface DataEntry {
	/** Called once, when the modem asks for it. Must be inert (see `inertBytes`) if the prompt may be lost. */
	take(): Uint8Array;
	/**
	 * At most `mostBytes` further ones of the same stream, for a modem that waits for more than it was given; the whole
	 * stays inert. Empty: there are none.
	 */
	more?(mostBytes: number): Uint8Array;
	/** There were none, or not enough: the modem gets bytes that are none of the stream, so that it comes out of its waiting. */
	onPadded?(): void;
}

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
	/** True for a line that is this command's information. Default: lines that begin with the name of one of its commands. */
	isInfo?(line: string): boolean;
	/** Each line of information as it comes, for answers of many lines; the answer itself keeps only the last. */
	onInfo?(line: string): void;
	/** True: this line of information ends it, without an OK (AT+CIFSR) or after it (AT+CIPSTATUS). */
	isLast?(line: string): boolean;
	/** True: an end that comes before the information belongs to an earlier command. */
	readonly infoFirst?: boolean;
	/** The raw bytes that follow a line of information; 0 when none do, undefined when the line can't be right. */
	blockBytes?(line: string): number | undefined;
	onBlock?(bytes: Uint8Array, left: number): void;
	/** Data is missing: a second OK shows that the block was longer than its header said, or it came when nobody waited for it. */
	onDataLost?(): void;
	/** Sent when the modem has given its prompt. */
	readonly data?: DataEntry;
	/** A line that is nearly this one is the result too, with a byte lost or changed: "DATA ACCEPT:0,27". */
	readonly result?: string;
	/** True: the prompt ends it well, and the next command with `answer` gives the data. */
	readonly stopsAtPrompt?: boolean;
	/** The data for the prompt at which the command before has stopped; `line` is only a name then. */
	readonly answer?: Uint8Array;
	/** How to read the last line of information. Without it, none is waited for. */
	read?(info: string): T | typeof DAMAGED;
	/** True: after this URC no answer is to be waited for. */
	abortedBy?(urc: Urc): boolean;
	/** Its end goes out only behind the right echo of the line, which a byte lost on the way spoils. Echo must be on (ATE1). */
	readonly echoed?: boolean;
	/** Saying it twice does no harm: it is said again when its answer was lost. */
	readonly repeatable?: boolean;
	/** What stands behind "=" never reaches a log. */
	readonly secret?: boolean;
	/** Goes out before all that waits, and more than once, for a byte of it may be lost: what the modem holds must not go on its way. */
	readonly urgent?: boolean;
	/** Of the driver's own and bounded in number, a connection or the bearer hangs on it: there is room for it when the queue is full. */
	readonly reserved?: boolean;
}

/** A command that is the same each time; frozen, so that it stays in flash when its module is preloaded. */
export function command<T = void>(constant: Command<T>): Command<T> {
	return Object.freeze(constant);
}

/** What `read` gives for a line that can't be right: bytes of it were lost or changed. */
export const DAMAGED: unique symbol = Symbol("damaged");

/** Data is waited for before it is answered. */
export function asksForData(command: Command<unknown>): boolean {
	return undefined !== command.data || !!command.stopsAtPrompt;
}

/** Bytes lost on the way: the answer has not the form that the manual gives. Of a line that may be data only the length is told. */
export function malformed(command: Command<unknown>, line: string | undefined): ModemError {
	const said =
		undefined === line ? "not whole" : carriesData(command) ? `"(${line.length} characters)", not whole` : `"${line}", not whole`;
	return new ModemError("MALFORMED", `the modem's answer to ${nameOf(command)} is ${said}: check wiring and baud rate`);
}

/** What its data, or what follows its answer, may end up as a line. */
export function carriesData(command: Command<unknown>): boolean {
	return undefined !== command.blockBytes || undefined !== command.data || undefined !== command.answer;
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

export type Ending = "success" | Refusal | undefined;

/** Whether this line ends the command, and how. */
export function endingOf(command: Command<unknown>, line: string): Ending {
	if (command.ending) return command.ending(line);
	const { slot, text } = slotOf(line);
	if (slot === command.slot || undefined === slot) {
		if (!command.success) {
			if ("OK" === text) return "success";
		} else if (command.success.includes(text) && ("OK" === text || command.slot === slot)) return "success";
		if (slot === command.slot && command.failure?.includes(text)) return refusal(command, line);
	}
	if ("ERROR" === line || line.startsWith("+CME ERROR") || line.startsWith("+CMS ERROR")) return refusal(command, line);
	return undefined;
}

/** True for a line that is this command's information. */
export function claims(command: Command<unknown>, line: string): boolean {
	if (command.isInfo) return command.isInfo(line);
	const colon = line.indexOf(":");
	if (colon <= 0 || "+" !== line[0]) return false;
	const name = line.slice(0, colon);
	const asked = command.line.toUpperCase();
	for (let at = asked.indexOf(name); at >= 0; at = asked.indexOf(name, at + 1)) {
		const next = asked[at + name.length];
		if (undefined !== next && !"=?; ".includes(next)) continue; // a longer name
		if (name.endsWith("REG")) return 0 === line.split(",").length % 2; // with one or three parameters it is a URC
		return "=" !== next || "?" === asked[at + name.length + 1] || undefined === urcOf(line);
	}
	return false;
}

/** Whether `line` is `whole` with at most two bytes in a row lost, changed or doubled. */
export function isNearly(line: string, whole: string): boolean {
	const most = Math.min(line.length, whole.length);
	let head = 0;
	while (head < most && line[head] === whole[head]) head++;
	let tail = 0;
	while (tail < most - head && line[line.length - 1 - tail] === whole[whole.length - 1 - tail]) tail++;
	return line.length - head - tail <= 2 && whole.length - head - tail <= 2;
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
	return claims(late, line) ? (late.blockBytes?.(line) ?? 0) : -1;
}

/** The command without its parameters, fit for a log. */
export function nameOf(command: Command<unknown>): string {
	const { line } = command;
	const equals = line.indexOf("=");
	return equals < 0 || equals === line.length - 1 || "?" === line[equals + 1] ? line : line.slice(0, equals);
}

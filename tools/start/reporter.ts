/* What `npm start` prints: lines for a person, or one JSON object a line. */

import { describe, place, printable, seconds } from "../../hosts/report.js";
import type { Destination, UplinkEvent } from "../../modules/delivery/events.js";
import type { ModemEvent } from "../../modules/modem/events.js";

import type { Meaning, Paint } from "../command/colour.js";
import { Live, type LiveOutput } from "../command/live.js";
import { type Waiting, waitingAfter, waitingText } from "./waiting.js";

export interface Result {
	readonly ok: boolean;
	/** What went wrong, in one line. */
	readonly error: string | undefined;
	readonly mode: "single" | "multi";
	readonly cyclesAsked: number;
	readonly cyclesDone: number;
	readonly messagesAsked: number;
	readonly messagesSent: number;
	readonly messagesAnswered: number;
	/** What the built-in server has seen, byte for byte; undefined with a server of the user's own. */
	readonly messagesDelivered: number | undefined;
	/** Failures that were told; a message may have arrived all the same. */
	readonly failures: number;
	/** The code of the first. */
	readonly firstFailure: string | undefined;
	readonly bytesSent: number;
	readonly bytesAnswered: number;
	/** From the first press of the power key (without one: from the start) to the first byte at the server. */
	readonly firstByteMs: number | undefined;
	/** Of it, while something was under way in the virtual modem. */
	readonly modemOwnMs: number | undefined;
	/** On the modem's clock. */
	readonly elapsedMs: number;
	readonly speed: number;
}

/** A server of the user's own took the message, and need not answer. */
export interface NoAnswer {
	readonly kind: "no-answer";
	readonly cycle: number;
	readonly destination: Destination;
}

export type RunEvent = ModemEvent | UplinkEvent | NoAnswer;

export interface Reporter {
	start(text: string): void;
	event(atMs: number, event: RunEvent): void;
	trace(atMs: number, direction: "<" | ">", line: string): void;
	status(atMs: number, level: 0 | 1): void;
	/** The built-in server's words. */
	server(atMs: number, text: string): void;
	result(result: Result): void;
	/** Nothing comes any more. */
	end(): void;
}

type Print = (line: string) => void;

export class TextReporter implements Reporter {
	readonly #live: Live;
	readonly #print: Print;
	readonly #paint: Paint;
	#waiting: Waiting | undefined;

	/** `nowMs`: on the clock of the run. */
	constructor(output: LiveOutput, paint: Paint, nowMs: () => number) {
		this.#live = new Live(() => {
			const text = this.#waiting && waitingText(this.#waiting, nowMs());
			return text && paint("aside", `             ${text}`);
		}, output);
		this.#print = line => this.#live.print(line);
		this.#paint = paint;
	}

	start(text: string): void {
		this.#print(text);
		this.#print("");
	}

	event(atMs: number, event: RunEvent): void {
		this.#waiting = waitingAfter(event, atMs) ?? this.#waiting;
		if ("finished" === event.kind || "cycle-done" === event.kind) return;
		const { kind } = event;
		const text = "no-answer" === kind ? `cycle ${event.cycle}: no answer from ${place(event.destination)}` : describe(event);
		this.#line(atMs, text, meaningOf(event));
	}

	trace(atMs: number, direction: "<" | ">", line: string): void {
		this.#line(atMs, `  ${direction} ${printable(line)}`, "aside");
	}

	status(atMs: number, level: 0 | 1): void {
		this.#line(atMs, `STATUS ${level ? "on" : "off"}`);
	}

	server(atMs: number, text: string): void {
		this.#line(atMs, `server: ${text}`, text.includes("PROBLEM") ? "bad" : undefined);
	}

	result(result: Result): void {
		this.#waiting = undefined;
		const rows = rowsOf(result);
		const width = Math.max(...rows.map(([name]) => name.length));
		this.#print("");
		const ending = result.ok ? "good" : "bad";
		for (const [name, value] of rows)
			this.#print(`${name.padEnd(width)}  ${this.#paint("result" === name ? ending : undefined, value)}`);
	}

	end(): void {
		this.#live.end();
	}

	#line(atMs: number, text: string, meaning?: Meaning): void {
		this.#print(`${this.#paint("aside", seconds(atMs).padStart(11))}  ${this.#paint(meaning, text)}`);
	}
}

function meaningOf(event: RunEvent): Meaning | undefined {
	switch (event.kind) {
		case "failed":
			return "bad";
		case "warning":
		case "unexplained":
		case "no-answer":
			return "warning";
		case "bearer-down":
			return "asked" === event.code ? undefined : "warning";
		case "answered":
			return "good";
		default:
			return undefined;
	}
}

function rowsOf(result: Result): [string, string][] {
	const { firstByteMs, messagesAsked, messagesDelivered, modemOwnMs } = result;
	const arrived =
		undefined === messagesDelivered
			? `${result.messagesSent} of ${messagesAsked} sent, ${result.messagesAnswered} answered`
			: `${messagesDelivered} of ${messagesAsked} arrived unchanged, ${result.messagesAnswered} answered`;
	const rows: [string, string][] = [
		["cycles", `${result.cyclesDone} of ${result.cyclesAsked} (${result.mode})`],
		["messages", arrived],
		["bytes", `${result.bytesSent} sent, ${result.bytesAnswered} came back`],
	];
	if (undefined !== firstByteMs) {
		const from = undefined === modemOwnMs ? "start" : "power key";
		rows.push([`${from} to first byte delivered`, seconds(firstByteMs)]);
		if (undefined !== modemOwnMs) {
			const percent = Math.round((100 * modemOwnMs) / firstByteMs);
			rows.push(["  of which the modem's own", `${seconds(modemOwnMs)} (${percent} %)`]);
		}
	}
	rows.push(["whole run", `${seconds(result.elapsedMs)}, at ${result.speed} times real time`]);
	if (result.failures > 0) rows.push(["failures told", `${result.failures}, the first ${result.firstFailure}`]);
	rows.push(["result", outcomeOf(result)]);
	return rows;
}

function outcomeOf({ failures, messagesDelivered, ok }: Result): string {
	if (!ok) return "FAILED";
	const done = undefined === messagesDelivered ? "every message was sent" : "every message arrived";
	return failures > 0 ? `${done}, whatever was told of it` : done;
}

export class JsonReporter implements Reporter {
	readonly #print: Print;

	constructor(print: Print) {
		this.#print = print;
	}

	start(text: string): void {
		this.#write({ kind: "start", text });
	}

	event(atMs: number, event: RunEvent): void {
		this.#write({ ...event, atMs });
	}

	trace(atMs: number, direction: "<" | ">", line: string): void {
		this.#write({ kind: "trace", direction, line, atMs });
	}

	status(atMs: number, level: 0 | 1): void {
		this.#write({ kind: "status", level, atMs });
	}

	server(atMs: number, text: string): void {
		this.#write({ kind: "server", text, atMs });
	}

	result(result: Result): void {
		this.#write({ kind: "result", ...result });
	}

	end(): void {}

	#write(object: object): void {
		this.#print(JSON.stringify(object, readable));
	}
}

function readable(_key: string, value: unknown): unknown {
	if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
	if (value instanceof Error) return { ...value, message: value.message };
	return value;
}

/* What replay has understood, event by event, and each as a line for a person. */

import { printable } from "../../hosts/report.js";
import { redacted } from "../../modules/at/redact.js";
import type { Urc } from "../../modules/at/urc.js";
import type { Meaning } from "../command/colour.js";

export type ReplayEvent = Place & Understood;

export interface Place {
	/** In the log, from 1. */
	readonly line: number;
	/** As the log has it. */
	readonly time?: string;
}

export type Understood =
	| { readonly kind: "command"; readonly text: string }
	/** A line of an answer; without `command`, of one that is not in the log. */
	| { readonly kind: "information"; readonly command?: string; readonly text: string; readonly fields: readonly string[] }
	/** The final result, and what an error means. */
	| { readonly kind: "done" | "late"; readonly command?: string; readonly text: string; readonly note?: string }
	| { readonly kind: "refused"; readonly command?: string; readonly text: string; readonly meaning: string }
	/** The next command came, the modem restarted, or the log ended before its answer was whole. */
	| { readonly kind: "unanswered"; readonly command: string; readonly because: string }
	| { readonly kind: "unsolicited"; readonly name: string; readonly text: string; readonly identity: Identity }
	| { readonly kind: "prompt"; readonly command?: string }
	| {
			readonly kind: "payload";
			readonly direction: "sent" | "received";
			/** Announced, or else as many as the log shows. */
			readonly bytes: number;
			/** Fewer of them are in the log. */
			readonly shown?: number;
			readonly slot?: number;
			readonly header: boolean;
			readonly text: string;
	  }
	/** Bytes were lost or changed on the way. */
	| { readonly kind: "damaged"; readonly text: string }
	| { readonly kind: "unexplained"; readonly text: string }
	/** The log ends within it. */
	| { readonly kind: "cut"; readonly text: string }
	/** Not the modem's: the words of a program, or of whoever keeps the log. */
	| { readonly kind: "note"; readonly text: string };

export type Identity = Readonly<Record<string, string | number | boolean>>;

/** What an unsolicited result says besides its line. `surprising`: a start that nothing has announced. */
export function detailsOf(result: Urc, surprising: boolean): Identity {
	const repeated = ["kind", "line", "text", "textFollows"];
	const identity = Object.entries(result).filter(([name, value]) => !repeated.includes(name) && undefined !== value);
	if (surprising) identity.push(["surprising", "with no farewell before it: check the supply"]);
	return Object.fromEntries(identity);
}

/** Wherever a secret may stand: in a command, in an echo that was damaged, in the words of a program. */
export function withoutSecrets(event: Understood): Understood {
	const entries = Object.entries(event).map(([name, value]) => [name, "string" === typeof value ? redacted(value) : value]);
	return Object.fromEntries(entries) as Understood;
}

/** For the eye: what went wrong, what may have, what is only in between. */
export function meaningOf({ kind }: Understood): Meaning | undefined {
	switch (kind) {
		case "refused":
		case "damaged":
			return "bad";
		case "unanswered":
		case "late":
		case "unexplained":
		case "cut":
			return "warning";
		case "note":
			return "aside";
		default:
			return undefined;
	}
}

const LONGEST_TEXT = 60;

/** One line, without its end. */
export function lineOf(event: ReplayEvent): string {
	const place = [String(event.line).padStart(6), ...(undefined === event.time ? [] : [event.time])].join("  ");
	return `${place}  ${event.kind.padEnd(12)} ${wordsOf(event)}`.trimEnd();
}

function wordsOf(event: Understood): string {
	switch (event.kind) {
		case "information":
			return `${shown(event.text)}${event.command ? "" : ownerOf(undefined)}`;
		case "done":
			return `${shown(event.text || "(no result of its own)")}${ownerOf(event.command)}${behind(event.note)}`;
		case "late":
			return `${shown(event.text)}${ownerOf(event.command)}, given up before`;
		case "refused":
			return `${shown(event.text)}  ${event.meaning}`;
		case "unanswered":
			return `${shown(event.command)}  (${event.because})`;
		case "unsolicited":
			return `${shown(event.text)}  ${event.name}${behindName(event.identity)}`;
		case "prompt":
			return `>${ownerOf(event.command)}`;
		case "payload":
			return payloadOf(event);
		default:
			return shown(event.text);
	}
}

function payloadOf({ bytes, direction, header, shown: there, slot, text }: Extract<Understood, { kind: "payload" }>): string {
	const connection = undefined === slot ? "" : ` on connection ${slot}`;
	const incomplete = undefined === there ? "" : `, ${there} of them in this log`;
	return `${bytes} bytes ${direction}${connection}${header ? "" : ", with no header"}${incomplete}: ${shown(text)}`;
}

function ownerOf(command: string | undefined): string {
	return undefined === command ? "  (its command is not in this log)" : `  of ${shown(command)}`;
}

function behind(note: string | undefined): string {
	return undefined === note ? "" : `, ${note}`;
}

function behindName(identity: Identity): string {
	const words = Object.entries(identity).map(([name, value]) => ("slot" === name ? `connection ${value}` : shown(String(value))));
	return words.length > 0 ? `: ${words.join(", ")}` : "";
}

function shown(text: string): string {
	const clean = printable(text);
	return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}...` : clean;
}

export class Tally {
	readonly #counts = new Map<Understood["kind"], number>();

	add(event: Understood): void {
		this.#counts.set(event.kind, this.of(event.kind) + 1);
	}

	of(kind: Understood["kind"]): number {
		return this.#counts.get(kind) ?? 0;
	}

	/** Of each kind that there was. */
	get counts(): Readonly<Record<string, number>> {
		return Object.fromEntries(this.#counts);
	}

	/** The last line of a log's events. */
	toString(): string {
		const answered = this.of("done");
		return (
			`${this.of("command")} commands: ${answered} done, ${this.of("refused")} refused, ${this.of("unanswered")} unanswered; ` +
			`${this.of("unsolicited")} unsolicited, ${this.of("damaged")} damaged, ${this.of("unexplained")} unexplained, ` +
			`${this.of("note")} notes`
		);
	}
}

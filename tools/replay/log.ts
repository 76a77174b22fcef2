/*
 * A log as people keep it, line by line: which bytes came from the modem, which went to it, and what is neither.
 *
 * A log is either raw, the bytes of the modem's side as they came, or text, where line ends are lost, blank lines may be,
 * and a program's own words stand between the modem's. Everything is text with one byte a character.
 */

import { isCommandLine } from "./commands.js";
import { labelOf, type Speaker, splitAtLabel, stampOf } from "./labels.js";
import { dotted, dumpOf, hasMarks, unmarked } from "./notation.js";

export interface Entry {
	/** From 1. */
	readonly line: number;
	readonly time?: string | undefined;
	/** "either": nobody says whose it is. */
	readonly from: "host" | "modem" | "either" | "note";
	readonly text: string;
	/** Line ends are as they were: counts can be believed. */
	readonly exact: boolean;
}

export type Format = "raw" | "text";

/** Control characters, or CR CR LF: nobody has typed or edited this. */
export function formatOf(content: string): Format {
	return /[\0-\x08\x0e-\x1a\x1c-\x1f]|\r\r\n/.test(content) || content.startsWith("\r\n") ? "raw" : "text";
}

/** Takes a log line by line, each with its end, and gives what is in it. */
export class LogReader {
	readonly #onEntry: (entry: Entry) => void;
	readonly #text: TextLog | undefined;
	#line = 0;

	constructor(format: Format, onEntry: (entry: Entry) => void) {
		this.#onEntry = onEntry;
		if ("text" === format) this.#text = new TextLog(onEntry);
	}

	line(text: string): void {
		this.#line++;
		if (this.#text) this.#text.add(text.replace(/[\r\n]+$/, ""));
		else this.#onEntry({ line: this.#line, from: "modem", text, exact: true });
	}
}

/** "[...]", "[excerpt ends]", "....": left out by whoever posted it. */
const OMISSION = /^\[(?:\.\.\.|[\w.][^"{]*[ .][^"{]*)\]$|^[.\s]+$/;
/** A program's words and then, on the same line, its command. */
const GLUED = /^(.*?[\w.*!)])(AT\+[A-Z]+(?:[?=].*)?(?:;.*)?)$/;
/** A terminal that shows both directions. */
const DOUBLED = /^(AT.+?)\1$/i;

class TextLog {
	readonly #onEntry: (entry: Entry) => void;
	#line = 0;
	#time: string | undefined;
	/** The bytes of the dump above: the same in characters may follow. */
	#dump = "";

	constructor(onEntry: (entry: Entry) => void) {
		this.#onEntry = onEntry;
	}

	/** Without its end. */
	add(line: string): void {
		this.#line++;
		const { speaker, time, text } = stampOf(line);
		this.#time = time;
		const dump = this.#dump;
		this.#dump = "";
		if ("" !== dump && this.#repeats(dump, text)) this.#add("note", text);
		else if (speaker) this.#readLabelled(speaker, text);
		else this.#readText(text);
	}

	#repeats(dump: string, text: string): boolean {
		return text.trim() === dotted(dump) || (hasMarks(text) && unmarked(text).bytes === dump);
	}

	#readText(text: string): void {
		const split = splitAtLabel(text);
		if (split) {
			this.#readText(split[0]);
			this.#readText(split[1]);
			return;
		}
		const labelled = labelOf(text.trimStart());
		if (labelled) this.#readLabelled(labelled.speaker, labelled.text);
		else if (!this.#readBytes("modem", text, false)) this.#readUnlabelled(text);
	}

	#readLabelled(speaker: Speaker, text: string): void {
		if ("note" === speaker || !this.#readBytes(speaker, text, true)) this.#add(speaker, text);
	}

	/** Dumps and marks. Without a label only what reads like a modem's is taken for it. */
	#readBytes(from: "host" | "modem", text: string, labelled: boolean): boolean {
		const dump = dumpOf(text);
		if (undefined !== dump) {
			this.#dump = dump;
			this.#add(from, dump, true);
			return true;
		}
		if (!hasMarks(text)) return false;
		const { bytes, rest } = unmarked(text);
		if (!labelled && !readsLikeModem(bytes)) return false;
		this.#add(from, bytes, true);
		if ("" !== rest.trim()) this.#add("note", rest);
		return true;
	}

	#readUnlabelled(text: string): void {
		const prompted = /^>\s?/.exec(text);
		const behind = prompted && labelOf(text.slice(prompted[0].length));
		if (prompted && "host" === behind?.speaker) {
			this.#add("modem", "> ", true);
			this.#add("host", behind.text);
			return;
		}
		if (OMISSION.test(text) && "" !== text.trim()) return this.#add("note", text);
		const glued = GLUED.exec(text);
		if (glued && !isCommandLine(text)) this.#add("note", glued[1]!);
		const line = glued && !isCommandLine(text) ? glued[2]! : text;
		this.#add("either", DOUBLED.exec(line)?.[1] ?? line);
	}

	#add(from: Entry["from"], text: string, exact = false): void {
		this.#onEntry({ line: this.#line, time: this.#time, from, text, exact });
	}
}

function readsLikeModem(bytes: string): boolean {
	return /^[\r\n]|^[+*^][A-Z]|^(?:OK|ERROR|RDY|STATE:|[CS]: \d)/.test(bytes) || isCommandLine(bytes.split(/[\r\n]/, 1)[0]!);
}

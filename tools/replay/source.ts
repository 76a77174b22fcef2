/*
 * A log as it is read: line by line from a file or standard input, of any size, with no more of it in memory than a line.
 * Everything is text with one byte a character.
 */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { Failure, wordsOf } from "../command/errors.js";
import type { Entry, Format } from "./log.js";
import { formatOf, LogReader } from "./log.js";

/** A line that is longer is taken for several: nobody keeps such logs, but there are files that are none. */
const LONGEST_LINE = 1 << 16;

export interface SourceOptions {
	/** "-": standard input. */
	readonly file: string;
	readonly format: Format | "auto";
	onEntry(entry: Entry): void;
	/** Called between two pieces of the log: time to write what was made of it. */
	onPause(): Promise<void> | void;
}

/** Reads to the end, and gives the format. @throws {Failure} the file can't be read */
export async function readLog({ file, format, onEntry, onPause }: SourceOptions): Promise<Format> {
	let reader: LogReader | undefined;
	let rest = "";
	let found: Format = "auto" === format ? "text" : format;
	try {
		for await (const text of piecesOf("-" === file ? process.stdin : createReadStream(file))) {
			if (!reader) {
				if ("auto" === format) found = formatOf(text);
				reader = new LogReader(found, onEntry);
			}
			rest = takeLines(rest + text, line => reader!.line(line));
			await onPause();
		}
	} catch (error) {
		if (error instanceof Failure) throw error;
		if (undefined === (error as NodeJS.ErrnoException).code) throw error;
		throw new Failure(`${"-" === file ? "standard input" : file} can't be read: ${wordsOf(error)}`);
	}
	reader?.line(rest);
	return found;
}

/** Gives what is left: a line that has not ended. */
function takeLines(text: string, onLine: (line: string) => void): string {
	let at = 0;
	for (;;) {
		const end = text.indexOf("\n", at) + 1;
		const cut = at + LONGEST_LINE;
		if (end > 0 && end <= cut) onLine(text.slice(at, end));
		else if (text.length > cut) onLine(text.slice(at, cut));
		else return text.slice(at);
		at = end > 0 && end <= cut ? end : cut;
	}
}

/** What a Windows console writes is UTF-16; the rest is taken byte by byte. */
async function* piecesOf(stream: Readable): AsyncGenerator<string> {
	let utf16: TextDecoder | undefined;
	let isFirst = true;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		if (isFirst && 0xff === chunk[0] && 0xfe === chunk[1]) utf16 = new TextDecoder("utf-16le"); // takes the mark off
		const text = utf16 ? utf16.decode(chunk, { stream: true }) : chunk.toString("latin1");
		yield isFirst ? text.replace(/^\xef\xbb\xbf/, "") : text;
		isFirst = false;
	}
}

/*
 * What the modem has carried out, against what the driver has said.
 *
 * One line may differ by the one byte that was spoiled, or be two that a lost CR has joined; anything else was not the
 * driver's.
 */
import { parseLine } from "../../modules/virtual/at/line.js";
import type { Fault } from "./fault.js";

/** A changed byte may be a backspace, which takes its neighbour along. */
const MOST_EDITS = 2;
const SECRET = "=***";
/** Said at another rate than the modem's: nobody's data has such characters. */
const GARBLED = /[\x00\x80-\xff]/;
/** What ends data that came short, and an escape: the driver traces no line of its own for them. */
const UNTRACED = /^AT\+CIPCLOSE(=\d(,1)?|=1)?$|^ATE0Q0V1$/;

/** Lines that were carried out and are none of the driver's. */
export function strangeLines(executed: readonly string[], said: readonly string[], fault: Fault | undefined): string[] {
	const lines = [...new Set(said)];
	const strange = executed.filter(
		line => !UNTRACED.test(line) && !GARBLED.test(line) && isCarriedOut(line) && !isOwn(line, lines),
	);
	const mayDiffer = undefined !== fault && "up" === fault.direction && "restart" !== fault.kind;
	if (!mayDiffer) return strange;
	const excused = strange.findIndex(line => isDamaged(line, lines));
	return strange.filter((_line, index) => index !== excused);
}

/** A line that is of no form that the modem knows is refused as a whole. */
function isCarriedOut(line: string): boolean {
	return "/" === line[1] || undefined !== parseLine(line.slice(2), { semicolonAfterBasic: false });
}

/** What the driver does not want to be carried out any more it spoils by ESC; a port that throws cuts a line anywhere. */
function isOwn(line: string, lines: readonly string[]): boolean {
	const text = line.replace(/\x1b+$/, "");
	return lines.some(own => isSame(text, own)) || isOfParts(text, lines);
}

/** The last one whole or not, those before it cut off. */
function isOfParts(text: string, lines: readonly string[]): boolean {
	if ("AT" === text) return true;
	for (const own of lines) {
		let same = 0;
		while (same < text.length && text[same] === own[same]) same++;
		if (same === text.length) return true;
		for (let length = same; length >= 2; length--)
			if (text.startsWith("AT", length) && isOfParts(text.slice(length), lines)) return true;
	}
	return false;
}

function isSame(line: string, own: string): boolean {
	return own.endsWith(SECRET) ? line.startsWith(own.slice(0, 1 - SECRET.length)) : line === own;
}

/** One of the driver's lines with a byte of it spoiled, cut off before or behind it, or joined with the next one. */
function isDamaged(line: string, lines: readonly string[]): boolean {
	return lines.some(own => {
		const text = own.endsWith(SECRET) ? own.slice(0, 1 - SECRET.length) : own;
		const part = line.slice(0, text.length);
		if (own.endsWith(SECRET) && edits(part, text) <= MOST_EDITS) return true;
		// Its CR was lost, and the data behind it has one: the modem refuses what has become of the length.
		if (own.startsWith("AT+CIPSEND=") && line.startsWith(own)) return true;
		if (
			edits(line, text) <= MOST_EDITS ||
			edits(line, text.slice(-line.length)) <= 1 ||
			edits(line, text.slice(0, line.length)) <= MOST_EDITS
		)
			return true;
		return (
			line.length > text.length && [0, 1].some(gap => edits(part, text) <= 1 && isJoined(line.slice(text.length + gap), lines))
		);
	});
}

function isJoined(rest: string, lines: readonly string[]): boolean {
	return lines.some(
		own => edits(rest, own) <= 1 || (rest.length > own.length && rest.startsWith(own) && isJoined(rest.slice(own.length), lines)),
	);
}

/** Levenshtein's distance, as far as MOST_EDITS matters. */
function edits(a: string, b: string): number {
	if (Math.abs(a.length - b.length) > MOST_EDITS) return MOST_EDITS + 1;
	let above = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let at = 1; at <= b.length; at++) {
			const same = a[row - 1] === b[at - 1] ? 0 : 1;
			current.push(Math.min(above[at]! + 1, current[at - 1]! + 1, above[at - 1]! + same));
		}
		above = current;
	}
	return above[b.length]!;
}

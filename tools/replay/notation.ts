/*
 * How people write down bytes: hex dumps, and marks for what can't be seen.
 *
 * Everything is text with one byte a character. Nothing here knows what the bytes mean.
 */

const PAIR = /^[0-9a-f]{2}$/i;
const OFFSET = /^(?:0x)?[0-9a-f]{4,8}:?\s+/i;

/** The bytes of a line of hex ("0000  0d 0a 4f 4b  |..OK|", with offset and rendering or without); undefined when it is none. */
export function dumpOf(line: string): string | undefined {
	const text = line.trim().replace(OFFSET, "");
	const pairs: string[] = [];
	let rest = text;
	for (;;) {
		const token = rest.split(/\s/, 1)[0]!;
		if (!PAIR.test(token)) break;
		pairs.push(token);
		rest = rest.slice(token.length).trimStart();
	}
	if (!isRendering(text, rest) || !isHex(pairs)) return undefined;
	return pairs.map(pair => String.fromCharCode(Number.parseInt(pair, 16))).join("");
}

/** What may stand behind the bytes: nothing, or the same in characters. */
function isRendering(text: string, rest: string): boolean {
	if ("" === rest || /^[|"<'=]/.test(rest)) return true;
	return /\s{2}$/.test(text.slice(0, text.length - rest.length));
}

/** A few numbers in a row are no dump. */
function isHex(pairs: readonly string[]): boolean {
	return pairs.length >= 2 && (pairs.length >= 8 || pairs.some(pair => /[a-f]/i.test(pair)));
}

/** Marks for CR and LF, in the spellings that loggers have; the last ones are U+240D and U+240A in UTF-8. */
const CR = /\(\\r\)|<CR>|\[CR\]|\\r|\xe2\x90\x8d/g;
const LF = /\(\\n\)|<LF>|\[LF\]|\\n|\xe2\x90\x8a/g;
const END = /\(\\[rn]\)|<(?:CR|LF)>|\[(?:CR|LF)\]|\\r\\n|\\[rn]["']?$|\xe2\x90[\x8a\x8d]/;
const BYTE = /\\x([0-9a-f]{2})/gi;
const QUOTED = /^b?(["'])(.*)\1$/;

/** Whether it shows its line ends: then they are as they were, and not what a person made of them. */
export function hasMarks(text: string): boolean {
	return END.test(text);
}

/** The bytes that marks stand for, and what is behind the last line end: "OK(\r)(\n)[log] fine" has "[log] fine". */
export function unmarked(text: string): { readonly bytes: string; readonly rest: string } {
	const plain = text.trim().replace(QUOTED, "$2");
	const bytes = plain
		.replace(CR, "\r")
		.replace(LF, "\n")
		.replace(BYTE, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
	const end = bytes.lastIndexOf("\n") + 1;
	return 0 === end ? { bytes, rest: "" } : { bytes: bytes.slice(0, end), rest: bytes.slice(end) };
}

/** As dumps print it: a dot for what can't be seen. */
export function dotted(bytes: string): string {
	return bytes.replace(/[^ -~]/g, ".");
}

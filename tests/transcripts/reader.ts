/*
 * Transcripts: what a modem says, byte by byte, and what the driver makes of it, in files that people read.
 *
 * A second-level heading is a test's name, prose says why it exists, a block "modem" holds the conversation and a block
 * "events" what is expected. README.md explains both.
 */

export type Step =
	/** What the driver does: "AT+CREG?", "wait 500"... */
	| { readonly kind: "driver"; readonly text: string }
	/** What the modem says, one byte a character. */
	| { readonly kind: "modem"; readonly text: string };

export interface Transcript {
	readonly name: string;
	readonly steps: readonly Step[];
	readonly events: readonly string[];
}

const FENCE = "```";

/** @throws {Error} a file that is not of the form */
export function transcriptsOf(markdown: string): Transcript[] {
	return markdown.split("\n## ").slice(1).map(transcriptOf);
}

function transcriptOf(section: string): Transcript {
	const name = section.slice(0, section.indexOf("\n")).trim();
	const blocks = new Map<string, string[]>();
	let block: string[] | undefined;
	for (const line of section.split("\n").slice(1)) {
		if (!line.startsWith(FENCE)) block?.push(line);
		else if (block) block = undefined;
		else {
			block = [];
			blocks.set(line.slice(FENCE.length), block);
		}
	}
	const modem = blocks.get("modem");
	const events = blocks.get("events");
	if (!modem || !events || blocks.size > 2) throw new Error(`"${name}" needs one block "modem" and one block "events"`);
	return { name, steps: stepsOf(modem), events };
}

/** "$ " begins what the driver does; the line ends of the file mean nothing to what the modem says. */
function stepsOf(lines: readonly string[]): Step[] {
	const steps: Step[] = [];
	let said = "";
	const flush = () => {
		if (said) steps.push({ kind: "modem", text: said });
		said = "";
	};
	for (const line of lines) {
		if (line.startsWith("$ ")) {
			flush();
			steps.push({ kind: "driver", text: line.slice(2) });
		} else said += unescaped(line);
	}
	flush();
	return steps;
}

/** \r, \n, \\ and \x1a are bytes, [00..ff] is each byte from the first to the last. */
export function unescaped(text: string): string {
	return text.replace(
		/\\(?:x([0-9a-f]{2})|(.))|\[([0-9a-f]{2})\.\.([0-9a-f]{2})\]/g,
		(_, hex?: string, letter?: string, first?: string, last?: string) => {
			if (first && last) return bytesBetween(Number.parseInt(first, 16), Number.parseInt(last, 16));
			if (hex) return String.fromCharCode(Number.parseInt(hex, 16));
			const byte = { r: "\r", n: "\n", "\\": "\\", "[": "[" }[letter!];
			if (undefined === byte) throw new Error(`\\${letter} is not known`);
			return byte;
		},
	);
}

function bytesBetween(first: number, last: number): string {
	let text = "";
	for (let byte = first; byte <= last; byte++) text += String.fromCharCode(byte);
	return text;
}

const ALL_BYTES = bytesBetween(0, 255);

/** The way back: for what is told, and for the title of a failure. */
export function escaped(text: string): string {
	if (text === ALL_BYTES) return "[00..ff]";
	let result = "";
	for (const character of text) {
		const code = character.charCodeAt(0);
		if ("\r" === character) result += "\\r";
		else if ("\n" === character) result += "\\n";
		else if ("\\" === character) result += "\\\\";
		else if (code < 0x20 || code > 0x7e) result += `\\x${code.toString(16).padStart(2, "0")}`;
		else result += character;
	}
	return result;
}

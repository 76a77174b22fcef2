/*
 * Who says what in a log: time stamps, and the words and arrows that loggers put before a line.
 */

export type Speaker = "host" | "modem" | "note";

export interface Labelled {
	readonly speaker: Speaker;
	/** The label itself. */
	readonly label: string;
	/** What is behind it. */
	readonly text: string;
}

/** A time of day with a date or an Arduino arrow; milliseconds in brackets; ESP-IDF's level and tag. */
const STAMPS: readonly RegExp[] = [
	/^\[?((?:\d{4}[-/.]\d{2}[-/.]\d{2}[T ])?\d{1,2}:\d{2}:\d{2}(?:[.,:]\d{1,6})?)\]?(?: ->)?(?: |$)/,
	/^\[\s*(\d+(?:\.\d+)?)\](?: |$)/,
	/^[IWEDV] \((\d+)\) [\w.-]+: /,
];
/** Stamps that say who speaks: the arrow of `npm run modem -- --trace`, the tag of ESP-IDF's UART logs. */
const DIRECTED: readonly (readonly [Speaker, RegExp])[] = [
	["host", /^\s*(\d+\.\d{3}) > ?/],
	["modem", /^\s*(\d+\.\d{3}) < ?/],
	["host", /^[IWEDV] \((\d+)\) uart-tx: /],
	["modem", /^[IWEDV] \((\d+)\) uart-rx: /],
];

export interface Stamped {
	readonly time?: string | undefined;
	/** Whose the line is, when the stamp says so. */
	readonly speaker?: Speaker | undefined;
	readonly text: string;
}

export function stampOf(line: string): Stamped {
	for (const [speaker, stamp] of DIRECTED) {
		const found = stamp.exec(line);
		if (found) return { time: found[1], speaker, text: line.slice(found[0].length) };
	}
	for (const stamp of STAMPS) {
		const found = stamp.exec(line);
		if (found) return { time: found[1], text: line.slice(found[0].length) };
	}
	return { text: line };
}

/** "[serial (Cell)] " before a label. */
const TAG = /^(?:\[[^\]]*\]\s*)?/.source;

const LABELS: readonly (readonly [Speaker, RegExp])[] = [
	["host", new RegExp(`${TAG}(?:\\[TX\\]:?|(?:TX|Sen[dt]|Sending|SEN[DT]|Modem Write|Write|Command)\\s*[:>])\\s*`)],
	["modem", new RegExp(`${TAG}(?:\\[RX\\]:?|(?:RX|Recv|RECV|Received|RECEIVED|Modem Received|Read|Response|RIC)\\s*[:<])\\s*`)],
	["host", /^-{2,}>(?:\s+|$)/],
	["modem", /^<-{2,}(?:\s+|$)/],
	["host", /^(?:>>+\s*)+/],
	["modem", /^(?:<<+\s*)+/],
	["host", /^> (?=AT(?:[+&A-Z?]|$))/i],
	["modem", /^< /],
	["host", /^SendString /],
	["note", /^SendRaw\b/],
	["note", /^(?:ATT|DB): /], // an Arduino library's: what it waits for, and what it makes of it
	["note", /^(?:->|###)/],
];

/** Labels that loggers print without beginning a line for them. */
const INLINE = /SendString (?=AT)/;

export function labelOf(text: string): Labelled | undefined {
	for (const [speaker, pattern] of LABELS) {
		const found = pattern.exec(text);
		if (found) return { speaker, label: found[0], text: "note" === speaker ? text : text.slice(found[0].length) };
	}
	return undefined;
}

/** What stands before a label within the line, and the rest of it from the label on. */
export function splitAtLabel(text: string): readonly [string, string] | undefined {
	const found = INLINE.exec(text);
	return found && found.index > 0 ? [text.slice(0, found.index), text.slice(found.index)] : undefined;
}

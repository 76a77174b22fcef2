/*
 * The fields of an answer or an unsolicited result: `+CREG: 2,1,"001F","1174"` has four.
 *
 * Modems put blanks after the colon and the commas or leave them out, and some forget a quote: none of that matters.
 */

export { isAddress } from "../core/ip.js";

/** The text before the first colon, with no blanks around it; the whole line when it has none. */
export function headOf(line: string): string {
	const colon = line.indexOf(":");
	return (colon < 0 ? line : line.slice(0, colon)).trim();
}

/** What stands behind the first colon, split at commas outside quotes; blanks around and the quotes are taken off. */
export function paramsOf(line: string): string[] {
	let begin = line.indexOf(":") + 1;
	if (line.indexOf('"', begin) < 0) return trimmed(line.slice(begin).split(","));
	const { length } = line;
	const fields: string[] = [];
	let quoted = false;
	for (let at = begin; at <= length; at++) {
		const character = at < length ? line[at] : ",";
		if ('"' === character) quoted = !quoted;
		else if ("," === character && (!quoted || at === length)) {
			fields.push(unquoted(line.slice(begin, at).trim()));
			begin = at + 1;
		}
	}
	return fields;
}

function trimmed(fields: string[]): string[] {
	for (let index = fields.length - 1; index >= 0; index--) fields[index] = fields[index]!.trim();
	return fields;
}

/** The field at `index`, from 0, of a line with no quoted commas before it; undefined when it has not so many. */
export function plainParam(line: string, index: number): string | undefined {
	let begin = line.indexOf(":") + 1;
	for (let skip = index; skip > 0; skip--) {
		const comma = line.indexOf(",", begin);
		if (comma < 0) return undefined;
		begin = comma + 1;
	}
	const end = line.indexOf(",", begin);
	return (end < 0 ? line.slice(begin) : line.slice(begin, end)).trim();
}

function unquoted(field: string): string {
	const from = field.startsWith('"') ? 1 : 0;
	const to = field.length > from && field.endsWith('"') ? field.length - 1 : field.length;
	return field.slice(from, to);
}

/** The field as a whole number, 0 or more; undefined when it is none. */
export function numberOf(field: string | undefined): number | undefined {
	if (undefined === field) return undefined;
	const { length } = field;
	if (0 === length || length > 9) return undefined;
	let value = 0;
	for (let at = 0; at < length; at++) {
		const digit = field.charCodeAt(at) - 0x30;
		if (digit < 0 || digit > 9) return undefined;
		value = value * 10 + digit;
	}
	return value;
}

export interface SlotText {
	/** The connection that the line speaks of; undefined in single-connection mode. */
	readonly slot: number | undefined;
	readonly text: string;
}

/** Splits "1, CLOSED" (or "1,CLOSED") into slot and text. */
export function slotOf(line: string): SlotText {
	const digit = line.charCodeAt(0) - 0x30;
	if (digit < 0 || digit > 9 || "," !== line[1]) return { slot: undefined, text: line };
	return { slot: digit, text: line.slice(2).trim() };
}

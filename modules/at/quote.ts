/*
 * Text from outside never becomes a command: what goes between quotes in an AT line is checked here, by field name.
 *
 * Source: SIM900 AT Command Manual 1.4 (a line has at most 556 characters; CR ends it).
 */
import { isAddress, numberOf } from "./params.js";

/**
 * `text` in quotes.
 *
 * @param field how the user calls it: "apn", "host"...
 * @throws {TypeError} not a string  @throws {RangeError} too long, or a character that would break the line
 */
export function quoted(field: string, text: string, mostCharacters: number): string {
	if ("string" !== typeof text) throw new TypeError(`${field} must be a string`);
	if (text.length > mostCharacters)
		throw new RangeError(`${field} is too long: ${text.length} characters, at most ${mostCharacters}`);
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (0x22 === code) throw new RangeError(`${field} must not contain a quote`);
		if (code < 0x20 || code > 0x7e) throw new RangeError(`${field} must not contain control or non-ASCII characters`);
	}
	return `"${text}"`;
}

/** The manuals name no limit for a host; a label of a name has one (RFC 1035 2.3.4). */
const MOST_HOST_CHARACTERS = 100;
const MOST_LABEL_CHARACTERS = 63;

/** A host name or address in quotes. @throws as `quoted` */
export function quotedHost(field: string, host: string): string {
	const text = quoted(field, host, MOST_HOST_CHARACTERS);
	if (0 === host.length) throw new RangeError(`${field} must not be empty`);
	if (!isAddress(host) && !isName(host)) throw new RangeError(`${field} "${host}" is not a host name or address`);
	return text;
}

/** Labels between dots; no name ends in a number, so that a mistyped address is none. */
function isName(host: string): boolean {
	const labels = host.split(".");
	return labels.every(isLabel) && undefined === numberOf(labels[labels.length - 1]);
}

function isLabel(label: string): boolean {
	const { length } = label;
	if (0 === length || length > MOST_LABEL_CHARACTERS || label.startsWith("-") || label.endsWith("-")) return false;
	for (let at = 0; at < length; at++) if (!isHostCharacter(label.charCodeAt(at))) return false;
	return true;
}

function isHostCharacter(code: number): boolean {
	return (
		(code >= 0x61 && code <= 0x7a) ||
		(code >= 0x41 && code <= 0x5a) ||
		(code >= 0x30 && code <= 0x39) ||
		0x2d === code ||
		0x5f === code
	);
}

/** The digits of a PIN in quotes; the text of an error does not show them. */
export function quotedPin(field: string, pin: string): string {
	if ("string" !== typeof pin) throw new TypeError(`${field} must be a string`);
	if (pin.length < 4 || pin.length > 8) throw new RangeError(`${field} must have 4 to 8 digits`);
	for (let at = 0; at < pin.length; at++) {
		const code = pin.charCodeAt(at);
		if (code < 0x30 || code > 0x39) throw new RangeError(`${field} must have digits only`);
	}
	return `"${pin}"`;
}

/** @throws {TypeError} not a number  @throws {RangeError} not a whole number within the bounds */
export function wholeNumber(field: string, value: number, least: number, most: number): number {
	if ("number" !== typeof value) throw new TypeError(`${field} must be a number`);
	if (!Number.isInteger(value) || value < least || value > most)
		throw new RangeError(`${field} must be a whole number from ${least} to ${most}`);
	return value;
}

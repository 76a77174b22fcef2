/*
 * Data that may reach the modem's command parser, because a prompt or a digit of the length was lost on the wire. It is
 * somebody else's text: a line of it that is AT+CLCK has cost a SIM a PIN try. So it is cut into pieces that are no command.
 */

const CR = 0x0d;
const SLASH = 0x2f;
const UPPER_A = 0x41;
const UPPER_T = 0x54;
const LOWER = 0x20;

/**
 * How many of the first bytes do no harm in a command parser: no CR behind an AT, and no "A/", which needs no CR.
 * At least 1, for nothing stands before the first.
 */
export function inertBytes(data: Uint8Array): number {
	let before = 0;
	let command = false;
	for (let at = 0; at < data.length; at++) {
		const byte = data[at]!;
		if ((CR === byte && command) || (SLASH === byte && UPPER_A === before)) return at;
		const letter = byte & ~LOWER;
		if (UPPER_T === letter && UPPER_A === before) command = true;
		before = letter;
	}
	return data.length;
}

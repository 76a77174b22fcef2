/*
 * The Arduino sketches' `sendATcommand2`, without their busy wait: asks, and says which of two answers came.
 *
 * Everything that does not belong to the answer goes where it belongs: an unsolicited result that is already there is
 * not thrown away, one caller's answer is never another's, an answer may be longer than 100 bytes, and an empty
 * expectation matches nothing. An expectation is looked for within one line, or is the prompt: ">".
 */

import type { AtClient } from "../at/client.js";
import { type Command, claims, command, type Ending, endingOf } from "../at/command.js";
import { headOf, numberOf, paramsOf, slotOf } from "../at/params.js";
import { urcOf } from "../at/urc.js";

/**
 * Sends `line`, a command, or, after a call that was answered by ">", the data itself (nothing is added to it).
 *
 * Resolves to 1 or 2 as soon as `expected1` or `expected2` is in a line of the answer, and to 0 when the answer ended
 * without them or `timeoutMs` is over. The next caller's command goes out when the whole answer is in.
 *
 * @throws {TypeError | RangeError} arguments that can't be sent  @throws {ModemError} BUSY, CLOSED
 */
export function sendATcommand2(
	client: AtClient,
	line: string,
	expected1: string,
	expected2: string,
	timeoutMs: number,
): Promise<0 | 1 | 2> {
	const isData = isDataFor(client.heldLine, line);
	if (!isData) checkLine(line);
	if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be more than 0, not ${timeoutMs}`);
	return new Promise((resolve, reject) => {
		let answer = 0 as 0 | 1 | 2;
		const prompt1 = ">" === expected1.trim();
		const stopsAtPrompt = prompt1 || ">" === expected2.trim();
		const ends = endsOf(line, expected1 + expected2);
		const matchOf = (said: string) => answer || (contains(said, expected1) ? 1 : contains(said, expected2) ? 2 : 0);
		const take = (said: string): boolean => {
			answer = matchOf(said);
			if (0 !== answer) resolve(answer);
			return 0 !== answer;
		};
		const plain: Command = { line: isData ? "data" : line, timeoutMs };
		const asked: Command = {
			...plain,
			ending: said => ends(said, take(said)),
			// Asked when late, too.
			isInfo: said => claims(plain, said) || (undefined === urcOf(said) && undefined === ends(said, 0 !== matchOf(said))),
			onInfo: take,
			...(isData ? { answer: bytesOf(line) } : {}),
			...(stopsAtPrompt ? { stopsAtPrompt } : {}),
		};
		client.send(asked).then(
			() => resolve(0 === answer && stopsAtPrompt ? (prompt1 ? 1 : 2) : answer),
			error => ("BUSY" === error.code || "CLOSED" === error.code ? reject(error) : resolve(answer)),
		);
	});
}

/** Whether `line` is what the modem waits for, and not another caller's command. @throws {RangeError} not so many bytes */
function isDataFor(heldLine: string | undefined, line: string): boolean {
	if (undefined === heldLine) return false;
	const announced = numberOf(paramsOf(heldLine.slice(heldLine.indexOf("=") + 1)).pop());
	if (line.length === announced) return true;
	if (isCommand(line)) return false;
	if (undefined === announced) return true;
	throw new RangeError(`data has ${line.length} bytes, ${heldLine} has announced ${announced}`);
}

function isCommand(line: string): boolean {
	return "AT" === line.slice(0, 2).toUpperCase();
}

function checkLine(command: string): void {
	if (!isCommand(command)) throw new RangeError('command must begin with "AT": the modem is not waiting for data');
	if (command.length > 556) throw new RangeError(`command is too long: ${command.length} characters, at most 556`);
	for (let at = 0; at < command.length; at++) {
		const code = command.charCodeAt(at);
		if (code < 0x20 || code > 0x7e) throw new RangeError("command must not contain control or non-ASCII characters");
	}
}

function contains(line: string, expected: string): boolean {
	return expected.length > 0 && line.includes(expected);
}

function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code > 0xff) throw new RangeError("data must have one byte a character");
		bytes[at] = code;
	}
	return bytes;
}

const PLAIN = command({ line: "", timeoutMs: 0 });

/** "AT+CIPSTART" of `AT+CIPSTART="TCP",...`. */
function nameOf(line: string): string {
	for (let at = 0; at < line.length; at++) {
		const character = line[at];
		if ("=" === character || "?" === character || ";" === character) return line.slice(0, at).toUpperCase();
	}
	return line.toUpperCase();
}

/** When the whole answer to `line` is in. `matched`: an expectation has been met, by this line or one before. */
function endsOf(line: string, expected: string): (line: string, matched: boolean) => Ending {
	const name = nameOf(line);
	switch (name) {
		case "AT+CIFSR": // an address and no OK
			return (line, matched) => (matched ? "success" : endingOf(PLAIN, line));
		case "AT+CIPSTATUS": // OK, and then the state
			if (!line.includes("="))
				return (line, matched) => ("OK" === line ? undefined : afterOk(line, matched || "STATE" === headOf(line)));
			break;
		case "AT+CIPSTART": // OK, and then CONNECT OK or CONNECT FAIL; ERROR, and then perhaps ALREADY CONNECT
			return (line, matched) => {
				if ("ERROR" === line && expected.includes("ALREADY")) return undefined;
				const { text } = slotOf(line);
				return "OK" === line ? undefined : afterOk(line, matched || text.endsWith("CONNECT") || text.startsWith("CONNECT "));
			};
		case "AT+CIPSHUT":
		case "AT+CIPCLOSE":
			return line => (line.endsWith(" OK") ? "success" : endingOf(PLAIN, line));
	}
	if (!name.startsWith("AT")) return (line, matched) => (matched || isSendResult(line) ? "success" : endingOf(PLAIN, line)); // data
	return line => endingOf(PLAIN, line);
}

function afterOk(line: string, ended: boolean): Ending {
	return ended ? "success" : endingOf(PLAIN, line);
}

function isSendResult(line: string): boolean {
	const { text } = slotOf(line);
	return "SEND OK" === text || "SEND FAIL" === text || text.startsWith("DATA ACCEPT");
}

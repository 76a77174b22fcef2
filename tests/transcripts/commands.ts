/* The driver's command for a line of a transcript: the same that the driver itself would send. */
import { type Command, command } from "../../modules/at/command.js";
import { paramsOf } from "../../modules/at/params.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, transmitAll } from "../support/line.js";
import { unescaped } from "./reader.js";

const SAME_EACH_TIME: readonly Command<unknown>[] = [
	commands.ATTENTION,
	commands.ERROR_NUMBERS,
	{ ...commands.IDENTITY, read: line => line },
	commands.SIM_STATE,
	commands.PIN_TRIES,
	commands.REGISTRATION,
	commands.ATTACHED,
	commands.ATTACH,
	commands.SHUT,
	commands.BEARER_UP,
	commands.LOCAL_ADDRESS,
	commands.connectionState(undefined),
	commands.RECEIVE_ON_REQUEST,
];

const PLAIN_TIMEOUT_MS = 2_000;

/**
 * `text`: the line, and for AT+CIPSEND the data in quotes behind it.
 *
 * @param onBlock gets the data that the command reads
 * @throws {Error} the driver would send another line
 */
export function commandOf(text: string, onBlock: (bytes: Uint8Array, left: number) => void): Command<unknown> {
	const [line = "", data = ""] = text.split(/ "(.*)"$/);
	const made = parametrised(line, unescaped(data), onBlock) ?? SAME_EACH_TIME.find(one => line === one.line);
	const found = made ?? command({ line, timeoutMs: PLAIN_TIMEOUT_MS });
	if (found.line !== line) throw new Error(`the driver would send ${found.line}, not ${line}`);
	return { ...found, repeatable: false }; // a transcript tells one conversation, not those that would follow
}

function parametrised(
	line: string,
	data: string,
	onBlock: (bytes: Uint8Array, left: number) => void,
): Command<unknown> | undefined {
	const equals = line.indexOf("=");
	const fields = equals < 0 ? [] : paramsOf(`:${line.slice(equals + 1)}`);
	const slot = fields.length > 1 ? Number(fields[0]) : undefined;
	switch (equals < 0 ? line : line.slice(0, equals)) {
		case "AT+CPIN":
			return commands.enterPin(fields[0]!);
		case "AT+CSTT":
			return commands.accessPoint(fields[0]!, fields[1]!, fields[2]!);
		case "AT+CIPSTART": {
			const [protocol, host, port] = fields.slice(-3);
			return commands.connect(4 === fields.length ? slot : undefined, protocol as "TCP" | "UDP", host!, Number(port));
		}
		case "AT+CIPSEND":
			return transmitAll(slot, bytesOf(data));
		case "AT+CIPCLOSE":
			return commands.disconnect(equals < 0 ? undefined : Number(fields[0]), false);
		case "AT+CIPSTATUS":
			return equals < 0 ? undefined : commands.connectionState(Number(fields[0]));
		case "AT+CIPRXGET":
			if ("2" !== fields[0]) return undefined;
			return fetchInto(3 === fields.length ? Number(fields[1]) : undefined, Number(fields.at(-1)), onBlock);
	}
	return undefined;
}

/*
 * What happens around a running virtual modem, by lines of JSON: on standard input what shall happen to it, on standard
 * output the short messages that have been sent with it.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { VirtualModem } from "../../../modules/virtual/modem.js";

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
type Action = (modem: VirtualModem, value: Value) => void;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
	["sms", (modem, value) => modem.radio.messages.deliver(numberOf(field(value, "from")), textOf(field(value, "text")))],
	["ring", (modem, value) => modem.ring(numberOf(value))],
	["hangUp", modem => modem.callEnded()],
	["covered", (modem, value) => setCovered(modem, value)],
]);

export const CONTROL_HELP = `Lines of --control, one JSON object each:
  {"sms":{"from":"+15550123","text":"hello"}}   a short message arrives
  {"ring":"+15550123"}                          someone calls...
  {"hangUp":true}                               ... and gives up
  {"covered":false}                             the network is out of reach, with true back again`;

/** Carries out each line of `input`; what is wrong with one goes to `complain`. Returns how to end that. */
export function obey(modem: VirtualModem, input: Readable, complain: (text: string) => void): () => void {
	const lines = createInterface({ input });
	lines.on("line", line => {
		try {
			carryOut(modem, line);
		} catch (error) {
			complain(`--control: ${(error as Error).message}`);
		}
	});
	return () => lines.close();
}

/** Prints each short message that the modem's operator has taken. */
export function printSent(modem: VirtualModem, print: (line: string) => void): void {
	modem.radio.messages.onSubmit = message => print(JSON.stringify({ sent: message }));
}

function carryOut(modem: VirtualModem, line: string): void {
	for (const [name, value] of Object.entries(objectOf(line))) {
		const action = ACTIONS.get(name);
		if (!action) throw new Error(`"${name}" is not known; there are: ${[...ACTIONS.keys()].join(", ")}`);
		action(modem, value);
	}
}

function objectOf(line: string): { [name: string]: Value } {
	try {
		const value = JSON.parse(line) as Value;
		if (null !== value && "object" === typeof value && !Array.isArray(value)) return value;
	} catch {}
	throw new Error("a line must be an object in JSON");
}

function field(value: Value, name: string): Value {
	const found = null !== value && "object" === typeof value && !Array.isArray(value) ? value[name] : undefined;
	if (undefined === found) throw new Error(`"${name}" is missing`);
	return found;
}

function textOf(value: Value): string {
	if ("string" !== typeof value || "" === value) throw new Error('"text" must be a text');
	return value;
}

function numberOf(value: Value): string {
	if ("string" !== typeof value || !/^\+?\d{1,20}$/.test(value)) throw new Error("a number must be a text of 1 to 20 digits");
	return value;
}

function setCovered(modem: VirtualModem, value: Value): void {
	if ("boolean" !== typeof value) throw new Error('"covered" must be true or false');
	modem.radio.covered = value;
}

/* The readers of lines: whatever the line, they say what it is or that they don't know, and never throw. */
import { assert } from "chai";
import * as fc from "fast-check";
import { type Command, endingOf } from "../../modules/at/command.js";
import { headOf, isAddress, numberOf, paramsOf, plainParam, slotOf } from "../../modules/at/params.js";
import { urcOf } from "../../modules/at/urc.js";
import { ModemError } from "../../modules/core/errors.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, transmitAll } from "../support/line.js";
import type { Fed } from "./properties.js";
import { LINES, noise } from "./streams.js";

export const COMMANDS: readonly Command<unknown>[] = [
	commands.ATTENTION,
	commands.IDENTITY,
	commands.SIM_STATE,
	commands.PIN_TRIES,
	commands.REGISTRATION,
	commands.ATTACHED,
	commands.SHUT,
	commands.BEARER_UP,
	commands.LOCAL_ADDRESS,
	commands.connectionState(undefined),
	commands.connectionState(0),
	commands.connect(0, "TCP", "example.org", 80),
	transmitAll(undefined, bytesOf("hello")),
	transmitAll(0, bytesOf("hello")),
	fetchInto(undefined, 64, () => {}),
	fetchInto(0, 64, () => {}),
	commands.disconnect(undefined, false),
	commands.disconnect(1, false),
];

/** A line of a modem with another one's parts in it, or anything. */
const line = fc.oneof(
	noise(40),
	fc.tuple(fc.constantFrom(...LINES), fc.nat(), noise(8), fc.constantFrom(...LINES)).map(([one, place, text, other]) => {
		const at = place % (one.length + 1);
		return one.slice(0, at) + text + other.slice(at);
	}),
);

export function readersNeverThrow(fed: Fed): fc.IProperty<unknown> {
	return fc.property(line, text => {
		fed.bytes += text.length;
		assert.isAtMost(headOf(text).length, text.length);
		for (const field of paramsOf(text)) assert.include(text, field);
		const { slot } = slotOf(text);
		if (undefined !== slot) assert.equal(String(slot), text[0]);
		if (isAddress(text)) assert.match(text, /^\d{1,3}(\.\d{1,3}){3}$/);
		urcOf(text);
		for (const command of COMMANDS) readAs(command, text);
	}) as fc.IProperty<unknown>;
}

/** What is not of a command's form is a ModemError, and nothing else. */
function readAs(command: Command<unknown>, text: string): void {
	try {
		endingOf(command, text);
		if (!command.isInfo?.(text)) return;
		command.isLast?.(text);
		const count = command.blockBytes?.(text);
		if (undefined !== count) assert.isTrue(count >= 0 && count <= 64, `${count} bytes for ${text}`);
		command.read?.(text);
	} catch (error) {
		if (!(error instanceof ModemError)) throw error;
	}
}

/** Fields that were put together come apart again, quoted or not, with blanks or without. */
export function fieldsComeApart(fed: Fed): fc.IProperty<unknown> {
	const bare = fc.string({ maxLength: 8 }).map(text => text.replace(/[",:]/g, "").trim());
	const quoted = fc.string({ maxLength: 8 }).map(text => text.replaceAll('"', ""));
	const field = fc.oneof(
		bare.map(value => ({ value, text: value })),
		quoted.map(value => ({ value, text: `"${value}"` })),
	);
	return fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), fc.constantFrom("", " ", "  "), (fields, blank) => {
		const text = `+ANY:${fields.map(one => blank + one.text).join(",")}`;
		const values = fields.map(one => one.value);
		fed.bytes += text.length;
		assert.deepEqual(paramsOf(text), values);
		assert.equal(headOf(text), "+ANY");
		if (!text.includes('"'))
			assert.deepEqual(
				values.map((_, index) => plainParam(text, index)),
				values,
			);
	}) as fc.IProperty<unknown>;
}

export function numbersAreRead(fed: Fed): fc.IProperty<unknown> {
	return fc.property(fc.nat({ max: 999_999_999 }), noise(4), (number, text) => {
		fed.bytes += text.length;
		assert.equal(numberOf(String(number)), number);
		if (!/^\d+$/.test(text)) assert.isUndefined(numberOf(text));
	}) as fc.IProperty<unknown>;
}

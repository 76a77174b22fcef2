/* Lines that go out without their end, and are carried out only when they have come back whole. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { type Line, openLine } from "../support/line.js";

const COMMAND: Command = { line: "AT+X=1000", timeoutMs: 2_000, echoed: true };

describe("at/exchange: an echoed line", () => {
	let line: Line;
	let outcome: { code?: string };
	beforeEach(async () => {
		line = await openLine();
		outcome = {};
		line.client.send(COMMAND).then(
			() => (outcome.code = "done"),
			error => (outcome.code = error.code),
		);
		assert.equal(line.heard(), "AT+X=1000");
	});
	afterEach(() => line.client.close());

	it("gets its end behind the whole echo, and then its answer counts", async () => {
		await line.say("AT+X=1000", 1);
		await line.clock.advance(10);
		assert.equal(line.heard(), "\r");
		await line.say("\r\r\nOK\r\n");
		assert.equal(outcome.code, "done");
	});

	for (const [what, echo] of [
		["lacks a byte", "AT+X=100"],
		["has another byte", "AT+X=1500"],
		["has a byte twice", "AT+X=10000"],
		["is mixed with a URC", "AT+X\r\nRING\r\n=1000"],
		["does not come", ""],
	] as const) {
		it(`that ${what} is never ended, but made too long, and fails`, async () => {
			const next = line.client.send(commands.ATTACHED).catch(() => {});
			await line.say(echo, 1);
			await line.clock.advance(1_100);
			assert.equal(outcome.code, "MALFORMED");
			const heard = line.heard();
			assert.isTrue(heard.startsWith("\x1b".repeat(556)), "too long for a command");
			await line.clock.advance(300);
			assert.include(heard + line.heard(), "\x1b\rAT+CMEE?\r");
			line.client.close();
			await next;
		});
	}

	it("whose end is lost does not stand in front of the next command", async () => {
		await line.say("AT+X=1000");
		await line.clock.advance(10);
		line.client.send(commands.ATTACHED).catch(() => {});
		line.heard();
		await line.clock.advance(2_001);
		assert.equal(outcome.code, "TIMEOUT");
		assert.equal(line.heard(), `${"\x1b".repeat(556)}\rAT+CMEE?\r`);
	});
});

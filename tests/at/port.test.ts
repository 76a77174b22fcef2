/* A serial port that is not perfect: what is written goes out once, in order, or the commands fail with PORT_FAILED. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import type { SerialDescription } from "../../modules/core/io.js";
import * as commands from "../../modules/modem/commands.js";
import { FlakyPort } from "../support/flaky-port.js";
import { bytesOf, fetchInto, type Line, openLine, transmitAll } from "../support/line.js";

const LONG: Command = { line: `AT+X=${"0123456789".repeat(5)}`, timeoutMs: 60_000 };

describe("at/port", () => {
	let line: Line;
	let port: FlakyPort;
	let failed: string[];
	let silent: number;

	async function open(room: number): Promise<void> {
		failed = [];
		silent = 0;
		const wrap = (serial: SerialDescription) => {
			port = new FlakyPort(serial);
			return port.serial;
		};
		const handlers = { onPortFailed: (error: { code: string }) => failed.push(error.code), onSilence: () => silent++ };
		line = await openLine({ room, wrap, handlers });
	}

	/** What becomes of it, told in `outcome.code`. */
	function send(command: Command<unknown>): { code?: string } {
		const outcome: { code?: string } = {};
		line.client.send(command).then(
			() => (outcome.code = "done"),
			error => (outcome.code = error.code),
		);
		return outcome;
	}

	afterEach(() => line.client.close());

	for (const [what, field] of [
		["its onWritable is lost", "losesWritable"],
		["its write throws", "failsToWrite"],
	] as const) {
		for (const times of [1, 3, 20]) {
			it(`${what} ${times} times, after each step of a line: the line goes out whole, once`, async () => {
				for (let step = 0; step <= 6; step++) {
					await open(10);
					const outcome = send(LONG);
					await line.clock.advance(step);
					port[field] = times;
					await line.clock.advance(20_000);
					assert.equal(line.heard(), `${LONG.line}\r`, `step ${step}`);
					await line.say("\r\nOK\r\n");
					assert.equal(outcome.code, "done");
					assert.deepEqual(failed, []);
					line.client.close();
				}
			});
		}
	}

	it("takes nothing for as long as short commands wait, and is opened anew all the same", async () => {
		await open(10);
		port.failsToWrite = Number.POSITIVE_INFINITY;
		const sinceBauds = line.bauds.length;
		for (let tries = 0; tries < 4; tries++) {
			send(commands.ATTENTION);
			await line.clock.advance(2_500);
		}
		assert.isAbove(line.bauds.length, sinceBauds);
	});

	it("can't be opened again: told as PORT_FAILED, tried once a second at most while commands come, and back when it can", async () => {
		await open(10);
		const first = send(LONG);
		port.losesWritable = Number.POSITIVE_INFINITY;
		port.failsToOpen = 3;
		await line.clock.advance(10_000);
		assert.equal(first.code, "PORT_FAILED");
		assert.deepEqual(failed, ["PORT_FAILED"]);
		port.losesWritable = 0;
		const codes: (string | undefined)[] = [];
		for (let tries = 0; tries < 10; tries++) {
			const outcome = send(commands.ATTENTION);
			await line.clock.advance(300);
			codes.push(outcome.code);
		}
		assert.equal(codes[0], "PORT_FAILED");
		assert.notInclude(codes, "NO_MODEM", "nobody has asked the modem");
		assert.equal(silent, 0);
		line.heard();
		const last = send(commands.ATTENTION);
		for (let answers = 0; answers < 60 && !last.code; answers++) {
			await line.clock.advance(50);
			const heard = line.heard();
			await line.say(
				heard.includes("+CMEE?")
					? "\r\n+CMEE: 1\r\n\r\nOK\r\n"
					: heard.includes("+CSQ")
						? "\r\n+CSQ: 9,0\r\n\r\nOK\r\n"
						: "\r\nOK\r\n",
			);
		}
		assert.equal(last.code, "done");
	});

	it("fails while it is asked what was missed: the commands fail, and the question is put when it is well", async () => {
		let missed = 0;
		await open(10);
		line.client.close();
		const wrap = (serial: SerialDescription) => {
			port = new FlakyPort(serial);
			return port.serial;
		};
		line = await openLine({ room: 20, wrap, handlers: { onMissed: () => missed++ } });
		const fetching = send(fetchInto(0, 64, () => {}));
		await line.say("\r\n+CIPRXGET: 2,0,99,0\r\n");
		assert.equal(fetching.code, "MALFORMED");
		port.losesWritable = Number.POSITIVE_INFINITY;
		port.failsToOpen = Number.POSITIVE_INFINITY;
		await line.clock.advance(10_000);
		for (let tries = 0; tries < 5; tries++) {
			const outcome = send(commands.ATTENTION);
			await line.clock.advance(10_000);
			assert.equal(outcome.code, "PORT_FAILED");
		}
		port.heal();
		line.heard();
		const last = send(commands.ATTENTION);
		await line.clock.advance(5);
		assert.equal(line.heard(), "AT+CMEE?\r");
		await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		await line.say("\r\nOK\r\n");
		assert.deepEqual([last.code, missed], ["done", 1]);
	});

	it("fails while a modem may wait for data: it gets its padding when the port is well, before any command", async () => {
		await open(1_000);
		const outcome = send(transmitAll(0, bytesOf("hello"), true));
		await line.clock.advance(1);
		port.failsToOpen = Number.POSITIVE_INFINITY;
		assert.isFalse(line.client.reopen(9_600));
		for (let tries = 0; tries < 3; tries++) {
			const next = send(commands.ATTENTION);
			await line.clock.advance(2_000);
			assert.equal(next.code, "PORT_FAILED");
		}
		assert.isDefined(outcome.code);
		port.heal();
		line.heard();
		send(commands.ATTENTION);
		await line.clock.advance(50);
		assert.equal(line.heard(), `${"\x1b".repeat(1_460)}\rAT+CMEE?\r`);
	});

	it("throws at reopen once: the next command opens it", async () => {
		await open(1_000);
		port.failsToOpen = 1;
		assert.isFalse(line.client.reopen(9_600));
		const tooSoon = send(commands.ATTENTION);
		await line.clock.advance(1_000);
		assert.equal(tooSoon.code, "PORT_FAILED");
		const outcome = send(commands.ATTENTION);
		await line.clock.advance(10);
		assert.equal(line.heard(), "ATE0\r");
		await line.say("\r\nOK\r\n");
		assert.equal(outcome.code, "done");
		assert.deepEqual(line.bauds, [115_200, 9_600]);
	});
});

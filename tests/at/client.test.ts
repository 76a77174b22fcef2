/* The queue, deadlines, doubt and damage: what the client does when the conversation does not go as written. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import type { ModemError } from "../../modules/core/errors.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, type Line, openLine, textOf, transmitAll } from "../support/line.js";

function outcomeOf(promise: Promise<unknown>): { value?: unknown } {
	const outcome: { value?: unknown } = {};
	promise.then(
		value => (outcome.value = value ?? "done"),
		error => (outcome.value = (error as ModemError).code),
	);
	return outcome;
}

describe("at/client", () => {
	let line: Line;
	beforeEach(async () => {
		line = await openLine();
	});
	afterEach(async () => {
		line.client.close();
		await line.clock.advance(2);
		assert.equal(line.clock.pending, 0, "no timer is left");
	});

	it("sends the next command only when the answer to the one before is whole", async () => {
		const first = outcomeOf(line.client.send(commands.REGISTRATION));
		const second = outcomeOf(line.client.send(commands.ATTACHED));
		await line.say("\r\n+CREG: 0,1\r\n");
		assert.equal(line.heard(), "AT+CREG?\r");
		await line.say("\r\nOK\r\n");
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CGATT?\r");
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
		assert.deepEqual([first.value, second.value], [1, true]);
	});

	it("takes +CREG with one or three fields for news, not for the answer", async () => {
		const outcome = outcomeOf(line.client.send(commands.REGISTRATION));
		await line.say('\r\n+CREG: 2\r\n\r\n+CREG: 1,"001F","1174"\r\n\r\n+CREG: 2,5,"001F","1174"\r\n\r\nOK\r\n');
		assert.equal(outcome.value, 5);
		assert.deepEqual(line.unsolicited, [
			{ kind: "registration", domain: "gsm", state: 2 },
			{ kind: "registration", domain: "gsm", state: 1 },
		]);
	});

	it("gives up at the manual's limit, and not before", async () => {
		const outcome = outcomeOf(line.client.send(commands.BEARER_UP));
		await line.clock.advance(84_999);
		assert.isUndefined(outcome.value);
		await line.clock.advance(1);
		assert.equal(outcome.value, "TIMEOUT");
	});

	it("looks into the port before it gives up: JavaScript may have been away for as long", async () => {
		const whole = outcomeOf(line.client.send({ line: "AT+A", timeoutMs: 5_000 }));
		line.sayUnheard("\r\nOK\r\n");
		await line.clock.advance(5_001);
		assert.equal(whole.value, "done");
		const halves = outcomeOf(line.client.send({ line: "AT+B", timeoutMs: 5_000 }));
		line.sayUnheard("\r\nO");
		await line.clock.advance(5_001);
		await line.say("K\r\n");
		assert.equal(halves.value, "done");
		const neverWhole = outcomeOf(line.client.send({ line: "AT+C", timeoutMs: 5_000 }));
		line.sayUnheard("\r\nO");
		await line.clock.advance(5_600);
		assert.equal(neverWhole.value, "TIMEOUT");
	});

	it("hands a late result to its owner though another command is out", async () => {
		const outcome = outcomeOf(line.client.send(commands.ATTACHED));
		await line.say("\r\n0, CONNECT FAIL\r\n\r\n+CGATT: 1\r\n\r\nOK\r\n");
		assert.equal(outcome.value, true);
		assert.deepEqual(line.unsolicited, [{ kind: "result", slot: 0, result: "CONNECT FAIL" }]);
	});

	it("does not take another connection's result for its own", async () => {
		const outcome = outcomeOf(line.client.send(commands.disconnect(2, false)));
		await line.say("\r\n1, CLOSE OK\r\n");
		assert.isUndefined(outcome.value);
		assert.deepEqual(line.unsolicited, [{ kind: "result", slot: 1, result: "CLOSE OK" }]);
		await line.say("\r\n2, CLOSE OK\r\n");
		assert.equal(outcome.value, true);
	});

	it("says NO_MODEM when nothing answers any more, after a bounded time", async () => {
		outcomeOf(line.client.send(commands.ATTENTION));
		const waiting = outcomeOf(line.client.send(commands.ATTACHED));
		await line.clock.advance(commands.ATTENTION.timeoutMs + 3 * 1_000);
		assert.equal(waiting.value, "NO_MODEM");
		assert.isFalse(line.client.busy);
	});

	it("ends what is out when the modem restarts", async () => {
		const outcome = outcomeOf(line.client.send(commands.BEARER_UP));
		await line.say("\r\nRDY\r\n");
		assert.equal(outcome.value, "MODEM_RESTARTED");
		assert.deepEqual(line.unsolicited, [{ kind: "started" }]);
	});

	it("ends a transmission when its connection is closed, and only then", async () => {
		const outcome = outcomeOf(line.client.send(transmitAll(1, bytesOf("hello"))));
		await line.say("\r\n> ");
		await line.say("\r\n2, CLOSED\r\n");
		assert.isUndefined(outcome.value);
		await line.say("\r\n1, CLOSED\r\n");
		await line.clock.advance(4_999);
		assert.isUndefined(outcome.value, "the modem may still say how it ended");
		await line.clock.advance(1);
		assert.equal(outcome.value, "CONNECTION_LOST");
	});

	it("ends it sooner when the modem says how it ended, and lets all of its data go out", async () => {
		line.client.close();
		line = await openLine({ room: 10 });
		const outcome = outcomeOf(line.client.send(transmitAll(1, bytesOf("x".repeat(100)))));
		await line.clock.advance(5);
		await line.say("\r\n> ");
		await line.say("\r\n1, CLOSED\r\n");
		await line.clock.advance(20);
		assert.equal(line.heard(), `AT+CIPSEND=1,100\r${"x".repeat(100)}`);
		assert.isUndefined(outcome.value);
		await line.say("\r\n1, SEND FAIL\r\n");
		assert.equal(outcome.value, "CONNECTION_LOST");
	});

	it("refuses a seventeenth command in the queue and loses none of the others", async () => {
		const outcomes = Array.from({ length: 18 }, () => outcomeOf(line.client.send(commands.ATTENTION)));
		await line.clock.settle();
		assert.deepEqual(
			outcomes.map(({ value }) => value),
			[...new Array(17).fill(undefined), "BUSY"],
		);
		for (let index = 0; index < 17; index++) {
			await line.say("\r\nOK\r\n");
			await line.clock.advance(1);
		}
		assert.equal(outcomes.filter(({ value }) => "done" === value).length, 17);
	});

	it("rejects all that waits with CLOSED, and calls nothing back after close()", async () => {
		const outcomes = [line.client.send(commands.ATTACHED), line.client.send(commands.ATTENTION)].map(outcomeOf);
		line.client.close();
		line.client.close();
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n\r\n1, CLOSED\r\n");
		assert.deepEqual(
			outcomes.map(({ value }) => value),
			["CLOSED", "CLOSED"],
		);
		const late = outcomeOf(line.client.send(commands.ATTENTION));
		await line.clock.settle();
		assert.equal(late.value, "CLOSED");
		assert.deepEqual(line.unsolicited, []);
	});

	it("writes no more at once than the port takes", async () => {
		line.client.close();
		line = await openLine({ room: 7 });
		const data = "0123456789".repeat(10);
		const outcome = outcomeOf(line.client.send(transmitAll(undefined, bytesOf(data))));
		await line.clock.advance(10);
		assert.equal(line.heard(), "AT+CIPSEND=100\r");
		await line.say("\r\n> ");
		await line.clock.advance(20);
		assert.equal(line.heard(), data);
		await line.say("\r\nSEND OK\r\n");
		assert.equal(outcome.value, "done");
	});

	for (const data of ["AT+CPOWD=1\r", "x a/", "at\rAT+CLCK\r"]) {
		it(`waits 10 s for a prompt, and then pads instead of sending what could be a command: ${JSON.stringify(data)}`, async () => {
			const outcome = outcomeOf(line.client.send(transmitAll(0, bytesOf(data))));
			const next = outcomeOf(line.client.send(commands.ATTACHED));
			await line.clock.advance(9_999);
			line.heard();
			await line.clock.advance(5_000);
			assert.equal(outcome.value, "SEND_UNKNOWN");
			assert.equal(next.value, "NO_MODEM");
			assert.equal(line.heard(), `${"\x1b".repeat(1_461)}\rAT+CMEE?\rAT+CSQ\rAT+CGATT?\r`);
		});
	}

	it("sends other data when the prompt was lost: the modem is waiting for it", async () => {
		const outcome = outcomeOf(line.client.send(transmitAll(0, bytesOf("hello"))));
		line.heard();
		await line.clock.advance(10_000);
		assert.equal(line.heard(), "hello");
		await line.say("\r\n0, SEND OK\r\n");
		assert.equal(outcome.value, "done");
	});

	it("takes the blank of a prompt for the prompt when its > was lost", async () => {
		const outcome = outcomeOf(line.client.send(transmitAll(0, bytesOf("hello"))));
		line.heard();
		await line.say("\r\n ");
		await line.clock.advance(1);
		assert.equal(line.heard(), "hello");
		await line.say("\r\n0, SEND OK\r\n");
		assert.equal(outcome.value, "done");
	});

	it("puts another question each time, so that no answer to one is taken for an answer to the next", async () => {
		outcomeOf(line.client.send({ line: "AT+X", timeoutMs: 1_000 }));
		await line.clock.advance(1_000);
		const next = outcomeOf(line.client.send(commands.multiplexMode(true)));
		await line.clock.advance(1_000);
		assert.equal(line.heard(), "AT+X\rAT+CMEE?\rAT+CSQ\r");
		await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		assert.equal(line.heard(), "");
		await line.say("\r\n+CSQ: 17,0\r\n\r\nOK\r\n");
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CIPMUX=1\r");
		assert.isUndefined(next.value);
		await line.say("\r\nOK\r\n");
		assert.equal(next.value, "done");
	});

	it("says a question again whose answer was lost, and nothing that would do something twice", async () => {
		const question = outcomeOf(line.client.send(commands.ATTACHED));
		await line.say("\r\n+CGAT?: 1\r\n\r\nOK\r\n");
		await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
		assert.equal(question.value, true);
		const command = outcomeOf(line.client.send(commands.BEARER_UP));
		await line.clock.advance(85_000);
		assert.equal(command.value, "TIMEOUT");
	});

	it("believes nothing while lines may be data whose header was damaged, until the modem is quiet", async () => {
		const fetching = outcomeOf(line.client.send(fetchInto(0, 64, () => {})));
		const closing = outcomeOf(line.client.send(commands.disconnect(0, false)));
		await line.say("\r\n+CIPRXGT: 2,0,40,0\r\nab\r\nOK\r\n\r\nNORMAL POWER DOWN\r\n0, CLOSE OK\r\n\r\nOK\r\n");
		assert.equal(fetching.value, "MALFORMED");
		assert.isUndefined(closing.value);
		assert.deepEqual(line.unsolicited, []);
		line.heard();
		await line.clock.advance(250);
		assert.equal(line.heard(), "AT+CMEE?\r");
		await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		await line.clock.advance(1);
		await line.say("\r\n0, CLOSE OK\r\n");
		assert.equal(closing.value, true);
	});

	it("gives up on a port that takes nothing, whatever is out", async () => {
		line.client.close();
		line = await openLine({ room: 0 });
		const first = outcomeOf(line.client.send(commands.ATTENTION));
		await line.clock.advance(commands.ATTENTION.timeoutMs);
		assert.equal(first.value, "TIMEOUT");
		const second = outcomeOf(line.client.send(commands.ATTACHED));
		await line.clock.advance(3_000);
		assert.equal(second.value, "NO_MODEM");
	});

	it("gives up on a port that stops in the middle of the data", async () => {
		line.client.close();
		line = await openLine({ room: 50 });
		const outcome = outcomeOf(line.client.send(transmitAll(0, bytesOf("x".repeat(100)), true)));
		line.stopWritable();
		await line.say("\r\n> ");
		await line.clock.advance(20_001);
		assert.equal(outcome.value, "TIMEOUT");
	});

	it("tells each line that nobody explains", async () => {
		await line.say("\r\n+CRE\x80b\xff?\r\n\r\nOK\r\n");
		assert.deepEqual(line.unexplained, ["+CRE\x80b\xff?"]);
		assert.deepEqual(line.unsolicited, [{ kind: "stray", line: "OK" }]);
	});

	it("keeps a PIN and a password out of the trace", async () => {
		outcomeOf(line.client.send(commands.enterPin("4711")));
		await line.say('AT+CPIN="4711"\r\r\nOK\r\n');
		outcomeOf(line.client.send(commands.accessPoint("internet", "user", "geheim")));
		await line.say('AT+CSTT="internet","user","geheim"\r\r\nOK\r\n');
		assert.notInclude(line.trace.join("\n"), "4711");
		assert.notInclude(line.trace.join("\n"), "geheim");
		assert.include(line.trace, "> AT+CPIN=***");
	});

	it("keeps them out of it when the echo comes damaged or late, and whoever sends the command", async () => {
		outcomeOf(line.client.send({ line: 'AT+CSTT="internet","user","geheim"', timeoutMs: 1_000 }));
		await line.say('XT+CSTT="internet","user","geheim"\r\r\n');
		await line.clock.advance(1_000);
		await line.say('T+CSTT="internet","user","geheim"\r\r\nOK\r\n');
		const told = [...line.trace, ...line.unexplained].join("\n");
		assert.notInclude(told, "geheim");
		assert.include(told, "characters");
	});

	it("may be closed from within a trace", async () => {
		for (const direction of [">", "<"]) {
			line.client.close();
			line = await openLine();
			const { client } = line;
			line.onTrace = traced => {
				if (direction === traced) client.close();
			};
			const outcome = outcomeOf(client.send(commands.ATTENTION));
			await line.say("\r\nOK\r\n");
			assert.equal(outcome.value, "CLOSED");
		}
	});

	describe("counted data", () => {
		let data: string;
		const fetch = (most = 64): Command<unknown> => fetchInto(1, most, bytes => (data += textOf(bytes)));
		beforeEach(() => {
			data = "";
		});

		it("may hold what looks like answers, prompts and news", async () => {
			const text = "\r\nOK\r\n> \r\nERROR\r\n\r\n1, CLOSED\r\n";
			const outcome = outcomeOf(line.client.send(fetch()));
			await line.say(`\r\n+CIPRXGET: 2,1,${text.length},0\r\n${text}\r\nOK\r\n`, 1);
			assert.deepEqual(outcome.value, { bytes: text.length, left: 0 });
			assert.equal(data, text);
			assert.deepEqual(line.unsolicited, []);
		});

		it("may be followed by news before its OK", async () => {
			const outcome = outcomeOf(line.client.send(fetch()));
			await line.say("\r\n+CIPRXGET: 2,1,3,0\r\nabc\r\n+CIPRXGET: 1,0\r\n\r\nOK\r\n");
			assert.deepEqual(outcome.value, { bytes: 3, left: 0 });
			assert.deepEqual(line.unsolicited, [{ kind: "data-ready", slot: 0 }]);
		});

		for (let lost = 1; lost <= 8; lost++) {
			it(`${lost} bytes lost out of it end the command, never as a success`, async () => {
				const outcome = outcomeOf(line.client.send(fetch()));
				await line.say(`\r\n+CIPRXGET: 2,1,20,0\r\n${"x".repeat(20 - lost)}\r\nOK\r\n`);
				await line.clock.advance(5_000);
				assert.include(["TIMEOUT", "MALFORMED"], outcome.value);
			});
		}

		it("a digit lost out of its count ends the command, never as a success", async () => {
			const outcome = outcomeOf(line.client.send(fetch()));
			await line.say(`\r\n+CIPRXGET: 2,1,2,0\r\n${"x".repeat(20)}\r\nOK\r\n`);
			assert.equal(outcome.value, "MALFORMED");
		});

		it("a digit lost out of its count, where the data goes on like a line of its own, ends the command too", async () => {
			const outcome = outcomeOf(line.client.send(fetch()));
			await line.say("\r\n+CIPRXGET: 2,1,2,0\r\nab\r\nhello\r\n23456789\r\nOK\r\n");
			assert.equal(outcome.value, "MALFORMED");
			assert.isAbove(line.client.damagedLines, 0);
		});

		it("that comes when its command has been given up is nobody's, and not read as lines", async () => {
			const given = outcomeOf(line.client.send(fetch()));
			await line.clock.advance(5_000);
			assert.equal(given.value, "TIMEOUT");
			const next = outcomeOf(line.client.send(commands.ATTACHED));
			await line.say("\r\n+CIPRXGET: 2,1,16,0\r\n\r\nRDY\r\n\r\nERROR\r\n\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n");
			await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
			assert.equal(next.value, true);
			assert.deepEqual([line.unsolicited, line.unexplained, data], [[], [], ""]);
			assert.equal(line.client.damagedLines, 0);
		});

		it("more of it than was asked for ends the command", async () => {
			const outcome = outcomeOf(line.client.send(fetch(16)));
			await line.say(`\r\n+CIPRXGET: 2,1,20,0\r\n${"x".repeat(20)}\r\nOK\r\n`);
			assert.equal(outcome.value, "MALFORMED");
		});

		it("that the modem pushes reaches its connection, in single mode right behind the colon", async () => {
			await line.say("\r\n+RECEIVE,3,5:\r\nhello\r\n+RECEIVE,0,2:\r\n\r\n", 3);
			line.client.inlineHeaders = true;
			await line.say("\r\n+IPD,4:\r\nab\r\nCLOSED\r\n", 1);
			const texts = new Map<unknown, string>();
			for (const { slot, text } of line.pushed) texts.set(slot, (texts.get(slot) ?? "") + text);
			assert.deepEqual(
				[...texts],
				[
					[3, "hello"],
					[0, "\r\n"],
					[undefined, "\r\nab"],
				],
			);
			assert.deepEqual(
				line.unsolicited.map(({ kind }) => kind),
				["data", "data", "data", "closed"],
			);
		});
	});
});

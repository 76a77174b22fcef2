/* The queue, deadlines, doubt and damage: what the engine does when the conversation does not go as written. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import type { ModemError } from "../../modules/core/errors.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, type Line, openLine, textOf } from "./line.js";

function outcomeOf(promise: Promise<unknown>): { value?: unknown } {
	const outcome: { value?: unknown } = {};
	promise.then(
		value => (outcome.value = value ?? "done"),
		error => (outcome.value = (error as ModemError).code),
	);
	return outcome;
}

describe("at/engine", () => {
	let line: Line;
	beforeEach(async () => {
		line = await openLine();
	});
	afterEach(async () => {
		line.engine.close();
		await line.clock.advance(2);
		assert.equal(line.clock.pending, 0, "no timer is left");
	});

	it("sends the next command only when the answer to the one before is whole", async () => {
		const first = outcomeOf(line.engine.send(commands.REGISTRATION));
		const second = outcomeOf(line.engine.send(commands.ATTACHED));
		await line.say("\r\n+CREG: 0,1\r\n");
		assert.equal(line.heard(), "AT+CREG?\r");
		await line.say("\r\nOK\r\n");
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CGATT?\r");
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
		assert.deepEqual([first.value, second.value], [1, true]);
	});

	it("takes +CREG with one or three fields for news, not for the answer", async () => {
		const outcome = outcomeOf(line.engine.send(commands.REGISTRATION));
		await line.say('\r\n+CREG: 2\r\n\r\n+CREG: 1,"001F","1174"\r\n\r\n+CREG: 2,5,"001F","1174"\r\n\r\nOK\r\n');
		assert.equal(outcome.value, 5);
		assert.deepEqual(line.unsolicited, [
			{ kind: "registration", domain: "gsm", state: 2 },
			{ kind: "registration", domain: "gsm", state: 1 },
		]);
	});

	it("gives up at the manual's limit, and not before", async () => {
		const outcome = outcomeOf(line.engine.send(commands.BEARER_UP));
		await line.clock.advance(84_999);
		assert.isUndefined(outcome.value);
		await line.clock.advance(1);
		assert.equal(outcome.value, "TIMEOUT");
	});

	it("hands a late result to its owner though another command is out", async () => {
		const outcome = outcomeOf(line.engine.send(commands.ATTACHED));
		await line.say("\r\n0, CONNECT FAIL\r\n\r\n+CGATT: 1\r\n\r\nOK\r\n");
		assert.equal(outcome.value, true);
		assert.deepEqual(line.unsolicited, [{ kind: "result", slot: 0, result: "CONNECT FAIL" }]);
	});

	it("does not take another connection's result for its own", async () => {
		const outcome = outcomeOf(line.engine.send(commands.disconnect(2)));
		await line.say("\r\n1, CLOSE OK\r\n");
		assert.isUndefined(outcome.value);
		assert.deepEqual(line.unsolicited, [{ kind: "result", slot: 1, result: "CLOSE OK" }]);
		await line.say("\r\n2, CLOSE OK\r\n");
		assert.equal(outcome.value, "done");
	});

	it("says NO_MODEM when nothing answers any more, after a bounded time", async () => {
		outcomeOf(line.engine.send(commands.ATTENTION));
		const waiting = outcomeOf(line.engine.send(commands.ATTACHED));
		await line.clock.advance(500 + 3 * 1_000);
		assert.equal(waiting.value, "NO_MODEM");
		assert.isFalse(line.engine.busy);
	});

	it("ends what is out when the modem restarts", async () => {
		const outcome = outcomeOf(line.engine.send(commands.BEARER_UP));
		await line.say("\r\nRDY\r\n");
		assert.equal(outcome.value, "MODEM_RESTARTED");
		assert.deepEqual(line.unsolicited, [{ kind: "started" }]);
	});

	it("ends a transmission when its connection is closed, and only then", async () => {
		const outcome = outcomeOf(line.engine.send(commands.transmit(1, bytesOf("hello"))));
		await line.say("\r\n> ");
		await line.say("\r\n2, CLOSED\r\n");
		assert.isUndefined(outcome.value);
		await line.say("\r\n1, CLOSED\r\n");
		assert.equal(outcome.value, "CONNECTION_LOST");
	});

	it("refuses a seventeenth command in the queue and loses none of the others", async () => {
		const outcomes = Array.from({ length: 18 }, () => outcomeOf(line.engine.send(commands.ATTENTION)));
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
		const outcomes = [line.engine.send(commands.ATTACHED), line.engine.send(commands.ATTENTION)].map(outcomeOf);
		line.engine.close();
		line.engine.close();
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n\r\n1, CLOSED\r\n");
		assert.deepEqual(
			outcomes.map(({ value }) => value),
			["CLOSED", "CLOSED"],
		);
		const late = outcomeOf(line.engine.send(commands.ATTENTION));
		await line.clock.settle();
		assert.equal(late.value, "CLOSED");
		assert.deepEqual(line.unsolicited, []);
	});

	it("writes no more at once than the port takes", async () => {
		line.engine.close();
		line = await openLine({ room: 7 });
		const data = "0123456789".repeat(10);
		const outcome = outcomeOf(line.engine.send(commands.transmit(undefined, bytesOf(data))));
		await line.clock.advance(10);
		assert.equal(line.heard(), "AT+CIPSEND=100\r");
		await line.say("\r\n> ");
		await line.clock.advance(20);
		assert.equal(line.heard(), data);
		await line.say("\r\nSEND OK\r\n");
		assert.equal(outcome.value, "done");
	});

	it("waits 10 s for a prompt, however long the transmission itself may take", async () => {
		const outcome = outcomeOf(line.engine.send(commands.transmit(0, bytesOf("hello"))));
		await line.clock.advance(10_000);
		assert.equal(outcome.value, "TIMEOUT");
	});

	it("takes the text of a message for text, though it reads like a result", async () => {
		const outcome = outcomeOf(line.engine.send(commands.ATTACH));
		const header = '+CMT: "+491700000000",,"26/11/22,21:47:27+04"';
		await line.say(`\r\n${header}\r\nOK\r\n`, 1);
		assert.isUndefined(outcome.value);
		await line.say(`\r\n${header}\r\nRDY\r\n\r\nOK\r\n`);
		assert.equal(outcome.value, "done");
		assert.deepEqual(
			line.unsolicited.map(result => ("sms-text" === result.kind ? result.text : result.kind)),
			["sms", "OK", "sms", "RDY"],
		);
	});

	it("tells each line that nobody explains", async () => {
		await line.say("\r\n+CRE\x80b\xff?\r\n\r\nOK\r\n");
		assert.deepEqual(line.unexplained, ["+CRE\x80b\xff?"]);
		assert.deepEqual(line.unsolicited, [{ kind: "stray", line: "OK" }]);
	});

	it("keeps a PIN and a password out of the trace", async () => {
		outcomeOf(line.engine.send(commands.enterPin("4711")));
		await line.say('AT+CPIN="4711"\r\r\nOK\r\n');
		outcomeOf(line.engine.send(commands.accessPoint("internet", "user", "geheim")));
		await line.say('AT+CSTT="internet","user","geheim"\r\r\nOK\r\n');
		assert.notInclude(line.trace.join("\n"), "4711");
		assert.notInclude(line.trace.join("\n"), "geheim");
		assert.include(line.trace, "> AT+CPIN=***");
	});

	describe("counted data", () => {
		let data: string;
		const fetch = (most = 64): Command<unknown> => commands.fetch(1, most, bytes => (data += textOf(bytes)));
		beforeEach(() => {
			data = "";
		});

		it("may hold what looks like answers, prompts and news", async () => {
			const text = "\r\nOK\r\n> \r\nERROR\r\n\r\n1, CLOSED\r\n";
			const outcome = outcomeOf(line.engine.send(fetch()));
			await line.say(`\r\n+CIPRXGET: 2,1,${text.length},0\r\n${text}\r\nOK\r\n`, 1);
			assert.deepEqual(outcome.value, { bytes: text.length, left: 0 });
			assert.equal(data, text);
			assert.deepEqual(line.unsolicited, []);
		});

		it("may be followed by news before its OK", async () => {
			const outcome = outcomeOf(line.engine.send(fetch()));
			await line.say("\r\n+CIPRXGET: 2,1,3,0\r\nabc\r\n+CIPRXGET: 1,0\r\n\r\nOK\r\n");
			assert.deepEqual(outcome.value, { bytes: 3, left: 0 });
			assert.deepEqual(line.unsolicited, [{ kind: "data-ready", slot: 0 }]);
		});

		for (let lost = 1; lost <= 8; lost++) {
			it(`${lost} bytes lost out of it end the command, never as a success`, async () => {
				const outcome = outcomeOf(line.engine.send(fetch()));
				await line.say(`\r\n+CIPRXGET: 2,1,20,0\r\n${"x".repeat(20 - lost)}\r\nOK\r\n`);
				await line.clock.advance(5_000);
				assert.include(["TIMEOUT", "MALFORMED"], outcome.value);
			});
		}

		it("a digit lost out of its count ends the command, never as a success", async () => {
			const outcome = outcomeOf(line.engine.send(fetch()));
			await line.say(`\r\n+CIPRXGET: 2,1,2,0\r\n${"x".repeat(20)}\r\nOK\r\n`);
			assert.equal(outcome.value, "MALFORMED");
		});

		it("a digit lost out of its count, where the data goes on like a line of its own, ends the command too", async () => {
			const outcome = outcomeOf(line.engine.send(fetch()));
			await line.say("\r\n+CIPRXGET: 2,1,2,0\r\nab\r\nhello\r\n23456789\r\nOK\r\n");
			assert.equal(outcome.value, "MALFORMED");
			assert.isAbove(line.engine.damagedLines, 0);
		});

		it("that comes when its command has been given up is nobody's, and not read as lines", async () => {
			const given = outcomeOf(line.engine.send(fetch()));
			await line.clock.advance(5_000);
			assert.equal(given.value, "TIMEOUT");
			const next = outcomeOf(line.engine.send(commands.ATTACHED));
			await line.say("\r\n+CIPRXGET: 2,1,16,0\r\n\r\nRDY\r\n\r\nERROR\r\n\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n");
			await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
			assert.equal(next.value, true);
			assert.deepEqual([line.unsolicited, line.unexplained, data], [[], [], ""]);
			assert.equal(line.engine.damagedLines, 0);
		});

		it("more of it than was asked for ends the command", async () => {
			const outcome = outcomeOf(line.engine.send(fetch(16)));
			await line.say(`\r\n+CIPRXGET: 2,1,20,0\r\n${"x".repeat(20)}\r\nOK\r\n`);
			assert.equal(outcome.value, "MALFORMED");
		});

		it("that the modem pushes reaches its connection, in single mode right behind the colon", async () => {
			await line.say("\r\n+RECEIVE,3,5:\r\nhello\r\n+RECEIVE,0,2:\r\n\r\n", 3);
			line.engine.inlineHeaders = true;
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

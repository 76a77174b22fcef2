/* After a command that was given up: late answers, restarts that nobody announced, and how long all of it may take. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { fetchInto, type Line, openLine, textOf } from "../support/line.js";

describe("at: resync", () => {
	let line: Line;
	let told: string[];
	const open = async () => {
		line?.client.close();
		told = [];
		line = await openLine({
			handlers: {
				onRestart: () => told.push("restart"),
				onMissed: () => told.push("missed"),
				onSilence: () => told.push("silence"),
			},
		});
	};
	beforeEach(open);
	afterEach(() => line.client.close());

	function send(command: Command<unknown>): { code?: string } {
		const outcome: { code?: string } = {};
		line.client.send(command).then(
			() => (outcome.code = "done"),
			error => (outcome.code = error.code),
		);
		return outcome;
	}

	/** Answers what is asked, each with what `answers` says, for so long. */
	async function converse(ms: number, answers: Record<string, string>): Promise<string> {
		let all = "";
		for (let at = 0; at < ms; at += 50) {
			await line.clock.advance(50);
			const heard = line.heard();
			all += heard;
			for (const asked in answers) if (heard.includes(asked)) await line.say(answers[asked]!);
		}
		return all;
	}

	const CMEE = (mode: number) => `\r\n+CMEE: ${mode}\r\n\r\nOK\r\n`;
	const LIVES = { "+CSQ": "\r\n+CSQ: 9,0\r\n\r\nOK\r\n", "+CGATT?": "\r\n+CGATT: 1\r\n\r\nOK\r\n" };

	describe("a restart that nobody announced", () => {
		beforeEach(() => {
			line.client.configured = true;
		});

		it("shows in what the driver had set, asked twice", async () => {
			send({ line: "AT+X", timeoutMs: 500 });
			const next = send(commands.ATTACHED);
			const heard = await converse(2_000, { ...LIVES, "+CMEE?": CMEE(0) });
			assert.deepEqual(told, ["restart"]);
			assert.equal(heard.split("+CMEE?").length - 1, 2);
			assert.equal(next.code, "done", "what waits goes on");
		});

		it("shows though the modem was still starting when it was asked first", async () => {
			send({ line: "AT+X", timeoutMs: 500 });
			send(commands.ATTACHED);
			await line.clock.advance(1_400);
			line.heard();
			await converse(3_000, { ...LIVES, "+CMEE?": CMEE(0) });
			assert.deepEqual(told, ["restart"]);
		});

		it("is not concluded from one changed digit, nor where nothing was set", async () => {
			send({ line: "AT+X", timeoutMs: 500 });
			send(commands.ATTACHED);
			await line.clock.advance(501);
			await line.say(CMEE(0));
			await converse(2_000, { ...LIVES, "+CMEE?": CMEE(1) });
			line.client.configured = false;
			send({ line: "AT+X", timeoutMs: 500 });
			send(commands.ATTACHED);
			await converse(2_000, { ...LIVES, "+CMEE?": CMEE(0) });
			assert.deepEqual(told, []);
		});

		it("in the middle of a counted block, at each byte of it, is found out", async () => {
			const answer = "\r\n+CIPRXGET: 2,0,20,0\r\n01234567890123456789\r\nOK\r\n";
			for (let at = answer.indexOf("0123"); at < answer.length - 2; at++) {
				await open();
				line.client.configured = true;
				send(fetchInto(0, 64, () => {}));
				const next = send(commands.ATTACHED);
				await line.say(`${answer.slice(0, at)}\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: SIM PIN\r\n`);
				await converse(12_000, { ...LIVES, "+CMEE?": CMEE(0) });
				const found = told.includes("restart") || line.unsolicited.some(({ kind }) => "started" === kind);
				assert.isTrue(found, `at byte ${at}`);
				assert.isDefined(next.code);
			}
		});
	});

	it("data of a fetch that comes when the fetch was given up is lost, and that is told", async () => {
		let gaps = 0;
		const handler = { onHeader() {}, onBlock() {}, onGap: () => gaps++ };
		const outcome = send(commands.fetch(0, 64, handler));
		send(commands.ATTACHED);
		await line.clock.advance(5_001);
		assert.equal(outcome.code, "TIMEOUT");
		await line.say(`\r\n+CIPRXGET: 2,0,5,5\r\nhello\r\nOK\r\n${CMEE(1)}`);
		assert.equal(gaps, 1);
		await converse(500, LIVES);
		gaps = 0;
		send(commands.fetch(0, 64, handler));
		send(commands.ATTACHED);
		await line.clock.advance(5_001);
		await line.say(`\r\n+CIPRXGET: 2,0,0,0\r\n\r\nOK\r\n${CMEE(1)}`);
		assert.equal(gaps, 0, "there was nothing in it");
	});

	it("a second header in one answer is not believed, nor what stands behind it", async () => {
		let taken = "";
		const outcome = send(fetchInto(0, 64, bytes => (taken += textOf(bytes))));
		await line.say("\r\n+CIPRXGET: 2,0,1,0\r\nx\r\n+CIPRXGET: 2,0,5,0\r\nhello\r\nOK\r\n");
		assert.equal(outcome.code, "MALFORMED");
		assert.equal(taken, "x");
	});

	describe("what was dropped behind damage", () => {
		it("is asked for at once, though no command waits", async () => {
			const outcome = send(fetchInto(0, 64, () => {}));
			await line.say("\r\n+CIPRXGET: 2,0,99,0\r\n0, CLOSED\r\n\r\n+PDP: DEACT\r\n");
			assert.equal(outcome.code, "MALFORMED");
			await converse(1_000, { "+CMEE?": CMEE(1) });
			assert.deepEqual(told, ["missed"]);
			assert.deepEqual(line.unsolicited, []);
		});

		it("holds up what waits no longer than 3 s, and 3 questions, while the line babbles without end", async () => {
			send(fetchInto(0, 64, () => {}));
			const next = send(commands.ATTACHED);
			for (let at = 0; at < 6_200 && !next.code; at += 50) {
				await line.say("\xffbabble\r\n");
				await line.clock.advance(50);
			}
			assert.equal(next.code, "NO_MODEM");
			assert.deepEqual(told, ["silence"]);
		});

		it("leaves a modem that answers through the babble in use", async () => {
			send(fetchInto(0, 64, () => {}));
			const next = send(commands.ATTACHED);
			for (let at = 0; at < 6_200 && !next.code; at += 50) {
				await line.say("\r\n\xffbabble\r\n");
				await converse(50, { ...LIVES, "+CMEE?": CMEE(1) });
			}
			assert.equal(next.code, "done");
		});
	});

	it("a port that always holds a few bytes when the time is up puts no end off by more than 5 s", async () => {
		const outcome = send({ line: "AT+X", timeoutMs: 1_000 });
		for (let at = 0; at < 6_500 && !outcome.code; at += 100) {
			line.sayUnheard("x\r\n");
			await line.clock.advance(100);
		}
		assert.equal(outcome.code, "TIMEOUT");
	});

	describe("a command that waits", () => {
		it("settles after 660 s though the one before it never ends, and its connection's end is no reason to send it", async () => {
			send({ line: "AT+SLOW", timeoutMs: 2_000_000 });
			await line.clock.advance(100_000);
			const waits = send(commands.ATTACHED);
			await line.clock.advance(300_000);
			const later = send(commands.ATTACHED);
			await line.clock.advance(359_999);
			assert.isUndefined(waits.code);
			await line.clock.advance(2);
			assert.equal(waits.code, "BUSY");
			assert.isUndefined(later.code);
			await line.clock.advance(300_001);
			assert.equal(later.code, "BUSY");
			assert.equal(line.heard(), "AT+SLOW\r");
		});

		it("is settled by everything that may happen to the client: close, another rate, silence", async () => {
			for (const event of ["close", "reopen", "silence"] as const) {
				await open();
				const out = send({ line: "AT+X", timeoutMs: 1_000 });
				const waits = send(commands.ATTACHED);
				if ("close" === event) line.client.close();
				if ("reopen" === event) line.client.reopen(9_600);
				await line.clock.advance("silence" === event ? 5_000 : 1);
				assert.isDefined(out.code);
				assert.isDefined(waits.code);
				assert.isFalse(line.client.busy);
			}
		});
	});
});

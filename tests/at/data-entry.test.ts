/* Prompts, and data behind them: no command becomes data, no data becomes a command, and nobody waits for ever. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, type Line, type LineOptions, openLine, transmitAll } from "../support/line.js";

const SMS: Command = { line: 'AT+CMGS="+1"', timeoutMs: 5_000, stopsAtPrompt: true };
const SPOIL = `${"\x1b".repeat(556)}\r`;

describe("at: data entry", () => {
	let line: Line;
	const open = async (options?: LineOptions) => {
		line?.client.close();
		line = await openLine(options);
	};
	beforeEach(() => open());
	afterEach(() => line.client.close());

	function send(command: Command<unknown>): { code?: string; message?: string } {
		const outcome: { code?: string; message?: string } = {};
		line.client.send(command).then(
			() => (outcome.code = "done"),
			error => Object.assign(outcome, { code: error.code, message: error.message }),
		);
		return outcome;
	}

	for (let lost = 0; lost < 4; lost++) {
		it(`byte ${lost} of the prompt is lost: the next bytes are the data, all of it, and no command`, async () => {
			const outcome = send(transmitAll(0, bytesOf("hello"), true));
			const next = send(commands.ATTACHED);
			line.heard();
			const prompt = "\r\n> ";
			await line.say(prompt.slice(0, lost) + prompt.slice(lost + 1));
			let heard = line.heard();
			for (let second = 0; second <= 10 && !heard; second++) {
				await line.clock.advance(1_000);
				heard = line.heard();
			}
			assert.equal(heard, "hello");
			await line.say("\r\nDATA ACCEPT:0,5\r\n");
			assert.equal(outcome.code, "done");
			await line.clock.advance(1);
			assert.equal(line.heard(), "AT+CGATT?\r");
			await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
			assert.equal(next.code, "done");
		});
	}

	it("a modem that has read a smaller length has the rest in its command line: no command goes out behind it", async () => {
		const data = `${"x".repeat(20)}AT+CPOWD=1;`;
		for (let taken = 1; taken < data.length; taken++) {
			await open();
			send(transmitAll(0, bytesOf(data), true));
			send(commands.counts(0));
			await line.say("\r\n> ");
			await line.clock.advance(1);
			line.heard();
			await line.say(`\r\nDATA ACCEPT:0,${taken}\r\n`);
			await line.clock.advance(5);
			assert.isTrue(line.heard().startsWith(SPOIL), `${taken} taken`);
		}
	});

	it("a refusal behind data leaves the rest of the data in the command line: no command goes out behind it", async () => {
		send(transmitAll(0, bytesOf("x\rAT+CPOWD=1;"), true));
		send(commands.counts(0));
		await line.clock.advance(10_001);
		line.heard();
		await line.say("\r\nERROR\r\n");
		await line.clock.advance(5);
		assert.isTrue(line.heard().startsWith("\x1b"));
	});

	it("an answer without a number that comes before the last byte is out is no success", async () => {
		await open({ room: 10 });
		const outcome = send(transmitAll(0, bytesOf("x".repeat(100))));
		await line.clock.advance(5);
		await line.say("\r\n> ");
		await line.clock.advance(3);
		await line.say("\r\n0, SEND OK\r\n");
		assert.equal(outcome.code, "MALFORMED");
	});

	it("a connection that ends before the prompt is given up 5 s after its data has gone out, not after 645 s", async () => {
		const outcome = send(transmitAll(0, bytesOf("hello")));
		await line.say("\r\n0, CLOSED\r\n");
		await line.say("\r\n> ");
		await line.clock.advance(5_001);
		assert.equal(outcome.code, "CONNECTION_LOST");
	});

	describe("held at a prompt for somebody else's data", () => {
		it("two prompts and their data, queued together, come in order and share no timer", async () => {
			const outcomes = [SMS, { line: "a", answer: bytesOf("first\x1a"), timeoutMs: 9_000 }].map(send);
			const second = send(SMS);
			await line.say("\r\n> ");
			await line.clock.advance(1);
			assert.equal(line.heard(), 'AT+CMGS="+1"\rfirst\x1a');
			await line.clock.advance(8_000);
			assert.equal(line.heard(), "", "no ESC into a transfer that is under way");
			await line.say("\r\n+CMGS: 1\r\n\r\nOK\r\n");
			await line.say("\r\n> ");
			assert.deepEqual(
				[...outcomes, second].map(({ code }) => code),
				["done", "done", "done"],
			);
			assert.equal(line.client.heldLine, SMS.line);
		});

		it("data whose prompt is gone is not sent: it would be read as commands", async () => {
			send(SMS);
			send(commands.ATTACHED);
			const data = send({ line: "data", answer: bytesOf("AT+CPOWD=1\r"), timeoutMs: 1_000 });
			await line.say("\r\n> ");
			for (let step = 0; step < 40; step++) {
				await line.clock.advance(500);
				const heard = line.heard();
				assert.notInclude(heard, "CPOWD");
				if (heard.includes("+CMEE?")) await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
				if (heard.includes("+CGATT?")) await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
			}
			assert.equal(data.code, "CANCELLED");
		});

		for (const news of ["RDY", "NORMAL POWER DOWN", "UNDER-VOLTAGE POWER DOWN"]) {
			it(`${news} ends the waiting: there is no prompt any more`, async () => {
				send(SMS);
				await line.say("\r\n> ");
				await line.say(`\r\n${news}\r\n`);
				assert.isUndefined(line.client.heldLine);
				line.heard();
				send(commands.ATTACHED);
				await line.clock.advance(1);
				assert.match(line.heard(), /^AT\+/);
			});
		}

		for (const baud of [4_800, 9_600, 115_200]) {
			it(`a prompt that is forgotten at ${baud} baud gets all of its padding before the next command`, async () => {
				await open({ room: 128, baud, drainMs: (128 * 10_000) / baud });
				send(SMS);
				await line.clock.advance(300);
				await line.say("\r\n> ");
				const next = send(commands.ATTACHED);
				line.heard();
				let heard = "";
				for (let step = 0; step < 600 && !next.code; step++) {
					await line.clock.advance(25);
					const said = line.heard();
					heard += said;
					if (heard.endsWith("+CMEE?\r") && said) await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
					if (heard.endsWith("+CGATT?\r") && said) await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n");
				}
				assert.equal(next.code, "done");
				assert.equal(heard, `${"\x1b".repeat(1_460)}\rAT+CMEE?\rAT+CGATT?\r`);
			});
		}
	});

	describe("the text of a short message", () => {
		const HEADER = '\r\n+CMT: "+49170","","26/01/01,12:00:00+04"\r\n';
		for (const text of ["RDY", "+PDP: DEACT", "0, CLOSED", "OK", "ERROR", "+CPIN: SIM PIN", "NORMAL POWER DOWN", "> "]) {
			it(`${JSON.stringify(text)} is text, whatever is out`, async () => {
				const outcomes = [
					send(commands.ATTENTION),
					send(transmitAll(0, bytesOf("hello"), true)),
					send(commands.disconnect(0, false)),
				];
				for (const answer of ["\r\nOK\r\n", "\r\n> ", "\r\nDATA ACCEPT:0,5\r\n", "\r\n0, CLOSE OK\r\n"]) {
					await line.say(`${HEADER}${text}\r\n`);
					await line.clock.advance(1);
					await line.say(answer);
					await line.clock.advance(1);
				}
				assert.deepEqual(
					outcomes.map(({ code }) => code),
					["done", "done", "done"],
				);
				assert.deepEqual(
					line.unsolicited.map(({ kind }) => kind),
					Array.from({ length: 4 }, () => ["sms", "sms-text"]).flat(),
				);
			});
		}

		it("that a brown-out has cut off, or a change of the rate, does not make text of what the modem says next", async () => {
			await line.say(HEADER);
			await line.clock.advance(2_000);
			await line.say("\r\nRDY\r\n");
			await line.say(HEADER);
			line.client.reopen(9_600);
			await line.clock.advance(2);
			await line.say("\r\nRDY\r\n");
			assert.deepEqual(
				line.unsolicited.map(({ kind }) => kind),
				["sms", "started", "sms", "started"],
			);
		});
	});
});

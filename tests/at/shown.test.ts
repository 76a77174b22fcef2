/* What a log, a trace or a message shows: no secret, and nothing of anybody's data, whatever bytes were lost. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, type Line, openLine, transmitAll } from "../support/line.js";

const PAYLOAD = "my-password-is-swordfish";

describe("at: what is shown", () => {
	let line: Line;
	let messages: string[];
	beforeEach(async () => {
		line = await openLine();
		messages = [];
	});
	afterEach(() => line.client.close());

	function send(command: Command<unknown>): void {
		line.client.send(command).catch(error => messages.push(String(error.message)));
	}

	const shown = () => [...messages, ...line.unexplained, ...line.trace].join("\n");

	for (const secret of [
		'AT+CPIN="4711"',
		"AT+CPIN=4711",
		'AT+CMEE=1;+CPIN="4711"',
		'AT +CPIN="4711"',
		'AT+CPIN = "4711"',
		'at+cpin="4711"',
		'AT+CPIN2="4711"',
		'AT+CLCK="SC",1,"4711"',
		'AT+CPWD="SC","1234","4711"',
		'AT+CSTT="apn","user","4711"',
		'AT+SAPBR=3,1,"PWD","4711"',
	]) {
		it(`${secret}: neither sent, nor echoed, whole or with a byte lost, nor late`, async () => {
			send({ line: secret, timeoutMs: 1_000 });
			for (let lost = -1; lost < secret.length; lost++)
				await line.say(`${lost < 0 ? secret : secret.slice(0, lost) + secret.slice(lost + 1)}\r\r\n`);
			await line.clock.advance(1_001);
			send(commands.ATTACHED);
			await line.say(`${secret}\r\r\nERROR\r\n`);
			await line.clock.advance(4_000);
			assert.notInclude(shown(), "4711");
			assert.isNotEmpty(messages, "it has failed, and said so");
		});
	}

	it("data that is fetched, with any byte of its header lost", async () => {
		const header = `+CIPRXGET: 2,0,${PAYLOAD.length},0`;
		for (let lost = 0; lost < header.length; lost++) {
			send(fetchInto(0, 64, () => {}));
			await line.say(`\r\n${header.slice(0, lost)}${header.slice(lost + 1)}\r\n${PAYLOAD}\r\nOK\r\n`);
			await line.clock.advance(300);
			for (let rounds = 0; rounds < 20 && line.client.busy; rounds++) {
				await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
				await line.clock.advance(1_000);
			}
			assert.isAbove(messages.length + line.unexplained.length, 0);
			assert.notInclude(shown(), "swordfish", `byte ${lost} of the header`);
			await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		}
	});

	it("data that is fetched, with more of it than the header says", async () => {
		for (let bytes = 0; bytes < PAYLOAD.length; bytes++) {
			send(fetchInto(0, 64, () => {}));
			await line.say(`\r\n+CIPRXGET: 2,0,${bytes},0\r\n${PAYLOAD}\r\nOK\r\n`);
			await line.clock.advance(300);
			await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
			assert.lengthOf(messages, bytes + 1);
		}
		assert.notInclude(shown(), "fish");
	});

	it("data that is sent and comes back: an echo that is on, or a modem that reads it as lines", async () => {
		for (const said of [`${PAYLOAD}\r\n`, `\r\n${PAYLOAD}\r\nERROR\r\n`, `x\r\n${PAYLOAD}`]) {
			line.client.close();
			line = await openLine();
			send(transmitAll(0, bytesOf(PAYLOAD), true));
			await line.say("\r\n> ");
			await line.say(said);
			await line.clock.advance(500);
			await line.say(`${PAYLOAD}\r\n`);
			await line.clock.advance(60_000);
			assert.isNotEmpty(line.unexplained);
			assert.notInclude(shown(), "swordfish");
		}
	});

	it("other lines are shown as they are", async () => {
		send(commands.REGISTRATION);
		await line.say("\r\n+CREG: 0,1\r\n\r\nOK\r\n\r\nnobody knows\r\n\r\n0, CLOSED\r\n");
		assert.includeMembers(line.trace, ["> AT+CREG?", "< +CREG: 0,1", "< OK", "< nobody knows", "< 0, CLOSED"]);
		assert.deepEqual(line.unexplained, ["nobody knows"]);
	});
});

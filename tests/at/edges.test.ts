/* The conditions of the client, one by one, at their edges. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, type Line, openLine, transmitAll } from "../support/line.js";

const CMEE = "\r\n+CMEE: 1\r\n\r\nOK\r\n";

describe("at/client: edges", () => {
	let line: Line;
	beforeEach(async () => {
		line = await openLine();
	});
	afterEach(() => line.client.close());

	function send(command: Command<unknown>): { code?: string } {
		const outcome: { code?: string } = {};
		line.client.send(command).then(
			() => (outcome.code = "done"),
			error => (outcome.code = error.code),
		);
		return outcome;
	}

	it("an OK that is due after a timeout is no news; one that nobody expects is", async () => {
		send({ line: "AT+X", timeoutMs: 500 });
		await line.clock.advance(501);
		await line.say("\r\nOK\r\n");
		assert.deepEqual(line.unsolicited, []);
		send(commands.ATTACHED);
		await line.say(CMEE);
		await line.say("\r\n+CGATT: 1\r\n\r\nOK\r\n\r\nOK\r\n");
		assert.deepEqual(line.unsolicited, [{ kind: "stray", line: "OK" }]);
	});

	describe("a second OK behind a fetch", () => {
		let gaps: number;
		const fetching = () => commands.fetch(0, 64, { onHeader() {}, onBlock() {}, onGap: () => gaps++ });
		beforeEach(async () => {
			gaps = 0;
			send(fetching());
		});

		it("shows that data was left out, also while the next command is on its way", async () => {
			send(commands.ATTACHED);
			await line.say("\r\n+CIPRXGET: 2,0,2,0\r\nab\r\nOK\r\n\r\nOK\r\n");
			assert.equal(gaps, 1);
		});

		it("is the next command's when that one can have been answered, and nobody's after 100 ms", async () => {
			const next = send({ line: "AT+X", timeoutMs: 1_000 });
			await line.say("\r\n+CIPRXGET: 2,0,2,0\r\nab\r\nOK\r\n");
			await line.clock.advance(50);
			await line.say("\r\nOK\r\n");
			assert.deepEqual([gaps, next.code], [0, "done"]);
			send(fetching());
			await line.say("\r\n+CIPRXGET: 2,0,2,0\r\nab\r\nOK\r\n");
			await line.clock.advance(101);
			await line.say("\r\nOK\r\n");
			assert.equal(gaps, 0);
		});
	});

	it("a short message that comes between CIPSEND and its prompt does not hide the prompt", async () => {
		send(transmitAll(0, bytesOf("hello"), true));
		line.heard();
		await line.say('\r\n+CMT: "+49","",""\r\n> is how it begins\r\n');
		assert.equal(line.heard(), "");
		await line.say("\r\n> ");
		await line.clock.advance(1);
		assert.equal(line.heard(), "hello");
	});

	it("what was missed is asked for with other questions too, though no command waits", async () => {
		send(fetchInto(0, 64, () => {}));
		await line.say("\r\n+CIPRXGET: 2,0,99,0\r\n");
		line.heard();
		await line.clock.advance(4_000);
		assert.equal(line.heard(), "AT+CMEE?\rAT+CSQ\rAT+CGATT?\r");
	});

	it("a question that is open when the driver is closed tells nobody anything", async () => {
		let told = 0;
		line.client.close();
		line = await openLine({ handlers: { onSilence: () => told++, onMissed: () => told++, onRestart: () => told++ } });
		send({ line: "AT+X", timeoutMs: 500 });
		const next = send(commands.ATTACHED);
		await line.clock.advance(2_700);
		assert.include(line.heard(), "AT+CGATT?");
		line.client.close();
		await line.clock.advance(5_000);
		assert.equal(told, 0);
		assert.equal(next.code, "CLOSED");
	});

	it("a repeatable command is said three times, not more", async () => {
		const outcome = send(commands.ATTACHED);
		let said = 0;
		for (let rounds = 0; rounds < 20 && !outcome.code; rounds++) {
			const heard = line.heard();
			if (heard.includes("+CGATT?")) {
				said++;
				await line.say("\r\n+CGATT: x1\r\n\r\n+CGATT:\r\n\r\n+CGAT\r\n");
				await line.clock.advance(10_001);
			} else if (heard.includes("+CMEE")) await line.say(CMEE);
			else await line.clock.advance(1);
		}
		assert.deepEqual([said, outcome.code], [3, "TIMEOUT"]);
	});

	it("a line that is longer than any answer ends nothing, whatever it begins with", async () => {
		const outcome = send({
			line: "AT+X",
			timeoutMs: 1_000,
			isInfo: said => said.startsWith("+X:"),
			isLast: () => true,
			read: said => said,
		});
		await line.say(`\r\n+X: ${"y".repeat(600)}\r\n`);
		assert.isUndefined(outcome.code);
		assert.lengthOf(line.unexplained, 1);
	});

	it("a connection that ends during a transmission is told so though the modem says that it took the data", async () => {
		const outcome = send(transmitAll(0, bytesOf("hello"), true));
		await line.say("\r\n> \r\n0, CLOSED\r\n");
		await line.say("\r\nDATA ACCEPT:0,5\r\n");
		assert.equal(outcome.code, "CONNECTION_LOST");
	});
});

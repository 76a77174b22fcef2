/* A line belongs to the command that asked for it, whoever sent it; the same words that nobody asked for are a URC. */
import { assert } from "chai";
import { sendATcommand2 } from "../../modules/compat/sendATcommand2.js";
import { type Line, openLine } from "../support/line.js";

const ANSWERS = [
	["AT+CPIN?", "+CPIN: SIM PIN"],
	["AT+CPIN?", "+CPIN: READY"],
	["AT+CFUN?", "+CFUN: 1"],
	["AT+CREG?", "+CREG: 0,1"],
	["AT+CREG?", '+CREG: 2,1,"001F","1174"'],
	["AT+CGREG?", "+CGREG: 0,5"],
	["AT+CSQ;+CFUN?", "+CFUN: 4"],
	["at+cpin?", "+CPIN: READY"],
] as const;

const URCS = [
	["AT+CPIN?", "+CFUN: 1"],
	["AT+CREG?", "+CREG: 1"],
	["AT+CREG?", '+CREG: 1,"001F","1174"'],
	["AT+CFUN=1", "+CFUN: 1"],
	['AT+CPIN="1234"', "+CPIN: READY"],
	["AT", "+CPIN: NOT INSERTED"],
] as const;

const SENDERS = {
	"the client": (line: Line, asked: string) => line.client.send({ line: asked, timeoutMs: 2_000 }),
	sendATcommand2: (line: Line, asked: string) => sendATcommand2(line.client, asked, "OK", "ERROR", 2_000),
} as const;

for (const [name, send] of Object.entries(SENDERS)) {
	describe(`at: lines that ${name} has asked for`, () => {
		let line: Line;
		beforeEach(async () => {
			line = await openLine();
		});
		afterEach(() => line.client.close());

		for (const [asked, answer] of ANSWERS) {
			it(`${asked}: "${answer}" is its answer, and no news`, async () => {
				const answered = send(line, asked);
				await line.say(`\r\n${answer}\r\n\r\nOK\r\n`);
				await answered;
				assert.deepEqual(line.unsolicited, []);
				assert.deepEqual(line.unexplained, []);
			});
		}

		for (const [asked, urc] of URCS) {
			it(`${asked}: "${urc}" is news`, async () => {
				const answered = send(line, asked);
				await line.say(`\r\n${urc}\r\n\r\nOK\r\n`);
				await answered;
				assert.lengthOf(line.unsolicited, 1);
			});
		}
	});
}

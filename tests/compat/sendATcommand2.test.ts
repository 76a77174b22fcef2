/* What the Arduino sketches' function got wrong, one by one. */
import { assert } from "chai";
import { sendATcommand2 } from "../../modules/compat/sendATcommand2.js";
import { type Line, openLine } from "../support/line.js";

function send(
	line: Line,
	command: string,
	expected1: string,
	expected2: string,
	timeoutMs = 1_000,
): { answer?: 0 | 1 | 2; promise: Promise<0 | 1 | 2> } {
	const call: { answer?: 0 | 1 | 2; promise: Promise<0 | 1 | 2> } = {
		promise: sendATcommand2(line.client, command, expected1, expected2, timeoutMs).then(answer => {
			call.answer = answer;
			return answer;
		}),
	};
	return call;
}

describe("at/sendATcommand2", () => {
	let line: Line;
	beforeEach(async () => {
		line = await openLine();
	});
	afterEach(() => line.client.close());

	it("answers 1 for the first expectation, 2 for the second, 0 for neither", async () => {
		const first = send(line, "AT+CREG?", "+CREG: 0,1", "+CREG: 0,5");
		await line.say("\r\n+CREG: 0,1\r\n\r\nOK\r\n");
		assert.equal(first.answer, 1);
		const second = send(line, "AT+CREG?", "+CREG: 0,1", "+CREG: 0,5");
		await line.say("\r\n+CREG: 0,5\r\n\r\nOK\r\n");
		assert.equal(second.answer, 2);
		const neither = send(line, "AT+CREG?", "+CREG: 0,1", "+CREG: 0,5");
		await line.say("\r\n+CREG: 0,2\r\n\r\nOK\r\n");
		assert.equal(neither.answer, 0);
		assert.equal(line.heard(), "AT+CREG?\rAT+CREG?\rAT+CREG?\r");
	});

	it("answers 0 when the time is up, and does not hold up the next caller for ever", async () => {
		const call = send(line, "AT+CGATT?", "OK", "ERROR", 500);
		await line.clock.advance(499);
		assert.isUndefined(call.answer);
		await line.clock.advance(1);
		assert.equal(call.answer, 0);
	});

	it("keeps unsolicited results that came before the command, and those that come into its answer", async () => {
		await line.say("\r\n1, CLOSED\r\n");
		const call = send(line, "AT+CSQ", "+CSQ:", "ERROR");
		await line.say("\r\n+PDP: DEACT\r\n\r\n+CSQ: 17,0\r\n\r\nOK\r\n");
		assert.equal(call.answer, 1);
		assert.deepEqual(line.unsolicited, [{ kind: "closed", slot: 1 }, { kind: "bearer-lost" }]);
	});

	it("reads answers of more than 100 bytes to their end", async () => {
		const call = send(line, "AT+COPS=?", "+LAST", "ERROR");
		for (let index = 0; index < 40; index++) await line.say(`\r\n+LINE: ${index} of many lines of an answer\r\n`);
		assert.isUndefined(call.answer);
		await line.say("\r\n+LAST\r\n\r\nOK\r\n");
		assert.equal(call.answer, 1);
	});

	it("does not take an empty second expectation for an answer", async () => {
		const call = send(line, "AT+CIPSTATUS", "INITIAL", "");
		await line.say("\r\nOK\r\n");
		assert.isUndefined(call.answer);
		await line.say("\r\nSTATE: IP START\r\n");
		assert.equal(call.answer, 0);
	});

	it("waits for the state, which comes behind the OK", async () => {
		const call = send(line, "AT+CIPSTATUS", "INITIAL", "");
		await line.say("\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n");
		assert.equal(call.answer, 1);
		assert.isFalse(line.client.busy);
	});

	it("waits for CONNECT OK, which comes behind the OK", async () => {
		const call = send(line, 'AT+CIPSTART="TCP","192.0.2.1","80"', "CONNECT OK", "CONNECT FAIL", 75_000);
		await line.say("\r\nOK\r\n");
		await line.clock.advance(74_000);
		assert.isUndefined(call.answer);
		await line.say("\r\nSTATE: TCP CLOSED\r\n\r\nCONNECT FAIL\r\n");
		assert.equal(call.answer, 2);
	});

	it("ends AT+CIFSR with its address, for no OK follows", async () => {
		const call = send(line, "AT+CIFSR", ".", "ERROR", 10_000);
		await line.say("\r\n10.1.2.3\r\n");
		assert.equal(call.answer, 1);
		assert.isFalse(line.client.busy);
	});

	it("does not find an expectation in the echo of its own command", async () => {
		const call = send(line, 'AT+CSTT="OK"', "OK", "ERROR");
		await line.say('AT+CSTT="OK"\r');
		await line.say("\r\n");
		assert.isUndefined(call.answer);
		await line.say("\r\nERROR\r\n");
		assert.equal(call.answer, 2);
	});

	it("queues two callers instead of mixing them", async () => {
		const first = send(line, "AT+CSQ", "+CSQ:", "ERROR");
		const second = send(line, "AT+CREG?", "+CREG:", "ERROR");
		assert.equal(line.heard(), "AT+CSQ\r");
		await line.say("\r\n+CSQ: 17,0\r\n");
		assert.equal(first.answer, 1, "known at once");
		assert.equal(line.heard(), "", "the rest of the first answer is still to come");
		await line.say("\r\nOK\r\n");
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CREG?\r");
		await line.say("\r\n+CREG: 0,1\r\n\r\nOK\r\n");
		assert.equal(second.answer, 1);
	});

	it("sends data behind the prompt as it is, and lets nobody in between", async () => {
		const prompt = send(line, "AT+CIPSEND=5", ">", "ERROR");
		const other = send(line, "AT+CSQ", "+CSQ:", "ERROR");
		await line.say("\r\n> ");
		assert.equal(prompt.answer, 1);
		await line.clock.advance(10);
		assert.equal(line.heard(), "AT+CIPSEND=5\r");
		const data = send(line, "hello", "SEND OK", "ERROR", 10_000);
		await line.clock.advance(10);
		assert.equal(line.heard(), "hello", "no line end is added, the modem counts");
		await line.say("\r\nSEND OK\r\n");
		assert.equal(data.answer, 1);
		await line.clock.advance(10);
		assert.equal(line.heard(), "AT+CSQ\r");
		await line.say("\r\n+CSQ: 1,0\r\n\r\nOK\r\n");
		assert.equal(other.answer, 1);
	});

	it("takes data that begins with AT for data, and refuses a wrong number of bytes at once", async () => {
		const prompt = send(line, "AT+CIPSEND=0,9", ">", "ERROR");
		await line.say("\r\n> ");
		assert.equal(prompt.answer, 1);
		assert.throws(() => sendATcommand2(line.client, "short", "SEND OK", "", 1_000), RangeError, "announced 9");
		line.heard();
		const data = send(line, "ATTENTION", "0, SEND OK", "ERROR");
		await line.clock.advance(1);
		assert.equal(line.heard(), "ATTENTION");
		await line.say("\r\n0, SEND OK\r\n");
		assert.equal(data.answer, 1);
	});

	it("is not answered by what still comes when the modem has restarted", async () => {
		const call = send(line, "AT+CIPSEND=5", ">", "ERROR");
		await line.say("\r\nRDY\r\n\r\n> \r\nOK\r\n");
		assert.equal(call.answer, 0);
	});

	it("does not take a late answer for the next command's", async () => {
		const late = send(line, "AT+CIICR", "OK", "ERROR", 1_000);
		await line.clock.advance(1_000);
		assert.equal(late.answer, 0);
		line.heard();
		const next = send(line, "AT+CGATT=0", "OK", "ERROR", 5_000);
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CMEE?\r", "asked first, to know what is whose");
		await line.say("\r\nOK\r\n"); // of AT+CIICR
		assert.isUndefined(next.answer);
		await line.say("\r\n+CMEE: 1\r\n\r\nOK\r\n");
		await line.clock.advance(1);
		assert.equal(line.heard(), "AT+CGATT=0\r");
		assert.isUndefined(next.answer);
		await line.say("\r\nERROR\r\n");
		assert.equal(next.answer, 2);
	});

	it("refuses what would be a second command", () => {
		assert.throws(() => sendATcommand2(line.client, "AT\rAT+CPOWD=1", "OK", "", 100), RangeError, "control");
		assert.throws(() => sendATcommand2(line.client, `AT${"x".repeat(600)}`, "OK", "", 100), RangeError, "too long");
		assert.throws(() => sendATcommand2(line.client, "AT", "OK", "", 0), RangeError, "timeoutMs");
		assert.throws(() => sendATcommand2(line.client, "hello", "OK", "", 100), RangeError, "begin with");
		assert.equal(line.heard(), "");
	});
});

/* Data in logs: counted and not, whole and not, in logs of bytes and in logs that are text. */
import { assert } from "chai";
import * as fc from "fast-check";
import { piecesOf, stream } from "../fuzz/streams.js";
import { eventsOf, told } from "./explain.js";

const ALL_BYTES = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

describe("replay: data in a log of bytes", () => {
	it("is counted, whatever is in it", () => {
		const log = `AT+CIPRXGET=2,1,256\r\r\n+CIPRXGET: 2,1,256,0\r\n${ALL_BYTES}\r\nOK\r\n\r\n+RECEIVE,3,6:\r\n\r\nOK\r\n\r\n3, CLOSED\r\n`;
		const payloads = eventsOf(log).filter(event => "payload" === event.kind);
		assert.deepEqual(
			payloads.map(({ bytes, direction, slot, text }) => ({ bytes, direction, slot, text })),
			[
				{ bytes: 256, direction: "received", slot: undefined, text: ALL_BYTES },
				{ bytes: 6, direction: "received", slot: 3, text: "\r\nOK\r\n" },
			],
		);
		assert.deepEqual(told(log).slice(-1), ["unsolicited 3, CLOSED closed: connection 3"]);
	});

	it("comes back as echo behind the prompt", () => {
		assert.deepEqual(told("AT+CIPSEND=8\r\r\n> \r\nOK\r\n> \r\nSEND OK\r\n"), [
			"command AT+CIPSEND=8",
			"prompt > of AT+CIPSEND=8",
			"payload 8 bytes sent: \\r\\nOK\\r\\n>",
			"done SEND OK of AT+CIPSEND=8",
		]);
	});

	it("stands right behind the colon of +IPD", () => {
		assert.deepEqual(told("\r\n+IPD,5:hello\r\nCLOSED\r\n"), [
			"unsolicited +IPD,5: data: 5",
			"payload 5 bytes received: hello",
			"unsolicited CLOSED closed",
		]);
	});

	it("that was announced with more than was asked for is damage", () => {
		assert.include(told("AT+CIPRXGET=2,1,64\r\r\n+CIPRXGET: 2,1,85,0\r\nhello\r\nOK\r\n"), "damaged +CIPRXGET: 2,1,85,0");
	});

	it("that the log has not all of", () => {
		assert.deepEqual(told("\r\n+RECEIVE,0,20:\r\nhello").slice(1), [
			"payload 20 bytes received on connection 0, 5 of them in this log: hello",
		]);
	});
});

describe("replay: data in a log of text", () => {
	it("sent, with its prompt on the same line, Ctrl-Z as a blank", () => {
		const sent = ["command AT+CIPSEND", "prompt > of AT+CIPSEND", "payload 5 bytes sent: hello", "done SEND OK of AT+CIPSEND"];
		assert.deepEqual(told("AT+CIPSEND\n>hello\n \nSEND OK"), sent);
		assert.deepEqual(told("AT+CIPSEND\n> hello\n\nSEND OK"), sent);
		assert.deepEqual(told("SendString AT+CIPSEND\n\nAT+CIPSEND\n> SendString hello\nhello\nSEND OK"), sent);
		assert.deepEqual(told("TX: AT+CIPSEND\nRX: >\nTX: hello\nRX: SEND OK"), sent);
	});

	it("sent over lines, with news before its result", () => {
		assert.deepEqual(told("AT+CIPSEND=0,25\n> GET / HTTP/1.0\nHost: a\n\n1, CLOSED\n0, SEND FAIL").slice(2), [
			"unsolicited 1, CLOSED closed: connection 1",
			"refused 0, SEND FAIL the modem answered SEND FAIL to AT+CIPSEND",
		]);
	});

	it("sent as HTTP data", () => {
		assert.deepEqual(told('AT+HTTPDATA=8,1000\nDOWNLOAD\n{"id":1}\nOK\nAT+HTTPACTION=1\nOK\n+HTTPACTION: 1,200,72'), [
			"command AT+HTTPDATA=8,1000",
			"information DOWNLOAD",
			'payload 8 bytes sent: {"id":1}',
			"done OK of AT+HTTPDATA=8,1000",
			"command AT+HTTPACTION=1",
			"done OK of AT+HTTPACTION=1",
			"unsolicited +HTTPACTION: 1,200,72 service: http",
		]);
	});

	const read = (shown: string) => [
		"command AT+CIPRXGET=2,1,20",
		"information +CIPRXGET: 2,1,20,0",
		shown,
		"done OK of AT+CIPRXGET=2,1,20",
	];

	it("read: line ends are lost, the count is right all the same", () => {
		const log = (data: string) => `AT+CIPRXGET=2,1,20\n\n+CIPRXGET: 2,1,20,0\n${data}\nOK`;
		assert.deepEqual(told(log("first line\nsecond l")), read("payload 20 bytes received: first line\\r\\nsecond l"));
		assert.deepEqual(told(log("first line\nsecond li")), read("payload 20 bytes received: first line\\r\\nsecond l")); // ends were LF
	});

	it("read: what can't be seen is not in the log", () => {
		const log = (data: string) => `AT+CIPRXGET=2,1,20\n\n+CIPRXGET: 2,1,20,0\n${data}OK`;
		assert.deepEqual(told(log("short\n")), read("payload 20 bytes received, 7 of them in this log: short\\r\\n"));
		assert.deepEqual(told(log("\n")), read("payload 20 bytes received, 0 of them in this log: \\r\\n"));
	});

	it("pushed, and then a program's words on the same line", () => {
		assert.deepEqual(told("+IPD,5:hellolength is 5\nCLOSED").slice(1), [
			"payload 5 bytes received: hello",
			"note length is 5",
			"unsolicited CLOSED closed",
		]);
	});

	it("pushed, and cut short by the next line of the modem", () => {
		assert.deepEqual(told("+RECEIVE,0,20:\nhello\n0, CLOSED").slice(1), [
			"payload 20 bytes received on connection 0, 7 of them in this log: hello\\r\\n",
			"unsolicited 0, CLOSED closed: connection 0",
		]);
	});
});

describe("replay: data that nothing announces", () => {
	const CONNECTED = 'AT+CIPSTART="TCP","a",80\nOK\nCONNECT OK\n';

	it("comes on a single connection that has no headers", () => {
		assert.deepEqual(told(`${CONNECTED}hello\nCLOSED\nhello`).slice(3), [
			"payload 5 bytes received, with no header: hello",
			"unsolicited CLOSED closed",
			"note hello",
		]);
	});

	it("is not what a program says, one blank in", () => {
		assert.include(told(`${CONNECTED} OK`), "note OK");
	});

	for (const setting of ["AT+CIPHEAD=1", "AT+CIPRXGET=1", "AT+CIPMUX=1"]) {
		it(`does not come after ${setting}`, () => {
			assert.include(told(`${setting}\nOK\n${CONNECTED}hello`), "note hello");
		});
	}

	it("is all that comes in transparent mode", () => {
		assert.deepEqual(
			told('AT+CIPMODE=1\nOK\nAT+CIPSTART="TCP","a",80\nOK\nCONNECT\nAT+CSQ\n+CSQ: 1,1\nCLOSED\nAT\nOK').slice(4),
			[
				"unsolicited CONNECT result: CONNECT",
				"payload 6 bytes received, with no header: AT+CSQ",
				"payload 9 bytes received, with no header: +CSQ: 1,1",
				"unsolicited CLOSED closed",
				"command AT",
				"done OK of AT",
			],
		);
	});

	it("is the text of a message, whatever it says", () => {
		assert.deepEqual(told('+CMT: "+49",,"26/11/22,21:47:27+04"\nRDY\nRING').slice(1), [
			"unsolicited RDY sms-text",
			"unsolicited RING ring",
		]);
	});
});

describe("replay: any log", () => {
	const label = fc.constantFrom("", "TX: ", "RX: ", "[1] ", "12:00:01 -> ", "SendString ", "> ", "00 0d ");

	it("is explained without complaint", () => {
		fc.assert(
			fc.property(stream, fc.array(label, { minLength: 1 }), (text, labels) => {
				const pieces = piecesOf(text, [7, 30]).map((piece, index) => labels[index % labels.length] + piece);
				for (const log of [text, pieces.join("\n")]) {
					const lines = eventsOf(log).map(event => event.line);
					for (const line of lines) assert.isAtMost(line, log.split("\n").length);
				}
			}),
			{ seed: 900, numRuns: 500 },
		);
	});
});

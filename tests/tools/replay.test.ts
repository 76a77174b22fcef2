/* Logs in the notations in which people keep and post them, and what replay makes of each. */
import { assert } from "chai";
import { eventsOf, explain, told } from "./explain.js";

const ASKED = ["command AT+CSQ", "information +CSQ: 17,0", "done OK of AT+CSQ"];

const sameInEachNotation: readonly (readonly [string, string])[] = [
	["raw bytes, with echo", "AT+CSQ\r\r\n+CSQ: 17,0\r\n\r\nOK\r\n"],
	["a terminal that strips blank lines", "AT+CSQ\n+CSQ: 17,0\nOK\n"],
	["a terminal that keeps them", "AT+CSQ\n\n+CSQ: 17,0\n\nOK\n"],
	["a terminal on Windows", "AT+CSQ\r\n+CSQ: 17,0\r\nOK\r\n"],
	["a terminal that shows both directions on one line", "AT+CSQAT+CSQ\n+CSQ: 17,0\nOK"],
	["command and echo on a line of their own", "AT+CSQ\nAT+CSQ\n\n+CSQ: 17,0\n\nOK"],
	["TX and RX", "TX: AT+CSQ\nRX: +CSQ: 17,0\nRX: OK\n"],
	[
		"TX and RX behind a tag, line ends in brackets",
		"[com] TX: AT+CSQ(\\r)\n[com] RX: (\\r)(\\n)\n[com] RX: +CSQ: 17,0(\\r)(\\n)\n[com] RX: OK(\\r)(\\n)",
	],
	["TX and RX as Python prints bytes", "TX: b'AT+CSQ\\r'\nRX: b'AT+CSQ\\r\\r\\n+CSQ: 17,0\\r\\n\\r\\nOK\\r\\n'\n"],
	["[TX] and [RX]", "[TX] AT+CSQ\n[RX] +CSQ: 17,0\n[RX] OK"],
	["arrows", "---> AT+CSQ\n<--- +CSQ: 17,0\n<--- OK"],
	["short arrows, indented", "\t--> AT+CSQ\n\t<-- \n\t<-- +CSQ: 17,0\n\t<-- OK"],
	["an arrow for the host alone", ">> AT+CSQ\n\n+CSQ: 17,0\n\nOK"],
	["a prompt for the host", "> AT+CSQ\n+CSQ: 17,0\nOK"],
	["SEND: in pieces, RECEIVED: over lines", "SEND:AT\nSEND:+CSQ\nSEND:\n\nRECEIVED:\n+CSQ: 17,0\n\nOK\n"],
	["SendString", "SendString AT+CSQ\n\nAT+CSQ\n+CSQ: 17,0\n\nOK\n"],
	[
		"Modem Write and Modem Received",
		"Modem Write: AT+CSQ\nModem Received: AT+CSQ\nModem Received:\nModem Received: +CSQ: 17,0\nModem Received: OK",
	],
	["<CR><LF>", "AT+CSQ<CR><CR><LF>+CSQ: 17,0<CR><LF><CR><LF>OK<CR><LF>"],
	["an Arduino's time stamps", "12:00:01.123 -> AT+CSQ\n12:00:01.140 -> \n12:00:01.141 -> +CSQ: 17,0\n12:00:01.150 -> OK"],
	["dates", "2026-11-22 12:00:01,123 AT+CSQ\n2026-11-22 12:00:01,140 +CSQ: 17,0\n2026-11-22 12:00:01,150 OK"],
	["time in brackets", "[12:00:01.123] AT+CSQ\n[12:00:01.140] +CSQ: 17,0\n[12:00:01.150] OK"],
	["milliseconds in brackets", "[15156] AT+CSQ\n[15160] +CSQ: 17,0\n[15163] OK"],
	["ESP-IDF's log", "I (512) modem: TX: AT+CSQ\nI (530) modem: RX: +CSQ: 17,0\nI (531) modem: RX: OK"],
	["our own trace", "     0.512 > AT+CSQ\n     0.530 < +CSQ: 17,0\n     0.531 < OK"],
	["our own test's trace", "> AT+CSQ\n< +CSQ: 17,0\n< OK"],
	[
		"a hex dump with a rendering",
		"41 54 2b 43 53 51 0d 0d  0a 2b 43 53 51 3a 20 31  |AT+CSQ...+CSQ: 1|\n37 2c 30 0d 0a 0d 0a 4f  4b 0d 0a                 |7,0....OK..|",
	],
	[
		"a hex dump with offsets",
		"0000  41 54 2b 43 53 51 0d 0d\n0008  0a 2b 43 53 51 3a 20 31\n0010  37 2c 30 0d 0a 0d 0a 4f\n0018  4b 0d 0a",
	],
	[
		"hex dumps with TX and RX",
		"TX: 41 54 2b 43 53 51 0d   |AT+CSQ.|\nRX: 0d 0a 2b 43 53 51 3a 20 31 37 2c 30 0d 0a   |..+CSQ: 17,0..|\nRX: 0d 0a 4f 4b 0d 0a |..OK..|",
	],
	[
		"a UART's hex dumps of ESP-IDF",
		"I (512) uart-tx: 0x3ffb8e30   41 54 2b 43 53 51 0d  |AT+CSQ.|\nI (530) uart-rx: 0x3ffb8f30   0d 0a 2b 43 53 51 3a 20  31 37 2c 30 0d 0a 0d 0a  |..+CSQ: 17,0....|\nI (531) uart-rx: 0x3ffb8f40   4f 4b 0d 0a   |OK..|",
	],
];

describe("replay: the same in each notation", () => {
	for (const [notation, log] of sameInEachNotation) {
		it(notation, () => assert.deepEqual(told(log), ASKED));
	}

	it("a hex dump in capitals, with the same in marks behind it and in dots below", () => {
		const dump = "41 54 2B 43 53 51 0D 0A 2B 43 53 51 3A 20 31 37 2C 30 0D 0A 0D 0A 4F 4B 0D 0A";
		const [first, ...rest] = told(`${dump}    AT+CSQ<CR><LF>+CSQ: 17,0\nAT+CSQ..+CSQ: 17,0....OK..`);
		assert.deepEqual([first, ...rest.slice(0, 2)], ASKED);
		assert.deepEqual(rest.slice(2), ["note AT+CSQ..+CSQ: 17,0....OK.."]);
	});

	it("with the line of the log, and its time", () => {
		assert.deepEqual(explain("\n12:00:01.123 -> AT+CSQ\n12:00:02.000 -> OK"), [
			"2 12:00:01.123 command AT+CSQ",
			"3 12:00:02.000 done OK of AT+CSQ, without what it asked for",
		]);
	});
});

describe("replay: what a program says is a note", () => {
	it("on lines of its own, and before a command", () => {
		const log =
			"Initializing modem...\nAT\n\nOK\nConnecting to web.exampleAT+CIPSHUT\n\nSHUT OK\n success\n OK\n....\n[excerpt ends]";
		assert.deepEqual(told(log), [
			"note Initializing modem...",
			"command AT",
			"done OK of AT",
			"note Connecting to web.example",
			"command AT+CIPSHUT",
			"done SHUT OK of AT+CIPSHUT",
			"note success",
			"note OK",
			"note ....",
			"note [excerpt ends]",
		]);
	});

	it("that is a row of numbers and no dump", () => assert.deepEqual(told("10 20 30\n"), ["note 10 20 30"]));

	it("behind a marked line end, and in a sentence that has marks or names a command", () => {
		const log = 'RX: OK(\\r)(\\n)[log] found it\nReply to "AT\\n":\nthe answer to "AT+CSQ" is:<CR><LF>\nwaiting for: AT+CMGR=1';
		assert.deepEqual(told(log), [
			"done OK (its command is not in this log)",
			"note [log] found it",
			'note Reply to "AT\\n":',
			'note the answer to "AT+CSQ" is:<CR><LF>',
			"note waiting for: AT+CMGR=1",
		]);
	});

	it("but a line that is said to be the modem's, or reads like one, is unexplained or damaged", () => {
		assert.deepEqual(told("RX: hello\n+WHAT: 1\nnobody's line\n+CRE\x80b\xff?\n"), [
			"unexplained hello",
			"unexplained +WHAT: 1",
			"note nobody's line",
			"damaged +CRE\\x80b\\xff?",
		]);
		assert.deepEqual(told("\r\nhello\r\n\r\nO\x8b\r\n"), ["unexplained hello", "damaged O\\x8b"]);
	});
});

describe("replay: answers", () => {
	it("of no OK, of an OK that comes first, of several commands on a line", () => {
		const log =
			'AT+CIFSR\n10.1.2.3\nAT+CIPSTATUS\nOK\nSTATE: IP STATUS\nC: 0,0,"TCP","192.0.2.1","80","CONNECTED"\nAT+CIFSR;E0\n10.1.2.3\nOK';
		assert.deepEqual(told(log), [
			"command AT+CIFSR",
			"information 10.1.2.3",
			"done (no result of its own) of AT+CIFSR",
			"command AT+CIPSTATUS",
			"information STATE: IP STATUS",
			"done (no result of its own) of AT+CIPSTATUS",
			'information C: 0,0,"TCP","192.0.2.1","80","CONNECTED"',
			"command AT+CIFSR;E0",
			"information 10.1.2.3",
			"done OK of AT+CIFSR;E0",
		]);
	});

	it("of text of any kind", () => {
		assert.deepEqual(told('ATI\nSIM900 R11.0\nOK\nAT+GSN\n490154203237518\nOK\nAT+CMGR=1\n+CMGR: "REC READ","+49"\nhello\nOK'), [
			"command ATI",
			"information SIM900 R11.0",
			"done OK of ATI",
			"command AT+GSN",
			"information 490154203237518",
			"done OK of AT+GSN",
			"command AT+CMGR=1",
			'information +CMGR: "REC READ","+49"',
			"information hello",
			"done OK of AT+CMGR=1",
		]);
	});

	it("refused, with the number in words", () => {
		assert.deepEqual(told("AT+CGATT=1\n+CME ERROR: 30"), [
			"command AT+CGATT=1",
			"refused +CME ERROR: 30 the modem refused AT+CGATT: no network service (+CME ERROR 30)",
		]);
	});

	it("with news in between, and of a registration that looks like news", () => {
		assert.deepEqual(told("AT+CREG?\n+CREG: 2\n0, CONNECT FAIL\n+CREG: 0,5\nOK\n+CREG: 1"), [
			"command AT+CREG?",
			"unsolicited +CREG: 2 registration: gsm, 2",
			"unsolicited 0, CONNECT FAIL result: connection 0, CONNECT FAIL",
			"information +CREG: 0,5",
			"done OK of AT+CREG?",
			"unsolicited +CREG: 1 registration: gsm, 1",
		]);
	});

	it("that do not come, and that come late", () => {
		assert.deepEqual(told("TX: AT+CMEE=0\nTX: AT+CPIN?\nRX: OK\nRX: +CPIN: READY\nRX: OK\nTX: AT+CIPSHUT\nRX: +PDP: DEACT"), [
			"command AT+CMEE=0",
			"unanswered AT+CMEE=0 (the next command came)",
			"command AT+CPIN?",
			"late OK of AT+CMEE=0, given up before",
			"information +CPIN: READY",
			"done OK of AT+CPIN?",
			"command AT+CIPSHUT",
			"unsolicited +PDP: DEACT bearer-lost",
			"unanswered AT+CIPSHUT (the log ends)",
		]);
	});

	it("of commands that the log does not show", () => {
		assert.deepEqual(told("\r\n+CSQ: 17,0\r\n\r\nOK\r\n\r\n+CME ERROR: 3\r\n\r\n10.1.2.3\r\n"), [
			"information +CSQ: 17,0 (its command is not in this log)",
			"done OK (its command is not in this log)",
			"refused +CME ERROR: 3 its command is not in this log",
			"information 10.1.2.3 (its command is not in this log)",
		]);
	});

	it("show no PIN and no password", () => {
		const log =
			'AT+CPIN="4711"\nOK\nAT+CSTT="web","me","geheim"\nOK\nAT+SAPBR=3,1,"PWD","geheim"\nOK\nAT+CIPCSGP=1,"web","me","geheim"\nOK';
		assert.notMatch(JSON.stringify(eventsOf(log)), /4711|geheim/);
		assert.include(told(log), "done OK of AT+CSTT=***");
	});

	for (const [what, log] of [
		["behind another command", "AT+CMEE=1;+CPIN=4711\nOK"],
		["behind a blank", 'AT +CPIN = "4711"\nERROR'],
		["in an echo that has lost its beginning", '\r\r\n+CPIN="4711"\r\r\nOK\r\n'],
		["that nobody answers", "TX: at+cpin=4711\nTX: AT"],
		["in the words of a program", "[modem] sending AT+CPIN=4711 now"],
		["in a dump and its rendering", "TX: 41 54 2b 43 50 49 4e 3d 34 37 31 31 0d  |AT+CPIN=4711.|\nAT+CPIN=4711."],
	] as const) {
		it(`strikes out a PIN ${what}`, () => {
			const events = eventsOf(log);
			assert.notInclude(JSON.stringify(events), "4711");
			assert.include(JSON.stringify(events), "***");
		});
	}
});

describe("replay: starts", () => {
	it("tells one that nothing has announced, and what it cuts off", () => {
		assert.deepEqual(told("RDY\nAT+CIICR\nRDY\n+CFUN: 1\nAT+CPOWD=1\nNORMAL POWER DOWN\nRDY"), [
			"unsolicited RDY started",
			"command AT+CIICR",
			"unsolicited RDY started: with no farewell before it: check the supply",
			"unanswered AT+CIICR (the modem restarted or switched itself off)",
			"unsolicited +CFUN: 1 function: 1",
			"command AT+CPOWD=1",
			"done NORMAL POWER DOWN of AT+CPOWD=1",
			"unsolicited RDY started",
		]);
	});

	it("tells the garbage in front of an echo from the echo", () => {
		assert.deepEqual(told("\0IIII\xff\xff\xff\xffAT\r\r\nOK\r\n"), [
			"damaged \\x00IIII\\xff\\xff\\xff\\xff",
			"command AT",
			"done OK of AT",
		]);
	});

	it("says where the log ends within a line", () => {
		assert.deepEqual(told("\r\nRDY\r\n\r\nCall Re"), ["unsolicited RDY started", "cut Call Re"]);
	});
});

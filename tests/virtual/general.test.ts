import { assert } from "chai";
import { parseLine } from "../../modules/virtual/at/line.js";
import { Bench } from "./bench.js";

describe("virtual/line", () => {
	const parse = (line: string, semicolonAfterBasic = false) => parseLine(line, { semicolonAfterBasic });
	const names = (line: string) => parse(line)?.map(({ name, kind, args }) => [name, kind, ...args.map(({ text }) => text)]);

	it("takes basic commands one behind the other, and extended ones by semicolon", () => {
		assert.deepEqual(names("E1&W&F+ICF?;+CFUN?;&W"), [
			["E", "run", "1"],
			["&W", "run"],
			["&F", "run"],
			["+ICF", "read"],
			["+CFUN", "read"],
			["&W", "run"],
		]);
	});

	it("keeps commas and semicolons within quotes", () => {
		assert.deepEqual(names('+CIPSTART="TCP","a;b,c",80;E0'), [
			["+CIPSTART", "set", "TCP", "a;b,c", "80"],
			["E", "run", "0"],
		]);
	});

	it("knows empty arguments, blanks and small letters", () => {
		assert.deepEqual(names('+cstt="x",,""'), [["+CSTT", "set", "x", "", ""]]);
		assert.deepEqual(names(" e0 + CSQ "), undefined);
		assert.deepEqual(names(" e0 +csq "), [
			["E", "run", "0"],
			["+CSQ", "run"],
		]);
		assert.deepEqual(names("+CREG = 1"), [["+CREG", "set", "1"]]);
	});

	it("knows S registers and the test form", () => {
		assert.deepEqual(names("S0=3S0?+CSQ=?"), [
			["S", "set", "0", "3"],
			["S", "read", "0"],
			["+CSQ", "test"],
		]);
	});

	for (const bad of ['+CSTT="x', '+CSTT="x"y', "E1;&W", "?", "=1", "+", "+CSQ?1", "1", "\x80"]) {
		it(`has no meaning for ${JSON.stringify(bad)}`, () => assert.isUndefined(parse(bad)));
	}

	it("a SIM800 takes a semicolon behind a basic command", () => assert.lengthOf(parse("E1;&W", true)!, 2));
});

describe("virtual/general commands", () => {
	let bench: Bench;
	beforeEach(() => {
		bench = new Bench();
	});
	afterEach(() => bench.close());

	/** Sends with CR and gives the answer, echo off. */
	const at = async (line: string, ms?: number) => {
		await bench.exchange("ATE0\r");
		return bench.exchange(`${line}\r`, ms);
	};

	it("echoes the line with its CR, and frames the answer", async () => {
		assert.equal(await bench.exchange("AT\r"), "AT\r\r\nOK\r\n");
		assert.equal(await bench.exchange("AT+COPS?\r"), 'AT+COPS?\r\r\n+COPS: 0,0,"Virtual GSM"\r\n\r\nOK\r\n');
	});

	it("a SIM900 echoes the LF behind the CR, a SIM800 drops it", async () => {
		assert.equal(await bench.exchange("AT\r\n"), "AT\r\n\r\nOK\r\n");
		bench.close();
		bench = new Bench({ model: "sim800" });
		assert.equal(await bench.exchange("AT\r\n"), "AT\r\r\nOK\r\n");
	});

	it("a lone LF ends no line", async () => {
		assert.equal(await bench.exchange("AT\n"), "AT\n");
		assert.equal(await bench.exchange("\r"), "\r\r\nOK\r\n");
	});

	it("ATE0 itself is still echoed; AT&F turns echo on again", async () => {
		assert.equal(await bench.exchange("ATE0\r"), "ATE0\r\r\nOK\r\n");
		assert.equal(await bench.exchange("AT&F\r"), "\r\nOK\r\n");
		assert.equal(await bench.exchange("AT\r"), "AT\r\r\nOK\r\n");
	});

	it("a basic command with a number that it does not know is ERROR", async () => {
		await at("AT");
		for (const line of ["ATE2", "ATQ2", "ATV2", "ATX5", "AT&D3", "AT&F1", "ATJ"])
			assert.equal(await at(line), "\r\nERROR\r\n", line);
	});

	it("V0 answers with digits and bare lines", async () => {
		await bench.exchange("ATE0V0\r");
		assert.equal(await bench.exchange("AT\r"), "0\r");
		assert.equal(await bench.exchange("AT+CSQ\r"), "+CSQ: 18,0\r\n0\r");
		assert.equal(await bench.exchange("AT+NOPE\r"), "4\r");
	});

	it("Q1 keeps result codes to itself, not information", async () => {
		await bench.exchange("ATE0Q1\r");
		assert.equal(await bench.exchange("AT\r"), "");
		assert.equal(await bench.exchange("AT+CSQ\r"), "\r\n+CSQ: 18,0\r\n");
		assert.equal(await bench.exchange("AT+NOPE\r"), "");
	});

	it("a line fails at its first bad command, and says only that", async () => {
		assert.equal(await at("AT+CSQ;+NOPE;+CREG?"), "\r\n+CSQ: 18,0\r\n\r\nERROR\r\n");
		assert.equal(await at("ATV0;V1"), "\r\nERROR\r\n");
	});

	it("several commands share one OK", async () => {
		assert.equal(await at("AT+CSQ;+CREG?"), "\r\n+CSQ: 18,0\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n");
	});

	it("A/ repeats the last line without a CR", async () => {
		await bench.exchange("AT+CSQ\r");
		assert.equal(await bench.exchange("A/"), "A/\r\n+CSQ: 18,0\r\n\r\nOK\r\n");
	});

	it("ignores what is no command line, and finds AT behind it", async () => {
		assert.equal(await bench.exchange("HTTPTERM\r"), "HTTPTERM\r");
		assert.equal(await bench.exchange("xxAT\r"), "xxAT\r\r\nOK\r\n");
		assert.equal(await bench.exchange("AAT\r"), "AAT\r\r\nOK\r\n");
		assert.equal(await bench.exchange("aT\r"), "aT\r");
		assert.equal(await bench.exchange("at\r"), "at\r\r\nOK\r\n");
		assert.equal(await bench.exchange("\r"), "\r");
	});

	it("backspace takes a character back, not the AT", async () => {
		assert.equal(await at("AT+CSX\bQ"), "\r\n+CSQ: 18,0\r\n\r\nOK\r\n");
		assert.equal(await at("AT\b\b\b\b"), "\r\nOK\r\n");
	});

	it("takes 556 characters and refuses 557; a SIM800 counts behind the AT", async () => {
		const line = (length: number) => "AT+CSQ".padEnd(length, " ");
		assert.equal(await at(line(556)), "\r\n+CSQ: 18,0\r\n\r\nOK\r\n");
		assert.equal(await at(line(557)), "\r\nERROR\r\n");
		assert.equal(await at("A".padEnd(5000, "T"), 600), "\r\nERROR\r\n");
		bench.close();
		bench = new Bench({ model: "sim800" });
		assert.equal(await at(line(558)), "\r\n+CSQ: 18,0\r\n\r\nOK\r\n");
		assert.equal(await at(line(559)), "\r\nERROR\r\n");
	});

	it("AT+CMEE chooses between ERROR, numbers and texts", async () => {
		assert.equal(await at("AT+CIPCLOSE"), "\r\nERROR\r\n");
		await at("AT+CMEE=1");
		assert.equal(await at("AT+CIPCLOSE"), "\r\n+CME ERROR: 3\r\n");
		await at("AT+CMEE=2");
		assert.equal(await at("AT+CIPCLOSE"), "\r\n+CME ERROR: operation not allowed\r\n");
		assert.equal(await at("AT+NOPE"), "\r\nERROR\r\n"); // an unknown command has no reason
		assert.equal(await at("AT+CMEE?"), "\r\n+CMEE: 2\r\n\r\nOK\r\n");
		assert.equal(await at("AT+CMEE=3"), "\r\n+CME ERROR: operation not allowed\r\n");
	});

	it("AT&W keeps the profile, ATZ goes back to it", async () => {
		await bench.exchange("ATE0V1&W\r");
		await bench.exchange("ATE1\r");
		assert.equal(await bench.exchange("ATZ\r"), "ATZ\r\r\nOK\r\n");
		assert.equal(await bench.exchange("AT\r"), "\r\nOK\r\n");
	});

	it("S registers: S3 and S4 are fixed", async () => {
		assert.equal(await at("ATS5?"), "\r\n008\r\n\r\nOK\r\n");
		assert.equal(await at("ATS0=2S0?"), "\r\n002\r\n\r\nOK\r\n");
		assert.equal(await at("ATS3=10"), "\r\nERROR\r\n");
		assert.equal(await at("ATS3=13"), "\r\nOK\r\n");
	});

	for (const [line, text] of [
		["ATI", "SIM900 R11.0"],
		["AT+GMM", "SIMCOM_SIM900"],
		["AT+CGMM", "SIMCOM_SIM900"],
		["AT+CGMI", "SIMCOM_Ltd"],
		["AT+GMR", "Revision:1137B06SIM900M64_ST_ENHANCE"],
		["AT+GSN", "860000000000017"],
		["AT+CGSN", "860000000000017"],
		["AT+GSV", "SIMCOM_Ltd\r\nSIMCOM_SIM900\r\nRevision: 1137B06SIM900M64_ST_ENHANCE"],
		["AT+CIMI", "001010123456789"],
		["AT+CCID", "8901010000000000017F"],
		["AT+IFC?", "+IFC: 0,0"],
		["AT+CMEE=?", "+CMEE: (0-2)"],
	] as const) {
		it(`${line} says ${JSON.stringify(text)}`, async () => {
			assert.equal(await at(line), `\r\n${text}\r\n\r\nOK\r\n`);
		});
	}

	it("AT+GSN=? is only OK", async () => assert.equal(await at("AT+GSN=?"), "\r\nOK\r\n"));

	it("what is sent while a command is carried out is lost", async () => {
		await bench.online();
		await bench.exchange("AT+CIPSHUT\r", 2000);
		await bench.exchange('AT+CSTT="internet"\r');
		bench.send("AT+CIICR\r"); // takes 600 ms
		await bench.wait(100);
		assert.equal(await bench.exchange("AT+CSQ\r", 200), "");
		bench.send("AT+"); // the command ends in between: half a line is none
		assert.equal(await bench.wait(400), "\r\nOK\r\n");
		assert.equal(await bench.exchange("CSQ\r"), "");
		assert.equal(await bench.exchange("AT+CIPSTATUS\r"), "\r\nOK\r\n\r\nSTATE: IP GPRSACT\r\n");
	});
});

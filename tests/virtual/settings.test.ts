/* Settings: what AT+NAME=? says, what is there at first, what is taken and what is refused. */
import { assert } from "chai";
import { Bench } from "./bench.js";

/** Name, test answer, first value, another one that is taken, one that is refused. */
const SETTINGS: readonly (readonly [string, string, string, string, string])[] = [
	["+CBATCHK", "(0,1)", "0", "1", "2"],
	["+CFGRI", "(0-2)", "0", "2", "3"],
	["+CGMSCLASS", "(0-12)", "12", "10", "13"],
	["+CGSMS", "(0-3)", "1", "3", "4"],
	["+CIPATS", "(0,1),(1-100)", "0,1", "1,100", "1,101"],
	["+CIPCCFG", "(3-8),(2-10),(1-1460),(0-1),(0-1),(50-1460),(20-1000)", "5,2,1024,1,0,1460,50", "3,10,1460,0,1,50,20", "9,2,1,0"],
	["+CIPDPDP", "(0,1),(1-180),(1-10)", "1,10,3", "1,180,10", "1,10,11"],
	["+CIPHEAD", "(0,1)", "0", "1", "2"],
	["+CIPMODE", "(0-NORMAL MODE,1-TRANSPARENT MODE)", "0", "1", "2"],
	["+CIPMUX", "(0,1)", "0", "1", "2"],
	["+CIPOPTION", "(0,1)", "0", "1", "2"],
	["+CIPQRCLOSE", "(0,1)", "0", "1", "2"],
	["+CIPQSEND", "(0,1)", "0", "1", "2"],
	["+CIPRDTIMER", "(100-4000),(100-7000)", "100,100", "4000,7000", "4001,100"],
	["+CIPSENDHEX", "(0,1)", "0", "1", "2"],
	["+CIPSHOWTP", "(0,1)", "0", "1", "2"],
	["+CIPSPRT", "(0-2)", "1", "2", "3"],
	["+CIPSRIP", "(0,1)", "0", "1", "2"],
	["+CIPSTTIMER", "(90-255)", "120", "255", "256"],
	["+CIPTKA", "(0-1),(30-7200),(30-600),(1-9)", "1,7200,75,9", "1,30,600,1", "1,30,600,10"],
	["+CIPTXISS", "(0-2)", "0", "2", "3"],
	["+CIURC", "(0,1)", "1", "0", "2"],
	["+CLIP", "(0,1)", "0", "1", "2"],
	["+CLTS", "(0,1)", "0", "1", "2"],
	["+CMEE", "(0-2)", "0", "2", "3"],
	["+CMGF", "(0,1)", "0", "1", "2"],
	["+CNETLIGHT", "(0,1)", "1", "0", "2"],
	["+CNMI", "(0-3),(0-3),(0,2,3),(0-2),(0,1)", "2,1,0,0,0", "1,2,2,1,1", "4,1,0,0,0"],
	["+COLP", "(0,1)", "0", "1", "2"],
	["+CRC", "(0,1)", "0", "1", "2"],
	["+CSCLK", "(0-2)", "0", "1", "3"],
	["+CSDH", "(0,1)", "0", "1", "2"],
	["+CSDT", "(0,1)", "0", "1", "2"],
	["+CTZU", "(0,1)", "0", "1", "2"],
	["+CUSACC", "(0,1)", "0", "1", "2"],
	["+CUSD", "(0-2)", "0", "1", "3"],
	["+FCLASS", "(0,1)", "0", "1", "2"],
	["+IFC", "(0-2),(0-2)", "0,0", "2,2", "3,0"],
];

describe("virtual/settings", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.exchange("ATE0\r");
	});
	afterEach(() => bench.close());
	const at = (line: string) => bench.exchange(`${line}\r`);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;

	for (const [name, range, initial, other, wrong] of SETTINGS) {
		it(`AT${name}: ${initial} at first, takes ${other}, refuses ${wrong}`, async () => {
			assert.equal(await at(`AT${name}=?`), ok(`${name}: ${range}`));
			assert.equal(await at(`AT${name}?`), ok(`${name}: ${initial}`));
			assert.equal(await at(`AT${name}=${other}`), "\r\nOK\r\n");
			assert.equal(await at(`AT${name}?`), ok(`${name}: ${other}`));
			await at("AT+CMEE=0");
			assert.match(await at(`AT${name}=${wrong}`), /^\r\n(ERROR|\+CMS ERROR: \d+)\r\n$/);
			assert.match(await at(`AT${name}=`), /^\r\n(ERROR|\+CMS ERROR: \d+|OK)\r\n$/);
			if ("+CMEE" !== name) assert.equal(await at(`AT${name}?`), ok(`${name}: ${other}`));
		});
	}

	it("is forgotten without power when it is volatile, kept when the modem stores it", async () => {
		await at("AT+CIPHEAD=1;+CMGF=1;+CLTS=1;+CREG=1;+CIURC=0;&W");
		await bench.exchange("AT+CPOWD=0\r", 3000);
		await bench.pressKey(1000);
		assert.notInclude(await bench.wait(20_000), "Call Ready");
		assert.equal(
			await at("AT+CIPHEAD?;+CMGF?;+CLTS?;+CREG?"),
			"\r\n+CIPHEAD: 0\r\n\r\n+CMGF: 0\r\n\r\n+CLTS: 1\r\n\r\n+CREG: 1,1\r\n\r\nOK\r\n",
		);
	});

	it("AT+CFUN=4 is stored, AT+CFUN=0 is not", async () => {
		for (const value of [4, 0]) {
			await bench.exchange(`AT+CFUN=${value}\r`, 6000);
			await bench.exchange("AT&W\r");
			await bench.exchange("AT+CPOWD=0\r", 3000);
			await bench.pressKey(1000);
			assert.include(await bench.wait(20_000), `\r\n+CFUN: ${value || 1}\r\n`);
			assert.equal(await at("AT+CREG?"), ok(`+CREG: 0,${value ? 0 : 1}`));
			await bench.exchange("AT+CFUN=1\r", 20_000);
		}
	});

	it("AT+CCALR tells whether Call Ready was", async () => {
		assert.equal(await at("AT+CCALR?"), ok("+CCALR: 1"));
		bench.close();
		bench = new Bench({ sim: { pin: "1234" } });
		await bench.exchange("ATE0\r");
		assert.equal(await at("AT+CCALR?"), ok("+CCALR: 0"));
		await bench.exchange("AT+CPIN=1234\r", 10_000);
		assert.equal(await at("AT+CCALR?"), ok("+CCALR: 1"));
		await bench.exchange("AT+CFUN=0\r", 6000);
		assert.equal(await at("AT+CCALR?"), ok("+CCALR: 0"));
	});

	it("AT+CSMINS=1 tells when the card is pulled out and put in", async () => {
		assert.equal(await at("AT+CSMINS?"), ok("+CSMINS: 0,1"));
		await at("AT+CSMINS=1");
		bench.modem.insertSim(false);
		assert.equal(await bench.wait(100), "\r\n+CSMINS: 1,0\r\n\r\n+CPIN: NOT INSERTED\r\n");
		assert.equal(await at("AT+CSMINS?"), ok("+CSMINS: 1,0"));
		bench.modem.insertSim(true);
		assert.equal(await bench.wait(2000), "\r\n+CSMINS: 1,1\r\n\r\n+CPIN: READY\r\n");
	});
});

import { assert } from "chai";
import { Bench, type BenchOptions } from "./bench.js";

describe("virtual/sim", () => {
	let bench: Bench;
	afterEach(() => bench.close());

	/** On, echo off, errors by number. */
	const start = async (options: BenchOptions) => {
		bench = new Bench(options);
		await bench.exchange("ATE0+CMEE=1\r");
	};
	const at = (line: string, ms = 1000) => bench.exchange(`${line}\r`, ms);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;
	const cme = (number: number) => `\r\n+CME ERROR: ${number}\r\n`;

	it("is ready without a PIN", async () => {
		await start({});
		assert.equal(await at("AT+CPIN?"), ok("+CPIN: READY"));
		assert.equal(await at('AT+CPIN="1234"'), cme(3));
	});

	it("asks for its PIN, takes it, and says READY behind the OK", async () => {
		await start({ sim: { pin: "1234" } });
		assert.equal(await at("AT+CPIN?"), ok("+CPIN: SIM PIN"));
		assert.equal(await at("AT+CIMI"), cme(11));
		assert.equal(await at("AT+CCID"), ok("8901010000000000017F"));
		assert.equal(await at('AT+CPIN="1234"', 350), "\r\nOK\r\n");
		assert.equal(await bench.wait(200), "\r\n+CPIN: READY\r\n");
		assert.equal(await at("AT+CPIN?", 100), ok("+CPIN: READY"));
		assert.equal(await at("AT+CREG?", 100), ok("+CREG: 0,2"));
		assert.equal(await bench.wait(10_000), "\r\nCall Ready\r\n");
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,1"));
	});

	it("is ready as soon as the PIN has its OK, before the modem says so", async () => {
		await start({ sim: { pin: "1234" } });
		bench.take();
		bench.send('AT+CPIN="1234"\r');
		while (!bench.take().includes("OK\r\n")) await bench.clock.advance(1);
		assert.equal(await at("AT+CPIN?", 20), ok("+CPIN: READY"));
		assert.equal(await bench.wait(100), "\r\n+CPIN: READY\r\n");
	});

	it("a SIM that is pulled right behind its PIN's OK does not become ready", async () => {
		await start({ sim: { pin: "1234" } });
		await at('AT+CPIN="1234"', 350);
		bench.modem.insertSim(false);
		assert.notInclude(await bench.wait(1000), "READY");
		assert.equal(await at("AT+CPIN?"), cme(10));
	});

	it("takes a PIN without quotes", async () => {
		await start({ sim: { pin: "1234" } });
		assert.equal(await at("AT+CPIN=1234", 350), "\r\nOK\r\n");
	});

	it("counts wrong PINs, also over a power cycle, and then wants the PUK", async () => {
		await start({ sim: { pin: "1234" } });
		assert.equal(await at("AT+SPIC"), ok("+SPIC: 3,3,10,10"));
		assert.equal(await at('AT+CPIN="0000"'), cme(16));
		assert.equal(await at("AT+SPIC"), ok("+SPIC: 2,3,10,10"));
		await at("AT+CPOWD=0", 3000);
		await bench.pressKey(1000);
		await bench.wait(10_000);
		await bench.exchange("ATE0+CMEE=1\r");
		assert.equal(await at("AT+SPIC"), ok("+SPIC: 2,3,10,10"));
		assert.equal(await at('AT+CPIN="0000"'), cme(16));
		assert.equal(await at("AT+CPIN?"), ok("+CPIN: SIM PIN"));
		assert.equal(await at('AT+CPIN="0000"'), cme(16));
		assert.equal(await at("AT+CPIN?"), ok("+CPIN: SIM PUK"));
		assert.equal(await at('AT+CPIN="1234"'), cme(12));
		assert.equal(bench.modem.card.triesLeft, 0);
	});

	it("a right PIN gives all tries back", async () => {
		await start({ sim: { pin: "1234", triesLeft: 1 } });
		assert.equal(await at('AT+CPIN="1234"', 350), "\r\nOK\r\n");
		assert.equal(await at("AT+SPIC"), `${ok("+SPIC: 3,3,10,10")}\r\n+CPIN: READY\r\n`);
	});

	it("the PUK sets a new PIN", async () => {
		await start({ sim: { pin: "1234", puk: "87654321", triesLeft: 0 } });
		assert.equal(await at("AT+CPIN?"), ok("+CPIN: SIM PUK"));
		assert.equal(await at('AT+CPIN="12345678","4321"'), cme(16));
		assert.equal(await at("AT+SPIC"), ok("+SPIC: 0,3,9,10"));
		assert.equal(await at('AT+CPIN="87654321","4321"', 600), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
		await at("AT+CPOWD=0", 3000);
		await bench.pressKey(1000);
		await bench.wait(10_000);
		await bench.exchange("ATE0\r");
		assert.equal(await at('AT+CPIN="4321"', 350), "\r\nOK\r\n");
	});

	it("ten wrong PUKs end the SIM", async () => {
		await start({ sim: { pin: "1234", triesLeft: 0, pukTriesLeft: 1 } });
		assert.equal(await at('AT+CPIN="00000000","4321"'), cme(16));
		assert.equal(await at("AT+CPIN?"), cme(13));
	});

	it("is missed: an error, by AT+CMEE in three forms", async () => {
		await start({ sim: { inserted: false } });
		assert.equal(await at("AT+CPIN?"), cme(10));
		await at("AT+CMEE=2");
		assert.equal(await at("AT+CPIN?"), "\r\n+CME ERROR: SIM not inserted\r\n");
		await at("AT+CMEE=0");
		assert.equal(await at("AT+CPIN?"), "\r\nERROR\r\n");
		assert.equal(await at("AT+SPIC"), "\r\nERROR\r\n");
	});

	it("is busy right after boot", async () => {
		bench = new Bench({ on: false });
		await bench.pressKey(1000);
		await bench.wait(2300);
		await bench.exchange("ATE0+CMEE=2\r");
		assert.equal(await at("AT+CPIN?", 50), "\r\n+CME ERROR: SIM busy\r\n");
	});

	it("the lock comes and goes by AT+CLCK, and costs a try when the PIN is wrong", async () => {
		await start({ sim: { pin: "1234" } });
		await at('AT+CPIN="1234"', 10_000);
		assert.equal(await at('AT+CLCK="SC",2'), ok("+CLCK: 1"));
		assert.equal(await at('AT+CLCK="SC",0,"0000"'), cme(16));
		assert.equal(bench.modem.card.triesLeft, 2);
		assert.equal(await at('AT+CLCK="SC",0,"1234"'), "\r\nOK\r\n");
		assert.equal(await at('AT+CLCK="SC",2'), ok("+CLCK: 0"));
		assert.equal(await at('AT+CPWD="SC","1234","5678"'), "\r\nOK\r\n");
		assert.equal(await at('AT+CPWD="SC","1234","5678"'), cme(16));
	});
});

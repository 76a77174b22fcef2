import { assert } from "chai";
import { Bench } from "./bench.js";

const SYNC = "\x00IIII\xff\xff\xff\xff";
const BOOT = "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n";

describe("virtual/power", () => {
	let bench: Bench;
	const start = (options: ConstructorParameters<typeof Bench>[0] = {}) => {
		bench = new Bench({ on: false, ...options });
		return bench;
	};
	afterEach(() => bench.close());

	it("comes on 2.2 s after the release of a key that was held for a second", async () => {
		start();
		await bench.pressKey(1500);
		await bench.wait(2199);
		assert.equal(bench.modem.status, 0);
		await bench.wait(1);
		assert.equal(bench.modem.status, 1);
		assert.deepEqual(bench.statusChanges, [{ atMs: 3700, level: 1 }]);
	});

	it("does not see a key that is let go of before a second is over", async () => {
		start();
		await bench.pressKey(999);
		assert.equal(await bench.wait(20_000), "");
		assert.equal(bench.modem.status, 0);
	});

	it("says the tool's bytes before STATUS rises, and what it finds after", async () => {
		start();
		await bench.pressKey(1000);
		assert.equal(await bench.wait(2200), SYNC);
		assert.equal(await bench.wait(20_000), BOOT);
		assert.deepEqual(bench.arrivals.filter(({ text }) => text.includes("RDY")).length, 1);
		assert.approximately(bench.arrivalOf("RDY")!, 3300, 2);
		assert.approximately(bench.arrivalOf("+CPIN: READY")!, 4350, 3);
		assert.approximately(bench.arrivalOf("Call Ready")!, 6400, 3);
	});

	it("SIM800: comes on while the key is held, and says SMS Ready after Call Ready", async () => {
		start({ model: "sim800" });
		await bench.pressKey(1399);
		assert.equal(bench.modem.status, 0);
		await bench.wait(1);
		assert.equal(bench.modem.status, 1);
		assert.equal(await bench.wait(20_000), `${BOOT}\r\nSMS Ready\r\n`);
	});

	it("without a SIM says so before +CFUN", async () => {
		start({ sim: { inserted: false } });
		await bench.pressKey(1000);
		assert.equal(await bench.wait(40_000), `${SYNC}\r\nRDY\r\n\r\n+CPIN: NOT INSERTED\r\n\r\n+CFUN: 1\r\n`);
	});

	it("with a locked SIM waits for the PIN with Call Ready", async () => {
		start({ sim: { pin: "1234" } });
		await bench.pressKey(1000);
		assert.equal(await bench.wait(40_000), `${SYNC}\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: SIM PIN\r\n`);
		await bench.exchange("ATE0\r");
		assert.equal(await bench.exchange('AT+CPIN="1234"\r', 10_000), "\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n");
	});

	it("toggles: a pulse on a running modem turns it off, with a farewell", async () => {
		start({ on: true });
		await bench.pressKey(1000);
		assert.equal(bench.modem.status, 1);
		assert.equal(await bench.wait(1699), "\r\nNORMAL POWER DOWN\r\n");
		assert.equal(bench.modem.status, 1);
		await bench.wait(1);
		assert.equal(bench.modem.status, 0);
		assert.equal(await bench.exchange("AT\r", 5000), "");
	});

	it("does not listen while it logs off", async () => {
		start({ on: true });
		await bench.pressKey(1000);
		assert.equal(await bench.exchange("AT\r", 400), "");
	});

	it("a key held for five seconds does not turn a SIM900 off", async () => {
		start({ on: true });
		await bench.pressKey(5001);
		assert.equal(await bench.wait(5000), "");
		assert.equal(bench.modem.status, 1);
	});

	it("a SIM800 restarts when the key is held for 33 seconds", async () => {
		start({ on: true, model: "sim800" });
		bench.modem.powerKey(0);
		assert.include(await bench.wait(40_000), BOOT);
		assert.deepEqual(
			bench.statusChanges.map(({ level }) => level),
			[0, 1],
		);
	});

	it("does not see a key that comes sooner than 800 ms after STATUS has fallen", async () => {
		start({ on: true });
		await bench.pressKey(1000);
		await bench.wait(1700);
		await bench.pressKey(1700); // 800 ms of it do not count
		await bench.wait(5000);
		assert.equal(bench.modem.status, 0);
		await bench.pressKey(1000);
		await bench.wait(5000);
		assert.equal(bench.modem.status, 1);
	});

	it("starts with a key that is never let go of", async () => {
		start();
		bench.modem.powerKey(0);
		await bench.wait(7199);
		assert.equal(bench.modem.status, 0);
		await bench.wait(2);
		assert.equal(bench.modem.status, 1);
	});

	it("AT+CPOWD=1 says farewell and no OK, AT+CPOWD=0 says nothing", async () => {
		start({ on: true });
		assert.equal(await bench.exchange("AT+CPOWD=1\r", 1000), "AT+CPOWD=1\r\r\nNORMAL POWER DOWN\r\n");
		await bench.wait(2000);
		assert.equal(bench.modem.status, 0);
		await bench.pressKey(1000);
		await bench.wait(20_000);
		assert.equal(await bench.exchange("AT+CPOWD=0\r", 5000), "AT+CPOWD=0\r");
		assert.equal(bench.modem.status, 0);
	});

	it("the context goes before the farewell", async () => {
		start({ on: true });
		await bench.online();
		assert.equal(await bench.exchange("AT+CPOWD=1\r", 2000), "\r\n+PDP: DEACT\r\n\r\nNORMAL POWER DOWN\r\n");
	});

	it("loses what AT&W has not kept", async () => {
		start({ on: true });
		await bench.commands("ATE0", "AT&W", "AT+CMEE=2", "ATV0V1Q0", "ATE1");
		await bench.exchange("AT+CPOWD=0\r", 3000);
		await bench.pressKey(1000);
		await bench.wait(20_000);
		assert.equal(await bench.exchange("AT+CMEE?\r"), "\r\n+CMEE: 0\r\n\r\nOK\r\n");
	});

	it("counts its own time as a union: key, boot, SIM, network, GPRS", async () => {
		start();
		await bench.wait(1000);
		assert.equal(bench.modem.ownMs, 0);
		bench.modem.powerKey(0);
		await bench.wait(400);
		assert.approximately(bench.modem.ownMs, 400, 1);
		await bench.wait(600);
		bench.modem.powerKey(1);
		await bench.wait(60_000);
		// key 1000, STATUS 2200, RDY to SIM 1150, network 100 + 4000, GPRS 1000
		assert.approximately(bench.modem.ownMs, 1000 + 2200 + 1150 + 4100 + 1000, 100);
		const beforeMs = bench.modem.ownMs;
		await bench.exchange("AT\r", 1000);
		assert.approximately(bench.modem.ownMs - beforeMs, 3 + 9 * (10 / 115.2), 0.2);
	});

	it("what was under way when the power went is no longer", async () => {
		for (const line of ['AT+CUSD=1,"*100#"', 'AT+CIPSTART="TCP","10.0.0.1",80', "AT+COPS=?", "AT+CFUN=0"]) {
			start({ on: true });
			await bench.commands("ATE0");
			await bench.exchange(`${line}\r`, 50);
			bench.modem.supply.dip(false);
			const beforeMs = bench.modem.ownMs;
			await bench.wait(10_000);
			assert.equal(bench.modem.ownMs, beforeMs, line);
			bench.close();
		}
	});

	it("leaves no timer behind, whenever it is closed", async () => {
		for (const ms of [0, 500, 1500, 4000, 4400, 6000, 12_000]) {
			start();
			bench.modem.powerKey(0);
			await bench.wait(Math.min(ms, 1000));
			if (ms > 1000) bench.modem.powerKey(1);
			await bench.wait(Math.max(0, ms - 1000));
			bench.send("AT+CIICR\r");
			bench.close();
			const arrived = bench.arrivals.length;
			await bench.wait(60_000);
			assert.equal(bench.clock.pending, 0, `closed after ${ms} ms`);
			assert.equal(bench.arrivals.length, arrived);
		}
	});

	it("AT+CFUN=1,1 restarts: a SIM900 says OK after RDY, a SIM800 before", async () => {
		start({ on: true });
		assert.equal(
			await bench.exchange("AT+CFUN=1,1\r", 20_000),
			`AT+CFUN=1,1\r${SYNC}${BOOT.replace("RDY\r\n", "RDY\r\n\r\nOK\r\n")}`,
		);
		bench.close();
		start({ on: true, model: "sim800" });
		assert.equal(await bench.exchange("AT+CFUN=1,1\r", 20_000), `AT+CFUN=1,1\r\r\nOK\r\n${SYNC}${BOOT}\r\nSMS Ready\r\n`);
	});

	it("a SIM800 says SMS Ready before Call Ready when AT+CFUN=1 wakes it", async () => {
		start({ on: true, model: "sim800" });
		await bench.commands("ATE0");
		await bench.exchange("AT+CFUN=0\r", 6000);
		await bench.exchange("AT+CFUN=1\r", 2000);
		assert.equal(await bench.wait(20_000), "\r\nSMS Ready\r\n\r\nCall Ready\r\n");
	});

	it("AT+CFUN=0 takes the SIM away and 1 brings it back, by their own times", async () => {
		start({ on: true });
		await bench.commands("ATE0");
		assert.equal(await bench.exchange("AT+CFUN=0\r", 4990), "");
		assert.equal(await bench.wait(100), "\r\n+CPIN: NOT READY\r\n\r\nOK\r\n");
		assert.equal(await bench.exchange("AT+CREG?\r"), "\r\n+CREG: 0,0\r\n\r\nOK\r\n");
		assert.equal(await bench.exchange("AT+CFUN=4\r"), "\r\nERROR\r\n");
		assert.equal(await bench.exchange("AT+CFUN=1\r", 1300), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
		assert.equal(await bench.wait(20_000), "\r\nCall Ready\r\n");
		assert.equal(await bench.exchange("AT+CREG?\r"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
	});
});

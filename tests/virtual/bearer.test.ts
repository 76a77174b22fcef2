import { assert } from "chai";
import { Bench } from "./bench.js";

describe("virtual/bearer", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.exchange("ATE0\r");
	});
	afterEach(() => bench.close());

	const at = (line: string, ms = 1000) => bench.exchange(`${line}\r`, ms);
	const state = async () => /STATE: (.*)\r\n/.exec(await at("AT+CIPSTATUS"))?.[1];

	it("walks from IP INITIAL to CONNECT OK and back, and tells each state", async () => {
		bench.network.server("10.0.0.1:80");
		const walk: (string | undefined)[] = [];
		for (const line of [
			"AT",
			'AT+CSTT="internet","user","password"',
			"AT+CIICR",
			"AT+CIFSR",
			'AT+CIPSTART="TCP","10.0.0.1","80"',
			"AT+CIPCLOSE",
			"AT+CIPSHUT",
		]) {
			await at(line);
			walk.push(await state());
		}
		assert.deepEqual(walk, ["IP INITIAL", "IP START", "IP GPRSACT", "IP STATUS", "CONNECT OK", "TCP CLOSED", "IP INITIAL"]);
	});

	it("says OK before the state", async () => {
		assert.equal(await at("AT+CIPSTATUS"), "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n");
	});

	it("AT+CIFSR says the address and no OK; with another command behind it there is one", async () => {
		await at('AT+CSTT="internet"');
		assert.equal(await at("AT+CIFSR"), "\r\nERROR\r\n");
		await at("AT+CIICR");
		assert.match(await at("AT+CIFSR"), /^\r\n10\.\d+\.\d+\.\d+\r\n$/);
		assert.match(await at("AT+CIFSR;E0"), /^\r\n10\.\d+\.\d+\.\d+\r\n\r\nOK\r\n$/);
	});

	it("refuses each step out of its state", async () => {
		await at("AT+CMEE=2");
		const refused = "\r\n+CME ERROR: operation not allowed\r\n";
		assert.equal(await at("AT+CIICR"), refused);
		await at("AT+CSTT");
		assert.equal(await at("AT+CSTT"), refused);
		assert.equal(await at("AT+CIPMUX=1"), refused);
		assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80'), refused);
		await at("AT+CIICR");
		assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80'), refused); // not before AT+CIFSR
		assert.equal(await at("AT+CIPSEND=1"), refused);
		assert.equal(await at("AT+CIPCLOSE"), refused);
	});

	it("AT+CIPMUX is refused until everything is shut", async () => {
		await at("AT+CIPMUX=1");
		await at('AT+CSTT="internet"');
		assert.equal(await at("AT+CIPMUX=0"), "\r\nERROR\r\n");
		assert.equal(await at("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
		assert.equal(await at("AT+CIPMUX=0"), "\r\nOK\r\n");
		assert.equal(await at("AT+CIPMUX?"), "\r\n+CIPMUX: 0\r\n\r\nOK\r\n");
	});

	it("AT+CIPSHUT takes 20 ms with nothing to shut and half a second with a context", async () => {
		assert.equal(await at("AT+CIPSHUT", 22), "");
		assert.equal(await bench.wait(5), "\r\nSHUT OK\r\n");
		await bench.online();
		assert.equal(await at("AT+CIPSHUT", 500), "");
		assert.equal(await bench.wait(10), "\r\nSHUT OK\r\n");
	});

	it("AT+CIICR fails with the context's loss before ERROR", async () => {
		bench.close();
		bench = new Bench({ radio: { apn: "right" } });
		await bench.exchange("ATE0+CMEE=2\r");
		await at('AT+CSTT="wrong"');
		assert.equal(await at("AT+CIICR"), "\r\n+PDP: DEACT\r\n\r\nERROR\r\n");
		assert.equal(await state(), "PDP DEACT");
		await at("AT+CIPSHUT");
		await at('AT+CSTT="Right"');
		assert.equal(await at("AT+CIICR"), "\r\nOK\r\n");
	});

	it("the operator takes the context away: all is dead until AT+CIPSHUT", async () => {
		bench.close();
		bench = new Bench({ radio: { dropContextAfterMs: 3_600_000 } });
		bench.network.server("10.0.0.1:80");
		await bench.online();
		await at('AT+CIPSTART="TCP","10.0.0.1",80');
		assert.equal(await bench.wait(3_580_000), "");
		assert.equal(await bench.wait(20_000), "\r\n+PDP: DEACT\r\n");
		assert.equal(await state(), "PDP DEACT");
		assert.equal(await at("AT+CIPCLOSE"), "\r\nERROR\r\n");
		assert.equal(await at('AT+CSTT="internet"'), "\r\nERROR\r\n");
		assert.equal(await at("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
		await bench.online();
	});

	it("gives another address each time", async () => {
		const addresses = new Set<string>();
		for (let round = 0; round < 3; round++) {
			await at('AT+CSTT="internet"');
			await at("AT+CIICR");
			addresses.add(await at("AT+CIFSR"));
			await at("AT+CIPSHUT");
		}
		assert.equal(addresses.size, 3);
	});

	it("mux: a line for each slot, eight on a SIM900, six on a SIM800", async () => {
		bench.network.server("10.0.0.1:80");
		await bench.online(1);
		assert.equal(await state(), "IP STATUS");
		await at('AT+CIPSTART=1,"TCP","10.0.0.1",80');
		const free = (from: number, to: number) =>
			Array.from({ length: to - from + 1 }, (_, index) => `C: ${from + index},,"","","","INITIAL"\r\n`).join("");
		const expected = (last: number) =>
			`\r\nOK\r\n\r\nSTATE: IP PROCESSING\r\n\r\n${free(0, 0)}C: 1,0,"TCP","10.0.0.1","80","CONNECTED"\r\n${free(2, last)}`;
		assert.equal(await at("AT+CIPSTATUS"), expected(7));
		assert.equal(await at("AT+CIPSTATUS=1"), '\r\n+CIPSTATUS: 1,0,"TCP","10.0.0.1","80","CONNECTED"\r\n\r\nOK\r\n');
		assert.equal(await at("AT+CIPSTATUS=8"), "\r\nERROR\r\n");
		bench.close();
		bench = new Bench({ model: "sim800" });
		bench.network.server("10.0.0.1:80");
		await bench.online(1);
		await at('AT+CIPSTART=1,"TCP","10.0.0.1",80');
		assert.equal(await at("AT+CIPSTATUS"), expected(5));
	});

	it("AT+CIPCSGP stores an access point for AT+CSTT without values", async () => {
		bench.close();
		bench = new Bench({ radio: { apn: "internet", user: "user" } });
		await bench.exchange("ATE0\r");
		assert.equal(await at('AT+CIPCSGP=1,"internet","user","password"'), "\r\nOK\r\n");
		assert.equal(await at("AT+CIPCSGP=0"), "\r\nOK\r\n");
		assert.equal(await at("AT+CIPCSGP?"), '\r\n+CIPCSGP: 1,"internet","user","password"\r\n\r\nOK\r\n');
		await at("AT+CSTT");
		assert.equal(await at("AT+CSTT?"), '\r\n+CSTT: "internet","user","password"\r\n\r\nOK\r\n');
		assert.equal(await at("AT+CIICR"), "\r\nOK\r\n");
	});

	it("AT+CDNSCFG takes addresses and shows them", async () => {
		assert.equal(await at('AT+CDNSCFG="8.8.8.8","8.8.4.4"'), "\r\nOK\r\n");
		assert.equal(await at("AT+CDNSCFG?"), "\r\nPrimaryDns: 8.8.8.8\r\nSecondaryDns: 8.8.4.4\r\n\r\nOK\r\n");
		for (const bad of ["dns.example", "8.8.8", "8.8.8.256", "1234.8.8.8", "8.8.8.8.8"]) {
			assert.equal(await at(`AT+CDNSCFG="${bad}"`), "\r\nERROR\r\n", bad);
		}
	});

	it("AT+CDNSGIP says OK, and what it found later", async () => {
		bench.network.names.set("www.example.com", ["192.0.2.7", "192.0.2.8"]);
		assert.equal(await at('AT+CDNSGIP="www.example.com"'), "\r\nERROR\r\n");
		await bench.online();
		assert.equal(await at('AT+CDNSGIP="www.example.com"'), '\r\nOK\r\n\r\n+CDNSGIP: 1,"www.example.com","192.0.2.7"\r\n');
		assert.equal(await at('AT+CDNSGIP="nowhere.example"', 5000), "\r\nOK\r\n\r\n+CDNSGIP: 0,10\r\n");
	});

	it("AT+CIPSCONT keeps CIP settings over power-off, mux included", async () => {
		await at("AT+CIPHEAD=1;+CIPQSEND=1;+CIPMUX=1");
		await at("AT+CIPSCONT");
		await at("AT+CIPSRIP=1");
		await at("AT+CPOWD=0", 3000);
		await bench.pressKey(1000);
		await bench.wait(20_000);
		await bench.exchange("ATE0\r");
		assert.equal(
			await at("AT+CIPMUX?;+CIPHEAD?;+CIPSRIP?"),
			"\r\n+CIPMUX: 1\r\n\r\n+CIPHEAD: 1\r\n\r\n+CIPSRIP: 0\r\n\r\nOK\r\n",
		);
	});
});

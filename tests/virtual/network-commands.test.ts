import { assert } from "chai";
import { Bench, type BenchOptions } from "./bench.js";

describe("virtual/registration", () => {
	let bench: Bench;
	afterEach(() => bench.close());

	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;
	/** Powered, and so long after STATUS has risen. */
	const booted = async (ms: number, options: BenchOptions = {}) => {
		bench = new Bench({ on: false, ...options });
		await bench.pressKey(1000);
		await bench.wait(2200 + ms);
		await bench.exchange("ATE0\r", 50);
	};

	it("takes its time: not searching, searching, registered, attached", async () => {
		await booted(200);
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,0"));
		assert.equal(await at("AT+CSQ"), ok("+CSQ: 0,0"));
		await bench.wait(1000);
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,2"));
		assert.equal(await at("AT+COPS?"), ok("+COPS: 0"));
		await bench.wait(3600);
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,1"));
		assert.equal(await at("AT+CGATT?"), ok("+CGATT: 0"));
		assert.equal(await at("AT+CGREG?"), ok("+CGREG: 0,2"));
		await bench.wait(1000);
		assert.equal(await at("AT+CGATT?"), ok("+CGATT: 1"));
		assert.equal(await at("AT+CGREG?"), ok("+CGREG: 0,1"));
	});

	it("AT+CREG=2 stays over power-off and reports while booting, with the cell", async () => {
		bench = new Bench({});
		await bench.commands("ATE0&W", "AT+CREG=2", "AT+CGREG=1");
		assert.equal(await at("AT+CREG?"), ok('+CREG: 2,1,"001F","1174"'));
		assert.equal(await at("AT+CGREG?"), ok("+CGREG: 1,1"));
		await at("AT+CPOWD=0", 3000);
		await bench.pressKey(1000);
		const lines = (await bench.wait(20_000)).split("\r\n").filter(line => "" !== line);
		assert.deepEqual(lines.slice(1), [
			"RDY",
			"+CFUN: 1",
			"+CPIN: READY",
			"+CREG: 0",
			"+CREG: 2",
			"+CGREG: 2",
			"Call Ready",
			'+CREG: 1,"001F","1174"',
			"+CGREG: 1",
		]);
	});

	for (const [registers, stat] of [
		["roaming", 5],
		["denied", 3],
		["never", 2],
	] as const) {
		it(`"${registers}" is status ${stat}`, async () => {
			await booted(30_000, { radio: { registers } });
			assert.equal(await at("AT+CREG?"), ok(`+CREG: 0,${stat}`));
			assert.equal(await at("AT+CGATT?"), ok(`+CGATT: ${"roaming" === registers ? 1 : 0}`));
		});
	}

	it("refuses AT+CGATT=1 right after registration, and takes it a little later", async () => {
		await booted(0);
		await at("AT+CMEE=1;+CREG=1");
		while (!(await bench.wait(20)).includes("+CREG: 1"));
		assert.equal(await at("AT+CGATT=1"), "\r\n+CME ERROR: 100\r\n");
		await bench.wait(200);
		assert.equal(await at("AT+CGATT=1", 2000), "\r\nOK\r\n");
	});

	it("detaches and attaches by AT+CGATT", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await at("AT+CGATT=0", 400), "\r\nOK\r\n");
		assert.equal(await at("AT+CGATT?"), ok("+CGATT: 0"));
		assert.equal(await at("AT+CGATT=1", 900), "");
		assert.equal(await bench.wait(200), "\r\nOK\r\n");
		assert.equal(await at("AT+CGATT=1", 50), "\r\nOK\r\n"); // at once when it is
	});

	it("AT+CGATT=0 calls an attachment off", async () => {
		bench = new Bench();
		await bench.commands("ATE0", "AT+CGATT=0");
		bench.modem.radio.covered = false;
		await bench.wait(100);
		bench.modem.radio.covered = true;
		while ((await at("AT+CREG?")).includes("0,2"));
		assert.equal(await at("AT+CGATT=0"), "\r\nOK\r\n");
		await bench.wait(5000);
		assert.equal(await at("AT+CGATT?"), ok("+CGATT: 0"));
	});

	it("AT+COPS=0 takes its time and is OK, a mode that is none is not", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await at("AT+COPS=0,0", 2900), "");
		assert.equal(await bench.wait(200), "\r\nOK\r\n");
		assert.equal(await at("AT+COPS=5"), "\r\nERROR\r\n");
	});

	it("AT+CGDCONT defines, shows and forgets; AT+CGACT wants a definition", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await at("AT+CGACT=1,2"), "\r\nERROR\r\n");
		await at('AT+CGDCONT=2,"IP","internet"');
		assert.equal(await at("AT+CGDCONT?"), ok('+CGDCONT: 2,"IP","internet","0.0.0.0",0,0'));
		assert.equal(await at("AT+CGACT=1,2", 1000), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT=0,2", 1000), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT?"), ok("+CGACT: 2,0"));
		await at("AT+CGDCONT=2");
		assert.equal(await at("AT+CGDCONT?"), "\r\nOK\r\n");
	});

	it("AT+CGACT without a cid means all contexts that are defined", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await at("AT+CGACT=0"), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT=1"), "\r\nOK\r\n");
		await at('AT+CGDCONT=1,"IP","internet"');
		await at('AT+CGDCONT=3,"IP","other"');
		assert.equal(await at("AT+CGACT=1", 2000), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT?"), ok("+CGACT: 1,1\r\n+CGACT: 3,1"));
		assert.equal(await at("AT+CGACT=0", 2000), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT?"), ok("+CGACT: 1,0\r\n+CGACT: 3,0"));
		assert.equal(await at("AT+CGACT=2"), "\r\nERROR\r\n");
	});

	it("AT+CGACT=1 fails with the first context that does", async () => {
		bench = new Bench({ radio: { apn: "internet" } });
		await bench.commands("ATE0+CMEE=1", 'AT+CGDCONT=1,"IP","internet"', 'AT+CGDCONT=2,"IP","other"');
		assert.equal(await at("AT+CGACT=1", 2000), "\r\n+CME ERROR: 148\r\n");
		assert.equal(await at("AT+CGACT?"), ok("+CGACT: 1,1\r\n+CGACT: 2,0"));
	});

	it("a locked SIM gives up the search", async () => {
		await booted(10_000, { sim: { pin: "1234" } });
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,2"));
		await bench.wait(20_000);
		assert.equal(await at("AT+CREG?"), ok("+CREG: 0,0"));
	});

	it("out of coverage: searching, and the context goes after a minute", async () => {
		bench = new Bench();
		await bench.online();
		await at("AT+CREG=1");
		bench.modem.radio.covered = false;
		assert.equal(await bench.wait(1000), "\r\n+CREG: 2\r\n");
		assert.equal(await at("AT+CSQ"), ok("+CSQ: 0,0"));
		assert.equal(await bench.wait(60_000), "\r\n+PDP: DEACT\r\n");
		bench.modem.radio.covered = true;
		assert.equal(await bench.wait(10_000), "\r\n+CREG: 1\r\n");
		assert.equal(await at("AT+CGATT?"), ok("+CGATT: 1"));
	});

	it("a short gap in the coverage costs only time", async () => {
		bench = new Bench();
		const server = bench.network.server("10.0.0.1:80");
		await bench.online();
		await at('AT+CIPSTART="TCP","10.0.0.1",80', 1000);
		bench.modem.radio.covered = false;
		await at("AT+CIPSEND=5");
		assert.equal(await at("hello", 20_000), "");
		assert.equal(server.last.text, "");
		bench.modem.radio.covered = true;
		assert.equal(await bench.wait(2000), "\r\nSEND OK\r\n");
		assert.equal(server.last.text, "hello");
	});

	it("lists the operators after a long search", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await at("AT+COPS=?", 19_000), "");
		assert.equal(await bench.wait(2000), ok('+COPS: (2,"Virtual GSM","","00101"),,(0,1,4),(0,1,2)'));
	});

	it("names the operator in the format that AT+COPS has set, and sets that at once", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		for (const [format, name] of ["Virtual GSM", "Virtual", "00101"].entries()) {
			assert.equal(await at(`AT+COPS=3,${format}`), "\r\nOK\r\n");
			assert.equal(await at("AT+COPS?"), ok(`+COPS: 0,${format},"${name}"`));
		}
		assert.equal(await at("AT+COPS=3,3"), "\r\nERROR\r\n");
		assert.equal(await at("AT+COPS=0", 2000), ""); // looks for a network
		assert.equal(await bench.wait(2000), "\r\nOK\r\n");
		assert.equal(await at("AT+COPS?"), ok('+COPS: 0,2,"00101"'));
	});

	it("AT+CGACT attaches by itself; SAPBR and CIP share the way", async () => {
		bench = new Bench();
		await bench.commands("ATE0", "AT+CGATT=0", 'AT+CGDCONT=1,"IP","internet"');
		assert.equal(await at("AT+CGACT=1,1", 1500), "");
		assert.equal(await bench.wait(200), "\r\nOK\r\n");
		assert.equal(await at("AT+CGACT?"), ok("+CGACT: 1,1"));
		await at('AT+CSTT="internet"');
		assert.equal(await at("AT+CIICR", 40), "\r\nOK\r\n"); // 23 ms instead of 600
	});
});

import { assert } from "chai";
import { bytesOf } from "../../modules/virtual/bytes.js";
import { garble } from "../../modules/virtual/line/garble.js";
import { Bench } from "./bench.js";

describe("virtual/wire", () => {
	let bench: Bench;
	afterEach(() => bench?.close());

	for (const baud of [1200, 9600, 115_200]) {
		it(`takes ten bits a byte at ${baud} baud, both ways`, async () => {
			bench = new Bench({ baud });
			await bench.exchange("ATE0\r", 1000);
			bench.arrivals.length = 0;
			const byteMs = 10_000 / baud;
			const sentAtMs = bench.clock.elapsedMs;
			await bench.exchange("AT+CSQ\r", 1000);
			const text = bench.arrivals.map(arrival => arrival.text).join("");
			assert.equal(text, "\r\n+CSQ: 18,0\r\n\r\nOK\r\n");
			const answerMs = Math.max(3, 2.5 * byteMs);
			assert.approximately(bench.arrivals.at(-1)!.atMs - sentAtMs, 7 * byteMs + answerMs + text.length * byteMs, 0.01);
		});
	}

	it("delivers at most once a millisecond", async () => {
		bench = new Bench();
		await bench.exchange("ATE0\r", 100);
		bench.arrivals.length = 0;
		await bench.exchange("AT+CIPSEND=?\r", 100);
		const gaps = bench.arrivals.slice(1, -1).map(({ atMs }, index) => atMs - bench.arrivals[index]!.atMs);
		assert.isTrue(gaps.every(gapMs => gapMs >= 0.99));
	});

	it("echoes what it hears while it hears it", async () => {
		bench = new Bench({ baud: 1200 });
		bench.send("AT+CSQ");
		assert.equal(await bench.wait(34), "AT+"); // the fourth byte is just through, and its echo is not
	});

	it("bytes given one behind the other queue on the wire", async () => {
		bench = new Bench({ baud: 9600 });
		bench.send("AT");
		bench.send("E0\r");
		assert.equal(await bench.wait(100), "ATE0\r\r\nOK\r\n");
	});

	it("garbles both ways at another rate than the modem's, and understands again at the right one", async () => {
		bench = new Bench({ baud: 9600 });
		bench.modem.hostBaud = 115_200;
		const heard = await bench.exchange("AT\r", 100);
		assert.notInclude(heard, "OK");
		bench.modem.hostBaud = 9600;
		await bench.exchange("\r", 100);
		assert.equal(await bench.exchange("AT\r", 100), "AT\r\r\nOK\r\n");
	});

	it("bytes on the way go on at the host's new rate", async () => {
		bench = new Bench({ baud: 9600 });
		bench.modem.hostBaud = 1200;
		bench.send("x".repeat(100));
		await bench.wait(100);
		bench.modem.hostBaud = 9600;
		await bench.wait(110);
		assert.equal(await bench.exchange("\rAT\r", 100), "\rAT\r\r\nOK\r\n");
	});

	it("a power cut ends what is being said", async () => {
		bench = new Bench({ baud: 1200 });
		await bench.exchange("AT+GSV\r", 100);
		bench.modem.supply.dip(false);
		assert.equal(await bench.wait(5000), "");
		assert.equal(bench.clock.pending, 0);
	});

	it("half the rate shows each bit as two", () => {
		// 0xf0 at 9600 is 0 00001111 1: a receiver at 19200 sees the start bit twice, and takes the second for data
		assert.deepEqual([...garble(Uint8Array.of(0xf0), 9600, 19_200)], [0x00]);
		// 0x55 is 0 10101010 1, seen as 00 11 00 11 00 11 00 11 00 11: the second start is found after a broken stop bit
		assert.deepEqual([...garble(Uint8Array.of(0x55), 9600, 19_200)], [0x66, 0xe6]);
	});

	it("twice the rate merges two bits into one", () => {
		// three times nine 0 and one 1: bits 3, 5, 7, 9... of the wire are the data, and 9 is the first stop bit
		assert.deepEqual([...garble(bytesOf("\x00\x00\x00"), 9600, 4800)], [0b0000_1000, 0b1111_1000]);
	});

	it("a rate within three percent is no other rate", () => {
		const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
		assert.deepEqual(garble(bytes.slice(0, 1), 9600, 9800), bytes.slice(0, 1));
		for (const byte of bytes) assert.deepEqual([...garble(Uint8Array.of(byte), 115_200, 113_000)], [byte]);
	});

	it("the tool's bytes are readable at 115200 only", async () => {
		bench = new Bench({ on: false, baud: 9600 });
		bench.modem.hostBaud = 9600;
		await bench.pressKey(1000);
		const heard = await bench.wait(2000);
		assert.notInclude(heard, "I");
		assert.isAbove(heard.length, 0);
		assert.include(await bench.wait(10_000), "\r\nRDY\r\n");
	});
});

describe("virtual/uart rates", () => {
	let bench: Bench;
	afterEach(() => bench.close());

	it("in autobaud says nothing at boot and answers from the first capital A on", async () => {
		bench = new Bench({ on: false, baud: 0 });
		bench.modem.hostBaud = 9600;
		await bench.pressKey(1000);
		const heard = await bench.wait(2190);
		assert.isAbove(heard.length, 0); // the tool's bytes, garbled
		assert.equal(await bench.wait(20_000), "");
		assert.equal(await bench.exchange("at\r", 100), "");
		assert.equal(await bench.exchange("AT\r", 100), "AT\r\r\nOK\r\n");
		assert.equal(bench.modem.baud, 9600);
		assert.equal(await bench.exchange("at\r", 100), "at\r\r\nOK\r\n");
	});

	it("in autobaud says Call Ready when the rate is known by then", async () => {
		bench = new Bench({ on: false, baud: 0 });
		bench.modem.hostBaud = 57_600;
		await bench.pressKey(1000);
		await bench.wait(2300);
		await bench.exchange("AT\r", 100);
		assert.equal(await bench.wait(10_000), "\r\nCall Ready\r\n");
	});

	it("autobaud does not find 115200", async () => {
		bench = new Bench({ baud: 0 });
		bench.modem.hostBaud = 115_200;
		assert.equal(await bench.exchange("AT\rAT\rAT\r", 1000), "");
	});

	it("AT+IPR takes effect behind its OK, and a SIM900 keeps it by itself", async () => {
		bench = new Bench();
		bench.modem.hostBaud = 115_200;
		assert.equal(await bench.exchange("AT+IPR=9600\r", 50), "AT+IPR=9600\r\r\nOK\r\n");
		assert.notInclude(await bench.exchange("AT\r", 100), "OK");
		bench.modem.hostBaud = 9600;
		await bench.exchange("\r", 100);
		assert.equal(await bench.exchange("AT+IPR?\r", 100), "AT+IPR?\r\r\n+IPR: 9600\r\n\r\nOK\r\n");
		await bench.exchange("AT+CPOWD=0\r", 2000);
		await bench.pressKey(1000);
		assert.include(await bench.wait(10_000), "\r\nRDY\r\n");
	});

	it("a SIM800 forgets AT+IPR without AT&W", async () => {
		for (const [line, kept] of [
			["AT+IPR=9600\r", 115_200],
			["AT+IPR=9600;&W\r", 9600],
		] as const) {
			bench = new Bench({ model: "sim800" });
			await bench.exchange(line, 100);
			await bench.exchange("AT+CPOWD=0\r", 3000);
			await bench.pressKey(2000);
			await bench.wait(10_000);
			assert.equal(bench.modem.baud, kept, line);
			bench.close();
		}
	});

	it("refuses a rate that it does not have", async () => {
		bench = new Bench();
		await bench.commands("ATE0");
		assert.equal(await bench.exchange("AT+IPR=12345\r"), "\r\nERROR\r\n");
		assert.equal(await bench.exchange("AT+IPR=460800\r"), "\r\nERROR\r\n");
		assert.equal(await bench.exchange("AT+IPR=0\r"), "\r\nOK\r\n");
		assert.equal(await bench.exchange("AT\r"), "\r\nOK\r\n"); // only after a restart
	});
});

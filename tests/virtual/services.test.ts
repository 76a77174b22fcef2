import { assert } from "chai";
import { bytesOf, textOf } from "../../modules/virtual/bytes.js";
import { HttpResponse } from "../../modules/virtual/services/http-response.js";
import { Bench } from "./bench.js";

describe("virtual/clock commands", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.commands("ATE0");
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;

	it("the clock that nobody has set starts in 2004, and goes", async () => {
		bench.close();
		bench = new Bench();
		assert.equal(await bench.exchange("ATE0+CCLK?\r"), `ATE0+CCLK?\r${ok('+CCLK: "04/01/01,00:00:00+00"')}`);
		await bench.wait(61_000);
		assert.equal(await at("AT+CCLK?"), ok('+CCLK: "04/01/01,00:01:01+00"'));
	});

	it("is set by AT+CCLK, goes on without power, and over the wrap of the host's counter", async () => {
		assert.equal(await at('AT+CCLK="24/12/31,23:59:00+04"'), "\r\nOK\r\n");
		await at("AT+CPOWD=0", 60_000);
		await bench.pressKey(1000);
		await bench.wait(20_000);
		await bench.exchange("ATE0\r");
		assert.equal(await at("AT+CCLK?"), ok('+CCLK: "25/01/01,00:00:21+04"'));
		for (const bad of ["24/12/01", "", ...["13/01", "00/01", "12/32", "12/00"].map(day => `24/${day},00:00:00+00`)]) {
			assert.equal(await at(`AT+CCLK="${bad}"`), "\r\nERROR\r\n", bad);
		}
		for (const bad of ["24:00:00", "00:60:00", "00:00:60"].map(time => `24/12/01,${time}+00`)) {
			assert.equal(await at(`AT+CCLK="${bad}"`), "\r\nERROR\r\n", bad);
		}
	});

	it("AT+CLTS=1 is told the time after the next registration", async () => {
		await at("AT+CLTS=1");
		assert.equal(await at("AT+CPOWD=0", 3000), "");
		await bench.pressKey(1000);
		await bench.wait(8000);
		assert.equal(
			await bench.wait(4000),
			'\r\n*PSNWID: "001","01","Virtual GSM",0,"Virtual GSM",0\r\n' +
				'\r\n*PSUTTZ: 2024,7,24,14,4,35,"+8",1\r\n\r\n+CTZV: "+8"\r\n\r\nDST: 1\r\n',
		);
		await bench.exchange("ATE0\r");
		assert.match(await at("AT+CCLK?"), /"24\/07\/24,16:04:\d\d\+08"/);
	});

	it("AT+CNTP says OK, and how it went later", async () => {
		bench.network.names.set("pool.ntp.org", ["192.0.2.1"]);
		await at('AT+CNTP="pool.ntp.org",8');
		assert.equal(await at("AT+CNTP", 3000), "\r\nOK\r\n\r\n+CNTP: 61\r\n"); // no context
		await at('AT+SAPBR=3,1,"APN","internet"');
		await at("AT+SAPBR=1,1", 2000);
		assert.equal(await at("AT+CNTP", 5000), "\r\nOK\r\n\r\n+CNTP: 1\r\n");
		assert.match(await at("AT+CCLK?"), /"24\/07\/24,16:04:\d\d\+08"/);
		await at('AT+CNTP="nowhere.example",8');
		assert.equal(await at("AT+CNTP", 5000), "\r\nOK\r\n\r\n+CNTP: 62\r\n");
	});
});

describe("virtual/bearers and HTTP", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.commands("ATE0");
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;
	const open = () =>
		bench.commands('AT+SAPBR=3,1,"Contype","GPRS"', 'AT+SAPBR=3,1,"APN","internet"', "AT+SAPBR=1,1", "AT+HTTPINIT");

	it("AT+SAPBR opens, tells and closes a bearer of its own", async () => {
		assert.equal(await at("AT+SAPBR=2,1"), ok('+SAPBR: 1,3,"0.0.0.0"'));
		assert.equal(await at('AT+SAPBR=3,1,"COLOUR","red"'), "\r\nERROR\r\n");
		assert.equal(await at('AT+SAPBR=3,1,"APN","internet"'), "\r\nOK\r\n");
		assert.equal(await at("AT+SAPBR=1,1", 2000), "\r\nOK\r\n");
		assert.match(await at("AT+SAPBR=2,1"), /^\r\n\+SAPBR: 1,1,"10\.\d+\.\d+\.\d+"\r\n\r\nOK\r\n$/);
		assert.equal(await at("AT+SAPBR=1,1"), "\r\nERROR\r\n");
		assert.equal(await at("AT+SAPBR=0,1", 2000), "\r\nOK\r\n");
		assert.equal(await at("AT+SAPBR=0,1"), "\r\nERROR\r\n");
	});

	it("both contexts are told when they are lost, the bearer first", async () => {
		await open();
		await bench.online();
		assert.equal(await at("AT+CFUN=0", 6000), "\r\n+SAPBR 1: DEACT\r\n\r\n+PDP: DEACT\r\n\r\n+CPIN: NOT READY\r\n\r\nOK\r\n");
	});

	it("GETs: OK, the result later, the body on request", async () => {
		const server = bench.network.server("www.example.com:80", (_, connection) => {
			connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
			return "hello";
		});
		await open();
		await at('AT+HTTPPARA="CID",1');
		await at('AT+HTTPPARA="URL","http://www.example.com/path?x=1"');
		assert.equal(await at("AT+HTTPACTION=0", 3000), "\r\nOK\r\n\r\n+HTTPACTION:0,200,5\r\n");
		assert.equal(await at("AT+HTTPREAD"), "\r\n+HTTPREAD:5\r\nhello\r\nOK\r\n");
		assert.equal(await at("AT+HTTPREAD=1,3"), "\r\n+HTTPREAD:3\r\nell\r\nOK\r\n");
		assert.match(server.last.text, /^GET \/path\?x=1 HTTP\/1\.1\r\nHost: www\.example\.com\r\n/);
		assert.equal(await at("AT+HTTPTERM"), "\r\nOK\r\n");
		assert.equal(await at("AT+HTTPTERM"), "\r\nERROR\r\n");
	});

	it("POSTs what AT+HTTPDATA has taken", async () => {
		const server = bench.network.server("192.0.2.9:8080", (_, connection) => {
			connection.send("HTTP/1.1 201 Created\r\n\r\nbody up to the end");
			connection.end();
			return undefined;
		});
		await open();
		await at('AT+HTTPPARA="URL","192.0.2.9:8080"');
		assert.equal(await at("AT+HTTPDATA=5,200"), "\r\nERROR\r\n");
		assert.equal(await at("AT+HTTPDATA=5,10000"), "\r\nDOWNLOAD\r\n");
		assert.equal(await bench.exchange("\x00data"), "\r\nOK\r\n");
		assert.equal(await at("AT+HTTPACTION=1", 3000), "\r\nOK\r\n\r\n+HTTPACTION:1,201,18\r\n");
		assert.match(
			server.last.text,
			/^POST \/ HTTP\/1\.1\r\nHost: 192\.0\.2\.9:8080\r\n.*Content-Length: 5\r\n.*\r\n\r\n\x00data$/s,
		);
	});

	it("AT+HTTPDATA ends when its time is up", async () => {
		await open();
		assert.equal(await at("AT+HTTPDATA=10,1000", 900), "\r\nDOWNLOAD\r\n");
		assert.equal(await bench.exchange("abc", 200), "\r\nOK\r\n");
	});

	it("a SIM800 puts a blank behind the colon", async () => {
		bench.close();
		bench = new Bench({ model: "sim800" });
		await bench.commands("ATE0");
		bench.network.server(
			"192.0.2.9:80",
			() => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
		);
		await open();
		await at('AT+HTTPPARA="URL","192.0.2.9"');
		assert.equal(await at("AT+HTTPACTION=0", 3000), "\r\nOK\r\n\r\n+HTTPACTION: 0,200,5\r\n");
		assert.equal(await at("AT+HTTPREAD"), "\r\n+HTTPREAD: 5\r\nabcde\r\nOK\r\n");
	});

	it("refuses out of order, and tells failures by number", async () => {
		assert.equal(await at('AT+HTTPPARA="URL","x"'), "\r\nERROR\r\n");
		assert.equal(await at("AT+HTTPACTION=0"), "\r\nERROR\r\n");
		await at("AT+HTTPINIT");
		assert.equal(await at("AT+HTTPINIT"), "\r\nERROR\r\n");
		assert.equal(await at("AT+HTTPACTION=0"), "\r\nERROR\r\n"); // no URL
		assert.equal(await at("AT+HTTPREAD"), "\r\nOK\r\n");
		await at('AT+HTTPPARA="URL","nowhere.example"');
		assert.equal(await at("AT+HTTPACTION=0"), "\r\nOK\r\n\r\n+HTTPACTION:0,601,0\r\n"); // no bearer
		await bench.commands('AT+SAPBR=3,1,"APN","internet"', "AT+SAPBR=1,1");
		assert.equal(await at("AT+HTTPACTION=0", 5000), "\r\nOK\r\n\r\n+HTTPACTION:0,603,0\r\n");
		await at('AT+HTTPPARA="URL","192.0.2.1"');
		assert.equal(await at("AT+HTTPACTION=0", 5000), "\r\nOK\r\n\r\n+HTTPACTION:0,601,0\r\n"); // refused
	});

	it("shows what was set: AT+SAPBR=4, AT+HTTPPARA?", async () => {
		await at('AT+SAPBR=3,1,"APN","internet"');
		assert.equal(
			await at("AT+SAPBR=4,1"),
			ok("+SAPBR:\r\nCONTYPE: \r\nPHONENUM: \r\nAPN: internet\r\nUSER: \r\nPWD: \r\nRATE: "),
		);
		assert.equal(await at("AT+HTTPPARA?"), "\r\nERROR\r\n");
		await at('AT+HTTPINIT;+HTTPPARA="URL","x"');
		assert.include(await at("AT+HTTPPARA?"), "\r\nURL: x\r\n");
		assert.equal(await at('AT+HTTPPARA="COLOUR","red"'), "\r\nERROR\r\n");
	});

	it("gives up a server that says nothing", async () => {
		const server = bench.network.server("192.0.2.9:80");
		await open();
		await at('AT+HTTPPARA="URL","192.0.2.9"');
		await at('AT+HTTPPARA="TIMEOUT",30');
		assert.equal(await at("AT+HTTPACTION=0", 29_000), "\r\nOK\r\n");
		assert.equal(await at("AT+HTTPACTION=0"), "\r\nERROR\r\n"); // one at a time
		assert.equal(await bench.wait(2000), "\r\n+HTTPACTION:0,601,0\r\n");
		assert.isTrue(server.last.closed);
	});

	it("AT+CIPGSMLOC tells longitude first; AT+CIPPING its round trips", async () => {
		assert.equal(await at("AT+CIPGSMLOC=1,1", 4000), ok("+CIPGSMLOC: 601"));
		await open();
		assert.match(
			await at("AT+CIPGSMLOC=1,1", 4000),
			/^\r\n\+CIPGSMLOC: 0,121\.354848,31\.221402,2024\/07\/24,14:04:\d\d\r\n\r\nOK\r\n$/,
		);
		await bench.online();
		assert.equal(await at('AT+CIPPING="192.0.2.1",2', 3000), ok('+CIPPING: 1,"192.0.2.1",3,64\r\n+CIPPING: 2,"192.0.2.1",3,64'));
	});
});

describe("virtual/http-response", () => {
	for (const [name, text, status, body, noBody] of [
		["by length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false],
		["in chunks", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello", false],
		["without content", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", false],
		["not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", false],
		["to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", true],
	] as const) {
		it(`${name}: complete with its last byte, and not before, in pieces of any size`, () => {
			for (let size = 1; size <= text.length; size++) {
				const response = new HttpResponse(noBody);
				let ends = 0;
				for (let from = 0; from < text.length && 0 === ends; from += size) {
					if (response.add(bytesOf(text.slice(from, from + size)))) ends = from + size;
				}
				assert.isAtLeast(ends, "in chunks" === name ? text.length - 4 : text.length, `size ${size}`);
				assert.equal(response.status, status);
				assert.equal(textOf(response.body), body);
			}
		});
	}

	it("up to the end it is never complete by itself", () => {
		const response = new HttpResponse(false);
		assert.isFalse(response.add(bytesOf("HTTP/1.1 200 OK\r\n\r\nhello")));
		assert.equal(textOf(response.body), "hello");
	});

	it("a head that does not end, or a body beyond the modem's memory, is too long", () => {
		const response = new HttpResponse(false);
		assert.isTrue(response.add(bytesOf("x".repeat(5000))));
		const other = new HttpResponse(false);
		other.add(bytesOf("HTTP/1.1 200 OK\r\n\r\n"));
		assert.isFalse(other.add(new Uint8Array(319_488)));
		assert.isTrue(other.add(new Uint8Array(1)));
		assert.isTrue(other.tooLong);
	});
});

describe("virtual/calls and USSD", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.commands("ATE0");
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);

	it("rings every five seconds until it is answered", async () => {
		bench.modem.ring("+15550123");
		assert.equal(await bench.wait(5100), "\r\nRING\r\n\r\nRING\r\n");
		assert.equal(await at("AT+CLCC"), '\r\n+CLCC: 1,1,4,0,0,"+15550123",145,""\r\n\r\nOK\r\n');
		assert.equal(await at("ATA"), "\r\nOK\r\n");
		assert.equal(await bench.wait(20_000), "");
		bench.modem.callEnded();
		assert.equal(await bench.wait(10), "\r\nNO CARRIER\r\n");
		assert.equal(await at("ATA"), "\r\nNO CARRIER\r\n");
	});

	it("AT+CLCC=1 is taken", async () => {
		assert.equal(await at("AT+CLCC=1"), "\r\nOK\r\n");
		assert.equal(await at("AT+CLCC?"), "\r\n+CLCC: 1\r\n\r\nOK\r\n");
		assert.equal(await at("AT+CLCC"), "\r\nOK\r\n");
	});

	it("AT+CLIP=1 shows who calls; ATH refuses; V0 rings by number", async () => {
		await at("AT+CLIP=1");
		bench.modem.ring("+15550123");
		assert.equal(await bench.wait(100), '\r\nRING\r\n\r\n+CLIP: "+15550123",145,"",,"",0\r\n');
		assert.equal(await at("ATH"), "\r\nOK\r\n");
		assert.equal(await bench.wait(20_000), "");
		await at("ATV0+CLIP=0");
		bench.modem.ring("+15550123");
		assert.equal(await bench.wait(100), "2\r");
	});

	it("dials voice; a data call finds no carrier", async () => {
		assert.equal(await at("ATD+15550123;"), "\r\nOK\r\n");
		assert.equal(await at("ATH"), "\r\nOK\r\n");
		assert.equal(await at("ATD*99#"), "\r\nNO CARRIER\r\n");
	});

	it("AT+CUSD says OK, and what the network says later", async () => {
		assert.equal(await at('AT+CUSD=1,"*100#"', 4000), '\r\nOK\r\n\r\n+CUSD: 0,"Balance: 5.00",15\r\n');
		assert.equal(await at('AT+CUSD=1,"*999#"', 4000), "\r\nOK\r\n\r\n+CUSD: 4\r\n");
		await at('AT+CSCS="HEX"');
		assert.equal(await at('AT+CUSD=1,"*100#"', 4000), '\r\nOK\r\n\r\n+CUSD: 0,"42616C616E63653A20352E3030",15\r\n');
		await at('AT+CSCS="UCS2"');
		assert.equal(
			await at('AT+CUSD=1,"002A0031003000300023"', 4000),
			'\r\nOK\r\n\r\n+CUSD: 0, "00420061006C0061006E00630065003A00200035002E00300030", 72\r\n',
		);
	});
});

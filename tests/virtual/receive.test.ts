import { assert } from "chai";
import { Bench, type BenchOptions } from "./bench.js";
import type { FakeServer } from "./network.js";

describe("virtual/receive", () => {
	let bench: Bench;
	let server: FakeServer;
	afterEach(() => bench.close());

	const at = (line: string, ms = 1000) => bench.exchange(`${line}\r`, ms);
	/** Connected: single, or slot 1. */
	const connected = async (mux: 0 | 1, before: string[] = [], options: BenchOptions = {}) => {
		bench = new Bench(options);
		server = bench.network.server("10.0.0.1:80");
		await bench.online(mux, ...before);
		await at(`AT+CIPSTART=${mux ? "1," : ""}"TCP","10.0.0.1",80`);
	};
	const arrives = async (data: string, ms = 1000) => {
		server.last.send(data);
		return bench.wait(ms);
	};

	describe("pushed", () => {
		it("single: bare bytes", async () => {
			await connected(0);
			assert.equal(await arrives("hello\r\n\x00\xff"), "hello\r\n\x00\xff");
		});

		it("single with AT+CIPHEAD=1: +IPD, and nothing behind the colon", async () => {
			await connected(0, ["AT+CIPHEAD=1"]);
			assert.equal(await arrives("\nhello"), "\r\n+IPD,6:\nhello");
			await at("AT+CIPSHOWTP=1");
			assert.equal(await arrives("hello"), "\r\n+IPD,5,TCP:hello");
		});

		it("single with AT+CIPSRIP=1: where it comes from", async () => {
			await connected(0, ["AT+CIPSRIP=1"]);
			assert.equal(await arrives("hello"), "\r\nRECV FROM:10.0.0.1:80\r\nhello");
		});

		it("mux: a line of its own before the bytes, nothing behind them", async () => {
			await connected(1);
			assert.equal(await arrives("hello"), "\r\n+RECEIVE,1,5:\r\nhello");
		});

		it("mux on a SIM800: the same, and where it comes from on that line", async () => {
			await connected(1, [], { model: "sim800" });
			assert.equal(await arrives("hello"), "\r\n+RECEIVE,1,5:\r\nhello");
			await at("AT+CIPHEAD=1;+CIPSRIP=1");
			assert.equal(await arrives("hello"), "\r\n+RECEIVE,1,5,10.0.0.1:80:\r\nhello");
		});

		it("is cut into blocks as it came over the air", async () => {
			await connected(1);
			const text = await arrives("x".repeat(3000), 2000);
			assert.deepEqual(text.match(/\+RECEIVE,1,\d+:/g), ["+RECEIVE,1,1460:", "+RECEIVE,1,1460:", "+RECEIVE,1,80:"]);
			assert.equal(text.match(/x/g)!.length, 3000);
		});

		it("what the port can't take at 1200 baud waits, and makes the peer wait", async () => {
			await connected(0, [], { baud: 1200 });
			server.last.send("x".repeat(4000));
			server.last.send("y".repeat(4000));
			await bench.wait(5000);
			assert.isTrue(server.last.paused);
			const text = (await bench.wait(70_000)) as string;
			assert.isFalse(server.last.paused);
			assert.isTrue(text.endsWith("y"));
		});

		it("CLOSED comes behind all that was received", async () => {
			await connected(0, [], { baud: 1200 });
			server.last.send("x".repeat(500));
			server.last.end();
			assert.equal(await bench.wait(10_000), `${"x".repeat(500)}\r\nCLOSED\r\n`);
		});

		it("CLOSED waits for blocks that have not been printed", async () => {
			await connected(0, ["AT+CIPHEAD=1"], { baud: 1200 });
			server.last.send("x".repeat(4000));
			server.last.end();
			const text = await bench.wait(60_000);
			assert.equal(text.match(/x/g)!.length, 4000);
			assert.match(text, /x\r\nCLOSED\r\n$/);
			assert.lengthOf(text.match(/CLOSED/g)!, 1);
		});

		it("comes between prompt and SEND OK as well", async () => {
			await connected(1);
			await at("AT+CIPSEND=1,2");
			assert.equal(await arrives("hello"), "\r\n+RECEIVE,1,5:\r\nhello");
			assert.equal(await bench.exchange("ab", 1000), "\r\n1, SEND OK\r\n");
		});
	});

	describe("asked for (AT+CIPRXGET)", () => {
		it("is announced once, while anything is left", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			assert.equal(await arrives("hello"), "\r\n+CIPRXGET:1,1\r\n");
			assert.equal(await arrives("world"), "");
			assert.equal(await at("AT+CIPRXGET=4,1"), "\r\n+CIPRXGET: 4,1,10\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPRXGET=2,1,7"), "\r\n+CIPRXGET: 2,1,7,3\r\nhellowo\r\nOK\r\n");
			assert.equal(await arrives("!"), "");
			assert.equal(await at("AT+CIPRXGET=2,1,1460"), "\r\n+CIPRXGET: 2,1,4,0\r\nrld!\r\nOK\r\n");
			assert.equal(await arrives("again"), "\r\n+CIPRXGET:1,1\r\n");
		});

		it("in single mode has no slot, on a SIM800 a blank", async () => {
			await connected(0, ["AT+CIPRXGET=1"]);
			assert.equal(await arrives("hello"), "\r\n+CIPRXGET:1\r\n");
			assert.equal(await at("AT+CIPRXGET=4"), "\r\n+CIPRXGET: 4,5\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPRXGET=2,100"), "\r\n+CIPRXGET: 2,5,0\r\nhello\r\nOK\r\n");
			bench.close();
			await connected(1, ["AT+CIPRXGET=1"], { model: "sim800" });
			assert.equal(await arrives("hello"), "\r\n+CIPRXGET: 1,1\r\n");
		});

		it("with AT+CIPSRIP=1 says where it comes from", async () => {
			await connected(1, ["AT+CIPRXGET=1", "AT+CIPSRIP=1"]);
			assert.equal(await arrives("hello"), "\r\n+CIPRXGET:1,1,10.0.0.1:80\r\n");
		});

		it("nothing there is an answer with 0, and no data", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			assert.equal(await at("AT+CIPRXGET=2,1,100"), "\r\n+CIPRXGET: 2,1,0,0\r\n\r\nOK\r\n");
		});

		it("as hexadecimal by 3", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			await arrives("\x00\xabz");
			assert.equal(await at("AT+CIPRXGET=3,1,2"), "\r\n+CIPRXGET: 3,1,2,1\r\n00AB\r\nOK\r\n");
			assert.equal(await at("AT+CIPRXGET=3,1,731"), "\r\nERROR\r\n");
		});

		it("all 256 values pass, in 1460 at a time", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			const data = Array.from({ length: 2000 }, (_, index) => String.fromCharCode(index & 255)).join("");
			await arrives(data, 2000);
			assert.equal(await at("AT+CIPRXGET=2,1,1461"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPRXGET=2,1,1460"), `\r\n+CIPRXGET: 2,1,1460,540\r\n${data.slice(0, 1460)}\r\nOK\r\n`);
			assert.equal(await at("AT+CIPRXGET=2,1,1460"), `\r\n+CIPRXGET: 2,1,540,0\r\n${data.slice(1460)}\r\nOK\r\n`);
		});

		it("holds no more than its window: the peer waits until it is read", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			for (let round = 0; round < 20; round++) server.last.send("x".repeat(1000));
			await bench.wait(10_000);
			assert.isTrue(server.last.paused);
			let total = 0;
			for (let round = 0; round < 40; round++) {
				total += Number(/2,1,(\d+)/.exec(await at("AT+CIPRXGET=2,1,1000"))?.[1]);
			}
			assert.equal(total, 20_000);
			for (let round = 0; round < 20; round++) server.last.send("y".repeat(1000));
			await bench.wait(10_000);
			assert.isTrue(server.last.paused); // a second time as well
		});

		it("can be asked for up to the last slot", async () => {
			bench = new Bench();
			server = bench.network.server("10.0.0.1:80");
			await bench.online(1, "AT+CIPRXGET=1");
			await at('AT+CIPSTART=7,"TCP","10.0.0.1",80');
			await arrives("hello");
			assert.equal(await at("AT+CIPRXGET=2,7,10"), "\r\n+CIPRXGET: 2,7,5,0\r\nhello\r\nOK\r\n");
		});

		it("can be read after the peer has closed, until the slot is used again", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			server.last.send("hello");
			server.last.end();
			assert.equal(await bench.wait(1000), "\r\n+CIPRXGET:1,1\r\n\r\n1, CLOSED\r\n");
			assert.equal(await at("AT+CIPRXGET=2,1,2"), "\r\n+CIPRXGET: 2,1,2,3\r\nhe\r\nOK\r\n");
			await at('AT+CIPSTART=1,"TCP","10.0.0.1",80');
			assert.equal(await at("AT+CIPRXGET=4,1"), "\r\n+CIPRXGET: 4,1,0\r\n\r\nOK\r\n");
		});

		it("is refused for a slot that was never open, and while data is pushed", async () => {
			await connected(1, ["AT+CIPRXGET=1"]);
			assert.equal(await at("AT+CIPRXGET=2,0,10"), "\r\nERROR\r\n");
			bench.close();
			await connected(0);
			assert.equal(await at("AT+CIPRXGET=2,10"), "\r\nERROR\r\n");
		});

		it("has to be chosen before a connection is there", async () => {
			await connected(0);
			assert.equal(await at("AT+CIPRXGET=1"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPRXGET?"), "\r\n+CIPRXGET: 0\r\n\r\nOK\r\n");
		});
	});
});

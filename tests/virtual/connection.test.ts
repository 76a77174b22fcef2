import { assert } from "chai";
import { Bench } from "./bench.js";

describe("virtual/connection", () => {
	let bench: Bench;
	beforeEach(() => {
		bench = new Bench();
	});
	afterEach(() => bench.close());

	const at = (line: string, ms = 1000) => bench.exchange(`${line}\r`, ms);
	const start = (slot = "") => at(`AT+CIPSTART=${slot}"TCP","10.0.0.1",80`);

	describe("opening", () => {
		it("says OK at once and CONNECT OK when the air has been crossed", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1","80"', 20), "\r\nOK\r\n");
			assert.equal(await bench.wait(250), "");
			assert.equal(await at("AT+CIPSTATUS", 20), "\r\nOK\r\n\r\nSTATE: TCP CONNECTING\r\n");
			assert.equal(await bench.wait(100), "\r\nCONNECT OK\r\n");
		});

		it("in mux mode names the slot, with a blank behind the comma", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online(1);
			assert.equal(await start("3,"), "\r\nOK\r\n\r\n3, CONNECT OK\r\n");
		});

		it("refuses the other mode's form", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			assert.equal(await start("1,"), "\r\nERROR\r\n");
			await bench.commands("AT+CIPSHUT");
			await bench.online(1);
			assert.equal(await start(), "\r\nERROR\r\n");
			assert.equal(await start("8,"), "\r\nERROR\r\n");
		});

		it("refuses a port, a protocol or a host that is none", async () => {
			await bench.online();
			for (const target of ['"TCP","10.0.0.1",0', '"TCP","10.0.0.1",65536', '"TLS","10.0.0.1",80', '"TCP","",80', '"TCP"']) {
				assert.equal(await at(`AT+CIPSTART=${target}`), "\r\nERROR\r\n", target);
			}
		});

		it("a second start says ALREADY CONNECT, and only ERROR while the first is under way", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			await at('AT+CIPSTART="TCP","10.0.0.1",80', 50);
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80', 50), "\r\nERROR\r\n");
			await bench.wait(1000);
			assert.equal(await start(), "\r\nERROR\r\n\r\nALREADY CONNECT\r\n");
			assert.equal(bench.network.asked.length, 1);
		});

		it("tells a refusal after a second, with the state before it", async () => {
			await bench.online();
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",81', 1300), "\r\nOK\r\n");
			assert.equal(await bench.wait(200), "\r\nSTATE: TCP CLOSED\r\n\r\nCONNECT FAIL\r\n");
		});

		it("gives up after 75 s when nothing answers, mux in its own words", async () => {
			bench.network.silent.add("10.0.0.9:80");
			await bench.online(1);
			assert.equal(await at('AT+CIPSTART=0,"TCP","10.0.0.9",80', 74_900), "\r\nOK\r\n");
			assert.equal(await bench.wait(200), "\r\n0, CONNECT FAIL\r\n");
			assert.equal(await at("AT+CIPCLOSE=0"), "\r\nERROR\r\n");
		});

		it("a name that nobody knows fails without a connection", async () => {
			await bench.online();
			assert.equal(
				await at('AT+CIPSTART="TCP","nowhere.example",80', 5000),
				"\r\nOK\r\n\r\nSTATE: IP STATUS\r\n\r\nCONNECT FAIL\r\n",
			);
		});

		it("UDP is connected at once, without the air's delay", async () => {
			bench.network.server("10.0.0.1:53", { protocol: "UDP" });
			await bench.online();
			assert.equal(await at('AT+CIPSTART="UDP","10.0.0.1",53', 20), "\r\nOK\r\n\r\nCONNECT OK\r\n");
		});

		it("from IP INITIAL brings the context up itself, in single mode only", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.commands("ATE0");
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80', 850), "\r\nOK\r\n");
			assert.equal(await bench.wait(200), "\r\nCONNECT OK\r\n");
			await bench.commands("AT+CIPSHUT", "AT+CIPMUX=1");
			assert.equal(await start("0,"), "\r\nERROR\r\n");
		});

		it("AT+CIPSHUT calls off a start from IP INITIAL, context and all", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.commands("ATE0");
			await at('AT+CIPSTART="TCP","10.0.0.1",80', 100);
			assert.equal(await at("AT+CIPSTATUS", 50), "\r\nOK\r\n\r\nSTATE: IP CONFIG\r\n");
			assert.equal(await at("AT+CIPSHUT", 5000), "\r\nSHUT OK\r\n");
			assert.equal(await at("AT+CIPSTATUS"), "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n");
			assert.lengthOf(bench.network.asked, 0);
		});

		it("shows the address that the name has", async () => {
			bench.network.server("www.example.com:80");
			await bench.online(1);
			await at('AT+CIPSTART=0,"TCP","www.example.com",80');
			assert.equal(await at("AT+CIPSTATUS=0"), '\r\n+CIPSTATUS: 0,0,"TCP","192.0.2.1","80","CONNECTED"\r\n\r\nOK\r\n');
		});

		it("counts as the modem's own time until CONNECT OK", async () => {
			bench.network.server("10.0.0.1:80");
			bench.network.latencyMs = 2000;
			await bench.online();
			const beforeMs = bench.modem.ownMs;
			await at('AT+CIPSTART="TCP","10.0.0.1",80', 10_000);
			assert.approximately(bench.modem.ownMs - beforeMs, 2300, 50);
		});

		it("has as many slots as the model", async () => {
			for (const [model, last] of [
				["sim900", 7],
				["sim800", 5],
			] as const) {
				bench.close();
				bench = new Bench({ model });
				bench.network.server("10.0.0.1:80");
				await bench.online(1);
				assert.include(await start(`${last},`), `${last}, CONNECT OK`);
				assert.equal(await start(`${last + 1},`), "\r\nERROR\r\n");
			}
		});

		it("can be called off while it is under way", async () => {
			bench.network.silent.add("10.0.0.9:80");
			await bench.online();
			await at('AT+CIPSTART="TCP","10.0.0.9",80');
			assert.equal(await at("AT+CIPCLOSE"), "\r\nCLOSE OK\r\n");
			assert.equal(await bench.wait(80_000), "");
		});

		it("uses the local port of AT+CLPORT", async () => {
			const ports: (number | undefined)[] = [];
			const connect = bench.network.connect.bind(bench.network);
			bench.network.connect = (options, callbacks) => {
				ports.push(options.localPort);
				return connect(options, callbacks);
			};
			bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			await at("AT+CIPCLOSE");
			assert.equal(await at('AT+CLPORT="TCP",5000'), "\r\nOK\r\n");
			await start();
			assert.deepEqual(ports, [undefined, 5000]);
		});
	});

	describe("sending", () => {
		it("so many bytes of any value, acknowledged by the peer: SEND OK", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			assert.equal(await at("AT+CIPSEND=256", 50), "\r\n> ");
			const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
			assert.equal(await bench.exchange(all, 340), ""); // 22 ms of wire, 55 of air, 300 there and back
			assert.equal(await bench.wait(100), "\r\nSEND OK\r\n");
			assert.equal(server.last.text, all);
		});

		it("echoes the data, and takes what follows for commands", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			await bench.exchange("ATE1\r");
			assert.equal(await bench.exchange("AT+CIPSEND=3\r"), "AT+CIPSEND=3\r\r\n> ");
			assert.equal(await bench.exchange("a\rb", 1000), "a\rb\r\nSEND OK\r\n");
			assert.equal(await bench.exchange("AT\r"), "AT\r\r\nOK\r\n");
		});

		for (const baud of [1200, 9600, 115_200]) {
			it(`at ${baud} baud the LF of CR LF is no data, and a byte at the sight of > is`, async () => {
				bench.close();
				bench = new Bench({ baud });
				const server = bench.network.server("10.0.0.1:80");
				await bench.online();
				await at('AT+CIPSTART="TCP","10.0.0.1",80', 3000);
				bench.onArrival = text => text.includes(">") && bench.send("abc");
				bench.send("AT+CIPSEND=3\r\n");
				await bench.wait(3000);
				assert.equal(server.last.text, "abc");
			});
		}

		it("until Ctrl-Z, which is echoed as a blank", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(1);
			await start("0,");
			await bench.exchange("ATE1\r");
			assert.equal(await bench.exchange("AT+CIPSEND=0\r"), "AT+CIPSEND=0\r\r\n> ");
			assert.equal(await bench.exchange("hello\r\nyou\x1a", 1000), "hello\r\nyou \r\n0, SEND OK\r\n");
			assert.equal(server.last.text, "hello\r\nyou");
		});

		it("ESC calls it off", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			await at("AT+CIPSEND");
			assert.equal(await bench.exchange("hello\x1b", 1000), "\r\nOK\r\n");
			assert.equal(server.last.text, "");
			assert.equal(await at("AT"), "\r\nOK\r\n");
		});

		it("refuses without a prompt when nothing is connected, or it is too much", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			assert.equal(await at("AT+CIPSEND=5"), "\r\nERROR\r\n");
			await start();
			assert.equal(await at("AT+CIPSEND=1381"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPSEND=0"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPSEND=1380"), "\r\n> ");
		});

		it("too much before Ctrl-Z is ERROR", async () => {
			bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			await at("AT+CIPSEND");
			assert.equal(await bench.exchange(`${"x".repeat(1381)}\x1a`, 1000), "\r\nERROR\r\n");
		});

		it("AT+CIPSEND? says what would be taken", async () => {
			bench.network.server("10.0.0.1:80", { acknowledges: false });
			await bench.online(0, "AT+CIPQSEND=1");
			assert.equal(await at("AT+CIPSEND?"), "\r\n+CIPSEND: 0\r\n\r\nOK\r\n");
			await start();
			assert.equal(await at("AT+CIPSEND?"), "\r\n+CIPSEND: 1380\r\n\r\nOK\r\n");
			for (let round = 0; round < 4; round++) {
				await at("AT+CIPSEND=1300");
				await bench.exchange("x".repeat(1300), 1000);
			}
			assert.equal(await at("AT+CIPSEND?"), "\r\n+CIPSEND: 320\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPSEND=321"), "\r\nERROR\r\n");
			await bench.commands("AT+CIPSHUT", "AT+CIPMUX=1");
			assert.equal(
				await at("AT+CIPSEND?"),
				`${[0, 1, 2, 3, 4, 5, 6, 7].map(id => `\r\n+CIPSEND: ${id},0`).join("")}\r\n\r\nOK\r\n`,
			);
		});

		it("quick mode accepts at once, and AT+CIPACK tells what arrived", async () => {
			const server = bench.network.server("10.0.0.1:80", { acknowledges: false });
			await bench.online(1, "AT+CIPQSEND=1");
			await start("0,");
			assert.equal(await at("AT+CIPACK=0"), "\r\n+CIPACK: 0,0,0\r\n\r\nOK\r\n");
			await at("AT+CIPSEND=0,5");
			assert.equal(await bench.exchange("hello", 50), "\r\nDATA ACCEPT:0,5\r\n");
			await bench.wait(1000);
			assert.equal(await at("AT+CIPACK=0"), "\r\n+CIPACK: 5,0,5\r\n\r\nOK\r\n");
			server.last.acknowledge(2);
			assert.equal(await at("AT+CIPACK=0", 50), "\r\n+CIPACK: 5,0,5\r\n\r\nOK\r\n"); // still on the air
			await bench.wait(200);
			assert.equal(await at("AT+CIPACK=0"), "\r\n+CIPACK: 5,2,3\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPACK=1"), "\r\nERROR\r\n");
		});

		it("a connection that ends first is SEND FAIL, then CLOSED", async () => {
			const server = bench.network.server("10.0.0.1:80", { acknowledges: false });
			await bench.online();
			await start();
			await at("AT+CIPSEND=5");
			await bench.exchange("hello", 1000);
			server.last.reset();
			assert.equal(await bench.wait(500), "\r\nSEND FAIL\r\n\r\nCLOSED\r\n");
		});

		it("a peer that acknowledges nothing for 645 s is lost", async () => {
			bench.network.server("10.0.0.1:80", { acknowledges: false });
			await bench.online();
			await start();
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 644_000), "");
			assert.equal(await bench.wait(2000), "\r\nSEND FAIL\r\n\r\nCLOSED\r\n");
		});

		it("a datagram is one piece, and handed over at once", async () => {
			const server = bench.network.server("10.0.0.1:53", { protocol: "UDP" });
			await bench.online();
			await at('AT+CIPSTART="UDP","10.0.0.1",53');
			await at("AT+CIPSEND=300");
			assert.equal(await bench.exchange("x".repeat(300), 50), "\r\nSEND OK\r\n");
			await bench.wait(1000);
			assert.deepEqual(
				server.last.pieces.map(piece => piece.length),
				[300],
			);
		});

		it("AT+CIPSPRT=0 shows no prompt, 2 no SEND OK either", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(0, "AT+CIPSPRT=0");
			await start();
			assert.equal(await at("AT+CIPSEND=2"), "");
			assert.equal(await bench.exchange("ab", 1000), "\r\nSEND OK\r\n");
			await at("AT+CIPSPRT=2");
			assert.equal(await at("AT+CIPSEND=2"), "");
			assert.equal(await bench.exchange("cd", 1000), "");
			assert.equal(server.last.text, "abcd");
		});

		it("AT+CIPATS sends by itself", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(0, "AT+CIPATS=1,3");
			await start();
			await at("AT+CIPSEND");
			assert.equal(await bench.exchange("hello", 1900), "");
			assert.equal(await bench.wait(1000), "\r\nSEND OK\r\n");
			assert.equal(server.last.text, "hello");
		});

		it("AT+CIPSENDHEX=1 takes hexadecimal", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(0, "AT+CIPSENDHEX=1");
			await start();
			await at("AT+CIPSEND=4");
			assert.equal(await bench.exchange("00ff", 1000), "\r\nSEND OK\r\n");
			assert.equal(server.last.text, "\x00\xff");
		});
	});

	describe("closing", () => {
		it("in single mode says CLOSE OK, in mux mode with the slot, and never OK", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			assert.equal(await at("AT+CIPCLOSE"), "\r\nCLOSE OK\r\n");
			assert.isTrue(server.last.closed);
			await start();
			assert.equal(await at("AT+CIPCLOSE=1", 40), "\r\nCLOSE OK\r\n");
			await bench.commands("AT+CIPSHUT");
			await bench.online(1);
			await start("5,");
			assert.equal(await at("AT+CIPCLOSE=5,1"), "\r\n5, CLOSE OK\r\n");
			assert.equal(await at("AT+CIPCLOSE=5"), "\r\nERROR\r\n");
		});

		it("the peer's close is told, and the slot can be used again", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(1);
			await start("2,");
			server.last.end();
			assert.equal(await bench.wait(1000), "\r\n2, CLOSED\r\n");
			assert.equal(await at("AT+CIPCLOSE=2"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPSEND=2,3"), "\r\nERROR\r\n");
			assert.equal(await start("2,"), "\r\nOK\r\n\r\n2, CONNECT OK\r\n");
		});

		it("slow waits for what is on its way, quick does not", async () => {
			for (const [line, text] of [
				["AT+CIPCLOSE=0", "x".repeat(1000)],
				["AT+CIPCLOSE=1", ""],
			] as const) {
				bench.close();
				bench = new Bench();
				const server = bench.network.server("10.0.0.1:80");
				await bench.online(0, "AT+CIPQSEND=1");
				await start();
				await at("AT+CIPSEND=1000");
				await bench.exchange("x".repeat(1000), 100);
				await at(line);
				assert.equal(server.last.text, text, line);
			}
		});

		it("AT+CIPSHUT ends all connections without a word for each", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(1);
			await start("0,");
			await start("1,");
			assert.equal(await at("AT+CIPSHUT"), "\r\nSHUT OK\r\n");
			assert.deepEqual(
				server.connections.map(({ closed }) => closed),
				[true, true],
			);
		});

		it("power-off ends them too", async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online();
			await start();
			await at("AT+CPOWD=0");
			assert.isTrue(server.last.closed);
		});
	});
});

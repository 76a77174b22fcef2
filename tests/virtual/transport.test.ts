import { assert } from "chai";
import { Bench } from "./bench.js";

describe("virtual/transport", () => {
	let bench: Bench;
	beforeEach(() => {
		bench = new Bench();
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 1000) => bench.exchange(`${line}\r`, ms);

	describe("transparent mode", () => {
		const connected = async () => {
			const server = bench.network.server("10.0.0.1:80");
			await bench.online(0, "AT+CIPMODE=1");
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80'), "\r\nOK\r\n\r\nCONNECT\r\n");
			return server;
		};

		it("carries bytes both ways as they are", async () => {
			const server = await connected();
			assert.equal(await bench.exchange("AT\r\x00\x1a\x1b", 1000), "");
			assert.equal(server.last.text, "AT\r\x00\x1a\x1b");
			server.last.send("\r\nhello\x00");
			assert.equal(await bench.wait(1000), "\r\nhello\x00");
		});

		it("sends what has come after 400 ms, or a full packet at once", async () => {
			const server = await connected();
			await bench.exchange("hello", 350);
			await bench.exchange("", 0);
			assert.equal(server.last.text, "");
			await bench.wait(400);
			assert.equal(server.last.text, "hello");
			await bench.exchange("x".repeat(2500), 1500);
			assert.deepEqual(
				server.last.pieces.map(piece => piece.length),
				[5, 1024, 1024, 452],
			);
		});

		it("+++ with silence around it goes to command mode, ATO back", async () => {
			const server = await connected();
			await bench.wait(1000);
			assert.equal(await bench.exchange("+++", 490), "");
			assert.equal(await bench.wait(20), "\r\nOK\r\n");
			assert.equal(server.last.text, "");
			assert.equal(await at("AT+CIPSTATUS"), "\r\nOK\r\n\r\nSTATE: CONNECT OK\r\n");
			server.last.send("waiting");
			assert.equal(await bench.wait(1000), "");
			assert.equal(await at("ATO"), "\r\nCONNECT\r\nwaiting");
			await bench.exchange("back", 1000);
			assert.equal(server.last.text, "back");
		});

		it("+++ one by one is an escape too, if they come soon enough", async () => {
			await connected();
			await bench.wait(1000);
			for (let pluses = 0; pluses < 3; pluses++) await bench.exchange("+", 300);
			assert.equal(await bench.wait(600), "\r\nOK\r\n");
		});

		for (const [name, before, text, after] of [
			["without silence before it", 900, "+++", 2000],
			["without silence behind it", 1100, "+++", 300],
			["with something in it", 1100, "++a+", 2000],
			["with a fourth", 1100, "++++", 2000],
		] as const) {
			it(`+++ ${name} is data`, async () => {
				const server = await connected();
				await bench.exchange("x", before);
				assert.equal(await bench.exchange(text, after), "");
				assert.equal(await bench.exchange("y", 2000), "");
				assert.equal(server.last.text, `x${text}y`);
			});
		}

		it("AT+CIPCCFG can forbid the escape", async () => {
			await bench.commands("ATE0");
			assert.equal(await at("AT+CIPCCFG=3,2,500,0"), "\r\nOK\r\n");
			assert.equal(await at("AT+CIPCCFG?"), "\r\n+CIPCCFG: 3,2,500,0,0,1460,50\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPCCFG=2,2,500,0"), "\r\nERROR\r\n");
			const server = await connected();
			await bench.wait(1500);
			assert.equal(await bench.exchange("+++", 3000), "");
			assert.equal(server.last.text, "+++");
		});

		it("DTR going high escapes with AT&D1", async () => {
			await connected();
			bench.take();
			bench.modem.dataTerminalReady(1);
			assert.equal(await bench.wait(10), "\r\nOK\r\n");
		});

		it("the peer's close ends it", async () => {
			const server = await connected();
			server.last.end();
			assert.equal(await bench.wait(1000), "\r\nCLOSED\r\n");
			assert.equal(await at("AT"), "\r\nOK\r\n");
			assert.equal(await at("ATO"), "\r\nNO CARRIER\r\n");
		});

		it("unasked-for lines wait for command mode", async () => {
			await connected();
			await bench.wait(1000);
			bench.modem.radio.messages.deliver("+15550123", "hello");
			assert.equal(await bench.wait(1000), "");
			await bench.exchange("+++", 0);
			assert.equal(await bench.wait(1000), '\r\nOK\r\n\r\n+CMTI: "SM",1\r\n');
		});

		it("is for single mode, before the connection", async () => {
			await bench.online(1);
			assert.equal(await at("AT+CIPMODE=1"), "\r\nERROR\r\n");
		});
	});

	describe("server", () => {
		it("listens, takes a client, and carries both ways", async () => {
			await bench.online();
			assert.equal(await at("AT+CIPSERVER=1,8888"), "\r\nOK\r\n\r\nSERVER OK\r\n");
			assert.equal(await at("AT+CIPSTATUS"), "\r\nOK\r\n\r\nSTATE: SERVER LISTENING\r\n");
			const client = bench.network.client(8888)!;
			assert.equal(await bench.wait(100), "\r\nREMOTE IP: 198.51.100.7\r\n");
			client.send("hello");
			assert.equal(await bench.wait(1000), "hello");
			await at("AT+CIPSEND=3");
			assert.equal(await bench.exchange("you", 1000), "\r\nSEND OK\r\n");
			assert.equal(client.received, "you");
			assert.isUndefined(bench.network.client(8888)); // one at a time
			assert.equal(await at("AT+CIPSERVER?"), "\r\n+CIPSERVER: 1,8888\r\n\r\nOK\r\n");
			client.end();
			assert.equal(await bench.wait(1000), "\r\nCLOSED\r\n");
			assert.equal(await at('AT+CIPSTART="TCP","10.0.0.1",80'), "\r\nERROR\r\n"); // it still listens
		});

		it("mux: clients take slots, and the state shows the server", async () => {
			await bench.online(1);
			await at("AT+CIPSERVER=1,8888");
			bench.network.client(8888, "198.51.100.7", 40_000);
			bench.network.client(8888, "198.51.100.8", 40_001);
			assert.equal(await bench.wait(100), "\r\n0, REMOTE IP: 198.51.100.7\r\n\r\n1, REMOTE IP: 198.51.100.8\r\n");
			assert.include(
				await at("AT+CIPSTATUS"),
				'STATE: IP PROCESSING\r\n\r\nS: 0,0,"8888","LISTENING"\r\nC: 0,0,"TCP","198.51.100.7","40000","CONNECTED"\r\n',
			);
		});

		it("stops: OK, SERVER CLOSE", async () => {
			await bench.online(1);
			await at("AT+CIPSERVER=1,8888");
			assert.equal(await at("AT+CIPSERVER=0"), "\r\nOK\r\n\r\nSERVER CLOSE\r\n");
			assert.isUndefined(bench.network.client(8888));
			assert.equal(await at("AT+CIPSERVER=0"), "\r\nERROR\r\n");
		});

		it("needs its state; in single mode it brings the context up itself", async () => {
			await bench.commands("ATE0", "AT+CIPMUX=1");
			assert.equal(await at("AT+CIPSERVER=1,8888"), "\r\nERROR\r\n");
			await bench.commands("AT+CIPMUX=0");
			assert.equal(await at("AT+CIPSERVER=1,8888"), "\r\nOK\r\n\r\nSERVER OK\r\n");
		});

		it("is gone with the context", async () => {
			await bench.online();
			await at("AT+CIPSERVER=1,8888");
			await at("AT+CIPSHUT");
			assert.isUndefined(bench.network.client(8888));
		});
	});

	describe("other settings", () => {
		it("AT+CIPUDPMODE sends datagrams to another target", async () => {
			const first = bench.network.server("10.0.0.1:53", { protocol: "UDP" });
			const second = bench.network.server("10.0.0.2:54", { protocol: "UDP" });
			await bench.online();
			await at('AT+CIPSTART="UDP","10.0.0.1",53');
			assert.equal(await at('AT+CIPUDPMODE=2,"10.0.0.2",54'), "\r\nERROR\r\n");
			await at("AT+CIPUDPMODE=1");
			await at("AT+CIPSEND=1");
			await bench.exchange("a", 1000);
			assert.equal(await at('AT+CIPUDPMODE=2,"10.0.0.2",54'), "\r\nOK\r\n");
			await at("AT+CIPSEND=1");
			await bench.exchange("b", 1000);
			assert.deepEqual([first.last.text, second.last.text], ["a", "b"]);
		});

		it("AT+CIPTKA checks its limits", async () => {
			await bench.commands("ATE0");
			assert.equal(await at("AT+CIPTKA?"), "\r\n+CIPTKA: 1,7200,75,9\r\n\r\nOK\r\n");
			assert.equal(await at("AT+CIPTKA=1,60"), "\r\nOK\r\n");
			assert.equal(await at("AT+CIPTKA=1,29"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CIPTKA?"), "\r\n+CIPTKA: 1,60,75,9\r\n\r\nOK\r\n");
		});

		it("AT+CIPSSL is a SIM800's, and needs a host that does TLS", async () => {
			await bench.commands("ATE0");
			assert.equal(await at("AT+CIPSSL=1"), "\r\nERROR\r\n");
			bench.close();
			bench = new Bench({ model: "sim800" });
			const server = bench.network.server("10.0.0.1:443");
			await bench.online(1, "AT+CIPSSL=1");
			const start = () => at('AT+CIPSTART=0,"TCP","10.0.0.1",443', 3000);
			assert.equal(await start(), "\r\nOK\r\n\r\n0, CONNECT FAIL\r\n");
			assert.lengthOf(server.connections, 0); // nothing went out in the clear
			Object.assign(bench.network, { secure: true });
			assert.equal(await start(), "\r\nOK\r\n\r\n0, CONNECT OK\r\n");
		});
	});
});

describe("virtual/lines beside the data", () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = new Bench();
		await bench.commands("ATE0");
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);

	it("AT+CSCLK=2: five seconds of silence, and the byte that wakes it is lost", async () => {
		await at("AT+CSCLK=2");
		assert.equal(await at("AT"), "\r\nOK\r\n");
		await bench.wait(5000);
		assert.equal(await at("AT"), "");
		assert.equal(await at("AT"), "\r\nOK\r\n"); // 100 ms later it hears
	});

	it("AT+CSCLK=1: sleeps while DTR is high, and hears 50 ms after it is low", async () => {
		await at("AT+CSCLK=1");
		assert.equal(await at("AT"), "\r\nOK\r\n");
		bench.modem.dataTerminalReady(1);
		assert.equal(await at("AT"), "");
		bench.modem.dataTerminalReady(0);
		assert.equal(await at("AT", 40), "");
		await bench.wait(20);
		assert.equal(await at("AT"), "\r\nOK\r\n");
	});

	it("a sleeping modem still speaks", async () => {
		await at("AT+CSCLK=2");
		await bench.wait(10_000);
		bench.modem.radio.messages.deliver("+15550123", "hello");
		assert.equal(await bench.wait(1000), '\r\n+CMTI: "SM",1\r\n');
	});

	it("AT+IFC=2,2: RTS high holds what the modem sends", async () => {
		await at("AT+IFC=2,2");
		bench.modem.requestToSend(1);
		assert.equal(await at("AT"), "");
		bench.modem.requestToSend(0);
		assert.equal(await bench.wait(10), "\r\nOK\r\n");
	});

	it("AT+IFC=1,1: XOFF holds, XON lets go, and neither is data", async () => {
		await at("AT+IFC=1,1");
		assert.equal(await at("A\x13T"), "");
		assert.equal(await bench.exchange("\x11"), "\r\nOK\r\n");
	});

	it("in autobaud two seconds of DTR high find another rate", async () => {
		bench.close();
		bench = new Bench({ baud: 0 });
		bench.modem.hostBaud = 9600;
		assert.include(await at("AT"), "OK");
		bench.modem.hostBaud = 19_200;
		assert.notInclude(await at("AT"), "OK");
		bench.modem.dataTerminalReady(1);
		await bench.wait(2000);
		bench.modem.dataTerminalReady(0);
		assert.include(await at("AT"), "OK");
		assert.equal(bench.modem.baud, 19_200);
	});

	it("AT+CBC follows the supply, which warns in the modem's own spelling", async () => {
		assert.equal(await at("AT+CBC"), "\r\n+CBC: 0,81,4049\r\n\r\nOK\r\n");
		bench.modem.supply.mv = 3301;
		assert.equal(await bench.wait(10), "");
		bench.modem.supply.mv = 3300;
		assert.equal(await bench.wait(10), "\r\nUNDER-VOLTAGE WARNNING\r\n");
		bench.modem.supply.mv = 3200;
		assert.equal(await bench.wait(10), "");
		bench.modem.supply.mv = 4700;
		assert.equal(await bench.wait(10), "\r\nOVER-VOLTAGE WARNNING\r\n");
		bench.modem.supply.mv = 4801;
		bench.take();
		assert.equal(bench.modem.status, 1);
		assert.equal(await bench.wait(10), "\r\nOVER-VOLTAGE POWER DOWN\r\n");
		assert.equal(bench.modem.status, 0);
	});

	it("AT+CMTE tells heat and cold, without a blank before minus", async () => {
		bench.modem.supply.celsius = 81;
		assert.equal(await at("AT+CMTE=1"), "\r\nOK\r\n");
		bench.modem.supply.celsius = 82;
		assert.equal(await bench.wait(10), "\r\n+CMTE: 1\r\n");
		bench.modem.supply.celsius = -31;
		assert.equal(await bench.wait(10), "\r\n+CMTE:-1\r\n");
		bench.modem.supply.celsius = 86;
		assert.equal(await bench.wait(10), "\r\n+CMTE: 2\r\n");
		assert.equal(bench.modem.status, 0);
	});
});

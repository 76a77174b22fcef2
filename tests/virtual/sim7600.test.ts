import { assert } from "chai";
import { parseFault } from "../../modules/virtual/faults.js";
import { Bench, type BenchOptions } from "./bench.js";
import type { FakeServer } from "./network.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const line = (text: string) => `\r\n${text}\r\n`;

for (const model of ["sim7600", "a7670"] as const) {
	describe(`virtual/models/${model}`, () => {
		let bench: Bench;
		let server: FakeServer;
		afterEach(() => bench.close());
		const at = (command: string, ms = 300) => bench.exchange(`${command}\r`, ms);

		/** Echo off, nothing open; the payload's own echo off as well. */
		async function start(options: BenchOptions = {}): Promise<void> {
			bench = new Bench({ model, ...options });
			server = bench.network.server("10.0.0.1:80", data => data);
			await bench.commands("ATE0+CMEE=1");
			if ("a7670" === model) await bench.commands('AT+CIPCFG="DATAECHO",OFF');
		}

		async function online(options: BenchOptions = {}, ...before: string[]): Promise<void> {
			await start(options);
			await bench.commands('AT+CGDCONT=1,"IP","internet"', ...before);
			assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
		}

		async function connected(options: BenchOptions = {}, ...before: string[]): Promise<void> {
			await online(options, "AT+CIPRXGET=1", ...before);
			assert.equal(await at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${OK}${line("+CIPOPEN: 3,0")}`);
		}

		const send = async (command: string, data: string, ms = 300) => (await at(command)) + (await bench.exchange(data, ms));

		describe("power and boot", () => {
			it("a short press turns it on, and does not turn it off", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(100);
				await bench.wait(20_000);
				assert.equal(bench.modem.status, 1);
				await bench.pressKey(2400);
				await bench.wait(60_000);
				assert.equal(bench.modem.status, 1);
				await bench.pressKey(2500);
				await bench.wait(60_000);
				assert.equal(bench.modem.status, 0);
			});

			it("says what it says when it boots", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(100);
				const lines = (await bench.wait(30_000)).split("\r\n").filter(Boolean);
				const common = ["+CPIN: READY", "SMS DONE", "PB DONE"];
				if ("sim7600" === model) return assert.deepEqual(lines, ["RDY", ...common]);
				assert.equal(lines[0], "*ATREADY: 1");
				assert.includeMembers(lines, [...common, "+CGEV: EPS PDN ACT 1", '*COPN:0,"Virtual LTE"']);
			});

			it("answers 11 to 12 seconds after the key", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(100);
				for (let answer = ""; !answer.includes("OK"); ) answer = await at("AT", 100);
				assert.approximately(bench.clock.elapsedMs, 11_600, 600);
			});

			it("AT+CPOF is OK, then off; AT+CRESET comes again without what was set", async () => {
				await start();
				assert.equal(await at("AT+CRESET"), OK);
				const text = await bench.wait(25_000);
				assert.match(text, "a7670" === model ? /\*ATREADY: 1\r\n/ : /RDY\r\n/);
				assert.equal(await at("AT+CIPRXGET?"), `AT+CIPRXGET?\r${line("+CIPRXGET: 0")}${OK}`);
				assert.equal(await at("AT+CPOF"), `AT+CPOF\r${OK}`);
				await bench.wait(30_000);
				assert.equal(bench.modem.status, 0);
			});

			it("AT+CFUN=6 restarts, but only from 7", async () => {
				await start();
				assert.include(await at("AT+CFUN=6"), "+CME ERROR");
				assert.match(await at("AT+CFUN=7", 2000), /\r\nOK\r\n$/);
				assert.equal(await at("AT+CFUN=6"), OK);
				assert.include(await bench.wait(25_000), "PB DONE");
				assert.include(await at("AT+CFUN?;+CREG?"), "+CFUN: 1\r\n\r\n+CREG: 0,1\r\n");
			});

			it("AT+IPR is lost at a restart, AT+IPREX is not", async () => {
				await start();
				await at("AT+IPR=921600");
				assert.equal(bench.modem.baud, 921_600);
				await at("AT+CRESET", 25_000);
				assert.equal(bench.modem.baud, 115_200);
				await at("AT+IPREX=460800");
				assert.equal(bench.modem.baud, 460_800);
				await at("AT+CRESET", 25_000);
				assert.equal(bench.modem.baud, 460_800);
			});
		});

		describe("SIM and network", () => {
			it("says who it is, line by line in one frame", async () => {
				await start();
				const [first, ...others] = {
					sim7600: ["SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "LE20B03SIM7600M22"],
					a7670: ["INCORPORATED", "A7670E-FASE", "A011B09A7670M7_F\r\nA7670M7_B09V01_250619"],
				}[model];
				const text = await at("AT+SIMCOMATI");
				assert.isTrue(text.startsWith(`\r\nManufacturer: ${first}\r\nModel: ${others[0]}\r\nRevision: ${others[1]}\r\n`), text);
				assert.match(text, /\r\nDeviceInfo: ?\r\n\r\nOK\r\n$/);
				assert.equal(await at("AT+CGMM"), `${line(others[0]!)}${OK}`);
			});

			it("takes its PIN and tells the tries: PIN, PUK, PIN2, PUK2", async () => {
				await start({ sim: { pin: "1234" } });
				assert.equal(await at("AT+SPIC"), `${line("+SPIC: 3,10,0,10")}${OK}`);
				assert.equal(await at('AT+CPIN="9999"', 1000), line("+CME ERROR: 16"));
				assert.equal(await at("AT+SPIC"), `${line("+SPIC: 2,10,0,10")}${OK}`);
				assert.match(await at('AT+CPIN="1234"', 1000), /^\r\nOK\r\n\r\n\+CPIN: READY\r\n/);
				await bench.wait(10_000);
				assert.equal(await at("AT+CEREG?"), `${line("+CEREG: 0,1")}${OK}`);
				assert.equal(await at("AT+CGATT?"), `${line("+CGATT: 1")}${OK}`);
			});

			it("tells AT+CEREG beside AT+CREG", async () => {
				await start();
				await at("AT+CREG=1;+CEREG=2");
				bench.modem.radio.covered = false;
				assert.equal(await bench.wait(100), `${line("+CREG: 2")}${line("+CEREG: 2")}`);
				assert.equal(await at("AT+CSQ"), `${line("+CSQ: 99,99")}${OK}`);
				assert.equal(await at("AT+CPSI?"), `${line("+CPSI: NO SERVICE,Online")}${OK}`);
				bench.modem.radio.covered = true;
				assert.equal(await bench.wait(5000), `${line("+CREG: 1")}${line('+CEREG: 1,"001F","1174",7')}`);
				assert.match(await at("AT+CPSI?"), /\+CPSI: LTE,Online,001-01,/);
			});

			it("AT+NETOPEN: OK, then the result; a second time is an error that means up", async () => {
				await online();
				assert.equal(await at("AT+NETOPEN?"), `${line("+NETOPEN: 1")}${OK}`);
				assert.equal(await at("AT+NETOPEN"), `${line("+IP ERROR: Network is already opened")}${ERROR}`);
				assert.match(await at("AT+IPADDR"), /^\r\n\+IPADDR: 10\.\d+\.\d+\.\d+\r\n\r\nOK\r\n$/);
				assert.equal(await at("AT+NETCLOSE", 1000), `${OK}${line("+NETCLOSE: 0")}`);
				assert.equal(await at("AT+IPADDR"), `${line("+IP ERROR: Network not opened")}${ERROR}`);
				assert.equal(await at("AT+NETCLOSE"), `${line("+NETCLOSE: 2")}${ERROR}`);
			});

			it("AT+NETOPEN is a bare ERROR without packet data, and +NETOPEN: 1 where the operator says no", async () => {
				await start({ radio: { apn: "right", user: "me", password: "secret" } });
				await at("AT+CGATT=0", 1000);
				assert.equal(await at("AT+NETOPEN"), ERROR);
				await at('AT+CGATT=1;+CGDCONT=1,"IP","right"', 1000);
				assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 1")}`);
				await at('AT+CGAUTH=1,1,"me","secret"'); // the wrong order
				assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 1")}`);
				await at('AT+CGAUTH=1,1,"secret","me"');
				assert.equal(await at("AT+CGAUTH?"), `${line('+CGAUTH: 1,1,"me","secret"')}${OK}`);
				assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("AT+CDNSGIP says the address before the OK", async () => {
				await online();
				bench.network.names.set("example.com", ["192.0.2.1", "192.0.2.2"]);
				const first = '+CDNSGIP: 1,"example.com","192.0.2.1"';
				const both = `${first}\r\n+CDNSGIP: 2,"example.com","192.0.2.2"`;
				assert.equal(await at('AT+CDNSGIP="example.com"'), `${line("a7670" === model ? both : first)}${OK}`);
				assert.equal(await at('AT+CDNSGIP="nowhere.example"', 2000), `${line("+CDNSGIP: 0,10")}${ERROR}`);
			});

			it("AT+CPING wants the type of address", async () => {
				await online();
				assert.equal(await at('AT+CPING="10.0.0.1"'), ERROR);
				assert.equal(
					await at('AT+CPING="10.0.0.1",1,1', 2000),
					`${OK}${line("+CPING: 1,10.0.0.1,64,60,55")}${line("+CPING: 3,1,1,0,60,60,60")}`,
				);
			});
		});

		describe("links", () => {
			it("open: OK first for TCP; taken, out of range and closed network are errors of their own", async () => {
				await connected();
				assert.equal(await at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${line("+CIPOPEN: 3,4")}${ERROR}`);
				assert.equal(await at('AT+CIPOPEN=10,"TCP","10.0.0.1",80'), `${line("+IP ERROR: Invalid parameter")}${ERROR}`);
				assert.equal(await at('AT+CIPOPEN=1,"TCP","10.0.0.1"'), `${line("+CIPOPEN: 1,3")}${ERROR}`);
				assert.equal(await at('AT+CIPOPEN=1,"TCP","10.0.0.1",81', 1000), `${OK}${line("+CIPOPEN: 1,1")}`);
				assert.equal(await at('AT+CIPOPEN=1,"TCP","nowhere.example",80', 3000), `${OK}${line("+CIPOPEN: 1,11")}`);
				const list = await at("AT+CIPOPEN?");
				assert.include(list, '+CIPOPEN: 2\r\n+CIPOPEN: 3,"TCP","10.0.0.1",80,-1\r\n+CIPOPEN: 4\r\n');
				assert.equal(await at("AT+CIPCLOSE?"), `${line("+CIPCLOSE: 0,0,0,1,0,0,0,0,0,0")}${OK}`);
				await at("AT+NETCLOSE", 1000);
				assert.equal(await at('AT+CIPOPEN=1,"TCP","10.0.0.1",80'), `${line("+CIPOPEN: 1,2")}${ERROR}`);
			});

			it("AT+CIPTIMEOUT shortens what nothing answers", async () => {
				await online({}, "AT+CIPTIMEOUT=75000,5000,15000");
				bench.network.silent.add("10.0.0.1:80");
				assert.equal(await at('AT+CIPOPEN=0,"TCP","10.0.0.1",80', 4900), OK);
				assert.equal(await bench.wait(200), line("+CIPOPEN: 0,10"));
			});

			it("send: prompt without a blank, OK, then asked and accepted; the counters are sent, acknowledged, received", async () => {
				await connected();
				assert.equal(await send("AT+CIPSEND=3,5", "hello"), `\r\n>${OK}${line("+CIPSEND: 3,5,5")}${line("+CIPRXGET: 1,3")}`);
				assert.equal(server.last.text, "hello");
				assert.equal(await at("AT+CIPACK=3"), `${line("+CIPACK: 5,5,5")}${OK}`);
			});

			it("all 256 values pass both ways, in pieces of up to 1500", async () => {
				await connected();
				const data = Array.from({ length: 1500 }, (_, index) => String.fromCharCode(index & 255)).join("");
				assert.include(await send("AT+CIPSEND=3,1500", data, 500), line("+CIPSEND: 3,1500,1500"));
				assert.equal(server.last.text, data);
				assert.equal(await at("AT+CIPRXGET=2,3,1500", 500), `${line("+CIPRXGET: 2,3,1500,0")}${data}${OK}`);
				assert.equal(await at("AT+CIPSEND=3,1501"), `${line("+CIPERROR: 3")}${ERROR}`);
			});

			it("until Ctrl-Z: ETX takes the next byte as data, ESC calls off", async () => {
				await connected();
				assert.include(await send("AT+CIPSEND=3", "a\x03\x1ab\x03\x1bc\x03\x03d\x1a"), line("+CIPSEND: 3,7,7"));
				assert.equal(server.last.text, "a\x1ab\x1bc\x03d");
				assert.equal(await send("AT+CIPSEND=3", "abc\x1b"), `\r\n>${ERROR}`);
			});

			it("send without a link is +CIPERROR, and no prompt", async () => {
				await online();
				assert.equal(await at("AT+CIPSEND=0,5"), `${line("+CIPERROR: 4")}${ERROR}`);
				await at("AT+NETCLOSE", 1000);
				assert.equal(await at("AT+CIPSEND=0,5"), `${line("+CIPERROR: 2")}${ERROR}`);
			});

			it("less accepted than asked: the link can't be used any more", async () => {
				await connected({ tcp: { sendBufferBytes: 1000 } });
				server.options.acknowledges = false;
				assert.include(await send("AT+CIPSEND=3,800", "x".repeat(800)), line("+CIPSEND: 3,800,800"));
				assert.include(await send("AT+CIPSEND=3,800", "y".repeat(800)), line("+CIPSEND: 3,800,200"));
				assert.equal(await at("AT+CIPSEND=3,1"), `${line("+CIPERROR: 4")}${ERROR}`);
			});

			it("AT+CIPSENDMODE=1: the result waits for the acknowledgement of what was sent before", async () => {
				await connected({}, "AT+CIPSENDMODE=1");
				server.options.acknowledges = false;
				assert.include(await send("AT+CIPSEND=3,1", "a"), line("+CIPSEND: 3,1,1"));
				assert.equal(await send("AT+CIPSEND=3,1", "b"), `\r\n>${OK}`);
				server.last.acknowledge(1);
				assert.equal(await bench.wait(200), line("+CIPSEND: 3,1,1"));
			});

			it("a peer that acknowledges nothing is given up after 20 s", async () => {
				await connected();
				server.options.acknowledges = false;
				await send("AT+CIPSEND=3,1", "a");
				assert.notInclude(await bench.wait(19_000), "IPCLOSE");
				assert.equal(await bench.wait(2000), line("+IPCLOSE: 3,2"));
			});

			it("receive: told once until all is read; nothing there is an error", async () => {
				await connected();
				server.last.send("hello");
				assert.equal(await bench.wait(200), line("+CIPRXGET: 1,3"));
				server.last.send("world");
				assert.equal(await bench.wait(200), "");
				assert.equal(await at("AT+CIPRXGET=4,3"), `${line("+CIPRXGET: 4,3,10")}${OK}`);
				assert.equal(await at("AT+CIPRXGET=2,3,7"), `${line("+CIPRXGET: 2,3,7,3")}hellowo${OK}`);
				assert.equal(await at("AT+CIPRXGET=3,3,2"), `${line("+CIPRXGET: 3,3,2,1")}726C${OK}`);
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,1,0")}d${OK}`);
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line("+IP ERROR: No data")}${ERROR}`);
				assert.equal(await at("AT+CIPRXGET=4,9"), `${line("+CIPRXGET: 4,9,0")}${OK}`);
				await at("AT+CIPCCFG=10,0,0,0");
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line(`+IP ERROR: ${"a7670" === model ? 22 : 21}`)}${ERROR}`);
			});

			it("push: where from and +IPD, or +RECEIVE by AT+CIPCCFG", async () => {
				await online();
				await at('AT+CIPOPEN=3,"TCP","10.0.0.1",80');
				server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\nRECV FROM:10.0.0.1:80\r\n+IPD5\r\nhello");
				await at("AT+CIPSRIP=0");
				server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\n+IPD5\r\nhello");
				await at("AT+CIPCCFG=10,0,0,1,1");
				server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\n+RECEIVE,3,5:\r\nhello");
			});

			it("close: OK first; not open is an error", async () => {
				await connected();
				assert.equal(await at("AT+CIPCLOSE=3"), `${OK}${line("+CIPCLOSE: 3,0")}`);
				assert.isTrue(server.last.closed);
				assert.equal(await at("AT+CIPCLOSE=3"), `${line("+CIPCLOSE: 3,4")}${ERROR}`);
			});

			it("the peer's close with data pending: told, and the data can still be read", async () => {
				await connected();
				server.last.send("good bye");
				server.last.end();
				assert.equal(await bench.wait(500), `${line("+CIPRXGET: 1,3")}${line("+IPCLOSE: 3,1")}`);
				assert.equal(await at("AT+CIPSEND=3,1"), `${line("+CIPERROR: 4")}${ERROR}`);
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,8,0")}good bye${OK}`);
				assert.equal(await at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${OK}${line("+CIPOPEN: 3,0")}`);
			});

			it("a peer that goes between prompt and data: nothing is accepted", async () => {
				await connected();
				await at("AT+CIPSEND=3,5");
				server.last.end();
				await bench.wait(500);
				assert.equal(await bench.exchange("hello", 300), `${OK}${line("+CIPSEND: 3,5,-1")}`);
			});

			it("holds a window, and the peer waits until it is read", async () => {
				await connected();
				for (let round = 0; round < 100; round++) server.last.send("x".repeat(1000));
				await bench.wait(3000);
				assert.isTrue(server.last.paused);
				let total = 0;
				for (let round = 0; round < 80; round++) total += Number(/2,3,(\d+)/.exec(await at("AT+CIPRXGET=2,3,1500"))?.[1] ?? 0);
				assert.equal(total, 100_000);
			});

			it("has ten of them at once", async () => {
				await online({}, "AT+CIPRXGET=1");
				for (let id = 0; id < 10; id++)
					assert.equal(await at(`AT+CIPOPEN=${id},"TCP","10.0.0.1",80`), `${OK}${line(`+CIPOPEN: ${id},0`)}`);
				assert.lengthOf(server.connections, 10);
				assert.equal(await at("AT+NETCLOSE", 1000).then(text => text.match(/\+CIPCLOSE: \d,0/g)!.length), 10);
			});
		});

		describe("UDP", () => {
			beforeEach(async () => {
				await online({}, "AT+CIPRXGET=1");
				server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
			});

			it("the result comes before the OK, the remote with each datagram", async () => {
				assert.equal(await at('AT+CIPOPEN=1,"UDP","10.0.0.2",53'), `${line("+CIPOPEN: 1,3")}${ERROR}`);
				assert.equal(await at('AT+CIPOPEN=1,"UDP",,,5000'), `${line("+CIPOPEN: 1,0")}${OK}`);
				assert.equal(await at("AT+CIPSEND=1,5"), `${line("+CIPERROR: 3")}${ERROR}`);
				const answer = await send('AT+CIPSEND=1,5,"10.0.0.2",53', "hello");
				assert.equal(answer, `\r\n>${OK}${line("+CIPSEND: 1,5,5")}${line("+CIPRXGET: 1,1")}`);
				assert.equal(server.last.text, "hello");
				assert.equal(await at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,5,0")}hello${OK}`);
				assert.equal(await at("AT+CIPCLOSE=1"), `${line("+CIPCLOSE: 1,0")}${OK}`);
			});

			it("hears anybody, and runs what came together unless it is told not to", async () => {
				await at('AT+CIPOPEN=1,"UDP",,,5000');
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				await bench.wait(200);
				assert.equal(await at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,6,0")}onetwo${OK}`);
				if ("sim7600" === model) return;
				await at("AT+CIPCCFG=10,0,0,1,0,0,500,1");
				assert.equal(await at("AT+CIPRXGET=5"), OK);
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				assert.equal(await bench.wait(200), `${line("+CIPRXGET: 1,1")}${line("+CIPRXGETIP:192.0.2.1:1")}`);
				assert.equal(await at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,3,3")}one${OK}`);
				assert.equal(await at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,3,0")}two${OK}`);
			});

			it("pushed datagrams tell where each comes from", async () => {
				await at("AT+CIPRXGET=0");
				await at('AT+CIPOPEN=1,"UDP",,,5000');
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				const text = await bench.wait(200);
				assert.equal(text, "\r\nRECV FROM:192.0.2.1:1\r\n+IPD3\r\none\r\nRECV FROM:192.0.2.2:2\r\n+IPD3\r\ntwo");
			});
		});

		describe("server", () => {
			it("clients take links, and are told", async () => {
				await online({}, "AT+CIPRXGET=1");
				assert.equal(await at("AT+SERVERSTART=8080,1"), OK);
				assert.equal(await at("AT+SERVERSTART=8080,2"), `${line("+CIPERROR: 7")}${ERROR}`);
				bench.take();
				const client = bench.network.client(8080)!;
				assert.equal(await bench.wait(100), line("+CLIENT: 0,1,198.51.100.7:40000"));
				client.send("hi");
				assert.equal(await bench.wait(200), line("+CIPRXGET: 1,0"));
				await send("AT+CIPSEND=0,5", "hello");
				assert.equal(client.received, "hello");
				assert.equal(await at("AT+CIPSEND=0"), `${line("+CIPERROR: 3")}${ERROR}`); // only with a length
				assert.include(await at("AT+CIPOPEN?"), '+CIPOPEN: 0,"TCP","198.51.100.7",40000,1\r\n');
				assert.equal(await at("AT+SERVERSTOP=1"), `${line("+SERVERSTOP: 1,9")}${ERROR}`);
				await at("AT+CIPCLOSE=0");
				assert.isTrue(client.ended);
				assert.equal(await at("AT+SERVERSTOP=1"), `${line("+SERVERSTOP: 1,0")}${OK}`);
				assert.isUndefined(bench.network.client(8080));
			});
		});

		describe("what goes wrong", () => {
			it("the bearer is lost: one line for all links", async () => {
				await connected({ faults: [parseFault("pdp-deact=sent")] });
				assert.include(await send("AT+CIPSEND=3,1", "a"), line("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY"));
				assert.isTrue(server.last.closed);
				assert.equal(await at("AT+NETOPEN?"), `${line("+NETOPEN: 0")}${OK}`);
				assert.equal(await at("AT+CIPCLOSE?"), `${line("+CIPCLOSE: 0,0,0,0,0,0,0,0,0,0")}${OK}`);
				assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("a dip of the supply: it comes again, without echo off and without links", async () => {
				await connected();
				bench.modem.supply.dip(true);
				await bench.wait(30_000);
				assert.equal(await at("AT+NETOPEN?"), `AT+NETOPEN?\r${line("+NETOPEN: 0")}${OK}`);
			});

			it("a server that resets, a coverage that goes", async () => {
				await connected({ faults: [parseFault("server-reset=3")] });
				assert.include(await send("AT+CIPSEND=3,5", "hello"), "+IPCLOSE: 3,1");
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,3,0")}hel${OK}`);
				bench.modem.radio.covered = false;
				assert.include(await bench.wait(70_000), "+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
			});

			it("commands of other families are unknown", async () => {
				await start();
				for (const command of ["AT+CIPSTATUS", "AT+CIPSHUT", "AT+CIICR", "AT+CIFSR", "AT+CIPMUX=1", "AT+QIACT=1", "AT+SAPBR=2,1"])
					assert.equal(await at(command), ERROR, command);
			});
		});

		describe("quirks", () => {
			const cases: [name: string, value: string | boolean, command: string, answer: string][] = [
				["netopenRead", "state,mode", "AT+NETOPEN?", `${line("+NETOPEN: 1,0")}${OK}`],
				["promptBlank", true, "AT+CIPSEND=3,1", "\r\n> "],
				["dataBehindHeader", true, "AT+CIPRXGET=2,3", `\r\n+CIPRXGET: 2,3,5,0hello${OK}`],
				["udpOkFirst", true, 'AT+CIPOPEN=1,"UDP",,,1', `${OK}${line("+CIPOPEN: 1,0")}`],
				["cgactRefused", true, "AT+CGACT=1,1", `${line("+CME ERROR: 133")}${line("+CGEV: ME PDN DEACT 1")}`],
				["cgregFollows", false, "AT+CGREG?", `${line("+CGREG: 0,4")}${OK}`],
				["iccidPrefix", false, "AT+CICCID", `${line("8901010000000000017F")}${OK}`],
			];
			for (const [name, value, command, answer] of cases) {
				it(`${name}=${value}`, async () => {
					await connected({ quirks: { [name]: value } });
					server.last.send("hello");
					await bench.wait(200);
					assert.equal(await at(command), answer);
				});
			}

			it("readableAfterClose=false, ipcloseColon=false", async () => {
				await connected({ quirks: { readableAfterClose: false, ipcloseColon: false } });
				server.last.send("hello");
				server.last.end();
				assert.equal(await bench.wait(500), `${line("+CIPRXGET: 1,3")}${line("+IPCLOSE 3,1")}`);
				assert.equal(await at("AT+CIPRXGET=2,3"), `${line("+IP ERROR: No data")}${ERROR}`);
			});

			it("busyUntilSent: nothing is heard between OK and +CIPSEND", async () => {
				await connected({ quirks: { busyUntilSent: true }, timing: { acceptMs: 500 } });
				await at("AT+CIPSEND=3,1");
				await bench.exchange("a", 100);
				assert.notInclude(await at("AT"), "OK");
				assert.include(await bench.wait(500), line("+CIPSEND: 3,1,1"));
				assert.equal(await at("AT"), OK);
			});

			it("smsDone=false, rdy the other way", async () => {
				const rdy = "a7670" === model;
				bench = new Bench({ model, on: false, quirks: { smsDone: false, rdy } });
				await bench.pressKey(100);
				const text = await bench.wait(30_000);
				assert.include(text, "PB DONE");
				assert.notInclude(text, "SMS DONE");
				assert.equal(text.includes("\r\nRDY\r\n"), rdy);
			});

			it("serverStopOkFirst, ipaddrDown, authOrder", async () => {
				await online({
					quirks: { serverStopOkFirst: true, ipaddrDown: "+IPADDR", authOrder: "user,password" },
					radio: { apn: "internet" },
				});
				await at("AT+SERVERSTART=8080,1");
				assert.equal(await at("AT+SERVERSTOP=1"), `${OK}${line("+SERVERSTOP: 1,0")}`);
				await at("AT+NETCLOSE", 1000);
				assert.equal(await at("AT+IPADDR"), `${line("+IPADDR: Network not opened")}${ERROR}`);
				await at('AT+CGAUTH=1,1,"me","secret"');
				assert.equal(await at("AT+CGAUTH?"), `${line('+CGAUTH: 1,1,"me","secret"')}${OK}`);
			});

			it("netopenAfterLoss=open: up until AT+NETCLOSE", async () => {
				await connected({ quirks: { netopenAfterLoss: "open" }, faults: [parseFault("pdp-deact=sent")] });
				await send("AT+CIPSEND=3,1", "a");
				assert.equal(await at("AT+NETOPEN?"), `${line("+NETOPEN: 1")}${OK}`);
				assert.equal(await at("AT+NETOPEN"), `${line("+IP ERROR: Network is already opened")}${ERROR}`);
				assert.equal(await at("AT+NETCLOSE", 1000), `${OK}${line("+NETCLOSE: 0")}`);
			});

			it("netopen=error and imsContext: a bare ERROR", async () => {
				await start({ quirks: { netopen: "error" } });
				assert.equal(await at("AT+NETOPEN"), ERROR);
				bench.close();
				await start({ quirks: { imsContext: true } });
				assert.include(await at("AT+CGDCONT?"), '+CGDCONT: 2,"IP","ims"');
				assert.equal(await at("AT+NETOPEN"), ERROR);
				await at("AT+CGDCONT=2");
				assert.equal(await at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("are checked when they are given", () => {
				assert.throws(() => new Bench({ model, quirks: { nonsense: true } }), /quirk nonsense is not known; there are: rdy, /);
				assert.throws(() => new Bench({ model, quirks: { netopen: "maybe" } }), /quirk netopen must be ok or error, not maybe/);
			});
		});

		if ("a7670" === model) {
			it("echoes data whatever ATE says, until it is told not to", async () => {
				await connected();
				await at('AT+CIPCFG="DATAECHO",ON');
				assert.include(await send("AT+CIPSEND=3,5", "hello"), "\r\n>hello\r\nOK\r\n");
			});

			it("hears nothing before *ATREADY", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(100);
				while (1 !== bench.modem.status) await bench.clock.advance(10);
				assert.equal(await at("AT", 200), "");
				assert.include(await bench.wait(300), "*ATREADY: 1");
				assert.equal(await at("AT"), `AT\r${OK}`);
			});
		}
	});
}

import { assert } from "chai";
import { parseFault } from "../../modules/virtual/faults.js";
import { Bench, type BenchOptions } from "./bench.js";
import type { FakeServer } from "./network.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const line = (text: string) => `\r\n${text}\r\n`;
const urc = (text: string) => line(`+QIURC: ${text}`);

for (const model of ["bg96", "ec2x"] as const) {
	describe(`virtual/models/${model}`, () => {
		let bench: Bench;
		let server: FakeServer;
		afterEach(() => bench.close());
		const at = (command: string, ms = 300) => bench.exchange(`${command}\r`, ms);
		const send = async (command: string, data: string, ms = 300) => (await at(command)) + (await bench.exchange(data, ms));

		/** Echo off, URCs on this port. */
		async function start(options: BenchOptions = {}): Promise<void> {
			bench = new Bench({ model, ...options });
			server = bench.network.server("10.0.0.1:80", data => data);
			await bench.commands("ATE0+CMEE=1", 'AT+QURCCFG="urcport","uart1"');
		}

		async function online(options: BenchOptions = {}): Promise<void> {
			await start(options);
			await bench.commands('AT+QICSGP=1,1,"internet","","",0', "AT+QIACT=1");
		}

		async function connected(options: BenchOptions = {}, mode = 0): Promise<void> {
			await online(options);
			assert.equal(await at(`AT+QIOPEN=1,3,"TCP","10.0.0.1",80,0,${mode}`), `${OK}${line("+QIOPEN: 3,0")}`);
		}

		const failure = async (number: number) => assert.include(await at("AT+QIGETERROR"), `+QIGETERROR: ${number}, `, `${number}`);

		describe("power and boot", () => {
			it("the key toggles: 500 ms turn it on, 650 ms off", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(500);
				await bench.wait(5000);
				assert.equal(bench.modem.status, 1);
				await bench.pressKey(600);
				await bench.wait(5000);
				assert.equal(bench.modem.status, 1);
				await bench.pressKey(700);
				await bench.wait(5000);
				assert.equal(bench.modem.status, 0);
			});

			it("says what it says when it boots", async () => {
				bench = new Bench({ model, on: false, quirks: { urcPort: "uart1" } });
				await bench.pressKey(500);
				const lines = (await bench.wait(20_000)).split("\r\n").filter(Boolean);
				if ("bg96" === model) assert.deepEqual(lines, ["RDY", "APP RDY", "+CPIN: READY"]);
				else assert.deepEqual(lines, [...["RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"]]);
			});

			it("right behind the start the SIM is missing, then busy", async () => {
				bench = new Bench({ model, on: false });
				await bench.pressKey(500);
				while (1 !== bench.modem.status) await bench.clock.advance(10);
				await at("ATE0+CMEE=1", 50);
				assert.include(await at("AT+QSCLK=1", 50), "ERROR");
				assert.include(await at("AT+CPIN?", 50), "+CME ERROR: 10");
				await bench.wait(400);
				assert.include(await at("AT+CPIN?", 50), "+CME ERROR: 14");
				await bench.wait(1000);
				assert.include(await at("AT+CPIN?", 50), `${line("+CPIN: READY")}${OK}`);
				assert.include(await at("AT+QSCLK=1", 50), OK);
			});

			it("AT+QPOWD is OK, then POWERED DOWN", async () => {
				await start();
				assert.equal(await at("AT+QPOWD=1", 3000), `${OK}${line("POWERED DOWN")}`);
				assert.equal(bench.modem.status, 0);
				bench.close();
				await start({ quirks: { farewellLineEnd: false } });
				assert.equal(await at("AT+QPOWD", 3000), `${OK}\r\nPOWERED DOWN`);
			});

			it("AT+CFUN=1,1 says farewell and that the contexts go, then RDY", async () => {
				await online();
				const text = await at("AT+CFUN=1,1", 5000);
				assert.equal(text, `${OK}${line("POWERED DOWN")}${urc('"pdpdeact",1')}`);
				assert.include(await bench.wait(2000), line("RDY"));
			});

			it("AT+IPR is kept only by AT&W", async () => {
				await start();
				await at("AT+IPR=460800");
				assert.equal(bench.modem.baud, 460_800);
				await at("AT+CFUN=1,1", 10_000);
				assert.equal(bench.modem.baud, 115_200);
				await at("AT+IPR=921600;&W");
				await at("AT+CFUN=1,1", 10_000);
				assert.equal(bench.modem.baud, 921_600);
			});
		});

		describe("SIM and network", () => {
			it("takes its PIN; AT+QPINC tells the tries", async () => {
				await start({ sim: { pin: "1234" } });
				assert.equal(await at('AT+QPINC="SC"'), `${line('+QPINC: "SC",3,10')}${OK}`);
				assert.equal(await at('AT+CPIN="9999"', 1000), line("+CME ERROR: 16"));
				assert.equal(await at('AT+QPINC="SC"'), `${line('+QPINC: "SC",2,10')}${OK}`);
				assert.match(await at('AT+CPIN="1234"', 1000), /^\r\nOK\r\n\r\n\+CPIN: READY\r\n/);
				await bench.wait(10_000);
				assert.equal(await at("AT+CEREG?"), `${line("+CEREG: 0,1")}${OK}`);
				assert.equal(await at("AT+SPIC"), ERROR);
			});

			it("contexts: OK alone when none is up; three at most", async () => {
				await start();
				assert.equal(await at("AT+QICSGP=1"), `${line('+QICSGP: 1,"","","",0')}${OK}`);
				assert.equal(await at("AT+QIACT?"), OK);
				await at('AT+QICSGP=1,1,"internet","me","secret",1');
				assert.equal(await at("AT+QICSGP=1"), `${line('+QICSGP: 1,"internet","me","secret",1')}${OK}`);
				assert.equal(await at("AT+QIACT=1", 1000), OK);
				assert.match(await at("AT+QIACT?"), /^\r\n\+QIACT: 1,1,1,"10\.\d+\.\d+\.\d+"\r\n\r\nOK\r\n$/);
				assert.equal(await at("AT+QIACT=1", 1000), ERROR);
				await at("AT+QIACT=2", 1000);
				assert.equal(await at("AT+QIACT=3", 1000), OK);
				assert.equal(await at("AT+QIACT=4", 1000), ERROR);
				await failure(561);
				assert.equal(await at("AT+QIDEACT=1", 1000), OK);
				assert.notInclude(await at("AT+QIACT?"), "+QIACT: 1,");
			});

			it("an AT+QIACT that failed wants AT+QIDEACT first", async () => {
				await start({ radio: { apn: "right" } });
				await at('AT+QICSGP=1,1,"wrong"');
				assert.equal(await at("AT+QIACT=1", 1000), ERROR);
				await at('AT+QICSGP=1,1,"right"');
				assert.equal(await at("AT+QIACT=1", 1000), ERROR);
				assert.equal(await at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await at("AT+QIACT=1", 1000), OK);
			});

			it("AT+QIDNSGIP: OK, the count, then each address", async () => {
				await online();
				bench.network.names.set("example.com", ["192.0.2.1", "192.0.2.2"]);
				assert.equal(
					await at('AT+QIDNSGIP=1,"example.com"'),
					`${OK}${urc('"dnsgip",0,2,600')}${urc('"dnsgip","192.0.2.1"')}${urc('"dnsgip","192.0.2.2"')}`,
				);
				assert.equal(await at('AT+QIDNSGIP=1,"nowhere.example"', 2000), `${OK}${urc('"dnsgip",565')}`);
				assert.equal(await at('AT+QIDNSGIP=2,"example.com"'), ERROR);
			});

			it("AT+QPING and AT+QNTP", async () => {
				await online();
				const ping = `${line('+QPING: 0,"10.0.0.1",32,60,255')}${line("+QPING: 0,1,1,0,60,60,60")}`;
				assert.equal(await at('AT+QPING=1,"10.0.0.1",1,1', 2000), `${OK}${ping}`);
				assert.match(await at('AT+QNTP=1,"10.0.0.1"', 1000), /\+QNTP: 0,"\d\d\/\d\d\/\d\d,/);
			});

			it("AT+COPS=0 sets the scan mode back; AT+QNWCFG tells the back-off of a network that refused", async () => {
				await start({ radio: { registers: "denied" } });
				await at('AT+QCFG="nwscanmode",3');
				assert.include(await at('AT+QCFG="nwscanmode"'), '+QCFG: "nwscanmode",3');
				await at("AT+COPS=0", 5000);
				assert.include(await at('AT+QCFG="nwscanmode"'), '+QCFG: "nwscanmode",0');
				assert.equal(await at('AT+QNWCFG="backoff"'), `${line('+QNWCFG: "backoff",720')}${OK}`);
			});
		});

		describe("sockets", () => {
			it("open: OK, the result later, each failure with its number", async () => {
				await connected();
				const open = (id: number, host: string, port: number, ms = 300) =>
					at(`AT+QIOPEN=1,${id},"TCP","${host}",${port},0,0`, ms);
				assert.equal(await open(3, "10.0.0.1", 80), `${OK}${line("+QIOPEN: 3,563")}`);
				assert.equal(await open(1, "10.0.0.1", 81), `${OK}${line("+QIOPEN: 1,566")}`);
				assert.equal(await open(1, "10.0.0.1", 80), `${OK}${line("+QIOPEN: 1,563")}`); // still taken
				assert.equal(await at("AT+QICLOSE=1"), OK);
				assert.equal(await open(1, "nowhere.example", 80, 3000), `${OK}${line("+QIOPEN: 1,565")}`);
				assert.equal(await open(12, "10.0.0.1", 80), ERROR);
				await failure(552);
				assert.equal(await at('AT+QIOPEN=2,5,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 5,561")}`);
			});

			it("send: prompt with a blank, SEND OK from the buffer; QISEND=id,0 tells the acknowledgement", async () => {
				await connected();
				server.options.acknowledges = false;
				assert.equal(await send("AT+QISEND=3,5", "hello"), `\r\n> ${line("SEND OK")}${urc('"recv",3')}`);
				assert.equal(server.last.text, "hello");
				assert.equal(await at("AT+QISEND=3,0"), `${line("+QISEND: 5,0,5")}${OK}`);
				server.last.acknowledge();
				await bench.wait(200);
				assert.equal(await at("AT+QISEND=3,0"), `${line("+QISEND: 5,5,0")}${OK}`);
				assert.include(await send("AT+QISEND=3", "bye\x1a"), "SEND OK");
				assert.equal(await at("AT+QISEND=3,1461"), ERROR);
				assert.equal(await at("AT+QISEND=4,1"), ERROR);
				await failure(567);
			});

			it("SEND FAIL: the buffer is full, nothing was sent, again later", async () => {
				await connected({ tcp: { sendBufferBytes: 1000 } });
				server.options.acknowledges = false;
				await send("AT+QISEND=3,800", "x".repeat(800));
				assert.include(await send("AT+QISEND=3,800", "y".repeat(800)), "SEND FAIL");
				server.last.acknowledge();
				await bench.wait(200);
				assert.include(await send("AT+QISEND=3,800", "z".repeat(800)), "SEND OK");
				assert.equal(server.last.text, "x".repeat(800) + "z".repeat(800));
			});

			it("AT+QISDE=0 keeps data from coming back, ATE what it is", async () => {
				await connected();
				await at("ATE1");
				assert.include(await send("AT+QISEND=3,5", "hello"), "\r\n> hello\r\nSEND OK\r\n");
				await at("AT+QISDE=0");
				assert.include(await send("AT+QISEND=3,5", "hello"), "AT+QISEND=3,5\r\r\n> \r\nSEND OK\r\n");
			});

			it("receive: told once until all is read, 0 when there is nothing", async () => {
				await connected();
				server.last.send("hello");
				assert.equal(await bench.wait(200), urc('"recv",3'));
				server.last.send("world");
				assert.equal(await bench.wait(200), "");
				assert.equal(await at("AT+QIRD=3,0"), `${line("+QIRD: 10,0,10")}${OK}`);
				assert.equal(await at("AT+QIRD=3,7"), `${line("+QIRD: 7")}hellowo${OK}`);
				assert.equal(await at("AT+QIRD=3,0"), `${line("+QIRD: 10,7,3")}${OK}`);
				assert.equal(await at("AT+QIRD=3,1500"), `${line("+QIRD: 3")}rld${OK}`);
				assert.equal(await at("AT+QIRD=3,1500"), `${line("+QIRD: 0")}${OK}`);
				assert.equal(await at("AT+QIRD=4,1500"), ERROR);
			});

			it("all 256 values pass both ways, in pieces of up to 1460", async () => {
				await connected();
				const data = Array.from({ length: 1460 }, (_, index) => String.fromCharCode(index & 255)).join("");
				assert.include(await send("AT+QISEND=3,1460", data, 500), "SEND OK");
				assert.equal(server.last.text, data);
				assert.equal(await at("AT+QIRD=3,1500", 500), `${line("+QIRD: 1460")}${data}${OK}`);
			});

			it("push: the block behind its header, on the header's line by viewmode", async () => {
				await connected({}, 1);
				server.last.send("hello");
				assert.equal(await bench.wait(200), '\r\n+QIURC: "recv",3,5\r\nhello');
				await at('AT+QICFG="viewmode",1');
				server.last.send("hello");
				assert.equal(await bench.wait(200), '\r\n+QIURC: "recv",3,5,hello');
				assert.equal(await at("AT+QIRD=3,10"), ERROR);
			});

			it("the peer's close with data pending: told, data can be read, the id is taken until AT+QICLOSE", async () => {
				await connected();
				server.last.send("good bye");
				server.last.end();
				assert.equal(await bench.wait(500), `${urc('"recv",3')}${urc('"closed",3')}`);
				assert.include(await at("AT+QISTATE=1,3"), '+QISTATE: 3,"TCP","10.0.0.1",80,0,4,1,3,0,"uart1"');
				assert.equal(await at("AT+QISEND=3,1"), ERROR);
				assert.equal(await at("AT+QIRD=3,1500"), `${line("+QIRD: 8")}good bye${OK}`);
				assert.equal(await at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 3,563")}`);
				assert.equal(await at("AT+QICLOSE=3"), OK);
				assert.equal(await at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 3,0")}`);
			});

			it("close waits for the peer, for so long as it is told; a free id is no error", async () => {
				await connected();
				assert.equal(await at("AT+QICLOSE=3"), OK);
				assert.isTrue(server.last.closed);
				assert.equal(await at("AT+QICLOSE=3"), OK);
				assert.equal(await at("AT+QISTATE=1,3"), OK);
				await at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80');
				bench.modem.radio.covered = false;
				assert.equal(await at("AT+QICLOSE=3,5", 4900), "");
				assert.equal(await bench.wait(200), OK);
			});

			it("AT+QISTATE: by id, by context, or all", async () => {
				await connected();
				await at('AT+QIOPEN=1,5,"UDP SERVICE","127.0.0.1",0,5000,0');
				const [tcp, udp] = [
					'+QISTATE: 3,"TCP","10.0.0.1",80,0,2,1,3,0,"uart1"',
					'+QISTATE: 5,"UDP SERVICE","0.0.0.0",5000,5000,2,1,5,0,"uart1"',
				];
				assert.equal(await at("AT+QISTATE=1,3"), `${line(tcp)}${OK}`);
				assert.equal(await at("AT+QISTATE?"), `${line(`${tcp}\r\n${udp}`)}${OK}`);
				assert.equal(await at("AT+QISTATE=0,2"), OK);
			});

			it("has twelve of them at once", async () => {
				await online();
				for (let id = 0; id < 12; id++)
					assert.equal(await at(`AT+QIOPEN=1,${id},"TCP","10.0.0.1",80`), `${OK}${line(`+QIOPEN: ${id},0`)}`);
				assert.equal(await at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await at("AT+QISTATE?"), OK);
			});
		});

		describe("UDP", () => {
			it("with one peer", async () => {
				await online();
				server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				assert.equal(await at('AT+QIOPEN=1,2,"UDP","10.0.0.2",53'), `${OK}${line("+QIOPEN: 2,0")}`);
				assert.equal(await send("AT+QISEND=2,5", "hello"), `\r\n> ${line("SEND OK")}${urc('"recv",2')}`);
				assert.equal(await at("AT+QIRD=2,1500"), `${line("+QIRD: 5")}hello${OK}`);
			});

			it("as a service: to anybody, from anybody, each datagram whole with its sender", async () => {
				await online();
				server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				assert.equal(await at('AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,5000'), `${OK}${line("+QIOPEN: 2,0")}`);
				assert.equal(await at("AT+QISEND=2,5"), ERROR);
				assert.include(await send('AT+QISEND=2,5,"10.0.0.2",53', "hello"), "SEND OK");
				bench.network.datagram(5000, "stranger", "192.0.2.9", 9);
				await bench.wait(200);
				assert.equal(await at("AT+QIRD=2"), `${line('+QIRD: 5,"10.0.0.2",53')}hello${OK}`);
				assert.equal(await at("AT+QIRD=2"), `${line('+QIRD: 8,"192.0.2.9",9')}stranger${OK}`);
				assert.equal(await at("AT+QIRD=2"), `${line("+QIRD: 0")}${OK}`);
			});
		});

		describe("listener", () => {
			it("clients take free ids, and are told", async () => {
				await online();
				assert.equal(await at('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0'), `${OK}${line("+QIOPEN: 0,0")}`);
				assert.include(await at("AT+QISTATE=1,0"), '+QISTATE: 0,"TCP LISTENER","0.0.0.0",0,2020,3,1,0,0,"uart1"');
				bench.take();
				const client = bench.network.client(2020)!;
				assert.equal(await bench.wait(100), urc('"incoming",1,0,"198.51.100.7",40000'));
				client.send("hi");
				assert.equal(await bench.wait(200), urc('"recv",1'));
				await send("AT+QISEND=1,5", "hello");
				assert.equal(client.received, "hello");
				for (let count = 2; count < 12; count++) assert.isDefined(bench.network.client(2020));
				bench.take();
				assert.isUndefined(bench.network.client(2020));
				assert.include(await bench.wait(100), urc('"incoming full"'));
				await at("AT+QICLOSE=0");
				assert.isUndefined(bench.network.client(2020));
				assert.isFalse(client.ended);
			});
		});

		describe("what goes wrong", () => {
			it("the context is lost: AT+QIDEACT gives all of it back", async () => {
				await connected({ faults: [parseFault("pdp-deact=sent")] });
				assert.include(await send("AT+QISEND=3,1", "a"), urc('"pdpdeact",1'));
				assert.isTrue(server.last.closed);
				assert.equal(await at("AT+QIACT?"), OK);
				assert.equal(await at("AT+QIACT=1", 1000), ERROR);
				assert.include(await at("AT+QISTATE=1,3"), ",4,1,3,0");
				assert.equal(await at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await at("AT+QISTATE=1,3"), OK);
				assert.equal(await at("AT+QIACT=1", 1000), OK);
			});

			it("a dip of the supply: it comes again, with echo and without contexts", async () => {
				await connected();
				bench.modem.supply.dip(true);
				await bench.wait(20_000);
				assert.equal(await at("AT+QIACT?"), `AT+QIACT?\r${OK}`);
			});

			it("a server that resets, a coverage that goes, faults of sending", async () => {
				await connected({ faults: [parseFault("server-reset=3")] });
				assert.include(await send("AT+QISEND=3,5", "hello"), urc('"closed",3'));
				assert.equal(await at("AT+QIRD=3,10"), `${line("+QIRD: 3")}hel${OK}`);
				bench.modem.radio.covered = false;
				assert.include(await bench.wait(70_000), urc('"pdpdeact",1'));
				bench.close();
				await connected({ faults: [parseFault("send-fail")] });
				assert.include(await send("AT+QISEND=3,5", "hello"), "SEND FAIL");
				assert.equal(server.last.text, "");
			});

			it("commands of other families are unknown", async () => {
				await start();
				for (const command of ["AT+NETOPEN", "AT+CIPSTART", "AT+CIPRXGET=1", "AT+CIPOPEN=0", "AT+CPOWD=1", "AT+SAPBR=2,1"])
					assert.equal(await at(command), ERROR, command);
			});
		});

		describe("quirks", () => {
			const cases: [name: string, value: number | string | boolean, command: string, answer: string][] = [
				["connectedState", 3, "AT+QISTATE=1,3", `${line('+QISTATE: 3,"TCP","10.0.0.1",80,0,3,1,3,0,"uart1"')}${OK}`],
				["secondQiact", "ok", "AT+QIACT=1", OK],
				["closeTimeoutZero", false, "AT+QICLOSE=3,0", ERROR],
				["errorBlank", false, "AT+QIGETERROR", `${line("+QIGETERROR: 0,operate successfully")}${OK}`],
				["cgactHangs", true, "AT+CGACT=1,1", ""],
				["cgregFollows", false, "AT+CGREG?", `${line("+CGREG: 0,4")}${OK}`],
			];
			for (const [name, value, command, answer] of cases) {
				it(`${name}=${value}`, async () => {
					await connected({ quirks: { [name]: value } });
					assert.equal(await at(command, 2000), answer);
				});
			}

			it("readableAfterClose=false", async () => {
				await connected({ quirks: { readableAfterClose: false } });
				server.last.send("hello");
				server.last.end();
				await bench.wait(500);
				assert.equal(await at("AT+QIRD=3,10"), `${line("+QIRD: 0")}${OK}`);
			});

			it("lossTold=false: only the answers tell", async () => {
				await connected({ quirks: { lossTold: false }, faults: [parseFault("pdp-deact=sent")] });
				assert.notInclude(await send("AT+QISEND=3,1", "a"), "pdpdeact");
				assert.equal(await at("AT+QISEND=3,1"), ERROR);
				assert.equal(await at("AT+QIACT?"), OK);
			});

			it("failedOpenKeepsId=false", async () => {
				await online({ quirks: { failedOpenKeepsId: false } });
				await at('AT+QIOPEN=1,1,"TCP","10.0.0.1",81');
				assert.equal(await at('AT+QIOPEN=1,1,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 1,0")}`);
			});
		});

		it("says nothing unasked while its URCs go to USB, and keeps where they go", async () => {
			bench = new Bench({ model, quirks: { urcPort: "usbat", cmee: 0 } });
			bench.network.server("10.0.0.1:80");
			await bench.commands("ATE0", 'AT+QICSGP=1,1,"internet"', "AT+QIACT=1");
			assert.equal(await at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), OK);
			assert.equal(await at('AT+QURCCFG="urcport"'), `${line('+QURCCFG: "urcport","usbat"')}${OK}`);
			await at('AT+QURCCFG="urcport","uart1"');
			assert.include(await at("AT+CFUN=1,1", 10_000), "RDY");
		});
	});
}

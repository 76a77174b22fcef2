import { assert } from "chai";
import { parseFault } from "../../modules/virtual/faults.js";
import { ERROR, line, NetopenBench, OK } from "./lte-bench.js";

for (const model of ["sim7600", "a7670"] as const) {
	describe(`virtual/models/${model}: links`, () => {
		let bench: NetopenBench;
		afterEach(() => bench.close());

		describe("links", () => {
			it("open: OK first for TCP; taken, out of range and closed network are errors of their own", async () => {
				bench = await NetopenBench.connected(model);
				assert.equal(await bench.at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${line("+CIPOPEN: 3,4")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=10,"TCP","10.0.0.1",80'), `${line("+IP ERROR: Invalid parameter")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=1,"TCP","10.0.0.1"'), `${line("+CIPOPEN: 1,3")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=1,"TCP","10.0.0.1",81', 1000), `${OK}${line("+CIPOPEN: 1,1")}`);
				assert.equal(await bench.at('AT+CIPOPEN=1,"TCP","nowhere.example",80', 3000), `${OK}${line("+CIPOPEN: 1,11")}`);
				const list = await bench.at("AT+CIPOPEN?");
				assert.include(list, '+CIPOPEN: 2\r\n+CIPOPEN: 3,"TCP","10.0.0.1",80,-1\r\n+CIPOPEN: 4\r\n');
				assert.equal(await bench.at("AT+CIPCLOSE?"), `${line("+CIPCLOSE: 0,0,0,1,0,0,0,0,0,0")}${OK}`);
				await bench.at("AT+NETCLOSE", 1000);
				assert.equal(await bench.at('AT+CIPOPEN=1,"TCP","10.0.0.1",80'), `${line("+CIPOPEN: 1,2")}${ERROR}`);
			});

			it("AT+CIPTIMEOUT shortens what nothing answers", async () => {
				bench = await NetopenBench.online(model, {}, "AT+CIPTIMEOUT=75000,5000,15000");
				bench.network.silent.add("10.0.0.1:80");
				assert.equal(await bench.at('AT+CIPOPEN=0,"TCP","10.0.0.1",80', 4900), OK);
				assert.equal(await bench.wait(200), line("+CIPOPEN: 0,10"));
			});

			it("send: prompt without a blank, OK, then asked and accepted; the counters are sent, acknowledged, received", async () => {
				bench = await NetopenBench.connected(model);
				assert.equal(
					await bench.sendData("AT+CIPSEND=3,5", "hello"),
					`\r\n>${OK}${line("+CIPSEND: 3,5,5")}${line("+CIPRXGET: 1,3")}`,
				);
				assert.equal(bench.server.last.text, "hello");
				assert.equal(await bench.at("AT+CIPACK=3"), `${line("+CIPACK: 5,5,5")}${OK}`);
			});

			it("all 256 values pass both ways, in pieces of up to 1500", async () => {
				bench = await NetopenBench.connected(model);
				const data = Array.from({ length: 1500 }, (_, index) => String.fromCharCode(index & 255)).join("");
				assert.include(await bench.sendData("AT+CIPSEND=3,1500", data, 500), line("+CIPSEND: 3,1500,1500"));
				assert.equal(bench.server.last.text, data);
				assert.equal(await bench.at("AT+CIPRXGET=2,3,1500", 500), `${line("+CIPRXGET: 2,3,1500,0")}${data}${OK}`);
				assert.equal(await bench.at("AT+CIPSEND=3,1501"), `${line("+CIPERROR: 3")}${ERROR}`);
			});

			it("until Ctrl-Z: ETX takes the next byte as data, ESC calls off", async () => {
				bench = await NetopenBench.connected(model);
				assert.include(await bench.sendData("AT+CIPSEND=3", "a\x03\x1ab\x03\x1bc\x03\x03d\x1a"), line("+CIPSEND: 3,7,7"));
				assert.equal(bench.server.last.text, "a\x1ab\x1bc\x03d");
				assert.equal(await bench.sendData("AT+CIPSEND=3", "abc\x1b"), `\r\n>${ERROR}`);
				assert.include(await bench.sendData("AT+CIPSEND=3", `${"x".repeat(1500)}\x1a`), line("+CIPSEND: 3,1500,1500"));
				assert.include(await bench.sendData("AT+CIPSEND=3", `${"x".repeat(1501)}\x1a`), "ERROR");
			});

			it("send without a link is +CIPERROR, and no prompt", async () => {
				bench = await NetopenBench.online(model);
				assert.equal(await bench.at("AT+CIPSEND=0,5"), `${line("+CIPERROR: 4")}${ERROR}`);
				await bench.at("AT+NETCLOSE", 1000);
				assert.equal(await bench.at("AT+CIPSEND=0,5"), `${line("+CIPERROR: 2")}${ERROR}`);
			});

			it("less accepted than asked: the link can't be used any more", async () => {
				bench = await NetopenBench.connected(model, { tcp: { sendBufferBytes: 1000 } });
				bench.server.options.acknowledges = false;
				assert.include(await bench.sendData("AT+CIPSEND=3,800", "x".repeat(800)), line("+CIPSEND: 3,800,800"));
				assert.include(await bench.sendData("AT+CIPSEND=3,800", "y".repeat(800)), line("+CIPSEND: 3,800,200"));
				assert.equal(await bench.at("AT+CIPSEND=3,1"), `${line("+CIPERROR: 4")}${ERROR}`);
			});

			it("AT+CIPSENDMODE=1: the result waits for the acknowledgement of what was sent before", async () => {
				bench = await NetopenBench.connected(model, {}, "AT+CIPSENDMODE=1");
				bench.server.options.acknowledges = false;
				assert.include(await bench.sendData("AT+CIPSEND=3,1", "a"), line("+CIPSEND: 3,1,1"));
				assert.equal(await bench.sendData("AT+CIPSEND=3,1", "b"), `\r\n>${OK}`);
				bench.server.last.acknowledge(1);
				assert.equal(await bench.wait(200), line("+CIPSEND: 3,1,1"));
			});

			it("a peer that acknowledges nothing is given up after 20 s", async () => {
				bench = await NetopenBench.connected(model);
				bench.server.options.acknowledges = false;
				await bench.sendData("AT+CIPSEND=3,1", "a");
				assert.notInclude(await bench.wait(19_000), "IPCLOSE");
				assert.equal(await bench.wait(2000), line("+IPCLOSE: 3,2"));
			});

			it("receive: told once until all is read; nothing there is an error", async () => {
				bench = await NetopenBench.connected(model);
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), line("+CIPRXGET: 1,3"));
				bench.server.last.send("world");
				assert.equal(await bench.wait(200), "");
				assert.equal(await bench.at("AT+CIPRXGET=4,3"), `${line("+CIPRXGET: 4,3,10")}${OK}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,3,7"), `${line("+CIPRXGET: 2,3,7,3")}hellowo${OK}`);
				assert.equal(await bench.at("AT+CIPRXGET=3,3,2"), `${line("+CIPRXGET: 3,3,2,1")}726C${OK}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,1,0")}d${OK}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+IP ERROR: No data")}${ERROR}`);
				assert.equal(await bench.at("AT+CIPRXGET=4,9"), `${line("+CIPRXGET: 4,9,0")}${OK}`);
				await bench.at("AT+CIPCCFG=10,0,0,0");
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line(`+IP ERROR: ${"a7670" === model ? 22 : 21}`)}${ERROR}`);
			});

			it("push: where from and +IPD, or +RECEIVE by AT+CIPCCFG", async () => {
				bench = await NetopenBench.online(model);
				await bench.at('AT+CIPOPEN=3,"TCP","10.0.0.1",80');
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\nRECV FROM:10.0.0.1:80\r\n+IPD5\r\nhello");
				await bench.at("AT+CIPSRIP=0");
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\n+IPD5\r\nhello");
				await bench.at("AT+CIPCCFG=10,0,0,1,1");
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), "\r\n+RECEIVE,3,5:\r\nhello");
			});

			it("close: OK first; not open is an error", async () => {
				bench = await NetopenBench.connected(model);
				assert.equal(await bench.at("AT+CIPCLOSE=3"), `${OK}${line("+CIPCLOSE: 3,0")}`);
				assert.isTrue(bench.server.last.closed);
				assert.equal(await bench.at("AT+CIPCLOSE=3"), `${line("+CIPCLOSE: 3,4")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${OK}${line("+CIPOPEN: 3,0")}`);
			});

			it("the peer's close with data pending: told, and the data can still be read", async () => {
				bench = await NetopenBench.connected(model);
				bench.server.last.send("good bye");
				bench.server.last.end();
				assert.equal(await bench.wait(500), `${line("+CIPRXGET: 1,3")}${line("+IPCLOSE: 3,1")}`);
				assert.equal(await bench.at("AT+CIPSEND=3,1"), `${line("+CIPERROR: 4")}${ERROR}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,8,0")}good bye${OK}`);
				assert.equal(await bench.at('AT+CIPOPEN=3,"TCP","10.0.0.1",80'), `${OK}${line("+CIPOPEN: 3,0")}`);
			});

			it("a peer that goes between prompt and data: nothing is accepted", async () => {
				bench = await NetopenBench.connected(model);
				await bench.at("AT+CIPSEND=3,5");
				bench.server.last.end();
				await bench.wait(500);
				assert.equal(await bench.exchange("hello", 300), `${OK}${line("+CIPSEND: 3,5,-1")}`);
			});

			it("holds a window, and the peer waits until it is read", async () => {
				bench = await NetopenBench.connected(model);
				for (let round = 0; round < 100; round++) bench.server.last.send("x".repeat(1000));
				await bench.wait(3000);
				assert.isTrue(bench.server.last.paused);
				let total = 0;
				for (let round = 0; round < 80; round++)
					total += Number(/2,3,(\d+)/.exec(await bench.at("AT+CIPRXGET=2,3,1500"))?.[1] ?? 0);
				assert.equal(total, 100_000);
			});

			it("has ten of them at once", async () => {
				bench = await NetopenBench.online(model, {}, "AT+CIPRXGET=1");
				for (let id = 0; id < 10; id++)
					assert.equal(await bench.at(`AT+CIPOPEN=${id},"TCP","10.0.0.1",80`), `${OK}${line(`+CIPOPEN: ${id},0`)}`);
				assert.lengthOf(bench.server.connections, 10);
				assert.equal(await bench.at("AT+NETCLOSE", 1000).then(text => text.match(/\+CIPCLOSE: \d,0/g)!.length), 10);
			});
		});

		describe("UDP", () => {
			beforeEach(async () => {
				bench = await NetopenBench.online(model, {}, "AT+CIPRXGET=1");
				bench.server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
			});

			it("the result comes before the OK, the remote with each datagram", async () => {
				for (const remote of ['"10.0.0.2",53', '"10.0.0.2",', ",53", ",,70000"])
					assert.equal(await bench.at(`AT+CIPOPEN=1,"UDP",${remote}`), `${line("+CIPOPEN: 1,3")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=1,"SCTP",,,5000'), `${line("+CIPOPEN: 1,3")}${ERROR}`);
				assert.equal(await bench.at('AT+CIPOPEN=1,"UDP",,,5000'), `${line("+CIPOPEN: 1,0")}${OK}`);
				assert.equal(await bench.at("AT+CIPSEND=1,5"), `${line("+CIPERROR: 3")}${ERROR}`);
				const answer = await bench.sendData('AT+CIPSEND=1,5,"10.0.0.2",53', "hello");
				assert.equal(answer, `\r\n>${OK}${line("+CIPSEND: 1,5,5")}${line("+CIPRXGET: 1,1")}`);
				assert.equal(bench.server.last.text, "hello");
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,5,0")}hello${OK}`);
				assert.equal(await bench.at("AT+CIPCLOSE=1"), `${line("+CIPCLOSE: 1,0")}${OK}`);
			});

			it("hears anybody, and runs what came together unless it is told not to", async () => {
				await bench.at('AT+CIPOPEN=1,"UDP",,,5000');
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				await bench.wait(200);
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,6,0")}onetwo${OK}`);
				if ("sim7600" === model) {
					await bench.at("AT+CIPCCFG=10,0,0,1,0,0,500,1"); // is nothing to it
					for (const data of ["one", "two"]) bench.network.datagram(5000, data);
					await bench.wait(200);
					assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,6,0")}onetwo${OK}`);
					return;
				}
				await bench.at("AT+CIPCCFG=10,0,0,1,0,0,500,1");
				assert.equal(await bench.at("AT+CIPRXGET=5"), OK);
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				assert.equal(await bench.wait(200), `${line("+CIPRXGET: 1,1")}${line("+CIPRXGETIP:192.0.2.1:1")}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,3,3")}one${OK}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,3,0")}two${OK}`);
			});

			it("what finds no room is lost, what just fits is not", async () => {
				bench.close();
				bench = await NetopenBench.online(model, { tcp: { receiveWindowBytes: 10 } }, "AT+CIPRXGET=1");
				await bench.at('AT+CIPOPEN=1,"UDP",,,5000');
				for (const data of ["sixsix", "toolong", "four", "x"]) bench.network.datagram(5000, data);
				await bench.wait(200);
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,10,0")}sixsixfour${OK}`);
			});

			it("with faults: a black hole takes what goes and what comes", async () => {
				bench.close();
				bench = await NetopenBench.online(model, { faults: [parseFault("black-hole=prompt")] }, "AT+CIPRXGET=1");
				bench.server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				await bench.at('AT+CIPOPEN=1,"UDP",,,5000');
				bench.network.datagram(5000, "anybody");
				assert.equal(await bench.wait(200), line("+CIPRXGET: 1,1"));
				await bench.sendData('AT+CIPSEND=1,5,"10.0.0.2",53', "hello");
				bench.network.datagram(5000, "nobody");
				await bench.wait(200);
				assert.lengthOf(bench.server.connections, 0);
				assert.equal(await bench.at("AT+CIPRXGET=4,1"), `${line("+CIPRXGET: 4,1,7")}${OK}`);
			});

			it("on a host that can't bind: only who was sent something is heard", async () => {
				bench.close();
				bench = await NetopenBench.started(model);
				Object.assign(bench.network, { bind: undefined });
				for (const command of ["AT+CIPRXGET=1", "AT+NETOPEN"]) await bench.at(command, 1000);
				bench.server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				bench.network.server("10.0.0.3:53", { protocol: "UDP", onData: data => data });
				await bench.at('AT+CIPOPEN=1,"UDP",,,5000');
				await bench.sendData('AT+CIPSEND=1,3,"10.0.0.2",53', "one");
				await bench.sendData('AT+CIPSEND=1,3,"10.0.0.3",53', "two");
				await bench.sendData('AT+CIPSEND=1,5,"10.0.0.2",53', "three");
				assert.equal(await bench.at("AT+CIPRXGET=2,1"), `${line("+CIPRXGET: 2,1,11,0")}onetwothree${OK}`);
				assert.lengthOf(bench.server.connections, 1);
			});

			it("pushed datagrams tell where each comes from", async () => {
				await bench.at("AT+CIPRXGET=0");
				await bench.at('AT+CIPOPEN=1,"UDP",,,5000');
				bench.network.datagram(5000, "one", "192.0.2.1", 1);
				bench.network.datagram(5000, "two", "192.0.2.2", 2);
				const text = await bench.wait(200);
				assert.equal(text, "\r\nRECV FROM:192.0.2.1:1\r\n+IPD3\r\none\r\nRECV FROM:192.0.2.2:2\r\n+IPD3\r\ntwo");
			});
		});

		describe("server", () => {
			it("clients take links, and are told", async () => {
				bench = await NetopenBench.online(model, {}, "AT+CIPRXGET=1");
				assert.equal(await bench.at("AT+SERVERSTART=8080,1"), OK);
				assert.equal(await bench.at("AT+SERVERSTART=8080,2"), `${line("+CIPERROR: 7")}${ERROR}`);
				bench.take();
				const client = bench.network.client(8080)!;
				assert.equal(await bench.wait(100), line("+CLIENT: 0,1,198.51.100.7:40000"));
				client.send("hi");
				assert.equal(await bench.wait(200), line("+CIPRXGET: 1,0"));
				await bench.sendData("AT+CIPSEND=0,5", "hello");
				assert.equal(client.received, "hello");
				assert.equal(await bench.at("AT+CIPSEND=0"), `${line("+CIPERROR: 3")}${ERROR}`); // only with a length
				assert.include(await bench.at("AT+CIPOPEN?"), '+CIPOPEN: 0,"TCP","198.51.100.7",40000,1\r\n');
				assert.equal(await bench.at("AT+SERVERSTOP=1"), `${line("+SERVERSTOP: 1,9")}${ERROR}`);
				await bench.at("AT+CIPCLOSE=0");
				assert.isTrue(client.ended);
				assert.equal(await bench.at("AT+SERVERSTOP=1"), `${line("+SERVERSTOP: 1,0")}${OK}`);
				assert.isUndefined(bench.network.client(8080));
			});
		});
	});
}

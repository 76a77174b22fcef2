import { assert } from "chai";
import { ERROR, line, OK, QiopenBench } from "./lte-bench.js";

const urc = (text: string) => line(`+QIURC: ${text}`);

for (const model of ["bg96", "ec2x"] as const) {
	describe(`virtual/models/${model}: sockets`, () => {
		let bench: QiopenBench;
		afterEach(() => bench.close());

		describe("sockets", () => {
			it("open: OK, the result later, each failure with its number", async () => {
				bench = await QiopenBench.connected(model);
				const open = (id: number, host: string, port: number, ms = 300) =>
					bench.at(`AT+QIOPEN=1,${id},"TCP","${host}",${port},0,0`, ms);
				assert.equal(await open(3, "10.0.0.1", 80), `${OK}${line("+QIOPEN: 3,563")}`);
				assert.equal(await open(1, "10.0.0.1", 81), `${OK}${line("+QIOPEN: 1,566")}`);
				assert.equal(await open(1, "10.0.0.1", 80), `${OK}${line("+QIOPEN: 1,563")}`); // still taken
				assert.equal(await bench.at("AT+QICLOSE=1"), OK);
				assert.equal(await open(1, "nowhere.example", 80, 3000), `${OK}${line("+QIOPEN: 1,565")}`);
				assert.equal(await open(12, "10.0.0.1", 80), ERROR);
				assert.include(await bench.at("AT+QIGETERROR"), "+QIGETERROR: 552, ");
				assert.equal(await bench.at('AT+QIOPEN=2,5,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 5,561")}`);
			});

			it("send: prompt with a blank, SEND OK from the buffer; QISEND=id,0 tells the acknowledgement", async () => {
				bench = await QiopenBench.connected(model);
				bench.server.options.acknowledges = false;
				assert.equal(await bench.sendData("AT+QISEND=3,5", "hello"), `\r\n> ${line("SEND OK")}${urc('"recv",3')}`);
				assert.equal(bench.server.last.text, "hello");
				assert.equal(await bench.at("AT+QISEND=3,0"), `${line("+QISEND: 5,0,5")}${OK}`);
				bench.server.last.acknowledge();
				await bench.wait(200);
				assert.equal(await bench.at("AT+QISEND=3,0"), `${line("+QISEND: 5,5,0")}${OK}`);
				assert.include(await bench.sendData("AT+QISEND=3", "bye\x1a"), "SEND OK");
				assert.equal(await bench.at("AT+QISEND=3,1461"), ERROR);
				assert.equal(await bench.at("AT+QISEND=4,1"), ERROR);
				assert.include(await bench.at("AT+QIGETERROR"), "+QIGETERROR: 567, ");
			});

			it("SEND FAIL: the buffer is full, nothing was sent, again later", async () => {
				bench = await QiopenBench.connected(model, { tcp: { sendBufferBytes: 1000 } });
				bench.server.options.acknowledges = false;
				await bench.sendData("AT+QISEND=3,800", "x".repeat(800));
				assert.include(await bench.sendData("AT+QISEND=3,800", "y".repeat(800)), "SEND FAIL");
				bench.server.last.acknowledge();
				await bench.wait(200);
				assert.include(await bench.sendData("AT+QISEND=3,800", "z".repeat(800)), "SEND OK");
				assert.equal(bench.server.last.text, "x".repeat(800) + "z".repeat(800));
			});

			it("AT+QISDE=0 keeps data from coming back, ATE what it is", async () => {
				bench = await QiopenBench.connected(model);
				await bench.at("ATE1");
				assert.include(await bench.sendData("AT+QISEND=3,5", "hello"), "\r\n> hello\r\nSEND OK\r\n");
				await bench.at("AT+QISDE=0");
				assert.include(await bench.sendData("AT+QISEND=3,5", "hello"), "AT+QISEND=3,5\r\r\n> \r\nSEND OK\r\n");
			});

			it("receive: told once until all is read, 0 when there is nothing", async () => {
				bench = await QiopenBench.connected(model);
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), urc('"recv",3'));
				bench.server.last.send("world");
				assert.equal(await bench.wait(200), "");
				assert.equal(await bench.at("AT+QIRD=3,0"), `${line("+QIRD: 10,0,10")}${OK}`);
				assert.equal(await bench.at("AT+QIRD=3,7"), `${line("+QIRD: 7")}hellowo${OK}`);
				assert.equal(await bench.at("AT+QIRD=3,0"), `${line("+QIRD: 10,7,3")}${OK}`);
				assert.equal(await bench.at("AT+QIRD=3,1500"), `${line("+QIRD: 3")}rld${OK}`);
				assert.equal(await bench.at("AT+QIRD=3,1500"), `${line("+QIRD: 0")}${OK}`);
				assert.equal(await bench.at("AT+QIRD=4,1500"), ERROR);
			});

			it("all 256 values pass both ways, in pieces of up to 1460", async () => {
				bench = await QiopenBench.connected(model);
				const data = Array.from({ length: 1460 }, (_, index) => String.fromCharCode(index & 255)).join("");
				assert.include(await bench.sendData("AT+QISEND=3,1460", data, 500), "SEND OK");
				assert.equal(bench.server.last.text, data);
				assert.equal(await bench.at("AT+QIRD=3,1500", 500), `${line("+QIRD: 1460")}${data}${OK}`);
			});

			it("push: the block behind its header, on the header's line by viewmode", async () => {
				bench = await QiopenBench.connected(model, {}, 1);
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), '\r\n+QIURC: "recv",3,5\r\nhello');
				await bench.at('AT+QICFG="viewmode",1');
				bench.server.last.send("hello");
				assert.equal(await bench.wait(200), '\r\n+QIURC: "recv",3,5,hello');
				assert.equal(await bench.at("AT+QIRD=3,10"), ERROR);
			});

			it("the peer's close with data pending: told, data can be read, the id is taken until AT+QICLOSE", async () => {
				bench = await QiopenBench.connected(model);
				bench.server.last.send("good bye");
				bench.server.last.end();
				assert.equal(await bench.wait(500), `${urc('"recv",3')}${urc('"closed",3')}`);
				assert.include(await bench.at("AT+QISTATE=1,3"), '+QISTATE: 3,"TCP","10.0.0.1",80,0,4,1,3,0,"uart1"');
				assert.equal(await bench.at("AT+QISEND=3,1"), ERROR);
				assert.equal(await bench.at("AT+QIRD=3,1500"), `${line("+QIRD: 8")}good bye${OK}`);
				assert.equal(await bench.at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 3,563")}`);
				assert.equal(await bench.at("AT+QICLOSE=3"), OK);
				assert.equal(await bench.at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 3,0")}`);
			});

			it("close waits for the peer, for so long as it is told; a free id is no error", async () => {
				bench = await QiopenBench.connected(model);
				assert.equal(await bench.at("AT+QICLOSE=3"), OK);
				assert.isTrue(bench.server.last.closed);
				assert.equal(await bench.at("AT+QICLOSE=3"), OK);
				assert.equal(await bench.at("AT+QISTATE=1,3"), OK);
				await bench.at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80');
				bench.modem.radio.covered = false;
				assert.equal(await bench.at("AT+QICLOSE=3,5", 4900), "");
				assert.equal(await bench.wait(200), OK);
			});

			it("AT+QISTATE: by id, by context, or all", async () => {
				bench = await QiopenBench.connected(model);
				await bench.at('AT+QIOPEN=1,5,"UDP SERVICE","127.0.0.1",0,5000,0');
				const [tcp, udp] = [
					'+QISTATE: 3,"TCP","10.0.0.1",80,0,2,1,3,0,"uart1"',
					'+QISTATE: 5,"UDP SERVICE","0.0.0.0",5000,5000,2,1,5,0,"uart1"',
				];
				assert.equal(await bench.at("AT+QISTATE=1,3"), `${line(tcp)}${OK}`);
				assert.equal(await bench.at("AT+QISTATE?"), `${line(`${tcp}\r\n${udp}`)}${OK}`);
				assert.equal(await bench.at("AT+QISTATE=0,2"), OK);
			});

			it("has twelve of them at once", async () => {
				bench = await QiopenBench.online(model);
				for (let id = 0; id < 12; id++)
					assert.equal(await bench.at(`AT+QIOPEN=1,${id},"TCP","10.0.0.1",80`), `${OK}${line(`+QIOPEN: ${id},0`)}`);
				assert.equal(await bench.at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await bench.at("AT+QISTATE?"), OK);
			});
		});

		describe("UDP", () => {
			it("with one peer", async () => {
				bench = await QiopenBench.online(model);
				bench.server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				assert.equal(await bench.at('AT+QIOPEN=1,2,"UDP","10.0.0.2",53'), `${OK}${line("+QIOPEN: 2,0")}`);
				assert.equal(await bench.sendData("AT+QISEND=2,5", "hello"), `\r\n> ${line("SEND OK")}${urc('"recv",2')}`);
				assert.equal(await bench.at("AT+QIRD=2,1500"), `${line("+QIRD: 5")}hello${OK}`);
			});

			it("as a service: to anybody, from anybody, each datagram whole with its sender", async () => {
				bench = await QiopenBench.online(model);
				bench.server = bench.network.server("10.0.0.2:53", { protocol: "UDP", onData: data => data });
				assert.equal(await bench.at('AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,5000'), `${OK}${line("+QIOPEN: 2,0")}`);
				assert.equal(await bench.at("AT+QISEND=2,5"), ERROR);
				assert.include(await bench.sendData('AT+QISEND=2,5,"10.0.0.2",53', "hello"), "SEND OK");
				bench.network.datagram(5000, "stranger", "192.0.2.9", 9);
				await bench.wait(200);
				assert.equal(await bench.at("AT+QIRD=2"), `${line('+QIRD: 5,"10.0.0.2",53')}hello${OK}`);
				assert.equal(await bench.at("AT+QIRD=2"), `${line('+QIRD: 8,"192.0.2.9",9')}stranger${OK}`);
				assert.equal(await bench.at("AT+QIRD=2"), `${line("+QIRD: 0")}${OK}`);
			});
		});

		describe("listener", () => {
			it("clients take free ids, and are told", async () => {
				bench = await QiopenBench.online(model);
				assert.equal(await bench.at('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0'), `${OK}${line("+QIOPEN: 0,0")}`);
				assert.include(await bench.at("AT+QISTATE=1,0"), '+QISTATE: 0,"TCP LISTENER","0.0.0.0",0,2020,3,1,0,0,"uart1"');
				bench.take();
				const client = bench.network.client(2020)!;
				assert.equal(await bench.wait(100), urc('"incoming",1,0,"198.51.100.7",40000'));
				client.send("hi");
				assert.equal(await bench.wait(200), urc('"recv",1'));
				await bench.sendData("AT+QISEND=1,5", "hello");
				assert.equal(client.received, "hello");
				for (let count = 2; count < 12; count++) assert.isDefined(bench.network.client(2020));
				bench.take();
				assert.isUndefined(bench.network.client(2020));
				assert.include(await bench.wait(100), urc('"incoming full"'));
				await bench.at("AT+QICLOSE=0");
				assert.isUndefined(bench.network.client(2020));
				assert.isFalse(client.ended);
			});
		});
	});
}

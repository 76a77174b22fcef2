import { assert } from "chai";
import { parseFault } from "../../modules/virtual/faults.js";
import { ERROR, line, NetopenBench, OK } from "./lte-bench.js";

for (const model of ["sim7600", "a7670"] as const) {
	describe(`virtual/models/${model}: faults and quirks`, () => {
		let bench: NetopenBench;
		afterEach(() => bench.close());

		describe("what goes wrong", () => {
			it("the bearer is lost: one line for all links", async () => {
				bench = await NetopenBench.connected(model, { faults: [parseFault("pdp-deact=sent")] });
				assert.include(await bench.sendData("AT+CIPSEND=3,1", "a"), line("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY"));
				assert.isTrue(bench.server.last.closed);
				assert.equal(await bench.at("AT+NETOPEN?"), `${line("+NETOPEN: 0")}${OK}`);
				assert.equal(await bench.at("AT+CIPCLOSE?"), `${line("+CIPCLOSE: 0,0,0,0,0,0,0,0,0,0")}${OK}`);
				assert.equal(await bench.at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("a dip of the supply: it comes again, without echo off and without links", async () => {
				bench = await NetopenBench.connected(model);
				bench.modem.supply.dip(true);
				await bench.wait(30_000);
				assert.equal(await bench.at("AT+NETOPEN?"), `AT+NETOPEN?\r${line("+NETOPEN: 0")}${OK}`);
			});

			it("a server that resets, a coverage that goes", async () => {
				bench = await NetopenBench.connected(model, { faults: [parseFault("server-reset=3")] });
				assert.include(await bench.sendData("AT+CIPSEND=3,5", "hello"), "+IPCLOSE: 3,1");
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+CIPRXGET: 2,3,3,0")}hel${OK}`);
				bench.modem.radio.covered = false;
				assert.include(await bench.wait(70_000), "+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
			});

			it("commands with wrong values say so", async () => {
				bench = await NetopenBench.connected(model);
				const invalid = ["AT+CIPSEND=10,1", "AT+CIPRXGET=2,10", "AT+CIPRXGET=2,3,1501", "AT+CIPRXGET=4,10", "AT+CIPACK=10"];
				for (const command of [...invalid, "AT+CIPCLOSE=10", "AT+CIPRXGET=9"])
					assert.equal(await bench.at(command), `${line("+IP ERROR: Invalid parameter")}${ERROR}`, command);
				assert.equal(await bench.at("AT+CIPACK=4"), `${line("+IP ERROR: Connection is not created")}${ERROR}`);
				for (const command of ["AT+SERVERSTART=0,1", "AT+SERVERSTART=80,4", "AT+SERVERSTART=80,1,4"])
					assert.equal(await bench.at(command), `${line("+CIPERROR: 3")}${ERROR}`, command);
				assert.equal(await bench.at("AT+SERVERSTOP=2"), `${line("+SERVERSTOP: 2,4")}${ERROR}`);
				for (const command of ["AT+CIPCCFG=11", "AT+CIPTIMEOUT=2999", "AT+CGAUTH=0,1", "AT+CDNSGIP=", "AT+IPREX=1234"])
					assert.equal(await bench.at(command), line("+CME ERROR: 3"), command);
				await bench.at("AT+CIPRXGET=0");
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+IP ERROR: Operation not supported")}${ERROR}`);
			});

			it("commands of other families are unknown", async () => {
				bench = await NetopenBench.started(model);
				for (const command of ["AT+CIPSTATUS", "AT+CIPSHUT", "AT+CIICR", "AT+CIFSR", "AT+CIPMUX=1", "AT+QIACT=1", "AT+SAPBR=2,1"])
					assert.equal(await bench.at(command), ERROR, command);
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
					bench = await NetopenBench.connected(model, { quirks: { [name]: value } });
					bench.server.last.send("hello");
					await bench.wait(200);
					assert.equal(await bench.at(command), answer);
				});
			}

			it("readableAfterClose=false, ipcloseColon=false", async () => {
				bench = await NetopenBench.connected(model, { quirks: { readableAfterClose: false, ipcloseColon: false } });
				bench.server.last.send("hello");
				bench.server.last.end();
				assert.equal(await bench.wait(500), `${line("+CIPRXGET: 1,3")}${line("+IPCLOSE 3,1")}`);
				assert.equal(await bench.at("AT+CIPRXGET=2,3"), `${line("+IP ERROR: No data")}${ERROR}`);
			});

			it("busyUntilSent: nothing is heard between OK and +CIPSEND", async () => {
				bench = await NetopenBench.connected(model, { quirks: { busyUntilSent: true }, timing: { acceptMs: 500 } });
				await bench.at("AT+CIPSEND=3,1");
				await bench.exchange("a", 100);
				assert.notInclude(await bench.at("AT"), "OK");
				assert.include(await bench.wait(500), line("+CIPSEND: 3,1,1"));
				assert.equal(await bench.at("AT"), OK);
			});

			it("smsDone=false, rdy the other way", async () => {
				const rdy = "a7670" === model;
				bench = new NetopenBench({ model, on: false, quirks: { smsDone: false, rdy } });
				await bench.pressKey(100);
				const text = await bench.wait(30_000);
				assert.include(text, "PB DONE");
				assert.notInclude(text, "SMS DONE");
				assert.equal(text.includes("\r\nRDY\r\n"), rdy);
			});

			it("serverStopOkFirst, ipaddrDown, authOrder", async () => {
				bench = await NetopenBench.online(model, {
					quirks: { serverStopOkFirst: true, ipaddrDown: "+IPADDR", authOrder: "user,password" },
					radio: { apn: "internet" },
				});
				await bench.at("AT+SERVERSTART=8080,1");
				assert.equal(await bench.at("AT+SERVERSTOP=1"), `${OK}${line("+SERVERSTOP: 1,0")}`);
				await bench.at("AT+NETCLOSE", 1000);
				assert.equal(await bench.at("AT+IPADDR"), `${line("+IPADDR: Network not opened")}${ERROR}`);
				await bench.at('AT+CGAUTH=1,1,"me","secret"');
				assert.equal(await bench.at("AT+CGAUTH?"), `${line('+CGAUTH: 1,1,"me","secret"')}${OK}`);
			});

			it("netopenAfterLoss=open: up until AT+NETCLOSE", async () => {
				bench = await NetopenBench.connected(model, {
					quirks: { netopenAfterLoss: "open" },
					faults: [parseFault("pdp-deact=sent")],
				});
				await bench.sendData("AT+CIPSEND=3,1", "a");
				assert.equal(await bench.at("AT+NETOPEN?"), `${line("+NETOPEN: 1")}${OK}`);
				assert.equal(await bench.at("AT+NETOPEN"), `${line("+IP ERROR: Network is already opened")}${ERROR}`);
				assert.equal(await bench.at("AT+NETCLOSE", 1000), `${OK}${line("+NETCLOSE: 0")}`);
			});

			it("netopen=error and imsContext: a bare ERROR", async () => {
				bench = await NetopenBench.started(model, { quirks: { netopen: "error" } });
				assert.equal(await bench.at("AT+NETOPEN"), ERROR);
				bench.close();
				bench = await NetopenBench.started(model, { quirks: { imsContext: true } });
				assert.include(await bench.at("AT+CGDCONT?"), '+CGDCONT: 2,"IP","ims"');
				assert.equal(await bench.at("AT+NETOPEN"), ERROR);
				await bench.at("AT+CGDCONT=2");
				assert.equal(await bench.at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("are checked when they are given", () => {
				assert.throws(
					() => new NetopenBench({ model, quirks: { nonsense: true } }),
					/quirk nonsense is not known; there are: rdy, /,
				);
				assert.throws(
					() => new NetopenBench({ model, quirks: { netopen: "maybe" } }),
					/quirk netopen must be ok or error, not maybe/,
				);
			});
		});
	});
}

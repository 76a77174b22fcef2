import { assert } from "chai";
import { ERROR, line, NetopenBench, OK } from "./lte-bench.js";

for (const model of ["sim7600", "a7670"] as const) {
	describe(`virtual/models/${model}: power, SIM, network`, () => {
		let bench: NetopenBench;
		afterEach(() => bench.close());

		describe("power and boot", () => {
			it("a short press turns it on, and does not turn it off", async () => {
				bench = new NetopenBench({ model, on: false });
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
				bench = new NetopenBench({ model, on: false });
				await bench.pressKey(100);
				const lines = (await bench.wait(30_000)).split("\r\n").filter(Boolean);
				const common = ["+CPIN: READY", "SMS DONE", "PB DONE"];
				if ("sim7600" === model) return assert.deepEqual(lines, ["RDY", ...common]);
				assert.equal(lines[0], "*ATREADY: 1");
				assert.includeMembers(lines, [...common, "+CGEV: EPS PDN ACT 1", '*COPN:0,"Virtual LTE"']);
			});

			it("answers 11 to 12 seconds after the key", async () => {
				bench = new NetopenBench({ model, on: false });
				await bench.pressKey(100);
				for (let answer = ""; !answer.includes("OK"); ) answer = await bench.at("AT", 100);
				assert.approximately(bench.clock.elapsedMs, 11_600, 600);
			});

			it("AT+CPOF is OK, then off; AT+CRESET comes again without what was set", async () => {
				bench = await NetopenBench.started(model);
				assert.equal(await bench.at("AT+CRESET"), OK);
				const text = await bench.wait(25_000);
				assert.match(text, "a7670" === model ? /\*ATREADY: 1\r\n/ : /RDY\r\n/);
				assert.equal(await bench.at("AT+CIPRXGET?"), `AT+CIPRXGET?\r${line("+CIPRXGET: 0")}${OK}`);
				assert.equal(await bench.at("AT+CPOF"), `AT+CPOF\r${OK}`);
				await bench.wait(30_000);
				assert.equal(bench.modem.status, 0);
			});

			it("AT+CFUN=6 restarts, but only from 7", async () => {
				bench = await NetopenBench.started(model);
				assert.include(await bench.at("AT+CFUN=6"), "+CME ERROR");
				assert.match(await bench.at("AT+CFUN=7", 2000), /\r\nOK\r\n$/);
				assert.equal(await bench.at("AT+CFUN=6"), OK);
				assert.include(await bench.wait(25_000), "PB DONE");
				assert.include(await bench.at("AT+CFUN?;+CREG?"), "+CFUN: 1\r\n\r\n+CREG: 0,1\r\n");
			});

			it("AT+IPR is lost at a restart, AT+IPREX is not", async () => {
				bench = await NetopenBench.started(model);
				await bench.at("AT+IPR=921600");
				assert.equal(bench.modem.baud, 921_600);
				await bench.at("AT+CRESET", 25_000);
				assert.equal(bench.modem.baud, 115_200);
				await bench.at("AT+IPREX=460800");
				assert.equal(bench.modem.baud, 460_800);
				await bench.at("AT+CRESET", 25_000);
				assert.equal(bench.modem.baud, 460_800);
			});
		});

		describe("SIM and network", () => {
			it("says who it is, line by line in one frame", async () => {
				bench = await NetopenBench.started(model);
				const [first, ...others] = {
					sim7600: ["SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "LE20B03SIM7600M22"],
					a7670: ["INCORPORATED", "A7670E-FASE", "A011B09A7670M7_F\r\nA7670M7_B09V01_250619"],
				}[model];
				const text = await bench.at("AT+SIMCOMATI");
				assert.isTrue(text.startsWith(`\r\nManufacturer: ${first}\r\nModel: ${others[0]}\r\nRevision: ${others[1]}\r\n`), text);
				assert.match(text, /\r\nDeviceInfo: ?\r\n\r\nOK\r\n$/);
				assert.equal(await bench.at("AT+CGMM"), `${line(others[0]!)}${OK}`);
			});

			it("takes its PIN and tells the tries: PIN, PUK, PIN2, PUK2", async () => {
				bench = await NetopenBench.started(model, { sim: { pin: "1234" } });
				assert.equal(await bench.at("AT+SPIC"), `${line("+SPIC: 3,10,0,10")}${OK}`);
				assert.equal(await bench.at('AT+CPIN="9999"', 1000), line("+CME ERROR: 16"));
				assert.equal(await bench.at("AT+SPIC"), `${line("+SPIC: 2,10,0,10")}${OK}`);
				assert.match(await bench.at('AT+CPIN="1234"', 1000), /^\r\nOK\r\n\r\n\+CPIN: READY\r\n/);
				await bench.wait(10_000);
				assert.equal(await bench.at("AT+CEREG?"), `${line("+CEREG: 0,1")}${OK}`);
				assert.equal(await bench.at("AT+CGATT?"), `${line("+CGATT: 1")}${OK}`);
			});

			it("tells AT+CEREG beside AT+CREG", async () => {
				bench = await NetopenBench.started(model);
				await bench.at("AT+CREG=1;+CEREG=2");
				bench.modem.radio.covered = false;
				assert.equal(await bench.wait(100), `${line("+CREG: 2")}${line("+CEREG: 2")}`);
				assert.equal(await bench.at("AT+CSQ"), `${line("+CSQ: 99,99")}${OK}`);
				assert.equal(await bench.at("AT+CPSI?"), `${line("+CPSI: NO SERVICE,Online")}${OK}`);
				bench.modem.radio.covered = true;
				assert.equal(await bench.wait(5000), `${line("+CREG: 1")}${line('+CEREG: 1,"001F","1174",7')}`);
				assert.match(await bench.at("AT+CPSI?"), /\+CPSI: LTE,Online,001-01,/);
			});

			it("AT+NETOPEN: OK, then the result; a second time is an error that means up", async () => {
				bench = await NetopenBench.online(model);
				assert.equal(await bench.at("AT+NETOPEN?"), `${line("+NETOPEN: 1")}${OK}`);
				assert.equal(await bench.at("AT+NETOPEN"), `${line("+IP ERROR: Network is already opened")}${ERROR}`);
				assert.match(await bench.at("AT+IPADDR"), /^\r\n\+IPADDR: 10\.\d+\.\d+\.\d+\r\n\r\nOK\r\n$/);
				assert.equal(await bench.at("AT+NETCLOSE", 1000), `${OK}${line("+NETCLOSE: 0")}`);
				assert.equal(await bench.at("AT+IPADDR"), `${line("+IP ERROR: Network not opened")}${ERROR}`);
				assert.equal(await bench.at("AT+NETCLOSE"), `${line("+NETCLOSE: 2")}${ERROR}`);
			});

			it("AT+NETOPEN is a bare ERROR without packet data, and +NETOPEN: 1 where the operator says no", async () => {
				bench = await NetopenBench.started(model, { radio: { apn: "right", user: "me", password: "secret" } });
				await bench.at("AT+CGATT=0", 1000);
				assert.equal(await bench.at("AT+NETOPEN"), ERROR);
				await bench.at('AT+CGATT=1;+CGDCONT=1,"IP","right"', 1000);
				assert.equal(await bench.at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 1")}`);
				await bench.at('AT+CGAUTH=1,1,"me","secret"'); // the wrong order
				assert.equal(await bench.at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 1")}`);
				await bench.at('AT+CGAUTH=1,1,"secret","me"');
				assert.equal(await bench.at("AT+CGAUTH?"), `${line('+CGAUTH: 1,1,"me","secret"')}${OK}`);
				assert.equal(await bench.at("AT+NETOPEN", 1000), `${OK}${line("+NETOPEN: 0")}`);
			});

			it("AT+CDNSGIP says the address before the OK", async () => {
				bench = await NetopenBench.online(model);
				bench.network.names.set("example.com", ["192.0.2.1", "192.0.2.2"]);
				const first = '+CDNSGIP: 1,"example.com","192.0.2.1"';
				const both = `${first}\r\n+CDNSGIP: 2,"example.com","192.0.2.2"`;
				assert.equal(await bench.at('AT+CDNSGIP="example.com"'), `${line("a7670" === model ? both : first)}${OK}`);
				assert.equal(await bench.at('AT+CDNSGIP="nowhere.example"', 2000), `${line("+CDNSGIP: 0,10")}${ERROR}`);
			});

			it("AT+CPING wants the type of address", async () => {
				bench = await NetopenBench.online(model);
				assert.equal(await bench.at('AT+CPING="10.0.0.1"'), ERROR);
				assert.equal(
					await bench.at('AT+CPING="10.0.0.1",1,1', 2000),
					`${OK}${line("+CPING: 1,10.0.0.1,64,60,55")}${line("+CPING: 3,1,1,0,60,60,60")}`,
				);
			});
		});

		if ("a7670" === model) {
			it("echoes data whatever ATE says, until it is told not to", async () => {
				bench = await NetopenBench.connected(model);
				await bench.at('AT+CIPCFG="DATAECHO",ON');
				assert.include(await bench.sendData("AT+CIPSEND=3,5", "hello"), "\r\n>hello\r\nOK\r\n");
			});

			it("hears nothing before *ATREADY", async () => {
				bench = new NetopenBench({ model, on: false });
				await bench.pressKey(100);
				while (1 !== bench.modem.status) await bench.clock.advance(10);
				assert.equal(await bench.at("AT", 200), "");
				assert.include(await bench.wait(300), "*ATREADY: 1");
				assert.equal(await bench.at("AT"), `AT\r${OK}`);
			});
		}
	});
}

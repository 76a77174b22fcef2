import { assert } from "chai";
import { ERROR, line, OK, QiopenBench } from "./lte-bench.js";

const urc = (text: string) => line(`+QIURC: ${text}`);

for (const model of ["bg96", "ec2x"] as const) {
	describe(`virtual/models/${model}: power, SIM, network`, () => {
		let bench: QiopenBench;
		afterEach(() => bench.close());

		describe("power and boot", () => {
			it("the key toggles: 500 ms turn it on, 650 ms off", async () => {
				bench = new QiopenBench({ model, on: false });
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
				bench = new QiopenBench({ model, on: false, quirks: { urcPort: "uart1" } });
				await bench.pressKey(500);
				const lines = (await bench.wait(20_000)).split("\r\n").filter(Boolean);
				if ("bg96" === model) assert.deepEqual(lines, ["RDY", "APP RDY", "+CPIN: READY"]);
				else assert.deepEqual(lines, [...["RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"]]);
			});

			it("right behind the start the SIM is missing, then busy", async () => {
				bench = new QiopenBench({ model, on: false });
				await bench.pressKey(500);
				while (1 !== bench.modem.status) await bench.clock.advance(10);
				await bench.at("ATE0+CMEE=1", 50);
				assert.include(await bench.at("AT+QSCLK=1", 50), "ERROR");
				assert.include(await bench.at("AT+CPIN?", 50), "+CME ERROR: 10");
				await bench.wait(400);
				assert.include(await bench.at("AT+CPIN?", 50), "+CME ERROR: 14");
				await bench.wait(1000);
				assert.include(await bench.at("AT+CPIN?", 50), `${line("+CPIN: READY")}${OK}`);
				assert.include(await bench.at("AT+QSCLK=1", 50), OK);
			});

			it("AT+QPOWD is OK, then POWERED DOWN", async () => {
				bench = await QiopenBench.started(model);
				assert.equal(await bench.at("AT+QPOWD=1", 3000), `${OK}${line("POWERED DOWN")}`);
				assert.equal(bench.modem.status, 0);
				bench.close();
				bench = await QiopenBench.started(model, { quirks: { farewellLineEnd: false } });
				assert.equal(await bench.at("AT+QPOWD", 3000), `${OK}\r\nPOWERED DOWN`);
			});

			it("AT+CFUN=1,1 says farewell and that the contexts go, then RDY", async () => {
				bench = await QiopenBench.online(model);
				const text = await bench.at("AT+CFUN=1,1", 5000);
				assert.equal(text, `${OK}${line("POWERED DOWN")}${urc('"pdpdeact",1')}`);
				assert.include(await bench.wait(2000), line("RDY"));
			});

			it("AT+IPR is kept only by AT&W", async () => {
				bench = await QiopenBench.started(model);
				await bench.at("AT+IPR=460800");
				assert.equal(bench.modem.baud, 460_800);
				await bench.at("AT+CFUN=1,1", 10_000);
				assert.equal(bench.modem.baud, 115_200);
				await bench.at("AT+IPR=921600;&W");
				await bench.at("AT+CFUN=1,1", 10_000);
				assert.equal(bench.modem.baud, 921_600);
			});
		});

		describe("SIM and network", () => {
			it("takes its PIN; AT+QPINC tells the tries", async () => {
				bench = await QiopenBench.started(model, { sim: { pin: "1234" } });
				assert.equal(await bench.at('AT+QPINC="SC"'), `${line('+QPINC: "SC",3,10')}${OK}`);
				assert.equal(await bench.at('AT+CPIN="9999"', 1000), line("+CME ERROR: 16"));
				assert.equal(await bench.at('AT+QPINC="SC"'), `${line('+QPINC: "SC",2,10')}${OK}`);
				assert.match(await bench.at('AT+CPIN="1234"', 1000), /^\r\nOK\r\n\r\n\+CPIN: READY\r\n/);
				await bench.wait(10_000);
				assert.equal(await bench.at("AT+CEREG?"), `${line("+CEREG: 0,1")}${OK}`);
				assert.equal(await bench.at("AT+SPIC"), ERROR);
			});

			it("contexts: OK alone when none is up; three at most", async () => {
				bench = await QiopenBench.started(model);
				assert.equal(await bench.at("AT+QICSGP=1"), `${line('+QICSGP: 1,"","","",0')}${OK}`);
				assert.equal(await bench.at("AT+QIACT?"), OK);
				for (const wrong of ['4,"internet"', 'x,"internet"', '1,"internet","me","secret",4'])
					assert.equal(await bench.at(`AT+QICSGP=1,${wrong}`), ERROR, wrong);
				await bench.at('AT+QICSGP=1,1,"internet","me","secret",1');
				assert.equal(await bench.at("AT+QICSGP=1"), `${line('+QICSGP: 1,"internet","me","secret",1')}${OK}`);
				assert.equal(await bench.at("AT+QIACT=1", 1000), OK);
				assert.match(await bench.at("AT+QIACT?"), /^\r\n\+QIACT: 1,1,1,"10\.\d+\.\d+\.\d+"\r\n\r\nOK\r\n$/);
				assert.equal(await bench.at("AT+QIACT=1", 1000), ERROR);
				await bench.at("AT+QIACT=2", 1000);
				assert.equal(await bench.at("AT+QIACT=3", 1000), OK);
				assert.equal(await bench.at("AT+QIACT=4", 1000), ERROR);
				assert.include(await bench.at("AT+QIGETERROR"), "+QIGETERROR: 561, ");
				assert.equal(await bench.at("AT+QIDEACT=1", 1000), OK);
				assert.notInclude(await bench.at("AT+QIACT?"), "+QIACT: 1,");
			});

			it("an AT+QIACT that failed wants AT+QIDEACT first", async () => {
				bench = await QiopenBench.started(model, { radio: { apn: "right" } });
				await bench.at('AT+QICSGP=1,1,"wrong"');
				assert.equal(await bench.at("AT+QIACT=1", 1000), ERROR);
				await bench.at('AT+QICSGP=1,1,"right"');
				assert.equal(await bench.at("AT+QIACT=1", 1000), ERROR);
				assert.equal(await bench.at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await bench.at("AT+QIACT=1", 1000), OK);
			});

			it("AT+QIDNSGIP: OK, the count, then each address", async () => {
				bench = await QiopenBench.online(model);
				bench.network.names.set("example.com", ["192.0.2.1", "192.0.2.2"]);
				assert.equal(
					await bench.at('AT+QIDNSGIP=1,"example.com"'),
					`${OK}${urc('"dnsgip",0,2,600')}${urc('"dnsgip","192.0.2.1"')}${urc('"dnsgip","192.0.2.2"')}`,
				);
				assert.equal(await bench.at('AT+QIDNSGIP=1,"nowhere.example"', 2000), `${OK}${urc('"dnsgip",565')}`);
				assert.equal(await bench.at('AT+QIDNSGIP=2,"example.com"'), ERROR);
			});

			it("AT+QPING and AT+QNTP", async () => {
				bench = await QiopenBench.online(model);
				const ping = `${line('+QPING: 0,"10.0.0.1",32,60,255')}${line("+QPING: 0,1,1,0,60,60,60")}`;
				assert.equal(await bench.at('AT+QPING=1,"10.0.0.1",1,1', 2000), `${OK}${ping}`);
				assert.match(await bench.at('AT+QNTP=1,"10.0.0.1"', 1000), /\+QNTP: 0,"\d\d\/\d\d\/\d\d,/);
			});

			it("AT+COPS=0 sets the scan mode back; AT+QNWCFG tells the back-off of a network that refused", async () => {
				bench = await QiopenBench.started(model, { radio: { registers: "denied" } });
				await bench.at('AT+QCFG="nwscanmode",3');
				assert.include(await bench.at('AT+QCFG="nwscanmode"'), '+QCFG: "nwscanmode",3');
				await bench.at("AT+COPS=0", 5000);
				assert.include(await bench.at('AT+QCFG="nwscanmode"'), '+QCFG: "nwscanmode",0');
				assert.equal(await bench.at('AT+QNWCFG="backoff"'), `${line('+QNWCFG: "backoff",720')}${OK}`);
			});
		});

		it("says nothing unasked while its URCs go to USB, and keeps where they go", async () => {
			bench = new QiopenBench({ model, quirks: { urcPort: "usbat", cmee: 0 } });
			bench.network.server("10.0.0.1:80");
			await bench.commands("ATE0", 'AT+QICSGP=1,1,"internet"', "AT+QIACT=1");
			assert.equal(await bench.at('AT+QIOPEN=1,3,"TCP","10.0.0.1",80'), OK);
			assert.equal(await bench.at('AT+QURCCFG="urcport"'), `${line('+QURCCFG: "urcport","usbat"')}${OK}`);
			await bench.at('AT+QURCCFG="urcport","uart1"');
			assert.include(await bench.at("AT+CFUN=1,1", 10_000), "RDY");
		});
	});
}

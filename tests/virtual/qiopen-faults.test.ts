import { assert } from "chai";
import { parseFault } from "../../modules/virtual/faults.js";
import { ERROR, line, OK, QiopenBench } from "./lte-bench.js";

const urc = (text: string) => line(`+QIURC: ${text}`);

for (const model of ["bg96", "ec2x"] as const) {
	describe(`virtual/models/${model}: faults and quirks`, () => {
		let bench: QiopenBench;
		afterEach(() => bench.close());

		describe("what goes wrong", () => {
			it("the context is lost: AT+QIDEACT gives all of it back", async () => {
				bench = await QiopenBench.connected(model, { faults: [parseFault("pdp-deact=sent")] });
				assert.include(await bench.sendData("AT+QISEND=3,1", "a"), urc('"pdpdeact",1'));
				assert.isTrue(bench.server.last.closed);
				assert.equal(await bench.at("AT+QIACT?"), OK);
				assert.equal(await bench.at("AT+QIACT=1", 1000), ERROR);
				assert.include(await bench.at("AT+QISTATE=1,3"), ",4,1,3,0");
				assert.equal(await bench.at("AT+QIDEACT=1", 1000), OK);
				assert.equal(await bench.at("AT+QISTATE=1,3"), OK);
				assert.equal(await bench.at("AT+QIACT=1", 1000), OK);
			});

			it("a dip of the supply: it comes again, with echo and without contexts", async () => {
				bench = await QiopenBench.connected(model);
				bench.modem.supply.dip(true);
				await bench.wait(20_000);
				assert.equal(await bench.at("AT+QIACT?"), `AT+QIACT?\r${OK}`);
			});

			it("a server that resets, a coverage that goes, faults of sending", async () => {
				bench = await QiopenBench.connected(model, { faults: [parseFault("server-reset=3")] });
				assert.include(await bench.sendData("AT+QISEND=3,5", "hello"), urc('"closed",3'));
				assert.equal(await bench.at("AT+QIRD=3,10"), `${line("+QIRD: 3")}hel${OK}`);
				bench.modem.radio.covered = false;
				assert.include(await bench.wait(70_000), urc('"pdpdeact",1'));
				bench.close();
				bench = await QiopenBench.connected(model, { faults: [parseFault("send-fail")] });
				assert.include(await bench.sendData("AT+QISEND=3,5", "hello"), "SEND FAIL");
				assert.equal(bench.server.last.text, "");
			});

			it("commands with wrong values are an ERROR, with its number", async () => {
				bench = await QiopenBench.connected(model);
				for (const command of [
					...["AT+QICSGP=17", "AT+QIACT=0", "AT+QIDEACT=17", "AT+QIDNSGIP=1", 'AT+QIDNSGIP=x,"a.example"'],
					...["AT+QPING=1", 'AT+QPING=x,"a.example"', 'AT+QPING=1,"a.example",1,11', "AT+QNTP=1", 'AT+QNTP=x,"a.example"'],
					...['AT+QIOPEN=0,1,"TCP","10.0.0.1",80', 'AT+QIOPEN=1,1,"SCTP","10.0.0.1",80', 'AT+QIOPEN=1,1,"TCP","",80'],
					...['AT+QIOPEN=1,1,"TCP","10.0.0.1",0', 'AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,0', "AT+QICLOSE=12"],
					...['AT+QIOPEN=1,1,"TCP","10.0.0.1",80,0,3', "AT+QISEND=3,1461", "AT+QIRD=3,1501", "AT+QICFG"],
				]) {
					assert.equal(await bench.at(command), ERROR, command);
					if ("AT+QICFG" !== command) assert.include(await bench.at("AT+QIGETERROR"), "+QIGETERROR: 552, ", command);
				}
				assert.equal(await bench.at('AT+QIOPEN=1,1,"TCP","10.0.0.1",80,0,2'), ERROR);
				assert.include(await bench.at("AT+QIGETERROR"), "+QIGETERROR: 555, ");
			});

			it("commands of other families are unknown", async () => {
				bench = await QiopenBench.started(model);
				for (const command of ["AT+NETOPEN", "AT+CIPSTART", "AT+CIPRXGET=1", "AT+CIPOPEN=0", "AT+CPOWD=1", "AT+SAPBR=2,1"])
					assert.equal(await bench.at(command), ERROR, command);
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
					bench = await QiopenBench.connected(model, { quirks: { [name]: value } });
					assert.equal(await bench.at(command, 2000), answer);
				});
			}

			it("readableAfterClose=false", async () => {
				bench = await QiopenBench.connected(model, { quirks: { readableAfterClose: false } });
				bench.server.last.send("hello");
				bench.server.last.end();
				await bench.wait(500);
				assert.equal(await bench.at("AT+QIRD=3,10"), `${line("+QIRD: 0")}${OK}`);
			});

			it("lossTold=false: only the answers tell", async () => {
				bench = await QiopenBench.connected(model, { quirks: { lossTold: false }, faults: [parseFault("pdp-deact=sent")] });
				assert.notInclude(await bench.sendData("AT+QISEND=3,1", "a"), "pdpdeact");
				assert.equal(await bench.at("AT+QISEND=3,1"), ERROR);
				assert.equal(await bench.at("AT+QIACT?"), OK);
			});

			it("failedOpenKeepsId=false", async () => {
				bench = await QiopenBench.online(model, { quirks: { failedOpenKeepsId: false } });
				await bench.at('AT+QIOPEN=1,1,"TCP","10.0.0.1",81');
				assert.equal(await bench.at('AT+QIOPEN=1,1,"TCP","10.0.0.1",80'), `${OK}${line("+QIOPEN: 1,0")}`);
			});
		});
	});
}

import { assert } from "chai";
import { FAULTS, parseFault } from "../../modules/virtual/faults.js";
import { Bench, type BenchOptions } from "./bench.js";

describe("virtual/faults", () => {
	let bench: Bench;
	afterEach(() => bench?.close());
	const start = async (faults: string[], options: BenchOptions = {}) => {
		bench = new Bench({ faults: faults.map(parseFault), ...options });
		await bench.exchange("ATE0\r");
		return bench;
	};
	const at = (line: string, ms = 100) => bench.exchange(`${line}\r`, ms);
	const connect = async (mux: 0 | 1 = 0, ...before: string[]) => {
		const server = bench.network.server("10.0.0.1:80");
		await bench.online(mux, ...before);
		return { server, answer: await at(`AT+CIPSTART=${mux ? "0," : ""}"TCP","10.0.0.1",80`, 3000) };
	};

	describe("by name", () => {
		it("an unknown one is refused, with all that there are", () => {
			assert.throws(() => parseFault("gremlin"), RangeError, /gremlin is not known; there are: drop, flip, .*drop-context/);
			assert.throws(() => parseFault("toString"), RangeError, /not known/);
		});

		for (const [text, message] of [
			["no-sim=1", /takes no value/],
			["drop", /needs a value: drop=RATE/],
			["drop=", /needs a value/],
			["drop=2", /drop=RATE: "2" is no number from 0 to 1/],
			["drop=x", /"x" is no number/],
			["reset=soon", /"soon" is no number of seconds, no \*SECONDS, and none of started, registered/],
			["reset=*0", /no number from 0.001/],
			["pin-tries=4", /no number from 0 to 3/],
			["urc=RING", /no number/],
			["no-coverage=3/x", /"x" is no number/],
		] as const) {
			it(`${text} is refused when it is given`, () => assert.throws(() => parseFault(text), RangeError, message));
		}

		it("each has a help text, and takes the value that it names", () => {
			const values: Record<string, string> = {
				RATE: "0.5",
				"[RATE]": "0.5",
				MS: "10",
				WHEN: "connected",
				"WHEN[/SECONDS]": "*10/5",
				"BYTE:TEXT or RATE:TEXT": "10:RING",
				"[BYTES]": "10",
				N: "2",
				SECONDS: "5",
				NAME: "internet",
			};
			for (const { name, value, help } of FAULTS) {
				assert.isAbove(help.length, 10, name);
				parseFault(undefined === value ? name : `${name}=${values[value]}`);
			}
		});
	});

	describe("on the wire", () => {
		it("drops, flips and doubles at its rate, the same for the same seed", async () => {
			const run = async (fault: string, seed: number) => {
				await start([fault], { seed });
				let text = "";
				for (let round = 0; round < 20; round++) text += await at("AT+GSV");
				bench.close();
				return text;
			};
			const clean = (await run("drop=0", 1)).length;
			const dropped = await run("drop=0.1", 1);
			assert.approximately(dropped.length / clean, 0.9, 0.03);
			assert.equal(await run("drop=0.1", 1), dropped);
			assert.notEqual(await run("drop=0.1", 2), dropped);
			assert.approximately((await run("double=0.1", 1)).length / clean, 1.1, 0.03);
			const flipped = await run("flip=0.1", 1);
			assert.equal(flipped.length, clean);
			assert.notInclude(
				flipped,
				"\r\nSIMCOM_Ltd\r\nSIMCOM_SIM900\r\nRevision: 1137B06SIM900M64_ST_ENHANCE\r\n\r\nOK\r\n".repeat(3),
			);
		});

		it("loses what the host sends", async () => {
			await start(["drop-in=1"]);
			assert.equal(await at("AT"), "");
		});

		it("splits what the modem says by pauses", async () => {
			await start(["split=200"]);
			bench.arrivals.length = 0;
			for (let round = 0; round < 10; round++) await at("AT+GSV", 1000);
			const gaps = bench.arrivals.slice(1).map(({ atMs }, index) => atMs - bench.arrivals[index]!.atMs);
			assert.isTrue(gaps.some(gapMs => gapMs > 50 && gapMs < 210));
			assert.include(bench.arrivals.map(({ text }) => text).join(""), "SIMCOM_SIM900\r\nRevision: 1137B06");
		});

		it("delays answers", async () => {
			await start(["delay=500"]);
			await bench.wait(1000);
			let late = 0;
			for (let round = 0; round < 10; round++) {
				if ("" === (await at("AT", 50))) late++;
				await bench.wait(600);
			}
			assert.isAbove(late, 5);
		});

		it("says nothing for a while", async () => {
			await start(["silence=10/5"]);
			assert.equal(await at("AT"), "\r\nOK\r\n");
			await bench.wait(10_000);
			assert.equal(await at("AT"), "");
			await bench.wait(5000);
			assert.equal(await at("AT"), "\r\nOK\r\n");
		});

		it("puts a line in when it has said so many bytes, never within an answer's block", async () => {
			await start(["urc=12:RING"], {});
			const answers = (await at("AT")) + (await at("AT")) + (await at("AT"));
			assert.equal(answers, "\r\nOK\r\n\r\nRING\r\n\r\nOK\r\n\r\nOK\r\n");
			bench.close();
			await start(["urc=1:+CREG: 5"]);
			assert.equal(bench.arrivals.map(({ text }) => text).join(""), "ATE0\r\r\n+CREG: 5\r\n\r\nOK\r\n");
		});

		it("keeps a counted block whole with a line before everything", async () => {
			await start(["urc=0.999999:RING"]);
			const server = bench.network.server("10.0.0.1:80");
			await bench.clock.advance(0);
			for (const line of ["AT+CIPRXGET=1", 'AT+CSTT="x"', "AT+CIICR", "AT+CIFSR", 'AT+CIPSTART="TCP","10.0.0.1",80'])
				await at(line, 2000);
			server.last.send("hello");
			await bench.wait(1000);
			assert.equal(await at("AT+CIPRXGET=2,100"), "\r\nRING\r\n\r\n+CIPRXGET: 2,5,0\r\nhello\r\nRING\r\n\r\nOK\r\n");
		});
	});

	describe("of commands", () => {
		it("ignores or refuses them", async () => {
			await start(["ignore"]);
			assert.equal(await at("AT"), "AT\r\r\nOK\r\n"); // nothing to ignore in it
			assert.equal(await at("AT+CSQ"), "AT+CSQ\r");
			bench.close();
			await start(["error"]);
			assert.equal(await at("AT+CSQ"), "AT+CSQ\r\r\nERROR\r\n");
		});

		it("says SEND FAIL, and SEND OK behind it", async () => {
			await start(["send-fail-ok"]);
			const { server } = await connect();
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 1000), "\r\nSEND FAIL\r\n\r\nSEND OK\r\n");
			assert.equal(server.last.text, "hello");
		});

		it("says SEND FAIL although it was sent", async () => {
			await start(["send-fail"]);
			const { server } = await connect();
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 1000), "\r\nSEND FAIL\r\n");
			assert.equal(server.last.text, "hello");
		});
	});

	describe("of the modem's life", () => {
		it("resets at a chosen moment, and comes again", async () => {
			await start(["reset=connected"]);
			const { server } = await connect();
			await bench.wait(20_000);
			const text = bench.arrivals.map(arrival => arrival.text).join("");
			assert.notInclude(text, "CONNECT OK"); // it was about to be said
			assert.include(text, "\r\nRDY\r\n");
			assert.isTrue(server.last.closed);
			assert.deepEqual(
				bench.statusChanges.map(({ level }) => level),
				[0, 1],
			);
		});

		it("resets at the prompt, at the modem's start, and when data has come", async () => {
			for (const moment of ["prompt", "received"]) {
				await start([`reset=${moment}`]);
				const { server } = await connect();
				assert.lengthOf(bench.statusChanges, 0);
				if ("prompt" === moment) await at("AT+CIPSEND=5");
				else server.last.send("hello");
				await bench.wait(10_000);
				assert.lengthOf(bench.statusChanges, 2, moment);
				bench.close();
			}
			await start(["brown-out=started"]);
			assert.equal(bench.modem.status, 0);
		});

		it("resets again and again", async () => {
			await start(["reset=*30"]);
			await bench.wait(300_000);
			assert.approximately(bench.statusChanges.length / 2, 10, 3);
		});

		it("browns out at registration, without a word", async () => {
			await start(["brown-out=registered"], { on: false });
			await bench.pressKey(1000);
			const text = await bench.wait(60_000);
			assert.isTrue(text.endsWith("\r\nCall Ready\r\n"), text);
			assert.equal(bench.modem.status, 0);
		});

		it("warns of a low supply, and goes off when it is lower", async () => {
			await start(["under-voltage=10/5", "under-voltage-off=20"]);
			await bench.clock.advance(5000);
			assert.equal(await bench.wait(10_000), "\r\nUNDER-VOLTAGE WARNNING\r\n");
			assert.equal(await bench.wait(10_000), "\r\nUNDER-VOLTAGE POWER DOWN\r\n");
			assert.equal(bench.modem.status, 0);
		});

		it("loses its SIM", async () => {
			await start(["sim-pulled=10/10"]);
			assert.equal(await bench.wait(11_000), "\r\n+CPIN: NOT INSERTED\r\n");
			assert.equal(await at("AT+CPIN?"), "\r\nERROR\r\n");
			assert.equal(await at("AT+CREG?"), "\r\n+CREG: 0,2\r\n\r\nOK\r\n");
			assert.include(await bench.wait(20_000), "\r\n+CPIN: READY\r\n");
			assert.equal(await at("AT+CREG?"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
		});
	});

	describe("of radio and network", () => {
		it("+PDP: DEACT at a moment", async () => {
			await start(["pdp-deact=sent"]);
			await connect();
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 1000), "\r\nSEND FAIL\r\n\r\n+PDP: DEACT\r\n");
		});

		it("no coverage for a while", async () => {
			await start(["no-coverage=10/10"]);
			await at("AT+CREG=1");
			assert.equal(await bench.wait(15_000), "\r\n+CREG: 2\r\n");
			assert.equal(await bench.wait(15_000), "\r\n+CREG: 1\r\n");
		});

		it("accepted, but nothing goes out", async () => {
			await start(["black-hole=connected"]);
			const { server } = await connect(0, "AT+CIPQSEND=1");
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 1000), "\r\nDATA ACCEPT:5\r\n");
			assert.equal(await at("AT+CIPACK"), "\r\n+CIPACK: 5,0,5\r\n\r\nOK\r\n");
			assert.equal(server.last.text, "");
		});

		it("no name is found, no connection had", async () => {
			await start(["dns-fail"]);
			bench.network.server("www.example.com:80");
			await bench.online();
			assert.include(await at('AT+CIPSTART="TCP","www.example.com",80', 5000), "STATE: IP STATUS\r\n\r\nCONNECT FAIL");
			assert.include(await at('AT+CDNSGIP="www.example.com"', 5000), "+CDNSGIP: 0,10");
			bench.close();
			await start(["refuse"]);
			assert.include((await connect()).answer, "CONNECT FAIL");
		});

		for (const [fault, end] of [
			["server-reset=7", "\r\nCLOSED\r\n"],
			["server-close=7", "\r\nCLOSED\r\n"],
			["server-stall=7", ""],
		] as const) {
			it(`${fault}: half way`, async () => {
				await start([fault]);
				const { server, answer } = await connect();
				assert.include(answer, "CONNECT OK");
				server.last.send("hello");
				assert.equal(await bench.wait(1000), "hello");
				server.last.send("world");
				assert.equal(await bench.wait(2000), `wo${end}`);
			});
		}

		it("server-stall: acknowledges nothing", async () => {
			await start(["server-stall"]);
			await connect();
			await at("AT+CIPSEND=5");
			assert.equal(await bench.exchange("hello", 60_000), "");
		});
	});

	describe("from the start", () => {
		for (const [fault, line, answer] of [
			["no-sim", "AT+CPIN?", "\r\nERROR\r\n"],
			["sim-blocked", "AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"],
			["pin-tries=1", "AT+SPIC", "\r\n+SPIC: 1,3,10,10\r\n\r\nOK\r\n"],
			["no-network", "AT+CREG?", "\r\n+CREG: 0,2\r\n\r\nOK\r\n"],
			["denied", "AT+CREG?", "\r\n+CREG: 0,3\r\n\r\nOK\r\n"],
			["roaming", "AT+CREG?", "\r\n+CREG: 0,5\r\n\r\nOK\r\n"],
		] as const) {
			it(fault, async () => {
				await start([fault]);
				assert.equal(await at(line), answer);
			});
		}

		it("apn, drop-context, sim-busy, attach-refused", async () => {
			await start(["apn=right", "drop-context=60"]);
			await at('AT+CSTT="wrong"');
			assert.equal(await at("AT+CIICR", 1000), "\r\n+PDP: DEACT\r\n\r\nERROR\r\n");
			await at("AT+CIPSHUT");
			await at('AT+CSTT="right"');
			await at("AT+CIICR", 1000);
			assert.equal(await bench.wait(60_000), "\r\n+PDP: DEACT\r\n");
			bench.close();
			await start(["sim-busy=30", "attach-refused=10"], { on: false });
			await bench.pressKey(1000);
			await bench.wait(22_000);
			await bench.exchange("ATE0+CMEE=1\r");
			assert.equal(await at("AT+CPIN?"), "\r\n+CME ERROR: 14\r\n");
		});
	});
});

describe("virtual/trace", () => {
	it("tells both directions by line with time, prompt and binary data included", async () => {
		const lines: string[] = [];
		const bench = new Bench({ onTrace: (direction, line, atMs) => lines.push(`${Math.round(atMs)} ${direction} ${line}`) });
		bench.network.server("10.0.0.1:80");
		await bench.online();
		await bench.exchange('AT+CIPSTART="TCP","10.0.0.1",80\r', 1000);
		lines.length = 0;
		await bench.exchange("AT+CIPSEND=3\r", 1000);
		await bench.exchange("\x00\xffa", 1000);
		bench.close();
		assert.deepEqual(
			lines.map(line => line.replace(/^\d+ /, "")),
			["> AT+CIPSEND=3", "< > ", "> \\x00\\xffa", "< SEND OK"],
		);
		assert.match(lines[0]!, /^\d{5} /);
	});

	it("does not cut a command in two for a line that comes in between", async () => {
		const lines: string[] = [];
		const bench = new Bench({ sim: { pin: "1234" }, onTrace: (direction, line) => lines.push(`${direction} ${line}`) });
		await bench.commands("ATE0");
		lines.length = 0;
		bench.send("AT+CPIN=12");
		bench.modem.supply.mv = 3250;
		await bench.wait(5000);
		await bench.exchange("34\r", 500);
		bench.close();
		assert.deepEqual(lines.slice(0, 3), ["< UNDER-VOLTAGE WARNNING", "> AT+CPIN=***", "< OK"]);
	});

	it("shows no secret, in either direction, echo or answer", async () => {
		const lines: string[] = [];
		const bench = new Bench({ sim: { pin: "1234" }, onTrace: (_, line) => lines.push(line) });
		for (const line of [
			"AT+CPIN=1234",
			'at+cpin = "1234";+CSQ',
			'AT+CLCK="SC",0,"1234"',
			'AT+CPWD="SC","1234","5678"',
			'AT+CSTT="internet","topuser","topsecret"',
			"AT+CSTT?",
			'AT+CIPCSGP=1,"internet","topuser","topsecret"',
			"AT+CIPCSGP?",
			"AT+CIPSCONT?",
			'AT+SAPBR=3,1,"PWD","topsecret"',
			'AT+SAPBR=3,1,"USER","topuser"',
			"AT+SAPBR=4,1",
		]) {
			await bench.exchange(`${line}\r`, 3000);
		}
		bench.close();
		const all = lines.join("\n");
		for (const secret of ["1234", "5678", "topuser", "topsecret"]) assert.notInclude(all, secret);
		assert.include(all, "AT+CPIN=***");
		assert.include(all, '+CSTT: "internet",***');
	});
});

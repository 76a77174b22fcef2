/* The ordinary way up: without an exception, with any modem that speaks AT, however slow it is. */
import { assert } from "chai";
import { Refusal } from "../../modules/at/command.js";
import type { ModemError } from "../../modules/core/errors.js";
import { changeHeard, changeSent } from "../support/wire.js";
import { World, type WorldOptions } from "../support/world.js";

/** Runs `up`, and gives how many refusals became errors on the way. */
async function errorsOnTheWay(options: WorldOptions): Promise<{ world: World; errors: string[] }> {
	const errors: string[] = [];
	const { toError } = Refusal.prototype;
	Refusal.prototype.toError = function () {
		errors.push(this.message);
		return toError.call(this);
	};
	const world = new World(options);
	try {
		await world.clock.run(world.modem.up());
	} finally {
		Refusal.prototype.toError = toError;
	}
	return { world, errors };
}

describe("modem: the ordinary way up", () => {
	it("makes no error of a refusal that is expected: SIM busy, not attached yet, a command that old firmware lacks", async () => {
		const { errors, world } = await errorsOnTheWay({
			board: { sim: { pin: "4711" }, timing: { simMs: 4_000, attachRefusedMs: 4_000, attachMs: 8_000 }, receiveBuffer: 4_096 },
			modem: { pin: "4711" },
		});
		assert.isAbove(world.trace.filter(line => line.startsWith("< +CME ERROR")).length, 2, "there were some");
		assert.deepEqual(errors, []);
		await world.clock.run(world.modem.identity());
		world.close();
	});

	it("needs neither AT+CREG=1 nor the settings that old firmware does not know", async () => {
		const world = new World();
		changeSent(world, text => text.replace(/AT\+(CREG=1|CIPMODE|CIPSPRT|CIPSRIP|CFUN|CEER)/, "AT+XXX"));
		await world.clock.run(world.modem.up());
		world.close();
	});

	for (const line of [
		...["ATE0", "AT+CMEE=1", "ATI", "AT+CFUN?", "AT+CPIN?", "AT+CREG=1;+CGREG=1", "AT+CREG?", "AT+CGATT?"],
		...["AT+CIPSHUT", "AT+CIPMUX=0", "AT+CIPMODE=0", "AT+CIPSPRT=1", "AT+CIPSRIP=0", "AT+CIPQSEND=1", "AT+CIPRXGET=1"],
		...["AT+CSTT=", "AT+CIICR", "AT+CIFSR"],
	]) {
		it(`does not end at ${line} with a byte lost`, async () => {
			const world = new World();
			let seen = 0;
			changeSent(world, text => (text.startsWith(line) && 1 === ++seen ? text.slice(0, 2) + text.slice(3) : text));
			await world.clock.run(world.modem.up());
			assert.isAtLeast(seen, 2, "it was said again");
			assert.isBelow(world.clock.elapsedMs, 30_000);
			world.close();
		});
	}

	for (const commandMs of [600, 900]) {
		it(`leaves the key of a running modem alone that answers each command after ${commandMs} ms`, async () => {
			const world = new World({ board: { on: true, timing: { commandMs } } });
			await world.clock.run(world.modem.up());
			assert.deepEqual(world.of("power-key"), []);
			world.close();
		});

		it(`starts a modem that answers each command after ${commandMs} ms`, async () => {
			const world = new World({ board: { timing: { commandMs } } });
			await world.clock.run(world.modem.up());
			assert.lengthOf(world.of("power-key"), 2);
			world.close();
		});
	}
});

describe("modem: what it says of itself", () => {
	const cases: [string, string, { model: string; firmware: string; known: boolean }][] = [
		["SIM900 R11.0\r\n\r\nOK", "a SIM900", { model: "SIM900", firmware: "R11.0", known: true }],
		["SIM800 R14.18\r\n\r\nOK", "a SIM800", { model: "SIM800", firmware: "R14.18", known: true }],
		["OK", "nothing", { model: "", firmware: "", known: false }],
		["ERROR", "that it does not know ATI", { model: "", firmware: "", known: false }],
		["R11.0\r\n\r\nOK", "a name that begins otherwise", { model: "R11.0", firmware: "", known: false }],
		[
			"Quectel_Ltd\r\nQuectel_M95\r\nRevision: M95FAR02A08\r\n\r\nOK",
			"lines of another maker",
			{ model: "Quectel_Ltd Quectel_M95 Revision: M95FAR02A08", firmware: "", known: false },
		],
	];
	for (const [answer, what, identity] of cases) {
		it(`${what}: is told, and used with the defaults`, async () => {
			const world = new World();
			changeHeard(world, "SIM900 R11.0\r\n\r\nOK", answer, 9);
			await world.clock.run(world.modem.up());
			assert.deepEqual(world.of("identified"), [{ kind: "identified", ...identity }]);
			world.close();
		});
	}

	it("is asked for once more when it came damaged", async () => {
		const world = new World();
		changeHeard(world, "SIM900 R11.0", "IM900 R11.0");
		await world.clock.run(world.modem.up());
		assert.equal(world.of("identified")[0]?.model, "SIM900");
		world.close();
	});

	it("is no reason to lose an unsolicited result that comes into it", async () => {
		const world = new World({ board: { on: true } });
		changeHeard(world, "SIM900 R11.0", "UNDER-VOLTAGE WARNNING\r\n\r\nSIM900 R11.0");
		await world.clock.run(world.modem.up());
		assert.equal(world.of("identified")[0]?.model, "SIM900");
		assert.lengthOf(world.of("warning"), 1);
		world.close();
	});
});

describe("modem: a network that says no", () => {
	it("is told at once, in words, and given the time that operators demand", async () => {
		const world = new World({ board: { radio: { registers: "denied" } } });
		const up = world.modem.up().catch(error => error);
		await world.clock.advance(20_000);
		assert.lengthOf(world.of("registration-denied"), 1);
		assert.match(world.of("registration-denied")[0]!.text, /refuses this SIM.*contract/);
		await world.clock.advance(270_000);
		assert.equal(world.modem.state.kind, "searching");
		const error: ModemError = await world.clock.run(up);
		assert.equal(error.code, "REGISTRATION_DENIED");
		assert.isAtLeast(world.clock.elapsedMs, 300_000);
		assert.lengthOf(world.of("registration-denied"), 1);
		world.close();
	});

	it("to the SIM: the cause that AT+CEER tells is put in words", async () => {
		const world = new World({ board: { radio: { registers: "denied" } }, modem: { registrationTimeoutMs: 20_000 } });
		answerCeer(world, '+CEER: "GMM reject",11');
		const error: ModemError = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.match(error.message, /no roaming with this operator/);
		assert.equal(error.reason, 111);
		world.close();
	});

	for (const [reason, words] of [
		[133, /does not have this APN/],
		[149, /user or password/],
		[127, /the APN is unknown/],
		[126, /full/],
	] as const) {
		it(`to the context, +CME ERROR: ${reason}: in words, by the cause`, async () => {
			const world = new World({ board: { radio: { apn: "other" } } });
			changeHeard(world, "+PDP: DEACT\r\n\r\nERROR", `+PDP: DEACT\r\n\r\n+CME ERROR: ${reason}`);
			changeHeard(world, "+PDP: DEACT\r\n\r\n+CME ERROR: 3\r", `+PDP: DEACT\r\n\r\n+CME ERROR: ${reason}\r`);
			const error: ModemError = await world.clock.run(world.modem.up().catch(caught => caught));
			assert.equal(error.code, "BEARER_FAILED");
			assert.match(error.message, words);
			assert.equal(error.reason, reason);
			world.close();
		});
	}

	it("without a cause: AT+CEER is asked; without an answer, what to check is said", async () => {
		for (const [answer, words] of [
			["+CEER: 29", /user or password/],
			["+CEER: No cause information available", /check apn, user and password, and that the SIM has data service/],
		] as const) {
			const world = new World({ board: { radio: { apn: "other" } } });
			answerCeer(world, answer);
			const error: ModemError = await world.clock.run(world.modem.up().catch(caught => caught));
			assert.equal(error.code, "BEARER_FAILED");
			assert.match(error.message, words);
			world.close();
		}
	});

	it("to AT+CIICR that came damaged is none: it is said again", async () => {
		const world = new World();
		let lost = 0;
		changeSent(world, text => (text.startsWith("AT+CIICR") && 0 === lost++ ? "AT+CIIR\r" : text));
		await world.clock.run(world.modem.up());
		assert.equal(lost, 2);
		world.close();
	});

	it("to AT+CIICR is asked for once in a minute, not twice at once", async () => {
		const world = new World({ board: { radio: { apn: "other" } } });
		await world.clock.run(world.modem.up().catch(() => {}));
		assert.equal(world.sent.filter(line => "AT+CIICR" === line).length, 1);
		await world.clock.run(world.modem.up().catch(() => {}));
		assert.equal(world.sent.filter(line => "AT+CIICR" === line).length, 2);
		assert.match(world.of("retry")[0]!.why, /gives no bearer/);
		assert.isAtLeast(world.clock.elapsedMs, 60_000);
		world.close();
	});
});

/** The virtual modem does not know AT+CEER: its refusal becomes this answer. */
function answerCeer(world: World, answer: string): void {
	changeSent(world, text => {
		if (!text.startsWith("AT+CEER")) return text;
		changeHeard(world, "+CME ERROR: 100\r\n", `${answer}\r\n\r\nOK\r\n`);
		changeHeard(world, "ERROR\r\n", `${answer}\r\n\r\nOK\r\n`);
		return text;
	});
}

describe("modem: options", () => {
	const bad: [string, WorldOptions["modem"]][] = [
		["registrationTimeoutMs NaN", { registrationTimeoutMs: Number.NaN }],
		["registrationTimeoutMs Infinity", { registrationTimeoutMs: Number.POSITIVE_INFINITY }],
		["registrationTimeoutMs 0", { registrationTimeoutMs: 0 }],
		["apn", { apn: 'a"b' }],
		["password", { password: "a\rAT+CPOWD=1" }],
		["pin", { pin: "12" }],
		["receiveBytes", { receiveBytes: 1.5 }],
		["startSpreadMs -1", { startSpreadMs: -1 }],
		["offMs NaN", { offMs: Number.NaN }],
	];
	for (const [what, modem] of bad) {
		it(`${what}: refused before the port or a pin is opened`, () => {
			const opened: string[] = [];
			const { board } = new World();
			const spy = (name: string) =>
				class {
					constructor() {
						opened.push(name);
					}
				};
			const options = {
				serial: { ...board.serial, io: spy("port") },
				powerKey: { ...board.powerKey, io: spy("key") },
				status: { ...board.status, io: spy("status") },
			};
			assert.throws(() => new World({ modem: { ...options, ...modem } as never }), RangeError, what.split(" ")[0]);
			assert.deepEqual(opened, []);
			board.close();
		});
	}

	for (const pressMs of [0, 5_000, Number.NaN]) {
		it(`pressMs ${pressMs}: refused`, () => {
			const { board } = new World();
			assert.throws(() => new World({ modem: { powerKey: { ...board.powerKey, pressMs } } }), RangeError, /^pressMs/);
			board.close();
		});
	}

	it("a pin that can't be opened closes the port again", () => {
		const { board, modem: other } = new World();
		other.close();
		let open = 0;
		class Serial extends board.serial.io {
			constructor(...args: ConstructorParameters<typeof board.serial.io>) {
				super(...args);
				open++;
			}
			override close(): void {
				open--;
				super.close();
			}
		}
		const io = class {
			constructor() {
				throw new Error("the pin is in use");
			}
		};
		const modem = { serial: { ...board.serial, io: Serial }, status: { ...board.status, io } };
		assert.throws(() => new World({ modem: modem as never }), "the pin is in use");
		assert.equal(open, 0);
		board.close();
	});

	for (const host of [
		"-",
		"..",
		".",
		"999.999.999.999",
		"1.2.3",
		"a..b",
		"-a.example",
		"a-.example",
		`${"a".repeat(64)}.example`,
	]) {
		it(`host ${host.slice(0, 20)}: refused`, () => {
			const world = new World();
			assert.throws(() => world.modem.check({ protocol: "TCP", host, port: 80 }), RangeError, /^host/);
			assert.throws(() => world.modem.resolve(host), RangeError, /^host/);
			world.close();
		});
	}

	for (const host of [
		"a",
		"localhost",
		"1.2.3.4",
		"a-b.example",
		"_mqtt._tcp.example",
		"3com.example",
		"xn--bcher-kva.example",
	]) {
		it(`host ${host}: taken`, () => {
			const world = new World();
			world.modem.check({ protocol: "TCP", host, port: 80 });
			world.close();
		});
	}
});

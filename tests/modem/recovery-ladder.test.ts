/* The ladder, pure: which rung after which failure, and how long before it. */
import { assert } from "chai";
import type { ModemErrorCode } from "../../modules/core/errors.js";
import type { Step } from "../../modules/modem/recovery.js";
import { Bench } from "./recovery-bench.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("modem/recovery: each stuck state", () => {
	const TABLE: [string, Step, ModemErrorCode, number | undefined, string[]][] = [
		[
			"silent",
			"modem",
			"NO_MODEM",
			undefined,
			[
				"power-key 0",
				"power-key 10",
				"power-key 30",
				"power-key 60",
				"power-key 120",
				"power-key 300",
				"power-key 600",
				"power-key 1200",
				"power-key 1200",
			],
		],
		["a key that does nothing", "modem", "POWER_KEY_FAILED", undefined, ["power-key 0", "power-key 10", "power-key 30"]],
		["port", "modem", "PORT_FAILED", undefined, ["wait 1", "wait 2", "wait 5", "wait 15", "wait 60", "wait 60"]],
		[
			"answers AT only",
			"modem",
			"TIMEOUT",
			undefined,
			[
				"wait 2",
				"wait 5",
				"wait 15",
				"restart 60",
				"wait 120",
				"wait 300",
				"wait 600",
				"wait 1200",
				"wait 1200",
				"power-key 1200",
			],
		],
		["PIN", "sim", "PIN_WRONG", undefined, ["wait 60", "wait 300", "wait 1200", "wait 1200"]],
		["SIM refuses", "sim", "REFUSED", undefined, ["wait 10", "wait 30", "restart 60"]],
		[
			"no SIM",
			"sim",
			"SIM_MISSING",
			undefined,
			["wait 10", "wait 30", "restart 60", "wait 300", "wait 600", "wait 1200", "wait 1200", "power-key 1200"],
		],
		[
			"no network",
			"registration",
			"NO_NETWORK",
			undefined,
			["wait 5", "radio 30", "wait 60", "restart 120", "wait 300", "wait 600", "wait 1200", "wait 1200", "power-key 1200"],
		],
		["denied", "registration", "REGISTRATION_DENIED", undefined, ["wait 60", "wait 120", "radio 300", "wait 600", "restart 900"]],
		["not here (12)", "registration", "REGISTRATION_DENIED", 12, ["wait 60", "wait 120", "radio 300"]],
		[
			"IMSI unknown (2)",
			"registration",
			"REGISTRATION_DENIED",
			2,
			["restart 3600", "power-key 7200", "restart 14400", "power-key 14400"],
		],
		["no data (7)", "registration", "ATTACH_FAILED", 7, ["restart 3600", "power-key 7200"]],
		[
			"no attachment",
			"registration",
			"ATTACH_FAILED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "radio 240", "restart 780"],
		],
		[
			"congestion (22)",
			"registration",
			"REGISTRATION_DENIED",
			22,
			["bearer 720", "bearer 720", "bearer 900", "bearer 1200", "bearer 1200"],
		],
		[
			"no bearer",
			"bearer",
			"BEARER_FAILED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "radio 240", "restart 780", "bearer 1200", "bearer 1200"],
		],
		[
			"not subscribed (33)",
			"bearer",
			"BEARER_FAILED",
			33,
			["bearer 720", "bearer 720", "bearer 900", "bearer 1200", "bearer 1200"],
		],
		["context ended (36)", "bearer", "BEARER_FAILED", 36, ["bearer 60", "bearer 60"]],
		["hangs in AT+CIICR", "bearer", "TIMEOUT", undefined, ["bearer 60", "radio 120", "restart 300", "bearer 600", "bearer 1200"]],
		[
			"brown-out at the activation",
			"bearer",
			"MODEM_RESTARTED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "bearer 300", "restart 600"],
		],
	];
	for (const [name, step, code, cause, rungs] of TABLE)
		it(`${name}: ${rungs.join(", ")}`, () => {
			assert.deepEqual(new Bench().ladder(rungs.length, step, code, cause), rungs);
		});
});

describe("modem/recovery", () => {
	it("at the start there is nothing to wait for, and nothing has failed", () => {
		const bench = new Bench();
		assert.deepEqual(bench.recovery.next(bench.nowMs), { rung: "wait", waitMs: 0, why: "" });
		bench.up();
		assert.deepEqual(bench.recovery.next(bench.nowMs), { rung: "socket", waitMs: 0, why: "" });
	});

	it("puts the first access after a start off, as chance has it, and only once", () => {
		const bench = new Bench({ startSpreadMs: undefined, chance: () => 0.5 });
		assert.equal(bench.recovery.startMs(bench.nowMs), 15_000);
		bench.pass(10_000);
		assert.equal(bench.recovery.startMs(bench.nowMs), 5_000);
		bench.pass(10_000);
		assert.equal(bench.recovery.startMs(bench.nowMs), 0);
		assert.equal(bench.next(), "wait 0", "it does not refuse a try");
	});

	it("each wait is longer by as much as chance has it, and none shorter", () => {
		for (const part of [0, 0.3, 1]) {
			const bench = new Bench({ chance: () => part });
			const longer = (seconds: number) => Math.round(seconds * (1 + part / 4));
			assert.deepEqual(bench.ladder(2, "bearer", "BEARER_FAILED"), [`bearer ${longer(60)}`, `bearer ${longer(60)}`]);
			assert.deepEqual(bench.ladder(1, "registration", "REGISTRATION_DENIED", 2), [`restart ${longer(3_600)}`]);
		}
	});

	it("without a power key a silent modem is looked for each minute, and a restart is a warm one", () => {
		const silent = new Bench({ hasPowerKey: false });
		assert.deepEqual(silent.ladder(5, "modem", "NO_MODEM"), ["wait 5", "wait 15", "wait 60", "wait 60", "wait 60"]);
		const denied = new Bench({ hasPowerKey: false });
		assert.deepEqual(denied.ladder(2, "registration", "REGISTRATION_DENIED", 2), ["restart 3600", "restart 7200"]);
	});

	it("a silent modem is restarted at once, however recently it was; but not within a back-off, nor after a permanent reject", () => {
		const bench = new Bench();
		bench.ladder(4, "modem", "TIMEOUT"); // the last of them was a restart
		assert.deepEqual(bench.ladder(1, "modem", "NO_MODEM"), ["power-key 0"]);
		const waits = new Bench();
		waits.recovery.request("activation", waits.nowMs);
		waits.fail("bearer", "BEARER_FAILED", 33);
		waits.fail("modem", "NO_MODEM");
		assert.equal(waits.next(), "power-key 720");
		const rejected = new Bench();
		rejected.fail("registration", "REGISTRATION_DENIED", 3);
		rejected.fail("modem", "NO_MODEM");
		assert.equal(rejected.next(), "power-key 3600");
	});

	it("no restart comes within 12 minutes after the network has refused the bearer, of another failure either", () => {
		const bench = new Bench();
		bench.recovery.request("activation", bench.nowMs);
		bench.fail("bearer", "BEARER_FAILED");
		for (let times = 0; times < 4; times++) bench.fail("modem", "TIMEOUT");
		assert.equal(bench.next(), "wait 60");
		bench.pass(12 * MINUTE);
		bench.fail("modem", "TIMEOUT");
		bench.fail("sim", "SIM_MISSING");
		bench.fail("sim", "SIM_MISSING");
		bench.fail("sim", "SIM_MISSING");
		assert.equal(bench.next(), "restart 60");
	});

	it("what was given up by its owner is no failure, and the next request need not wait", () => {
		for (const code of ["CLOSED", "CANCELLED", "BEARER_DOWN", "BACKOFF", "BUSY"] as const) {
			const bench = new Bench();
			assert.equal(bench.recovery.request("activation", bench.nowMs), 0);
			bench.fail("bearer", code);
			assert.equal(bench.next(), "wait 0", code);
			assert.equal(bench.recovery.request("activation", bench.nowMs), 0);
		}
	});

	it("what fails before the network was asked costs seconds, what the network refuses a minute", () => {
		const local = new Bench();
		local.fail("bearer", "REFUSED"); // AT+CIPMUX with a byte lost on the wire, say
		assert.equal(local.next(), "wait 2");
		const refused = new Bench();
		refused.recovery.request("activation", refused.nowMs);
		refused.fail("bearer", "REFUSED");
		assert.equal(refused.next(), "bearer 60");
	});

	it("a bearer that was up for a minute makes waits short again, one that was not does not", () => {
		for (const [upMs, expected] of [
			[60_000, ["bearer 1", "bearer 1"]],
			[59_000, ["bearer 1", "bearer 60"]],
		] as const) {
			const bench = new Bench();
			const rungs: string[] = [];
			for (let times = 0; times < 2; times++) {
				bench.up();
				bench.pass(upMs);
				bench.fail("bearer", "BEARER_LOST");
				rungs.push(bench.act());
			}
			assert.deepEqual(rungs, [...expected], `${upMs}`);
		}
	});

	it("a bearer that is up ends whatever was waited for", () => {
		const bench = new Bench();
		bench.recovery.request("activation", bench.nowMs);
		bench.fail("bearer", "TIMEOUT");
		bench.recovery.onSuccess("bearer", bench.nowMs);
		assert.equal(bench.next(), "socket 0");
	});

	it("attachment and activation of one try count as one", () => {
		const bench = new Bench();
		bench.fail("modem", "PORT_FAILED");
		bench.act();
		bench.recovery.request("attach", bench.nowMs);
		bench.recovery.onSuccess("registration", bench.nowMs);
		const { text } = bench.memory;
		assert.include(text, " 720 ", "a fifth of an hour for one of five");
		bench.recovery.request("activation", bench.nowMs);
		assert.include(bench.memory.text, " 720 ");
		assert.notEqual(bench.memory.text, text, "and the activation by itself");
	});

	it("what asks nothing of the network does not wait for it", () => {
		const bench = new Bench();
		bench.recovery.request("activation", bench.nowMs);
		bench.fail("bearer", "BEARER_FAILED", 33);
		bench.fail("modem", "PORT_FAILED");
		assert.equal(bench.next(), "wait 1");
	});

	it("a permanent reject soon after a restart waits for the hours of that one, and does nothing less meanwhile", () => {
		const bench = new Bench();
		assert.deepEqual(bench.ladder(2, "registration", "REGISTRATION_DENIED", 2), ["restart 3600", "power-key 7200"]);
		bench.recovery.onSuccess("registration", bench.nowMs);
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(bench.next(), "restart 7200", "an hour for the first reject, but the second restart in a row was just now");
	});

	it("a network that has let the modem in counts its rejects anew", () => {
		const bench = new Bench();
		bench.ladder(1, "registration", "REGISTRATION_DENIED", 2);
		bench.up();
		bench.pass(MINUTE);
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(bench.next(), "restart 3600");
	});

	it("a network that lets the modem in after all ends the wait for it, and no other", () => {
		const bench = new Bench();
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(bench.next(), "restart 3600");
		bench.recovery.onSuccess("registration", bench.nowMs);
		assert.equal(bench.next(), "wait 0");
		bench.recovery.request("activation", bench.nowMs);
		bench.fail("bearer", "BEARER_FAILED", 33);
		bench.recovery.onSuccess("registration", bench.nowMs);
		assert.equal(bench.next(), "bearer 720");
	});

	it("after a reset of a person nothing is waited for, but a minute and the budgets of an hour stay", () => {
		const bench = new Bench();
		bench.ladder(3, "bearer", "BEARER_FAILED", 33);
		bench.recovery.request("activation", bench.nowMs);
		bench.fail("bearer", "BEARER_FAILED", 33);
		bench.recovery.reset(bench.nowMs);
		assert.equal(bench.next(), "wait 60");
		const rejected = new Bench();
		rejected.ladder(1, "registration", "REGISTRATION_DENIED", 2);
		rejected.fail("registration", "REGISTRATION_DENIED", 2);
		rejected.recovery.reset(rejected.nowMs);
		assert.equal(rejected.next(), "wait 0");
		rejected.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(rejected.next(), "restart 3600", "the restart of a moment ago still counts");
	});

	it("activations that succeed are counted too: six at once, then one each two and a half minutes; the refusal says when", () => {
		const bench = new Bench();
		for (let times = 0; times < 6; times++) {
			bench.up();
			bench.recovery.onDown(bench.nowMs);
		}
		assert.equal(bench.recovery.request("activation", bench.nowMs), 150_000);
		assert.equal(bench.next(), "wait 150");
		assert.include(bench.recovery.next(bench.nowMs).why, "hour");
		bench.pass(150_000);
		bench.up();
		bench.recovery.onDown(bench.nowMs);
		assert.equal(bench.next(), "wait 150");
	});
});

describe("modem/recovery: connections", () => {
	function upWith(events: readonly Parameters<Bench["report"]>[0][], everyMs = MINUTE): Bench {
		const bench = new Bench();
		bench.up();
		for (const event of events) {
			bench.pass(everyMs);
			bench.report(event);
		}
		return bench;
	}

	it("a server that is away is tried again with growing waits, and the bearer is left alone for an hour", () => {
		const bench = upWith([]);
		const waits: string[] = [];
		let sinceMs = 0;
		while ("socket" === bench.recovery.next(bench.nowMs).rung) {
			bench.report("connect-failed");
			waits.push(bench.next());
			const { waitMs } = bench.recovery.next(bench.nowMs);
			sinceMs += waitMs;
			bench.pass(waitMs);
		}
		assert.deepEqual(
			waits.slice(0, 10),
			[2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map(seconds => `socket ${seconds}`),
		);
		assert.isTrue(sinceMs >= HOUR && sinceMs < HOUR + 6 * MINUTE, `${sinceMs}`);
		assert.equal(bench.next(), "bearer 0");
	});

	it("one that comes back makes the waits short, and the hour begins anew", () => {
		for (const event of ["opened", "acknowledged"] as const) {
			const bench = upWith(Array.from({ length: 59 }, () => "connect-failed"));
			bench.report(event);
			assert.equal(bench.next(), "socket 0");
			bench.report("connect-failed");
			bench.pass(59 * MINUTE);
			assert.equal(bench.next(), "socket 0");
		}
	});

	for (const event of ["connect-timeout", "refused", "stuck", "unacknowledged"] as const)
		it(`three in a row that end "${event}" ask for a new bearer, two do not`, () => {
			assert.match(upWith([event, event]).next(), /^socket /);
			assert.equal(upWith([event, event, event]).next(), "bearer 0");
			assert.match(upWith([event, event, "acknowledged", event, event]).next(), /^socket /);
		});

	it("connections that open and acknowledge nothing ask for a new bearer", () => {
		assert.equal(upWith(["opened", "unacknowledged", "opened", "unacknowledged", "opened", "unacknowledged"]).next(), "bearer 0");
	});

	it("a modem that connects nowhere: bearer, radio, restart, power key, further and further apart", () => {
		const bench = upWith([]);
		const rungs: string[] = [];
		let sinceMs = 0;
		while (rungs.length < 6) {
			bench.pass(20_000);
			sinceMs += 20_000;
			bench.report("refused");
			const { rung } = bench.recovery.next(bench.nowMs);
			if ("socket" === rung) continue;
			rungs.push(`${rung} ${Math.round(sinceMs / MINUTE)}`);
			bench.recovery.begin(rung, bench.nowMs);
			bench.up();
		}
		assert.deepEqual(rungs, ["bearer 1", "radio 11", "restart 31", "bearer 71", "restart 151", "power-key 311"]);
	});

	it("the bearer that is given up for the sake of connections is no loss: the rung stays", () => {
		const bench = upWith(["refused", "refused", "refused"]);
		bench.fail("bearer", "BEARER_LOST");
		assert.equal(bench.next(), "bearer 0");
	});

	it("what connections report while there is no bearer delays nothing", () => {
		const bench = upWith(["connect-failed", "connect-failed"]);
		bench.recovery.onDown(bench.nowMs);
		for (const event of ["connect-failed", "refused", "refused", "refused"] as const) bench.report(event);
		assert.equal(bench.next(), "wait 0");
	});
});

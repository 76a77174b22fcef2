/* A reboot of the microcontroller: no limit is forgotten, no wait begins anew, and nothing is believed of a damaged record. */
import { assert } from "chai";
import { Bench } from "./recovery-bench.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Reboots `bench`; its clock starts anew. */
function reboot(bench: Bench, offMs?: number): void {
	bench.nowMs = 0;
	bench.boot({ offMs });
}

describe("modem/recovery: a reboot", () => {
	it("forgets no permanent reject, and goes on with the hour where the record was written last", () => {
		const bench = new Bench();
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		for (let minute = 0; minute < 20; minute++) {
			bench.pass(MINUTE);
			bench.next();
		}
		reboot(bench);
		assert.equal(bench.next(), `restart ${40 * 60}`);
		assert.equal(bench.act(), `restart ${40 * 60}`);
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(bench.next(), `power-key ${2 * 3_600}`, "it is the second in a row");
	});

	it("at the very moment of a failure forgets nothing of it", () => {
		const rejected = new Bench();
		rejected.fail("registration", "REGISTRATION_DENIED", 2);
		reboot(rejected);
		assert.equal(rejected.next(), "restart 3600");
		const failed = new Bench();
		failed.recovery.request("activation", failed.nowMs);
		failed.pass(50_000);
		failed.fail("bearer", "TIMEOUT");
		reboot(failed);
		assert.equal(failed.recovery.request("activation", failed.nowMs), MINUTE, "from the failure on");
		const first = new Bench();
		first.fail("modem", "TIMEOUT");
		assert.equal(first.memory.writes, 1, "what follows is a retry");
		reboot(first);
		first.recovery.request("attach", first.nowMs);
		assert.include(first.memory.text, " 720 ", "and is counted as one");
	});

	it("goes on with the kind of restart where it was", () => {
		const bench = new Bench();
		assert.deepEqual(bench.ladder(1, "registration", "REGISTRATION_DENIED", 2), ["restart 3600"]);
		reboot(bench);
		bench.recovery.onSuccess("registration", bench.nowMs);
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		assert.equal(bench.next(), "power-key 3600");
	});

	it("forgets no back-off of the network, no restart, and no activation", () => {
		const bench = new Bench();
		bench.ladder(4, "modem", "TIMEOUT");
		bench.up();
		bench.pass(MINUTE);
		for (let times = 0; times < 5; times++) {
			bench.recovery.onDown(bench.nowMs);
			bench.up();
		}
		reboot(bench);
		assert.equal(bench.recovery.request("activation", bench.nowMs), 90_000);
		for (let times = 0; times < 4; times++) bench.fail("modem", "TIMEOUT");
		assert.match(bench.next(), /^wait /, "there was a restart within the hour");
		const waits = new Bench();
		waits.recovery.request("activation", waits.nowMs);
		waits.fail("bearer", "BEARER_FAILED", 33);
		reboot(waits);
		assert.equal(waits.recovery.request("attach", waits.nowMs), 12 * MINUTE);
	});

	it("in the middle of an access does not forget it: it was counted before", () => {
		const bench = new Bench();
		let times = 0;
		while (times < 30 && 0 === bench.recovery.request("activation", bench.nowMs)) {
			times++;
			reboot(bench);
			assert.isAtLeast(bench.recovery.request("activation", bench.nowMs), MINUTE);
			bench.pass(MINUTE);
		}
		assert.equal(times, 9, "six at once, and three for the minutes between");
	});

	it("again and again, a device comes to the end of a wait all the same", () => {
		const bench = new Bench();
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		let reboots = 0;
		while (bench.recovery.next(bench.nowMs).waitMs > 0) {
			reboots++;
			reboot(bench);
			bench.pass(65_000);
		}
		assert.isTrue(reboots >= 55 && reboots <= 60, `${reboots}`);
	});

	it("after a sleep that the host knows of, the time has passed", () => {
		const bench = new Bench();
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		reboot(bench, 50 * MINUTE);
		assert.equal(bench.next(), `restart ${10 * 60}`);
		reboot(bench, HOUR);
		assert.equal(bench.next(), "restart 0");
	});

	it("a device that wakes each hour for one message is never held up", () => {
		const bench = new Bench();
		for (let hour = 0; hour < 100; hour++) {
			bench.up();
			bench.pass(20_000);
			bench.recovery.onDown(bench.nowMs);
			reboot(bench, HOUR);
		}
	});

	it("a missing record is a new device", () => {
		const bench = new Bench();
		assert.equal(bench.next(), "wait 0");
		assert.equal(bench.memory.writes, 0, "and nothing is written before there is something to tell");
	});

	for (const text of ["", "nonsense", "0 0 0 0 0 0 0 0 0 0 0 1", "-5 0 0 0 0 0 0 0 0 0 0 0"])
		it(`a damaged record ("${text}") is as if all that is allowed had just been used`, () => {
			const bench = new Bench();
			bench.memory.text = text;
			reboot(bench);
			assert.equal(bench.next(), "wait 150");
			for (let times = 0; times < 4; times++) bench.fail("modem", "TIMEOUT");
			assert.equal(bench.next(), "wait 720", "no restart, and no further try than those of an hour");
			const { text: written } = bench.memory;
			assert.notEqual(written, text);
			reboot(bench);
			assert.equal(bench.memory.text, written, "the new one is read");
		});

	it("keeps what makes the chance of this device its own: neighbours that start alike wait differently, from the start on", () => {
		const starts = ["860000000000017", "860000000000018", "860000000000019"].map(imei => {
			const bench = new Bench({ startSpreadMs: 30_000 });
			assert.equal(bench.recovery.startMs(bench.nowMs), 0, "nothing is known of it yet");
			bench.recovery.identify(imei, bench.nowMs);
			const { writes } = bench.memory;
			bench.recovery.identify(imei, bench.nowMs);
			assert.equal(bench.memory.writes, writes, "written once");
			reboot(bench);
			return bench.recovery.startMs(bench.nowMs);
		});
		for (let at = 0; at < 3; at++) {
			assert.isAtMost(starts[at]!, 30_000);
			assert.isAbove(Math.abs(starts[at]! - starts[(at + 1) % 3]!), 1_000, `${starts}`);
		}
	});

	it("a store that throws stops nothing", () => {
		const bench = new Bench({
			counters: {
				read() {
					throw new Error("worn out");
				},
				write() {
					throw new Error("worn out");
				},
			},
		});
		bench.pass(150_000);
		bench.up();
		bench.pass(HOUR);
		bench.fail("bearer", "BEARER_LOST");
		assert.equal(bench.act(), "bearer 1");
	});

	it("writes at most once a minute, and nothing while nothing runs", () => {
		const bench = new Bench();
		bench.fail("registration", "REGISTRATION_DENIED", 2);
		const { writes } = bench.memory;
		for (let second = 0; second < 600; second++) {
			bench.pass(1_000);
			bench.next();
		}
		assert.equal(bench.memory.writes - writes, 10);
		bench.pass(2 * HOUR);
		bench.up();
		bench.pass(HOUR);
		bench.next();
		const settled = bench.memory.writes;
		for (let minute = 0; minute < 600; minute++) {
			bench.pass(MINUTE);
			bench.next();
		}
		assert.isAtMost(bench.memory.writes - settled, 1);
	});
});

/* The clock of the Moddable hosts: many timers on one, on a counter that wraps. */
import { assert } from "chai";
import { Alarms } from "../../hosts/moddable/alarms.js";

const JUST_BELOW_WRAP = 2 ** 31 - 100;

/** A machine with a signed 32-bit counter and one timer that is moved by hand. */
class Machine {
	ticks = JUST_BELOW_WRAP;
	sleepMs = 0;
	wakes = 0;
	readonly clock: Alarms;

	constructor(speed = 1, longestLateMs?: number) {
		this.clock = new Alarms(
			() => this.ticks,
			ms => {
				this.sleepMs = ms;
			},
			speed,
			longestLateMs,
		);
	}

	/** Sleeps as long as was asked, or `lateMs` longer. */
	wake(lateMs = 0): void {
		this.ticks = (this.ticks + this.sleepMs + lateMs) | 0;
		this.wakes++;
		this.clock.wake();
	}
}

describe("hosts/moddable/alarms", () => {
	it("fires each timer once, when it is due, across the wrap of the counter", () => {
		const machine = new Machine();
		const fired: number[] = [];
		for (const delayMs of [250, 50, 150]) machine.clock.setTimer(() => fired.push(delayMs), delayMs);
		for (let turn = 0; turn < 3; turn++) machine.wake();
		assert.deepEqual(fired, [50, 150, 250]);
		assert.isBelow(machine.ticks, 0, "the counter has wrapped");
		assert.equal(machine.clock.nowMs(), 250);
		machine.wake();
		assert.lengthOf(fired, 3);
	});

	it("loses no timer when the callback of another throws", () => {
		const machine = new Machine();
		const fired: number[] = [];
		machine.clock.setTimer(() => {
			throw new Error("application");
		}, 10);
		const cancelled = machine.clock.setTimer(() => fired.push(1), 10);
		machine.clock.setTimer(() => fired.push(2), 10);
		machine.clock.setTimer(() => fired.push(3), 1_000);
		assert.throws(() => machine.wake(), "application");
		machine.clock.clearTimer(cancelled);
		machine.wake();
		machine.wake();
		assert.deepEqual(fired, [2, 3]);
	});

	it("stands still while the machine is away for longer than asked, where that is wanted", () => {
		const machine = new Machine(2, 20);
		machine.clock.setTimer(() => {}, 60_000);
		machine.wake(1_000); // asked: 30 s of the machine
		assert.equal(machine.clock.nowMs(), 2 * (30_000 + 20));
		machine.ticks += 500; // work, and nobody asleep
		machine.clock.setTimer(() => {}, 100);
		assert.equal(machine.sleepMs, 50);
	});

	it("does not wake without need: not before the first timer is due, and not often when there is none", () => {
		const machine = new Machine();
		machine.clock.setTimer(() => {}, 86_400_000);
		assert.equal(machine.sleepMs, 3_600_000);
		machine.clock.setTimer(() => {}, 20.5);
		assert.equal(machine.sleepMs, 21);
	});

	it("waits a day by way of its longest sleep", () => {
		const machine = new Machine();
		let fired = false;
		machine.clock.setTimer(() => {
			fired = true;
		}, 86_400_000);
		for (let hour = 1; hour < 24; hour++) machine.wake();
		assert.isFalse(fired);
		machine.wake();
		assert.isTrue(fired);
	});

	it("fires those that are late in the order in which they were due", () => {
		const machine = new Machine();
		const fired: string[] = [];
		machine.clock.setTimer(() => fired.push("second"), 20);
		machine.clock.setTimer(() => fired.push("third"), 20);
		machine.clock.setTimer(() => fired.push("first"), 10);
		machine.wake(100);
		assert.deepEqual(fired, ["first", "second", "third"]);
	});

	it("does not fire a timer that was cleared, not even by one that fires in the same turn", () => {
		const machine = new Machine();
		const fired: string[] = [];
		const second = machine.clock.setTimer(() => fired.push("second"), 20);
		machine.clock.setTimer(() => {
			fired.push("first");
			machine.clock.clearTimer(second);
		}, 10);
		machine.wake(100);
		assert.deepEqual(fired, ["first"]);
		machine.clock.clearTimer(second);
		machine.clock.clearTimer(undefined);
	});

	it("lets a timer be cleared that has fired, without taking another one with it", () => {
		const machine = new Machine();
		let fired = false;
		const first = machine.clock.setTimer(() => {}, 10);
		machine.clock.setTimer(() => {
			fired = true;
		}, 20);
		machine.wake();
		machine.clock.clearTimer(first);
		machine.wake();
		assert.isTrue(fired);
	});

	it("never fires a timer before the call that sets it has returned, and lets one that is set while firing wait a turn", () => {
		const machine = new Machine();
		let calls = 0;
		const again = (): void => {
			calls++;
			machine.clock.setTimer(again, 0);
		};
		machine.clock.setTimer(again, 0);
		assert.equal(calls, 0);
		assert.equal(machine.sleepMs, 1);
		machine.wake();
		assert.equal(calls, 1);
		machine.wake();
		assert.equal(calls, 2);
	});

	it("goes `speed` times as fast as the machine", () => {
		const machine = new Machine(10);
		let firedAtMs = 0;
		machine.clock.setTimer(() => {
			firedAtMs = machine.clock.nowMs();
		}, 1000);
		assert.equal(machine.sleepMs, 100);
		machine.wake();
		assert.equal(firedAtMs, 1000);
	});

	it("stands still when the machine's clock is set back", () => {
		const machine = new Machine();
		machine.clock.setTimer(() => assert.fail("too early"), 1000);
		machine.ticks -= 500_000;
		machine.clock.wake();
		assert.equal(machine.clock.nowMs(), 0);
	});

	it("refuses a delay that is no time", () => {
		const machine = new Machine();
		for (const delayMs of [-1, Number.NaN]) assert.throws(() => machine.clock.setTimer(() => {}, delayMs), RangeError);
	});
});

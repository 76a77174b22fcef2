/* The one timer: set or not, and never a callback that was stopped. */
import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import { Timer } from "../../modules/core/timer.js";

describe("core/timer", () => {
	it("calls once, and is set until then", async () => {
		const clock = new HandClock();
		const seen: [number, boolean][] = [];
		const timer: Timer = new Timer(clock, { onTime: () => seen.push([clock.elapsedMs, timer.isSet]) });
		assert.isFalse(timer.isSet);
		timer.start(100);
		assert.isTrue(timer.isSet);
		await clock.advance(1_000);
		assert.deepEqual(seen, [[100, false]]);
		assert.isFalse(timer.isSet);
	});

	it("started again, the time before counts no more; stopped, none does", async () => {
		const clock = new HandClock();
		const seen: number[] = [];
		const timer = new Timer(clock, { onTime: () => seen.push(clock.elapsedMs) });
		timer.start(100);
		await clock.advance(50);
		timer.start(100);
		await clock.advance(60);
		assert.deepEqual(seen, []);
		await clock.advance(60);
		assert.deepEqual(seen, [150]);
		timer.start(10);
		timer.stop();
		timer.stop();
		assert.isFalse(timer.isSet);
		assert.equal(clock.pending, 0);
		await clock.advance(100);
		assert.deepEqual(seen, [150]);
	});

	it("may be started in its own callback", async () => {
		const clock = new HandClock();
		let calls = 0;
		const timer: Timer = new Timer(clock, {
			onTime() {
				if (++calls < 3) timer.start(10);
			},
		});
		timer.start(10);
		await clock.advance(100);
		assert.equal(calls, 3);
	});

	it("works with a clock whose timers are falsy", () => {
		const cleared: unknown[] = [];
		const timer = new Timer({ nowMs: () => 0, setTimer: () => 0, clearTimer: id => cleared.push(id) }, { onTime() {} });
		timer.start(1);
		timer.stop();
		assert.deepEqual(cleared, [0]);
	});
});

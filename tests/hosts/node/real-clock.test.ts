/* RealClock at high speed: an hour of its time is a few milliseconds here. */
import { assert } from "chai";
import { RealClock } from "../../../hosts/node/real-clock.js";
import { elapsedMs } from "../../../modules/core/clock.js";

const SPEED = 100_000;

describe("hosts/node/real-clock", () => {
	it("fires after the delay on its own count, never before", async () => {
		const clock = new RealClock(SPEED);
		const sinceMs = clock.nowMs();
		for (const delayMs of [0, 1, 1000, 400_000]) {
			const beganMs = clock.nowMs();
			let returned = false;
			await new Promise<void>(resolve => {
				clock.setTimer(() => {
					assert.isTrue(returned);
					resolve();
				}, delayMs);
				returned = true;
			});
			assert.isAtLeast(elapsedMs(beganMs, clock.nowMs()), delayMs);
		}
		assert.isAtMost(Math.abs(elapsedMs(sinceMs, clock.nowMs()) - clock.elapsedMs), SPEED); // across the wrap
		assert.isBelow(clock.nowMs(), 0, "the count has wrapped, as a signed 32-bit one");
	});

	it("runs `speed` times as fast as this machine's clock", async () => {
		const beforeMs = performance.now();
		const clock = new RealClock(10);
		const afterMs = performance.now();
		await new Promise<void>(resolve => clock.setTimer(resolve, 100));
		assert.isAtLeast(performance.now() - beforeMs, 10);
		await new Promise(resolve => setImmediate(resolve)); // until then it is the timer's moment
		// Each look between two of the machine's, however busy it is.
		const earliestMs = 10 * (performance.now() - afterMs);
		const { elapsedMs } = clock;
		assert.isAtLeast(elapsedMs, earliestMs - 0.001);
		assert.isAtMost(elapsedMs, 10 * (performance.now() - beforeMs) + 0.001);
	});

	it("fires in the order of the moments, not of the calls", async () => {
		const clock = new RealClock(SPEED);
		const fired: number[] = [];
		await new Promise<void>(resolve => {
			clock.setTimer(resolve, 900_000);
			for (const delayMs of [600_000, 0, 300_000]) clock.setTimer(() => fired.push(delayMs), delayMs);
		});
		assert.deepEqual(fired, [0, 300_000, 600_000]);
	});

	it("does not fire a timer that was cleared, and clears one that has fired", async () => {
		const clock = new RealClock(SPEED);
		const cleared = [0, 1, 250_000].map(delayMs => clock.setTimer(() => assert.fail(`${delayMs} ms`), delayMs));
		for (const timer of cleared) clock.clearTimer(timer);
		let last: unknown;
		await new Promise<void>(resolve => {
			last = clock.setTimer(resolve, 500_000);
		});
		clock.clearTimer(last);
	});

	/** Nothing else runs on this machine's thread meanwhile. */
	function block(ms: number): void {
		const sinceMs = performance.now();
		while (performance.now() - sinceMs < ms);
	}

	it("gives a timer that fires late its own moment, and catches up", async () => {
		const clock = new RealClock(10);
		const beganMs = performance.now();
		const seen: number[] = [];
		for (const delayMs of [50, 100, 150]) {
			const dueMs = clock.elapsedMs + delayMs;
			clock.setTimer(async () => {
				seen.push(clock.elapsedMs - dueMs);
				await undefined;
				seen.push(clock.elapsedMs - dueMs);
			}, delayMs);
		}
		block(40);
		assert.isBelow(clock.elapsedMs, 60, "time passes no timer that has not fired");
		await new Promise<void>(resolve => clock.setTimer(resolve, 110));
		assert.lengthOf(seen, 6);
		for (const lateMs of seen) assert.isBelow(lateMs, 5); // between two calls above; the machine was 250 ms late
		await new Promise(setImmediate);
		assert.isAtLeast(clock.elapsedMs, 390);
		assert.isAtMost(Math.abs(clock.elapsedMs - 10 * (performance.now() - beganMs)), 50);
	});

	it("stands still while it is held, and forgets that time", async () => {
		const clock = new RealClock(10);
		const beganMs = performance.now();
		let fired = false;
		clock.setTimer(() => {
			fired = true;
		}, 50);
		const releases = [clock.hold(), clock.hold()];
		const heldMs = clock.elapsedMs;
		block(20);
		await new Promise(setImmediate);
		assert.equal(clock.elapsedMs, heldMs);
		releases[0]!();
		releases[0]!(); // twice is once
		block(20);
		await new Promise(setImmediate);
		assert.deepEqual([clock.elapsedMs, fired], [heldMs, false]);
		releases[1]!();
		await new Promise<void>(resolve => clock.setTimer(resolve, 60));
		assert.isTrue(fired);
		assert.isAtMost(clock.elapsedMs, 10 * (performance.now() - beganMs - 40) + 1);
	});

	it("holds the moment of the timer that holds it", async () => {
		const clock = new RealClock(10);
		const dueMs = clock.elapsedMs + 20;
		const release = await new Promise<() => void>(resolve => clock.setTimer(() => resolve(clock.hold()), 20));
		block(5);
		await new Promise(setImmediate);
		assert.closeTo(clock.elapsedMs, dueMs, 1);
		release();
	});

	it("refuses a speed or a delay that is none", () => {
		for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => new RealClock(speed), RangeError);
		for (const delayMs of [-1, Number.NaN]) assert.throws(() => new RealClock().setTimer(() => {}, delayMs), RangeError);
	});
});

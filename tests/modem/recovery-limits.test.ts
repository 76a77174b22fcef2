/* What operators allow holds for any sequence of failures, and no wait is without end. */
import { assert } from "chai";
import { Random } from "../../modules/core/random.js";
import { LIMITS } from "../../modules/modem/recovery.js";
import { Bench } from "./recovery-bench.js";
import { Life } from "./recovery-life.js";

const HOUR = 3_600_000;

/** The most of `timesMs` within any hour. */
function mostInAnHour(timesMs: readonly number[]): number {
	let most = 0;
	let first = 0;
	for (let last = 0; last < timesMs.length; last++) {
		while (timesMs[last]! - timesMs[first]! >= HOUR) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}

describe("modem/recovery: as fast as it allows", () => {
	/** When something was done in two days, with pauses as chance has them. */
	function busy(seed: number, act: (bench: Bench) => boolean): number[] {
		const random = new Random(seed);
		const bench = new Bench({ chance: () => random.next() });
		const doneMs: number[] = [];
		for (let realMs = 0; realMs < 48 * HOUR; ) {
			if (act(bench)) doneMs.push(realMs);
			const { waitMs } = bench.recovery.next(bench.nowMs);
			const ms = 0 === random.between(0, 20) ? random.between(0, 3 * HOUR) : waitMs + random.between(0, 2_000);
			bench.pass(ms);
			realMs += ms;
		}
		return doneMs;
	}

	for (const seed of [1, 2, 3]) {
		it(`no hour has more than 30 activations that succeed, and one has most of them, seed ${seed}`, () => {
			const doneMs = busy(seed, bench => {
				if (bench.recovery.request("activation", bench.nowMs) > 0) return false;
				bench.recovery.onSuccess("bearer", bench.nowMs);
				bench.recovery.onDown(bench.nowMs);
				return true;
			});
			assert.isAtMost(mostInAnHour(doneMs), LIMITS.activationsPerHour);
			assert.isAtLeast(mostInAnHour(doneMs), 28);
		});

		it(`no hour has more than 10 tries after a failure, and one has most of them, seed ${seed}`, () => {
			const doneMs = busy(seed, bench => {
				bench.recovery.begin("bearer", bench.nowMs);
				if (bench.recovery.request("activation", bench.nowMs) > 0) return false;
				bench.fail("modem", "PORT_FAILED"); // the failure with the shortest plan
				bench.pass(60_000);
				return true;
			});
			assert.isAtMost(mostInAnHour(doneMs), LIMITS.retriesPerHour);
			assert.isAtLeast(mostInAnHour(doneMs), 7);
		});
	}

	it("whatever has failed, and how often, the next try comes within 25 minutes; after a permanent reject within 5 hours", () => {
		const failures = [
			["modem", "NO_MODEM"],
			["modem", "POWER_KEY_FAILED"],
			["modem", "TIMEOUT"],
			["modem", "PORT_FAILED"],
			["sim", "PIN_WRONG"],
			["sim", "SIM_MISSING"],
			["sim", "MALFORMED"],
			["registration", "NO_NETWORK"],
			["registration", "REGISTRATION_DENIED", undefined],
			["registration", "REGISTRATION_DENIED", 15],
			["registration", "ATTACH_FAILED", 17],
			["bearer", "BEARER_FAILED"],
			["bearer", "BEARER_FAILED", 29],
			["bearer", "TIMEOUT"],
			["bearer", "BEARER_LOST"],
			["registration", "REGISTRATION_DENIED", 2],
		] as const;
		for (const [step, code, cause] of failures) {
			const bench = new Bench({ chance: () => 0.999 });
			for (let times = 1; times <= 60; times++) {
				if ("bearer" === step) bench.recovery.request("activation", bench.nowMs);
				bench.fail(step, code, cause);
				const { waitMs } = bench.recovery.next(bench.nowMs);
				assert.isAtMost(waitMs, (2 === cause ? 300 : 25) * 60_000, `${step} ${code} ${times}`);
				bench.act();
			}
		}
	});
});

describe("modem/recovery: thirty days of failures as chance has it", () => {
	for (let seed = 1; seed <= 6; seed++)
		it(`holds every limit and never waits without end, seed ${seed}`, () => {
			const life = new Life(seed);
			life.live(30);
			assert.isAtMost(mostInAnHour(life.activations), LIMITS.activationsPerHour);
			assert.isAtMost(mostInAnHour(life.retries), LIMITS.retriesPerHour);
			assert.isAtMost(mostInAnHour(life.restarts), 1);
			assert.isAtMost(life.longestWaitMs, 6 * HOUR);
			assert.isAbove(life.tries, 500, "it went on trying");
			assert.isAbove(life.successes, 50);
			assert.isAbove(life.restarts.length, 5);
			assert.isAtMost(life.memory.writes, 30 * 24 * 60 + 4 * life.tries, "a write a minute, and one for each access");
		});
});

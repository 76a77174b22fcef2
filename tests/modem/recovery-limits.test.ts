/* What operators allow holds for any sequence of failures, and no wait is without end. */
import { assert } from "chai";
import { LIMITS } from "../../modules/modem/recovery.js";
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

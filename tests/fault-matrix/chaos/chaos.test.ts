/* Some dozen seeds of `npm run chaos`, the same each time. */
import { assert } from "chai";
import { describePlan } from "./plan.js";
import { chaos } from "./run.js";

const SEEDS = 36;
const LIMIT_MS = 60_000;
const TRACE_LAST = 60;

describe("fault matrix: chaos, and soon all is well again", () => {
	for (let seed = 1; seed <= SEEDS; seed++) {
		it(`seed ${seed}`, async function () {
			this.timeout(LIMIT_MS);
			const { badCycles, cycles, plan, violations } = await chaos(seed);
			if (violations.length > 0) {
				const { trace } = await chaos(seed, true);
				assert.deepEqual(violations, [], `${describePlan(plan)}\n${trace.slice(-TRACE_LAST).join("\n")}\n`);
			}
			assert.isAbove(cycles, badCycles);
		});
	}
});

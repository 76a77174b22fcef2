/* A thinned sample of `npm run every-byte`, the same each time. */
import { assert } from "chai";
import { DIRECTIONS } from "../support/tap.js";
import { type Fault, WIRE_FAULTS } from "./fault.js";
import { describeVerdict } from "./report.js";
import { SCENARIOS } from "./scenarios/index.js";
import { baselineOf, verdictOf } from "./verdict.js";

/** Primes, so that the sample hits other places in each scenario and direction. */
const EVERY = { up: 149, down: 211 } as const;
const SEED = 1;
const LIMIT_MS = 120_000;

describe("fault matrix: a byte is lost, changed or doubled", () => {
	for (const [order, scenario] of SCENARIOS.entries()) {
		it(`${scenario.name}: ${scenario.what}`, async function () {
			this.timeout(LIMIT_MS);
			const { counts } = (await baselineOf(scenario)).outcome;
			let tried = 0;
			for (const direction of DIRECTIONS)
				for (let index = 13 * order; index < counts[direction]; index += EVERY[direction])
					for (const kind of WIRE_FAULTS) {
						const fault: Fault = { kind, direction, index, seed: SEED };
						const verdict = await verdictOf(scenario, fault);
						tried++;
						if (0 === verdict.violations.length) continue;
						assert.fail(`${describeVerdict(await verdictOf(scenario, fault, { traces: true }))}\nseed ${SEED}`);
					}
			assert.isAbove(tried, 20);
		});
	}
});

/* A thinned sample of `npm run every-byte`, the same each time. */
import { assert } from "chai";
import { DIRECTIONS, type Direction } from "../support/tap.js";
import { type Fault, type FaultKind, WIRE_FAULTS } from "./fault.js";
import { describeVerdict } from "./report.js";
import { SCENARIOS } from "./scenarios/index.js";
import type { Scenario } from "./scenarios/scenario.js";
import { baselineOf, verdictOf } from "./verdict.js";

const RESTART_EVERY = { up: 307, down: 401 } as const;
/** Primes, so that the sample hits other places in each scenario and direction. */
const EVERY = { up: 149, down: 211 } as const;
const SEED = 1;
const LIMIT_MS = 120_000;

describe("fault matrix: nothing is wrong", () => {
	for (const scenario of SCENARIOS) {
		it(`${scenario.name}: the bearer is brought up once`, async () => {
			assert.equal((await baselineOf(scenario)).outcome.bearersUp, 1);
		});
	}
});

/** Fails with the report of the first fault that is not got over. */
async function tryEach(scenario: Scenario, order: number, every: Record<Direction, number>, kinds: readonly FaultKind[]) {
	const { counts } = (await baselineOf(scenario)).outcome;
	let tried = 0;
	for (const direction of DIRECTIONS)
		for (let index = 13 * order; index < counts[direction]; index += every[direction])
			for (const kind of kinds) {
				const fault: Fault = { kind, direction, index, seed: SEED };
				const { violations } = await verdictOf(scenario, fault);
				tried++;
				if (0 === violations.length) continue;
				assert.fail(`${describeVerdict(await verdictOf(scenario, fault, { traces: true }))}\nseed ${SEED}`);
			}
	assert.isAtLeast(tried, 4);
}

for (const [what, every, kinds] of [
	["a byte is lost, changed or doubled", EVERY, WIRE_FAULTS],
	["the modem restarts at a byte", RESTART_EVERY, ["restart"]],
] as const) {
	describe(`fault matrix: ${what}`, () => {
		for (const [order, scenario] of SCENARIOS.entries()) {
			it(`${scenario.name}: ${scenario.what}`, async function () {
				this.timeout(LIMIT_MS);
				await tryEach(scenario, order, every, kinds);
			});
		}
	});
}

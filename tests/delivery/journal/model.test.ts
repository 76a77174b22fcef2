/* The journal beside its model, step by step, as fast-check likes; a failure comes with the shortest way to it. */
import "../../fuzz/globals.js";
import * as fc from "fast-check";
import { Flash } from "../../support/flash.js";
import { assertSame, DESTINATIONS, Model, NEVER, observe, open, type Step } from "./model.js";

const SEED = 900;
const RUNS = 60;

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 5, arbitrary: append() },
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant("finish" as const), which: fc.nat(50), fate: fc.nat(4) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const), count: fc.integer({ min: 1, max: 4 }) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("expire" as const), timeS: fc.nat(100) }) },
	{ weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
);

function append(): fc.Arbitrary<Step> {
	return fc.record({
		kind: fc.constant("append" as const),
		destination: fc.nat(DESTINATIONS - 1),
		priority: fc.nat(7),
		expiresS: fc.oneof(fc.nat(100), fc.constant(NEVER)),
		length: fc.nat(60),
	});
}

describe("delivery/journal beside its model", () => {
	for (const whenFull of ["refuse", "drop-oldest", "drop-lowest"] as const) {
		it(`answers and keeps the same, over starts and when it is full (${whenFull})`, () => {
			const property = fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: "max" }), fc.nat(9), (steps, extra) => {
				const options = { countLimit: 4 + extra, messageLimit: 60, fateLimit: 5, whenFull };
				const flash = new Flash(4, 320);
				const model = new Model(options);
				let journal = open(flash, options);
				for (const [index, one] of steps.entries()) {
					if ("reopen" === one.kind) journal = open(flash, options);
					model.take(one, journal, index & 0xff);
					assertSame(observe(journal), model.state);
				}
				assertSame(observe(open(flash, options)), model.state);
			});
			fc.assert(property, { seed: SEED, numRuns: RUNS });
		});
	}
});

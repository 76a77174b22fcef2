/*
 * A second's worth of what `npm run fuzz` does for as long as it is told to. The seed is the same each time, so that
 * these tests are about what was changed; fast-check prints it with what it has found.
 */
import "./globals.js";
import * as fc from "fast-check";
import { TARGETS } from "./properties.js";

const SEED = 900;

describe("fuzz", () => {
	for (const { name, property, runs } of TARGETS) {
		it(name, async () => {
			await fc.assert(property({ bytes: 0 }), { seed: SEED, numRuns: runs });
		});
	}
});

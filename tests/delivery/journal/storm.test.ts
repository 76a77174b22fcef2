/* A minute's worth, or less, of what `npm run powercuts` does all night. */
import { assert } from "chai";
import { storm } from "./storm.js";

const SEED = 12;

describe("delivery/journal: power cuts at random", () => {
	for (let seed = SEED; seed < SEED + 4; seed++) {
		it(`lose and double nothing (seed ${seed})`, () => {
			const { cuts, erases } = storm(seed);
			assert.isAbove(cuts, 100);
			assert.isAbove(erases, 1);
		});
	}
});

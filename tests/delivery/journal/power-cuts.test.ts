/* Power cuts in small journals. `npm run powercuts` does more of the same, and large ones. */
import { assert } from "chai";
import { Random } from "../../../modules/core/random.js";
import { SECTOR_HEAD_BYTES } from "../../../modules/delivery/journal/sector.js";
import type { FlashStep } from "../../support/flash.js";
import { cutEverywhere, type Plan, randomSteps } from "./cuts.js";

const SEED = 419;
/** XS runs this some thirty times slower than Node: it gets a thirtieth of it. */
const IS_XS = "undefined" === typeof process;
const SAMPLE = IS_XS ? 11 : 1;
const SHARE = IS_XS ? 3 : 1;

function plan(seed: number, steps: number, whenFull: "refuse" | "drop-oldest" | "drop-lowest"): Plan {
	const random = new Random(seed);
	const options = { countLimit: 5, messageLimit: 24, fateLimit: 3, whenFull };
	return { sectors: 5, sectorBytes: 128, options, steps: randomSteps(random, steps / SHARE, 24) };
}

describe("delivery/journal: a power cut", () => {
	it("leaves no sector's head that counts today and not tomorrow", () => {
		const options = { countLimit: 5, messageLimit: 100, fateLimit: 3 };
		const steps = randomSteps(new Random(SEED), 60 / SHARE, 100);
		const only = (step: FlashStep) => "write" === step.kind && SECTOR_HEAD_BYTES === step.bytes.length;
		const depth = { seeds: 30, every: 5, thorough: false, sample: SAMPLE, only, seed: SEED };
		const cuts = cutEverywhere({ sectors: 5, sectorBytes: 320, options, steps }, depth);
		assert.isAbove(cuts, IS_XS ? 20 : 1_000);
	});

	for (const [index, whenFull] of (["refuse", "drop-oldest", "drop-lowest"] as const).entries()) {
		it(`at every byte of every program and erase loses and doubles nothing (${whenFull})`, () => {
			const cuts = cutEverywhere(plan(SEED + index, 24, whenFull), {
				seeds: 2,
				every: 1e9,
				thorough: false,
				sample: SAMPLE,
				seed: SEED,
			});
			assert.isAbove(cuts, IS_XS ? 20 : 1_000);
		});

		it(`and another one while the journal is opened loses and doubles nothing (${whenFull})`, () => {
			const cuts = cutEverywhere(plan(SEED + 3 + index, 12, whenFull), {
				seeds: 2,
				every: 7,
				thorough: false,
				sample: SAMPLE,
				seed: SEED,
			});
			assert.isAbove(cuts, IS_XS ? 20 : 1_000);
		});
	}
});

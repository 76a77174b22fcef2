/* Waits: they grow, they differ, and chance never makes one shorter. */
import { assert } from "chai";
import { Backoff, grownMs, jittered } from "../../modules/core/backoff.js";
import { Random } from "../../modules/core/random.js";

describe("core/backoff", () => {
	it("doubles each wait up to the longest, and starts anew after a success", () => {
		const backoff = new Backoff(2_000, 20_000, () => 0);
		assert.deepEqual(
			[1, 2, 3, 4, 5, 6].map(() => backoff.next()),
			[2_000, 4_000, 8_000, 16_000, 20_000, 20_000],
		);
		backoff.reset();
		assert.equal(backoff.next(), 2_000);
	});

	it("lengthens each by at most a quarter, as chance has it", () => {
		assert.equal(
			jittered(60_000, () => 0),
			60_000,
		);
		assert.equal(
			jittered(60_000, () => 0.5),
			67_500,
		);
		assert.equal(
			jittered(60_000, () => 1),
			75_000,
		);
		const waits = (seed: number) => {
			const random = new Random(seed);
			const backoff = new Backoff(1_000, 300_000, () => random.next());
			return Array.from({ length: 12 }, () => backoff.next());
		};
		assert.deepEqual(waits(5), waits(5), "chance is seeded");
		assert.notDeepEqual(waits(5), waits(6));
		assert.isAbove(new Set(waits(5).slice(9)).size, 1, "also when it grows no more");
	});

	it("never overflows, and the first failure waits the first time", () => {
		assert.equal(grownMs(1_000, 60_000, 1), 1_000);
		assert.equal(grownMs(1_000, 60_000, 0), 1_000);
		assert.equal(grownMs(1_000, 60_000, 1_000_000), 60_000);
	});
});

/* What the driver keeps in memory on XS does not grow with what it has done, and stays small. */
import { assert } from "chai";
import { heapAfter } from "../../../bench/heap.js";

const FEW = { bytes: 100, times: 2 };
const MANY = { bytes: 100, times: 100 };
/** Two connections of the driver, of the 32 KiB that the whole program may take. */
const MOST_BYTES = 24 * 1024;
/** Counters that become numbers of another kind, the order of a table: nothing that goes on. */
const NOISE_SLOTS = 8;

describe("memory on XS", () => {
	it("is the same after many messages as after few", async () => {
		const few = await heapAfter("few", ["open", 2], ["exchange", FEW]);
		const many = await heapAfter("many", ["open", 2], ["exchange", MANY]);
		assert.closeTo(many.slots, few.slots, NOISE_SLOTS);
		assert.closeTo(many.chunkBytes, few.chunkBytes, 64);
	});

	it("is the same after many connections as after few", async () => {
		const few = await heapAfter("few", ["exchangeAndClose", FEW]);
		const many = await heapAfter("many", ["exchangeAndClose", MANY]);
		assert.closeTo(many.slots, few.slots, NOISE_SLOTS);
		assert.closeTo(many.chunkBytes, few.chunkBytes, 64);
	});

	it("is small enough with two connections", async () => {
		const { deviceBytes } = await heapAfter("two connections", ["open", 2]);
		assert.isAtMost(deviceBytes, MOST_BYTES);
	});
});

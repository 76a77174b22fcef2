/* The meter that the cost figures come from. */
import { assert } from "chai";
import { Meter } from "../../../hosts/xs/meter.js";

describe("hosts/xs/meter", () => {
	let meter: Meter;

	before(async () => {
		meter = await Meter.open("tests/hosts/xs/fixtures/metered.ts");
	});
	after(() => meter.close());

	async function failureOf(name: string): Promise<string> {
		return meter.run(name).then(
			() => assert.fail("no failure"),
			(error: Error) => error.message,
		);
	}

	it("counts byte-codes in proportion, and the same each time", async () => {
		const hundred = await meter.run("loop", 100);
		const thousand = await meter.run("loop", 1000);
		assert.equal(hundred.value, 4950);
		assert.equal((await meter.run("loop", 100)).computed, hundred.computed);
		const perTurn = (thousand.computed - hundred.computed) / 900;
		assert.equal(perTurn, Math.round(perTurn));
		assert.isAbove(perTurn, 5);
		assert.isBelow(hundred.computed - 100 * perTurn, 50, "the call itself is not counted");
	});

	it("counts what promises run", async () => {
		const one = await meter.run("later", 1);
		const many = await meter.run("later", 101);
		assert.equal(many.value, "done");
		assert.isAbove((many.computed - one.computed) / 100, 5);
	});

	it("counts slots that are taken", async () => {
		const none = await meter.run("objects", 0);
		const thousand = await meter.run("objects", 1000);
		assert.equal((thousand.slots - none.slots) / 1000, 2); // an object and its property
		assert.isBelow(none.slots, 100);
		for (let run = 0; run < 4; run++) {
			const { slots } = await meter.run("objects", 50_000);
			assert.closeTo(slots, 100_000, 100, "the garbage of the run before is gone");
		}
	});

	it("weighs what is kept, without garbage", async () => {
		await meter.run("keep", 1); // what the first call of anything keeps
		const before = await meter.memory();
		await meter.run("objects", 1000);
		const same = await meter.memory();
		assert.isAtMost(Math.abs(same.slots - before.slots), 20);
		await meter.run("keep", 100_000);
		const after = await meter.memory();
		assert.closeTo(after.chunkBytes - same.chunkBytes, 100_000, 500);
		assert.closeTo(after.deviceBytes - same.deviceBytes, 100_000, 1000);
		assert.equal(after.deviceBytes, after.slots * 16 + after.chunkBytes);
	});

	it("tells what went wrong, with the place", async () => {
		assert.match(await failureOf("fail"), /RangeError: on purpose[\s\S]*metered\.ts:21/);
		assert.match(await failureOf("reject"), /nobody waits/);
		assert.match(await failureOf("never"), /never settled/);
		assert.match(await failureOf("nonsense"), /no function "nonsense": there are loop, later/);
	});
});

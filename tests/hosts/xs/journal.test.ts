/*
 * What a journal costs on the engine of the device. An ESP32 at 240 MHz runs some 5 to 10 million byte-codes a second; the
 * figures are counted, not timed, and are the same on every machine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { Meter } from "../../../hosts/xs/meter.js";
import { ROOT } from "../sdk.js";

/** In 200 ms, by the slower of the two. */
const OPENING_LIMIT = 1_000_000;

/** The byte-codes in its row. */
function figureOf(what: string): number {
	const row = readFileSync(join(ROOT, "docs/JOURNAL.md"), "utf8").split(`| ${what} | `)[1] ?? "";
	return Number(row.split(" |")[0]!.replaceAll(",", ""));
}

describe("delivery/journal on XS", () => {
	let meter: Meter;

	before(async () => {
		meter = await Meter.open("bench/xs/journal.ts");
	});
	after(() => meter.close());

	for (const [what, messageBytes, countLimit, passed] of [
		["messages of 100 bytes, after an outage", 100, 400, 0],
		["messages of 100 bytes, of which many came and went", 100, 400, 3_000],
		["messages of 16 bytes, after an outage", 16, 1_024, 0],
	] as const) {
		it(`opens 64 KB full of ${what}, within 200 ms, as docs/JOURNAL.md says`, async () => {
			const { value: count } = await meter.run("fill", { sectors: 16, messageBytes, countLimit, passed });
			assert.isAbove(count as number, 300);
			const { computed, value } = await meter.run("open");
			assert.equal(value, count);
			assert.isBelow(computed, OPENING_LIMIT);
			assert.approximately(computed, figureOf(`${count} ${what}`), 0.05 * computed, "docs/JOURNAL.md");
		}).timeout(60_000);
	}

	it("opens one that is almost empty in a few milliseconds", async () => {
		await meter.run("fill", { sectors: 16, messageBytes: 100, countLimit: 3, passed: 3_000 });
		const { computed, value } = await meter.run("open");
		assert.equal(value, 3);
		assert.isBelow(computed, 120_000);
	}).timeout(60_000);

	it("keeps the same memory from the first message to the thousandth", async () => {
		await meter.run("fill", { sectors: 16, messageBytes: 100, countLimit: 256, passed: 0 });
		await meter.run("cycle", 20);
		const before = await meter.memory();
		await meter.run("cycle", 1_000);
		const after = await meter.memory();
		assert.isAtMost(after.slots - before.slots, 4);
		assert.isAtMost(after.chunkBytes - before.chunkBytes, 64);
	}).timeout(60_000);
});

/* How long flash lasts, as docs/JOURNAL.md says: computed and counted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { EXAMPLE, EXAMPLES, wearByFormula, wearCounted } from "../../bench/journal.js";
import { ROOT } from "./sdk.js";

describe("the wear of flash under a journal", () => {
	it("is as docs/JOURNAL.md says", () => {
		const document = readFileSync(join(ROOT, "docs/JOURNAL.md"), "utf8");
		for (const [what, use] of EXAMPLES) {
			const { bytesPerMessage, years } = wearByFormula(use);
			const counted = Math.round(wearCounted(use).years);
			assert.include(document, `| ${what} | ${bytesPerMessage} | ${Math.round(years)} | ${counted} |`);
		}
	}).timeout(60_000);

	it("leaves at least ten years for 64 KB and a message of 100 bytes a minute, even in a full queue", () => {
		assert.isAtLeast(wearCounted(EXAMPLE).years, 10);
		assert.isAtLeast(wearCounted({ ...EXAMPLE, startsForEach: true, isFull: true }, 1_000).years, 10);
	}).timeout(60_000);
});

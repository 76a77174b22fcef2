/* One day of each row of `npm run recovery-table`. */
import { assert } from "chai";
import { live } from "./life.js";
import { complaintsOf } from "./limits.js";
import { STUCK } from "./stuck.js";

const DAYS = 1;
const LIMIT_MS = 60_000;
/** Of the causes, one of each sort: for good, here, for a while; settings, a while. */
const CAUSES = ["cause 7", "cause 11", "cause 22", "cause 26", "cause 27", "cause 33"];

describe("fault matrix: a modem that is stuck", () => {
	for (const stuck of STUCK) {
		if (stuck.name.includes("cause") && !CAUSES.some(cause => stuck.name.endsWith(cause))) continue;
		it(`${stuck.name}: ${stuck.cure ? `${stuck.cure} helps` : "operators' limits are kept"}`, async function () {
			this.timeout(LIMIT_MS);
			const life = await live(stuck, DAYS);
			assert.deepEqual(complaintsOf(stuck, life), []);
		});
	}
});

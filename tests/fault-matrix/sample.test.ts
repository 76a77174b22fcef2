/* A few bytes of some scenarios, for XS as well: Node tries many more (every-byte.test.ts). */
import { assert } from "chai";
import { DIRECTIONS } from "../support/tap.js";
import { FAULT_KINDS, type Fault } from "./fault.js";
import { describeVerdict } from "./report.js";
import { baselineOf, scenarioOf, verdictOf } from "./verdict.js";

/** With a power key and a PIN, with several connections, and with datagrams. */
const NAMES = ["bring-up", "multi-closing", "udp"];
const BYTES = 3;
const SEED = 1;
const LIMIT_MS = 120_000;

describe("fault matrix: a few bytes", () => {
	for (const name of NAMES) {
		it(`of ${name} are lost, changed and doubled, and the modem restarts there`, async function () {
			this.timeout(LIMIT_MS);
			const scenario = scenarioOf(name);
			const { counts } = (await baselineOf(scenario)).outcome;
			for (const direction of DIRECTIONS)
				for (let byte = 1; byte <= BYTES; byte++)
					for (const kind of FAULT_KINDS) {
						const fault: Fault = { kind, direction, index: Math.floor((byte * counts[direction]) / (BYTES + 1)), seed: SEED };
						const verdict = await verdictOf(scenario, fault);
						assert.deepEqual(verdict.violations, [], describeVerdict(verdict));
					}
		});
	}
});

/*
 * A few seeds of `npm run lossless`, the same each time: a megabyte up and one down at once on 128 bytes of FIFO while the
 * engine goes away for up to 500 ms, and streams whose wire loses bytes.
 */
import { assert } from "chai";
import { Program } from "../hosts/program.js";
import { transfer } from "./transfer.js";

/** One socket, two and eight, CIPMUX=0 and 1, both rates, small and large buffers, each way to read and to serve. */
const STALLED_SEEDS = [3, 4, 8, 9, 17];
const STALLED_BYTES = 1_000_000;
const LOSING_SEEDS = 20;
const LOSING_BYTES = 100_000;
const LIMIT_MS = 120_000;

async function lossless(...options: string[]): Promise<{ code: number | null; out: string; error: string }> {
	const program = new Program(["--import", "tsx", "tests/lossless/command.ts", ...options]);
	const code = await program.exit();
	return { code, out: program.lines.join("\n"), error: program.stderr };
}

describe("lossless", () => {
	for (const seed of STALLED_SEEDS) {
		it(`1 MB up and 1 MB down while JavaScript stalls, no byte lost, doubled or moved (seed ${seed})`, async function () {
			this.timeout(LIMIT_MS);
			const { failures, plan, stalls } = await transfer("stalls", seed, STALLED_BYTES);
			assert.deepEqual(failures, [], plan);
			assert.isAbove(stalls, 100);
		});
	}

	for (let seed = 1; seed <= LOSING_SEEDS; seed++) {
		it(`a wire that loses bytes: an error or all of them, and never wrong data (seed ${seed})`, async function () {
			this.timeout(LIMIT_MS);
			const { failures, plan } = await transfer("losses", seed, LOSING_BYTES);
			assert.deepEqual(failures, [], plan);
		});
	}
});

describe("npm run lossless", () => {
	it("runs the seeds it was told to, and says how each socket ended", async () => {
		const { code, out } = await lossless("--seeds", "3", "--from", "5", "--bytes", "2000", "--jobs", "2");
		assert.equal(code, 0);
		assert.match(out, /^stalls: seeds 5 to 7, 2000 bytes each way\n {2}1\d{4} bytes compared/);
		assert.match(out, /\nlosses: seeds 5 to 7/);
		assert.match(out, /3 seeds, none failed$/);
	});

	it("explains itself, and refuses what it does not know", async () => {
		assert.match((await lossless("--help")).out, /--seeds N/);
		assert.equal((await lossless("--only", "nothing")).code, 2);
		assert.match((await lossless("--sead", "7")).error, /--sead.*\n$/);
	});
});

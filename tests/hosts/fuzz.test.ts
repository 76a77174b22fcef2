/* `npm run fuzz` from the outside. What it looks for is in tests/fuzz. */
import { assert } from "chai";
import { Program } from "./program.js";

async function fuzz(...options: string[]): Promise<{ code: number | null; out: string; error: string }> {
	const program = new Program(["--import", "tsx", "tests/fuzz/run.ts", ...options]);
	const code = await program.exit();
	return { code, out: program.lines.join("\n"), error: program.stderr };
}

describe("npm run fuzz", () => {
	for (const engine of ["node", "xs"]) {
		it(`reads what it was told to, on ${engine}, and says with which seed`, async () => {
			const { code, out } = await fuzz(
				"--engine",
				engine,
				"--seed",
				"7",
				"--bytes",
				"5000",
				"--only",
				"fields: readers never throw",
			);
			assert.equal(code, 0);
			assert.match(out, /^fuzz: seed 7, 5000 bytes/);
			assert.match(out, /\d+ bytes, nothing found$/);
		});
	}

	it("explains itself, and refuses what it does not know", async () => {
		assert.match((await fuzz("--help")).out, /--seed N/);
		const { code, error } = await fuzz("--sead", "7");
		assert.equal(code, 2);
		assert.match(error, /--sead.*\n$/);
		assert.equal((await fuzz("--only", "nothing")).code, 2);
	});
});

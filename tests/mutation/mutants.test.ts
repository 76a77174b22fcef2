/* Mutants are of code alone, each at one place, and the same for the same seed. */
import { assert } from "chai";
import { Random } from "../../modules/core/random.js";
import { codeOnly, mutantsOf } from "./mutants.js";

const SOURCE = 'if (a === "b === c") return true; // d === e\n/* f && g */ const h = i < j;\n';

describe("mutation", () => {
	it("sees neither comments nor strings", () => {
		assert.equal(codeOnly(SOURCE).replace(/\s+/g, " "), "if (a === ) return true; const h = i < j; ");
		assert.lengthOf(codeOnly(SOURCE), SOURCE.length);
	});

	it("turns each condition around, one at a time", () => {
		const mutants = mutantsOf(new Map([["a.ts", SOURCE]]), 100, new Random(1));
		assert.sameMembers(
			mutants.map(({ after, line }) => `${line}: ${after}`),
			[
				'1: if (a !== "b === c") return true; // d === e',
				'1: if (a === "b === c") return false; // d === e',
				"2: /* f && g */ const h = i >= j;",
			],
		);
		for (const { source } of mutants) assert.notEqual(source, SOURCE);
	});

	it("chooses the same ones for the same seed, and none twice", () => {
		const of = (seed: number) => mutantsOf(new Map([["a.ts", SOURCE]]), 3, new Random(seed)).map(({ after }) => after);
		assert.deepEqual(of(7), of(7));
		assert.equal(new Set(of(7)).size, 3);
	});
});

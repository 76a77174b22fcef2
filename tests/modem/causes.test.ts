/* Reject causes: what each asks of a device, and what it tells a person. */
import { assert } from "chai";
import { textOfCause } from "../../modules/modem/cause-texts.js";
import { type CauseClass, type CauseDomain, causeOfCme, classOfCause } from "../../modules/modem/causes.js";

const EXPECTED: [CauseDomain, CauseClass, number[]][] = [
	["network", "identification", [2, 3, 5, 6, 7, 8, 11, 14]],
	["network", "not-here", [12, 13, 15, 25]],
	["network", "busy", [22]],
	["network", "settings", [19]],
	["network", "passing", [17, 111]],
	["session", "settings", [8, 27, 28, 29, 32, 33, 50, 51]],
	["session", "busy", [26]],
	["session", "passing", [25, 30, 31, 34, 38, 55, 65, 112]],
	["session", "ended", [36]],
];

describe("modem/causes", () => {
	for (const [domain, cls, causes] of EXPECTED)
		it(`${domain} ${causes.join(", ")}: ${cls}`, () => {
			for (const cause of causes) assert.equal(classOfCause(domain, cause), cls, `${cause}`);
		});

	it("a cause that is in no table, and none, has no class", () => {
		for (const domain of ["network", "session"] as const)
			for (const cause of [undefined, 0, 1, 4, 9, 10, 200, 255, -2, 2.5])
				assert.isUndefined(classOfCause(domain, cause), `${cause}`);
		assert.isUndefined(classOfCause("session", 2));
		assert.isUndefined(classOfCause("session", 5), "and not 50");
	});

	it("is found behind a +CME ERROR", () => {
		const pairs = [
			[103, 3],
			[107, 7],
			[111, 11],
			[122, 22],
			[127, 27],
			[133, 33],
			[149, 29],
			[177, 8],
			[178, 65],
		] as const;
		for (const [cme, cause] of pairs) assert.equal(causeOfCme(cme), cause);
		for (const cme of [undefined, 0, 10, 30, 100, 148, 150, 160, 500]) assert.isUndefined(causeOfCme(cme), `${cme}`);
	});

	it("each that has a class of its own for a person has words; the same number two in the two domains", () => {
		for (const [domain, , causes] of EXPECTED)
			for (const cause of causes)
				if (cause < 100 && !(25 === cause && "session" === domain))
					assert.notInclude(textOfCause(domain, cause), "reject cause", `${domain} ${cause}`);
		assert.notEqual(textOfCause("network", 8), textOfCause("session", 8));
		assert.equal(textOfCause("network", 99), "reject cause 99");
		assert.equal(textOfCause("session", 2), "reject cause 2");
	});
});

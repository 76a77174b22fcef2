/* What counts as an address. */
import { assert } from "chai";
import { isAddress } from "../../modules/core/ip.js";

describe("core/internet", () => {
	it("knows an address from a name", () => {
		for (const text of ["0.0.0.0", "10.99.152.119", "255.255.255.255", "001.02.3.4"]) assert.isTrue(isAddress(text), text);
		for (const text of [
			"",
			"1.2.3",
			"1.2.3.4.5",
			"1.2.3.",
			"1.2.3.256",
			"1.2.3.0004",
			"1.2.3.a",
			"1.2.3. 4",
			"1.2.3.-4",
			"1e1.2.3.4",
		])
			assert.isFalse(isAddress(text), text);
	});
});

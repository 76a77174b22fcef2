/* The ledger must see whatever can happen to a byte, and say what it was. */
import { assert } from "chai";
import { Ledger } from "./ledger.js";

const BYTES = 1_000;

/** What is said of a stream that comes in parts of 100 bytes, changed before. */
function faultOf(change: (data: Uint8Array) => Uint8Array): string | undefined {
	const ledger = new Ledger("up", 1, BYTES);
	const data = change(ledger.data);
	for (let at = 0; at < data.length; at += 100) ledger.take(data.subarray(at, at + 100));
	assert.equal(ledger.isWhole, undefined === ledger.fault && data.length === BYTES);
	return ledger.fault;
}

function joined(...parts: Uint8Array[]): Uint8Array {
	return Uint8Array.from(parts.flatMap(part => [...part]));
}

describe("lossless: the ledger", () => {
	it("has nothing to say of what is whole, or ends early", () => {
		assert.isUndefined(faultOf(data => data));
		assert.isUndefined(faultOf(data => data.subarray(0, 450)));
	});

	it("sees what is lost, doubled, moved, changed, or too much", () => {
		const lost = faultOf(data => joined(data.subarray(0, 250), data.subarray(251)));
		assert.match(lost!, /^up: byte 250 of 1000 .*: byte 251 stands where byte 250 belongs$/);
		const doubled = faultOf(data => joined(data.subarray(0, 250), data.subarray(249)));
		assert.match(doubled!, /byte 249 stands where byte 250 belongs$/);
		const moved = faultOf(data => joined(data.subarray(0, 200), data.subarray(300, 400), data.subarray(200, 300)));
		assert.match(moved!, /byte 300 stands where byte 200 belongs$/);
		assert.match(faultOf(data => data.map((byte, at) => (at === 999 ? byte ^ 1 : byte)))!, /^up: byte 999/);
		assert.match(faultOf(data => joined(data, data.subarray(0, 3)))!, /3 bytes too many$/);
	});
});

/* Events in words. */
import { assert } from "chai";
import { describe as inWords, printable } from "../../hosts/report.js";
import { ModemError } from "../../modules/core/errors.js";

const DESTINATION = { protocol: "TCP", host: "example.com", port: 7 } as const;

describe("hosts/report", () => {
	it("tells what a person wants to know of a failure: cycle, place, code and text", () => {
		const error = new ModemError("CONNECT_FAILED", "the modem could not connect");
		assert.equal(
			inWords({ kind: "failed", cycle: 2, destination: DESTINATION, error }),
			"cycle 2: failed for tcp://example.com:7: CONNECT_FAILED, the modem could not connect",
		);
		assert.equal(
			inWords({ kind: "failed", cycle: 2, destination: undefined, error }),
			"cycle 2: failed: CONNECT_FAILED, the modem could not connect",
		);
	});

	it("lets nothing from outside reach the terminal as it is", () => {
		const answer = Uint8Array.from([0x48, 0x69, 0x0d, 0x0a, 0x1b, 0x5b, 0xff]);
		const line = inWords({ kind: "answered", cycle: 1, destination: DESTINATION, answer });
		assert.equal(line, 'cycle 1: answer from tcp://example.com:7: "Hi\\r\\n\\x1b[\\xff"');
		assert.equal(printable("a\tb\x7f"), "a\\x09b\\x7f");
	});

	it("cuts a long answer", () => {
		const line = inWords({ kind: "answered", cycle: 1, destination: DESTINATION, answer: new Uint8Array(5000).fill(0x41) });
		assert.include(line, `"${"A".repeat(60)}..."`);
		assert.isBelow(line.length, 150);
	});
});

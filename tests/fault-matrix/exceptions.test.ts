/* The known exceptions excuse what they are for and nothing else, and the documents have the same list. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { EXCEPTIONS, exceptionFor } from "./exceptions.js";
import type { Fault, FaultKind } from "./fault.js";
import type { Role } from "./roles.js";
import type { Violation } from "./witness.js";

const DOCUMENT = fileURLToPath(new URL("../../docs/PROOFS.md", import.meta.url));
const DATA: Role = { kind: "data", line: "AT+CIPSEND=0,9", at: 3 };
const LENGTH: Role = { kind: "line", line: "AT+CIPSEND=0,9\r", at: 13 };
const SENT = "a message";

function excused(
	kind: FaultKind,
	direction: Fault["direction"],
	role: Role,
	violation: Omit<Violation, "detail">,
): string | undefined {
	return exceptionFor({ detail: "", ...violation }, { kind, direction, index: 0, seed: 1 }, role)?.name;
}

describe("fault matrix: known exceptions", () => {
	it("are those of the documents, with their reasons", () => {
		const section = readFileSync(DOCUMENT, "utf8").split("## What cannot be held")[1]!;
		const rows = section
			.split("\n")
			.filter(line => line.startsWith("|"))
			.slice(2);
		const expected = EXCEPTIONS.map(({ name, reason }) => `| ${name} | ${reason[0]!.toUpperCase()}${reason.slice(1)} |`);
		assert.deepEqual(rows, expected);
	});

	it("are one changed byte of the data, and no second one", () => {
		const peer = { invariant: "peer", expected: SENT } as const;
		assert.equal(excused("change", "up", DATA, { ...peer, got: "a mezsage" }), "changed data, to the modem");
		assert.isUndefined(excused("change", "up", DATA, { ...peer, got: "a mezzage" }));
		assert.isUndefined(excused("change", "up", LENGTH, { ...peer, got: "a mezsage" }));
		assert.isUndefined(excused("drop", "up", DATA, { ...peer, got: "a mesage" }));
		const received = { invariant: "received", expected: SENT } as const;
		assert.equal(excused("change", "down", DATA, { ...received, got: "a mezsage" }), "changed data, from the modem");
		assert.isUndefined(excused("double", "down", DATA, { ...received, got: "a messsage" }));
	});

	it("are a doubled byte that pushes out the last one of its piece", () => {
		const peer = { invariant: "peer", expected: SENT } as const;
		assert.equal(excused("double", "up", DATA, { ...peer, got: "a meessag" }), "doubled data, to the modem");
		assert.equal(excused("double", "up", DATA, { ...peer, got: "a meesage" }), "doubled data, to the modem");
		assert.isUndefined(excused("double", "up", DATA, { ...peer, got: "a meesae" }));
	});

	it("are ESC behind a length that grew, when the sender is told", () => {
		const grown = { invariant: "peer", expected: SENT, got: `${SENT}\x1b\x1b` } as const;
		assert.equal(excused("change", "up", LENGTH, { ...grown, told: "SEND_UNKNOWN" }), "a length that arrives larger");
		assert.isUndefined(excused("change", "up", LENGTH, grown));
		assert.isUndefined(excused("change", "up", LENGTH, { ...grown, got: `${SENT}AT`, told: "SEND_UNKNOWN" }));
	});

	it("excuse no loss of life, no try of a PIN and no stranger", () => {
		for (const invariant of ["liveness", "pin", "stranger", "executed", "slots", "busy", "defect"] as const)
			for (const kind of ["drop", "change", "double"] as const)
				for (const role of [DATA, LENGTH]) assert.isUndefined(excused(kind, "up", role, { invariant }), invariant);
	});
});

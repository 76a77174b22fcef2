/* The file that keeps a real SIM from a second try of a wrong PIN. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { fileMemory } from "../../../hosts/node/pin-memory.js";

describe("hosts/node/pin-memory", () => {
	it("remembers from run to run, for its owner only, and forgets", () => {
		const folder = mkdtempSync(join(tmpdir(), "pin-"));
		const path = join(folder, "of", "a", "modem");
		assert.isUndefined(fileMemory(path).read());
		fileMemory(path).write(undefined);
		fileMemory(path).write("refused");
		assert.equal(fileMemory(path).read(), "refused");
		assert.equal(statSync(path).mode & 0o077, 0);
		fileMemory(path).write(undefined);
		assert.isUndefined(fileMemory(path).read());
		rmSync(folder, { recursive: true });
	});
});

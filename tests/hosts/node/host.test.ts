/* What "host" is on Node: main.ts runs there as it is, and says what it does. */
import { assert } from "chai";
import { Program } from "../program.js";

describe("hosts/node/host", () => {
	it("runs main in real time and prints what happens", async () => {
		const program = new Program(["--import", "tsx", "tests/hosts/node/fixtures/run-main.ts"]);
		try {
			assert.match(await program.line("power key pressed"), /^ +\d\.\d{3} s {2}power key pressed$/);
			const released = await program.line("power key released");
			assert.isAtLeast(Number.parseFloat(released), 1);
		} finally {
			await program.kill();
		}
	});
});

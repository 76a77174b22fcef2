/* What is for a terminal only: colour, and the line that shows what is being waited for. */
import { assert } from "chai";
import { hasColour, paintFor } from "../../../tools/command/colour.js";
import { Live, progress } from "../../../tools/command/live.js";
import { waitingAfter, waitingText } from "../../../tools/start/waiting.js";

describe("tools/command/colour", () => {
	it("is for terminals, unless NO_COLOR is set", () => {
		assert.isTrue(hasColour({ isTTY: true }, {}));
		assert.isFalse(hasColour({}, {}));
		assert.isFalse(hasColour({ isTTY: true }, { NO_COLOR: "1", FORCE_COLOR: "1" }));
		assert.isTrue(hasColour({}, { FORCE_COLOR: "1" }));
		assert.isFalse(hasColour({ isTTY: true }, { TERM: "dumb" }));
	});

	it("leaves text as it is where there is none", () => {
		assert.equal(paintFor({}, {})("bad", "no"), "no");
		assert.equal(paintFor({ isTTY: true }, {})("bad", "no"), "\x1b[31mno\x1b[39m");
		assert.equal(paintFor({ isTTY: true }, {})(undefined, "no"), "no");
	});
});

describe("tools/command/live", () => {
	it("shows nothing without a terminal", () => {
		let written = "";
		const live = new Live(() => "waiting", {
			write(text) {
				written += text;
			},
		});
		live.print("a line");
		live.end();
		assert.equal(written, "a line\n");
	});

	it("tells how far it is, how fast, and how long still", () => {
		assert.equal(progress(50, 200, "seeds", 0, 5_000), "50 of 200 seeds, 10 a second, 15 s left");
		assert.equal(progress(1, 100, "seeds", 0, 10_000), "1 of 100 seeds, 6.0 a minute, 17 min left");
		assert.equal(progress(0, 100, "seeds", 0, 10_000), "0 of 100 seeds");
	});

	it("knows what an event lets one wait for", () => {
		const waiting = waitingAfter({ kind: "connected", cycle: 1, destination: { protocol: "TCP", host: "x", port: 7 } }, 5_000)!;
		assert.equal(waitingText(waiting, 45_900), "waiting for acknowledgement, 40 of 645 s");
		assert.isUndefined(waitingAfter({ kind: "warning", text: "hot" }, 0));
	});
});

/* Each transcript at every size of piece: from a byte at a time to all of what the modem says at once. */
import { assert } from "chai";
import boot from "./boot.md";
import damage from "./damage.md";
import data from "./data.md";
import echo from "./echo.md";
import lines from "./lines.md";
import { longestStep, play } from "./player.js";
import prompt from "./prompt.md";
import { transcriptsOf } from "./reader.js";
import state from "./state.md";
import unsolicited from "./unsolicited.md";

const files = { boot, damage, data, echo, lines, prompt, state, unsolicited };

describe("transcripts", () => {
	for (const [file, markdown] of Object.entries(files)) {
		describe(`${file}.md`, () => {
			for (const transcript of transcriptsOf(markdown)) {
				it(transcript.name, async () => {
					for (let pieceBytes = 1; pieceBytes <= longestStep(transcript); pieceBytes++) {
						const events = await play(transcript, pieceBytes);
						assert.deepEqual(events, transcript.events, `in pieces of ${pieceBytes} bytes`);
					}
				});
			}
		});
	}
});

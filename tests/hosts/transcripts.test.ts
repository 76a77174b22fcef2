/* A transcript that nobody plays tests nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { assert } from "chai";

const FOLDER = new URL("../transcripts/", import.meta.url);

describe("transcripts", () => {
	for (const file of readdirSync(FOLDER).filter(name => name.endsWith(".md") && "README.md" !== name)) {
		it(`${file} is played`, () => {
			assert.include(readFileSync(new URL("transcripts.test.ts", FOLDER), "utf8"), `from "./${file}"`);
		});
	}
});

/* The lexer: the same events however the input is cut, in lines that are never longer than its buffer. */
import { assert } from "chai";
import * as fc from "fast-check";
import { Lexer, LINE_CUT } from "../../modules/at/lexer.js";
import { urcOf } from "../../modules/at/urc.js";
import { bytesOf, textOf } from "../support/line.js";
import type { Fed } from "./properties.js";
import { cuts, piecesOf, stream } from "./streams.js";

const LINE_BYTES = 512;

/** What the lexer tells, blocks put together again. Whether it expects a prompt depends on what it has told before. */
function eventsOf(pieces: readonly string[], inlineHeaders: boolean): unknown[] {
	const events: unknown[] = [];
	let data = "";
	const lexer: Lexer = new Lexer(
		{
			onLine(line, flaws) {
				assert.isAtMost(line.length, LINE_BYTES);
				events.push({ line, flaws });
				lexer.promptExpected = 1 === line.length % 2;
				return countOf(line);
			},
			onPrompt() {
				events.push("prompt");
				lexer.promptExpected = false;
				return events.length % 4;
			},
			onBlock(bytes, left) {
				data += textOf(bytes);
				if (left > 0) return;
				events.push({ data });
				data = "";
			},
		},
		LINE_BYTES,
	);
	lexer.inlineHeaders = inlineHeaders;
	for (const piece of pieces) lexer.feed(bytesOf(piece));
	return [...events, { data }];
}

function countOf(line: string): number {
	const result = urcOf(line);
	return result && "data" === result.kind ? result.bytes : line.length % 7;
}

export function cutsMakeNoDifference(fed: Fed): fc.IProperty<unknown> {
	return fc.property(stream, cuts, fc.boolean(), (text, sizes, inlineHeaders) => {
		const whole = eventsOf([text], inlineHeaders);
		assert.deepEqual(eventsOf(piecesOf(text, sizes), inlineHeaders), whole, `in pieces of ${sizes}`);
		assert.deepEqual(eventsOf([...text], inlineHeaders), whole, "byte by byte");
		fed.bytes += 3 * text.length;
	}) as fc.IProperty<unknown>;
}

/** A line that does not end is cut, once; the CR of its end counts. */
export function longLinesAreCut(fed: Fed): fc.IProperty<unknown> {
	const long = fc
		.tuple(fc.integer({ min: 1, max: 1_500 }), fc.constantFrom("x", "\0", "+", ">"))
		.map(([length, character]) => character.repeat(length));
	return fc.property(long, cuts, (text, sizes) => {
		const [first] = eventsOf(piecesOf(`a${text}\r\n`, sizes), false);
		const flaws = text.length + 2 > LINE_BYTES ? LINE_CUT : 0;
		fed.bytes += text.length;
		assert.deepEqual(first, { line: `a${text}`.slice(0, LINE_BYTES), flaws });
	}) as fc.IProperty<unknown>;
}

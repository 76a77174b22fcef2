/* Conditions of a source that can be turned around, one at a time. */
import type { Random } from "../../modules/core/random.js";

export interface Mutant {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly before: string;
	readonly after: string;
	/** The whole file with it. */
	readonly source: string;
}

/** What stands there, and what stands there instead. A limit a millisecond later is the same program: it is none of them. */
const SWAPS: readonly (readonly [string, string])[] = [
	[" === ", " !== "],
	[" !== ", " === "],
	[" < ", " >= "],
	[" <= ", " > "],
	[" > ", " <= "],
	[" >= ", " < "],
	[" && ", " || "],
	[" || ", " && "],
	["if (!", "if ("],
	["return !", "return "],
	["return true;", "return false;"],
	["return false;", "return true;"],
	[" = true;", " = false;"],
	[" = false;", " = true;"],
];

/** The same text with blanks for what stands in comments and strings. */
export function codeOnly(source: string): string {
	const blank = (text: string) => text.replace(/[^\n]/g, " ");
	return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, blank);
}

interface Place {
	readonly at: number;
	readonly from: string;
	readonly to: string;
}

function placesIn(source: string): Place[] {
	const code = codeOnly(source);
	const places: Place[] = [];
	for (const [from, to] of SWAPS)
		for (let at = code.indexOf(from); at >= 0; at = code.indexOf(from, at + 1)) places.push({ at, from, to });
	return places;
}

/** `count` different ones of all files together. */
export function mutantsOf(sources: ReadonlyMap<string, string>, count: number, random: Random): Mutant[] {
	const all = [...sources].flatMap(([file, source]) => placesIn(source).map(place => ({ file, source, place })));
	const chosen: Mutant[] = [];
	while (chosen.length < count && all.length > 0) {
		const [one] = all.splice(random.between(0, all.length - 1), 1);
		const { at, from, to } = one!.place;
		const { file, source } = one!;
		const mutated = source.slice(0, at) + to + source.slice(at + from.length);
		const line = source.slice(0, at).split("\n").length;
		const text = (whole: string) => whole.split("\n")[line - 1]!.trim();
		chosen.push({ file, line, before: text(source), after: text(mutated), source: mutated });
	}
	return chosen;
}

/* All that must hold whatever comes, by name, for the tests and for the nightly run. */
import "./globals.js";
import type * as fc from "fast-check";
import { engineComesBack } from "./engine.js";
import { cutsMakeNoDifference, longLinesAreCut } from "./lexer.js";
import { fieldsComeApart, numbersAreRead, readersNeverThrow } from "./params.js";
import { nothingIsLost } from "./talk.js";

/** Counts what was read. */
export interface Fed {
	bytes: number;
}

export interface Target {
	readonly name: string;
	/** How often it runs in the tests: a fraction of a second's worth on XS. */
	readonly runs: number;
	property(fed: Fed): fc.IRawProperty<unknown>;
}

export const TARGETS: readonly Target[] = [
	{ name: "lexer: cuts make no difference", runs: 300, property: cutsMakeNoDifference },
	{ name: "lexer: lines that are too long are cut", runs: 100, property: longLinesAreCut },
	{ name: "fields: readers never throw", runs: 300, property: readersNeverThrow },
	{ name: "fields: what was put together comes apart", runs: 300, property: fieldsComeApart },
	{ name: "fields: numbers are read", runs: 300, property: numbersAreRead },
	{ name: "AT client: comes back from whatever it hears", runs: 60, property: engineComesBack },
	{ name: "AT client: nothing is lost, changed or doubled", runs: 100, property: nothingIsLost },
];

/* One round of one target: as many runs as in the tests, all from one seed. */
import "./globals.js";
import * as fc from "fast-check";
import { TARGETS } from "./properties.js";

export interface Round {
	readonly bytes: number;
	/** fast-check's report, when something was found. */
	readonly failure?: string | undefined;
}

const LONGEST_REPORT = 4_000;

export async function runRound(target: number, seed: number): Promise<Round> {
	const fed = { bytes: 0 };
	const { property, runs } = TARGETS[target]!;
	const identity = await fc.check(property(fed), { seed, numRuns: runs });
	if (!identity.failed) return { bytes: fed.bytes };
	const report = fc.defaultReportMessage(identity) ?? "";
	return { bytes: fed.bytes, failure: `${identity.errorInstance}\n${report.slice(0, LONGEST_REPORT)}` };
}

/* A process that works on one seed after the other, as `command.ts` sends them. */
import { serve } from "../support/jobs.js";
import type { Kind } from "./plan.js";
import { type Outcome, transfer } from "./transfer.js";

export interface Order {
	readonly kind: Kind;
	readonly seed: number;
	readonly bytes: number;
}

/** What a seed that throws gives: no exception may end the others. */
async function outcomeOf({ bytes, kind, seed }: Order): Promise<Outcome> {
	try {
		return await transfer(kind, seed, bytes);
	} catch (error) {
		const failures = [(error as Error).stack ?? String(error)];
		return { kind, seed, plan: "", failures, ends: [], virtualMs: 0, overruns: 0, stalls: 0, bytes: 0 };
	}
}

serve(outcomeOf);

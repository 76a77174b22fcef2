/* A process that tries one fault after the other. */
import { serve } from "../support/jobs.js";
import type { Fault } from "./fault.js";
import { scenarioOf, type Verdict, verdictOf } from "./verdict.js";

export interface Order {
	readonly scenario: string;
	readonly faults: readonly Fault[];
}

serve(async ({ faults, scenario }: Order): Promise<Verdict[]> => {
	const verdicts: Verdict[] = [];
	for (const fault of faults) verdicts.push(await verdictOf(scenarioOf(scenario), fault));
	return verdicts;
});

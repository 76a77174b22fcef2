/* A process that lives through one seed of chaos after the other. */
import { serve } from "../../support/jobs.js";
import { type ChaosOutcome, chaos } from "./run.js";

serve(async ({ seed }: { readonly seed: number }): Promise<ChaosOutcome> => {
	const outcome = await chaos(seed);
	return 0 === outcome.violations.length ? outcome : chaos(seed, true); // the same again, with its trace
});

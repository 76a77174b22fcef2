/* `npm run chaos`: many seeds of everything going wrong at once, and each must be well again soon after. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Options, readArguments, UsageError, whole } from "../../../hosts/node/arguments.js";
import { runAll } from "../../support/jobs.js";
import { describePlan } from "./plan.js";
import type { ChaosOutcome } from "./run.js";

const HELP = `Usage: npm run chaos -- [options]

Each seed is a scenario of the fault matrix on a virtual modem with any mixture of its faults, noise on the wire, stalls of
JavaScript, a serial port that throws or goes mute, and visitors who close connections at any moment. After one to ten
minutes nothing is wrong any more: within 30 minutes messages must arrive again, on every slot. Exit code 1 otherwise.

  --seeds N      how many; default 1000
  --seed N       the first one; default 1
  --jobs N       processes; default one for each core
  --keep FOLDER  where traces of failures are kept; default failures/chaos
  --verbose      a line for each seed
  --help         this text`;

const OPTIONS = {
	seeds: { type: "string", default: "1000" },
	seed: { type: "string", default: "1" },
	jobs: { type: "string", default: String(availableParallelism()) },
	keep: { type: "string", default: "failures/chaos" },
	verbose: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

const WORKER = new URL("worker.ts", import.meta.url);

async function main(argv: readonly string[]): Promise<number> {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const first = whole("seed", values.seed, 0, 2 ** 31);
	const count = whole("seeds", values.seeds, 1, 10_000_000);
	const sinceMs = Date.now();
	const failed: number[] = [];
	const recoveredMs: number[] = [];
	const orders = Array.from({ length: count }, (_, index) => ({ seed: first + index }));
	let done = 0;
	await runAll<{ seed: number }, ChaosOutcome>(WORKER, orders, whole("jobs", values.jobs, 1, 256), outcome => {
		done++;
		recoveredMs.push(outcome.recoveredMs);
		if (outcome.violations.length > 0) failed.push(outcome.plan.seed);
		if (outcome.violations.length > 0) keep(values.keep, outcome);
		if (outcome.violations.length > 0 || values.verbose) console.log(describe(outcome));
		process.stderr.write(`\r${done} of ${count} seeds, ${failed.length} bad, ${Math.round((Date.now() - sinceMs) / 1_000)} s `);
	});
	process.stderr.write("\r");
	recoveredMs.sort((a, b) => a - b);
	const at = (share: number) => `${Math.round(recoveredMs[Math.floor(share * (recoveredMs.length - 1))]! / 1_000)} s`;
	console.log(`well again after ${at(0.5)} (median), ${at(0.95)} (95 of 100), ${at(1)} (longest)`);
	console.log(
		`${count} seeds in ${Math.round((Date.now() - sinceMs) / 1_000)} s, ${0 === failed.length ? "none failed" : `FAILED: ${failed.sort((a, b) => a - b).join(", ")}`}`,
	);
	return failed.length > 0 ? 1 : 0;
}

function describe({ badCycles, cycles, plan, recoveredMs, violations }: ChaosOutcome): string {
	const lines = [`seed ${plan.seed}: ${describePlan(plan)}`];
	for (const { detail, invariant } of violations) lines.push(`  ${invariant}: ${detail.split("\n")[0]}`);
	if (violations.length > 0) lines.push(`  again: npm run chaos -- --seeds 1 --seed ${plan.seed}`);
	else lines.push(`  well after ${Math.round(recoveredMs / 1_000)} s, ${badCycles} of ${cycles} cycles failed`);
	return lines.join("\n");
}

function keep(folder: string, outcome: ChaosOutcome): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `seed-${outcome.plan.seed}.txt`), `${describe(outcome)}\n${outcome.trace.join("\n")}\n`);
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run chaos: ${(error as Error).message}${usage ? " (see npm run chaos -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

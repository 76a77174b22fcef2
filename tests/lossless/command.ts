/* `npm run lossless`: many seeds of a megabyte each way, and as many where the wire loses bytes. */
import { availableParallelism } from "node:os";
import { type Command, runCommand } from "../../tools/command/command.js";
import { Live, progress } from "../../tools/command/live.js";
import type { Options, Values } from "../../tools/command/options.js";
import { oneOf, whole } from "../../tools/command/values.js";
import { runAll } from "../support/jobs.js";
import { KINDS, type Kind } from "./plan.js";
import type { Outcome } from "./transfer.js";
import type { Order } from "./worker.js";

const WORKER = new URL("worker.ts", import.meta.url);

const OPTIONS = {
	seeds: { type: "string", default: "200", value: "N", help: "how many of each kind" },
	from: { type: "string", default: "1", value: "N", help: "the first one" },
	bytes: { type: "string", value: "N", help: "each way (default 1000000, and 100000 with losses)" },
	jobs: {
		type: "string",
		default: String(availableParallelism()),
		value: "N",
		help: "processes (default: one for each core)",
	},
	only: { type: "string", value: "KIND", help: KINDS.join(" or ") },
	verbose: { type: "boolean", default: false, help: "a line for each seed" },
} as const satisfies Options;

const LOSSLESS: Command<typeof OPTIONS> = {
	name: "lossless",
	about: `Sends bytes up and down at once through TCP sockets on a virtual modem with 128 bytes of FIFO, on virtual time.

stalls: the engine goes away for up to 500 ms again and again; every byte must arrive, once and in its place.
losses: the wire loses bytes, too; each socket must get over it or end with an error, and never give wrong data.

Exit code 1 when it is otherwise, with the command that repeats the seed.`,
	options: OPTIONS,
	run: main,
};

const DEFAULT_BYTES: Readonly<Record<Kind, number>> = { stalls: 1_000_000, losses: 100_000 };

async function main(values: Values<typeof OPTIONS>): Promise<number> {
	const seeds = whole("seeds", values.seeds, 1, 1_000_000);
	const from = whole("from", values.from, 0, 1_000_000);
	const jobs = whole("jobs", values.jobs, 1, 256);
	const given = undefined === values.bytes ? undefined : whole("bytes", values.bytes, 100, 100_000_000);
	const kinds = undefined === values.only ? KINDS : [oneOf("only", values.only, KINDS)];
	let failed = 0;
	for (const kind of kinds) failed += await runKind(kind, from, seeds, given ?? DEFAULT_BYTES[kind], jobs, values.verbose);
	return failed > 0 ? 1 : 0;
}

/** Gives how many seeds have failed. */
async function runKind(kind: Kind, from: number, seeds: number, bytes: number, jobs: number, verbose: boolean): Promise<number> {
	const sinceMs = Date.now();
	const outcomes: Outcome[] = [];
	const orders = Array.from({ length: seeds }, (_, index) => ({ kind, seed: from + index, bytes }));
	console.log(`${kind}: seeds ${from} to ${from + seeds - 1}, ${bytes} bytes each way`);
	const live = new Live(() => progress(outcomes.length, seeds, "seeds", sinceMs), process.stderr);
	await runAll<Order, Outcome>(WORKER, orders, jobs, outcome => {
		outcomes.push(outcome);
		if (verbose || outcome.failures.length > 0) tell(outcome, bytes);
	});
	live.end();
	summarize(outcomes, Date.now() - sinceMs);
	return outcomes.filter(({ failures }) => failures.length > 0).length;
}

function tell({ ends, failures, kind, plan, seed, virtualMs }: Outcome, bytes: number): void {
	console.log(`seed ${seed}: ${plan}: ${ends.join(", ")} after ${Math.round(virtualMs / 1_000)} s`);
	if (0 === failures.length) return;
	for (const failure of failures) console.log(`  ${failure}`);
	console.log(`  again: npm run lossless -- --only ${kind} --from ${seed} --seeds 1 --bytes ${bytes}`);
}

function summarize(outcomes: readonly Outcome[], tookMs: number): void {
	const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
	const ends = new Map<string, number>();
	for (const end of outcomes.flatMap(outcome => outcome.ends)) ends.set(end, (ends.get(end) ?? 0) + 1);
	const failed = outcomes.filter(({ failures }) => failures.length > 0).map(({ seed }) => seed);
	const hours = (sum(({ virtualMs }) => virtualMs) / 3_600_000).toFixed(1);
	console.log(
		`  ${sum(({ bytes }) => bytes)} bytes compared, ${sum(({ stalls }) => stalls)} stalls, ${sum(({ overruns }) => overruns)} bytes of overrun, ${hours} hours of the modem's time in ${Math.round(tookMs / 1_000)} s`,
	);
	console.log(`  sockets: ${[...ends].map(([end, count]) => `${count} ${end}`).join(", ")}`);
	console.log(
		0 === failed.length ? `  ${outcomes.length} seeds, none failed` : `  FAILED: ${failed.sort((a, b) => a - b).join(", ")}`,
	);
}

process.exitCode = await runCommand(LOSSLESS, process.argv.slice(2));

/* `npm run every-byte`: each byte of complete runs is spoiled in turn, one run each. */
import { availableParallelism } from "node:os";
import { type Options, oneOf, readArguments, UsageError, whole } from "../../hosts/node/arguments.js";
import { runAll } from "../support/jobs.js";
import { DIRECTIONS } from "../support/tap.js";
import { FAULT_KINDS, type Fault, WIRE_FAULTS } from "./fault.js";
import { describeGroup, describeVerdict, groupsOf } from "./report.js";
import { SCENARIOS } from "./scenarios/index.js";
import { baselineOf, scenarioOf, type Verdict, verdictOf } from "./verdict.js";
import type { Order } from "./worker.js";

const HELP = `Usage: npm run every-byte -- [options]

Runs whole scenarios on a virtual modem, each byte on the wire in turn being lost, changed or doubled, one run each;
"restart" lets the modem's supply dip at that byte instead. After the fault the application goes on trying. Exit code 1
when an invariant does not hold that is not on the list of known exceptions (tests/fault-matrix/exceptions.ts).

  --scenario NAME    may be given more than once; default all:
${SCENARIOS.map(({ name, what }) => `      ${name.padEnd(16)} ${what}`).join("\n")}
  --fault KIND       ${FAULT_KINDS.join(", ")}; may be given more than once; default the first three
  --direction NAME   up (to the modem) or down; default both
  --from N, --to N   only these bytes of that direction
  --every N          only each Nth byte; default 1
  --seed N           of what a changed byte becomes, and of where --every begins; default 1
  --jobs N           processes; default one for each core
  --trace            each run with the trace of the modem's line, in this process
  --verbose          a line for each run that is not good
  --help             this text`;

const OPTIONS = {
	scenario: { type: "string", multiple: true },
	fault: { type: "string", multiple: true },
	direction: { type: "string" },
	from: { type: "string", default: "0" },
	to: { type: "string", default: "9999999" },
	every: { type: "string", default: "1" },
	seed: { type: "string", default: "1" },
	jobs: { type: "string", default: String(availableParallelism()) },
	trace: { type: "boolean", default: false },
	verbose: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

const WORKER = new URL("worker.ts", import.meta.url);
/** Small enough that all processes end at about the same time. */
const FAULTS_PER_ORDER = 10;
const PROGRESS_EVERY_MS = 1_000;

async function main(argv: readonly string[]): Promise<number> {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const names = SCENARIOS.map(({ name }) => name);
	const scenarios = (values.scenario ?? names).map(name => scenarioOf(oneOf("scenario", name, names)));
	const orders: Order[] = [];
	for (const scenario of scenarios) {
		const { counts, endMs } = (await baselineOf(scenario)).outcome;
		console.log(`${scenario.name}: ${counts.up} bytes up, ${counts.down} down in ${(endMs / 1_000).toFixed(1)} s`);
		const faults = faultsOf(values, counts);
		if (values.trace)
			for (const fault of faults) console.log(describeVerdict(await verdictOf(scenario, fault, { traces: true })));
		else
			for (let at = 0; at < faults.length; at += FAULTS_PER_ORDER)
				orders.push({ scenario: scenario.name, faults: faults.slice(at, at + FAULTS_PER_ORDER) });
	}
	return values.trace ? 0 : tryAll(orders, whole("jobs", values.jobs, 1, 256), values.verbose);
}

function faultsOf(values: ReturnType<typeof readArguments<typeof OPTIONS>>, counts: { up: number; down: number }): Fault[] {
	const seed = whole("seed", values.seed, 0, 2 ** 31);
	const every = whole("every", values.every, 1, 1_000_000);
	const from = whole("from", values.from, 0, 10_000_000);
	const to = whole("to", values.to, 0, 10_000_000);
	const kinds = (values.fault ?? WIRE_FAULTS).map(kind => oneOf("fault", kind, FAULT_KINDS));
	const directions = undefined === values.direction ? DIRECTIONS : [oneOf("direction", values.direction, DIRECTIONS)];
	const faults: Fault[] = [];
	for (const direction of directions)
		for (let index = from + (every > 1 ? seed % every : 0); index < counts[direction] && index <= to; index += every)
			for (const kind of kinds) faults.push({ kind, direction, index, seed });
	return faults;
}

async function tryAll(orders: readonly Order[], jobs: number, verbose: boolean): Promise<number> {
	const sinceMs = Date.now();
	const total = orders.reduce((sum, { faults }) => sum + faults.length, 0);
	const bad: Verdict[] = [];
	const exceptions = new Map<string, number>();
	let done = 0;
	let toldMs = 0;
	await runAll<Order, Verdict[]>(WORKER, orders, jobs, verdicts => {
		for (const verdict of verdicts) {
			done++;
			for (const name of verdict.exceptions) exceptions.set(name, 1 + (exceptions.get(name) ?? 0));
			if (0 === verdict.violations.length) continue;
			bad.push(verdict);
			if (verbose) console.log(describeVerdict(verdict));
		}
		if (Date.now() - toldMs < PROGRESS_EVERY_MS) return;
		toldMs = Date.now();
		process.stderr.write(`\r${done} of ${total} runs, ${bad.length} bad, ${Math.round((toldMs - sinceMs) / 1_000)} s `);
	});
	process.stderr.write("\r");
	for (const group of groupsOf(bad)) console.log(describeGroup(group));
	for (const [name, times] of exceptions) console.log(`known exception, ${times} times: ${name}`);
	console.log(`${total} runs in ${Math.round((Date.now() - sinceMs) / 1_000)} s, ${0 === bad.length ? "none" : bad.length} bad`);
	return bad.length > 0 ? 1 : 0;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run every-byte: ${(error as Error).message}${usage ? " (see npm run every-byte -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

/* `npm run recovery-table`: a stuck modem over many days, each way that it can be stuck, as a table. */
import { type Options, readArguments, UsageError, whole } from "../../../hosts/node/arguments.js";
import { type Life, live } from "./life.js";
import { complaintsOf } from "./limits.js";
import { STUCK } from "./stuck.js";

const HELP = `Usage: npm run recovery-table -- [options]

A device with a message each 10 minutes, whose modem or network is stuck, for so many days of virtual time: what got it
out, when, and what it did meanwhile ("total / most in any hour"). Exit code 1 when it did not come out, or did more than
operators allow (tests/fault-matrix/recovery/limits.ts).

  --days N     default 30
  --only TEXT  only those whose name has it
  --trace      the modem's line as well
  --help       this text`;

const OPTIONS = {
	days: { type: "string", default: "30" },
	only: { type: "string", default: "" },
	trace: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

async function main(argv: readonly string[]): Promise<number> {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const complaints: string[] = [];
	const days = whole("days", values.days, 1, 10_000);
	console.log(
		"| stuck | rung that helps | got it out | after | CIPSHUT | radio | restart | power key | attach | CIICR | failures |",
	);
	console.log("|---|---|---|---|---|---|---|---|---|---|---|");
	for (const stuck of STUCK.filter(({ name }) => name.includes(values.only))) {
		const life = await live(stuck, days, values.trace);
		console.log(rowOf(life));
		complaints.push(...complaintsOf(stuck, life));
		if (values.trace) console.log(life.trace.join("\n"));
	}
	for (const complaint of complaints) console.log(complaint);
	return complaints.length > 0 ? 1 : 0;
}

function rowOf({ counts, cure, failures, mostAnHour, recoveredMs, rung, stuck }: Life): string {
	const counted = (["bearer", "radio", "restart", "power-key", "attach", "activation"] as const).map(
		act => `${counts[act]} / ${mostAnHour[act]}`,
	);
	const after = undefined === recoveredMs ? "never" : `${(recoveredMs / 60_000).toFixed(1)} min`;
	const codes = Object.entries(failures).map(([code, times]) => `${times} ${code}`);
	return `| ${[stuck, cure ?? "none", rung ?? "-", after, ...counted, codes.join(", ")].join(" | ")} |`;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run recovery-table: ${(error as Error).message}${usage ? " (see npm run recovery-table -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

/* `npm run mutate`: turns random conditions of the driver around, one at a time, and tells which ones no spec misses. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options, readArguments, UsageError, whole } from "../../hosts/node/arguments.js";
import { Random } from "../../modules/core/random.js";
import { Copy } from "./copy.js";
import { type Mutant, mutantsOf } from "./mutants.js";

const HELP = `Usage: npm run mutate -- [options]

Each mutant is the driver with one condition turned around, in a copy of the project; some spec must fail for it.
Tells the survivors. Exit code 1 when there are more than --allowed.

  --count N       mutants; default 50
  --seed N        which ones; default 1
  --files PATH    a file or a folder; may be given more than once; default modules/at and modules/modem/sockets
  --specs GLOB    may be given more than once; default the fast specs of tests/
  --also GLOB     specs for those that survive the fast ones; default the samples of the fault matrix
  --allowed N     survivors that are no failure; default 2
  --jobs N        at a time; default 2
  --help          this text`;

const OPTIONS = {
	count: { type: "string", default: "50" },
	seed: { type: "string", default: "1" },
	files: { type: "string", multiple: true, default: ["modules/at", "modules/modem/sockets"] },
	specs: { type: "string", multiple: true, default: ["tests/{at,compat,modem,socket,delivery}/**/*.test.ts"] },
	also: { type: "string", multiple: true, default: ["tests/fault-matrix/**/*.test.ts"] },
	allowed: { type: "string", default: "2" },
	jobs: { type: "string", default: "2" },
	help: { type: "boolean", default: false },
} as const satisfies Options;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Specs that take so much longer than without a mutant never end. */
const HANGS_AFTER = 10;
const LEAST_LIMIT_MS = 120_000;

async function main(argv: readonly string[]): Promise<number> {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const seed = whole("seed", values.seed, 0, 2 ** 31);
	const sources = new Map(values.files.flatMap(filesIn).map(file => [file, readFileSync(join(ROOT, file), "utf8")]));
	const random = new Random(Math.imul(seed, 0x9e3779b1));
	for (let turn = 0; turn < 8; turn++) random.next(); // neighbours are alike at first
	const mutants = mutantsOf(sources, whole("count", values.count, 1, 100_000), random);
	const copies = Array.from({ length: whole("jobs", values.jobs, 1, 64) }, () => new Copy());
	try {
		const survivors = await tryAll(mutants, copies, [values.specs, values.also], sources);
		console.log(`${mutants.length} mutants of ${sources.size} files (seed ${seed}): ${survivors} survived`);
		return survivors > whole("allowed", values.allowed, 0, 100_000) ? 1 : 0;
	} finally {
		for (const copy of copies) copy.remove();
	}
}

function filesIn(path: string): string[] {
	if (path.endsWith(".ts")) return [path];
	const files = readdirSync(join(ROOT, path), { recursive: true }).map(file => `${path}/${file}`);
	return files.filter(file => file.endsWith(".ts")).sort();
}

/** Gives how many have survived. @throws {Error} the specs fail without any */
async function tryAll(
	mutants: readonly Mutant[],
	copies: readonly Copy[],
	stages: readonly (readonly string[])[],
	sources: ReadonlyMap<string, string>,
): Promise<number> {
	const sinceMs = Date.now();
	for (const specs of stages) {
		const { output, verdict } = await copies[0]!.test(specs, 10 * LEAST_LIMIT_MS);
		if ("survived" !== verdict) throw new Error(`the specs fail without a mutant:\n${output.slice(-3_000)}`);
	}
	const limitMs = Math.max(LEAST_LIMIT_MS, HANGS_AFTER * (Date.now() - sinceMs));
	let next = 0;
	let survived = 0;
	await Promise.all(
		copies.map(async copy => {
			for (let mutant = mutants[next++]; mutant; mutant = mutants[next++]) {
				copy.write(mutant.file, mutant.source);
				const survives = await survivesAll(copy, stages, limitMs);
				copy.write(mutant.file, sources.get(mutant.file)!);
				if (survives) survived++;
				if (survives) console.log(`${mutant.file}:${mutant.line}\n  - ${mutant.before}\n  + ${mutant.after}`);
				process.stderr.write(
					`\r${next} of ${mutants.length}, ${survived} survived, ${Math.round((Date.now() - sinceMs) / 1_000)} s `,
				);
			}
		}),
	);
	process.stderr.write("\r");
	return survived;
}

/** The later stages are only for what has survived those before. */
async function survivesAll(copy: Copy, stages: readonly (readonly string[])[], limitMs: number): Promise<boolean> {
	for (const specs of stages) if ("survived" !== (await copy.test(specs, limitMs)).verdict) return false;
	return true;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run mutate: ${(error as Error).message}${usage ? " (see npm run mutate -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

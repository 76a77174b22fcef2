/* `npm run powercuts`: as many power cuts as one likes, seed by seed. */
import { type Options, readArguments, UsageError, whole } from "../../../hosts/node/arguments.js";
import { Random } from "../../../modules/core/random.js";
import { cutEverywhere, randomSteps } from "./cuts.js";
import { storm } from "./storm.js";

const HELP = `Usage: npm run powercuts -- [options]

Cuts the power of a journal's flash in the middle of programs and erases, also while it starts again, and looks whether
a message or a fate is lost, doubled or changed. First a small journal at every byte with a second cut at every byte while
it starts, then journals of all sizes at random. Exit code 1 when something is: with the command that finds it again.

  --cuts N        how many at random; default 100000
  --small N       steps of the small journal; default 20
  --seed N        of the first journal, the next has the next seed; default: another one each time
  --help          this text`;

const OPTIONS = {
	cuts: { type: "string", default: "100000" },
	small: { type: "string", default: "20" },
	seed: { type: "string" },
	help: { type: "boolean", default: false },
} as const satisfies Options;

function main(argv: readonly string[]): number {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const wanted = whole("cuts", values.cuts, 1, Number.MAX_SAFE_INTEGER);
	const small = whole("small", values.small, 0, 1_000);
	const seed = undefined === values.seed ? Date.now() % 2 ** 31 : whole("seed", values.seed, 1, 2 ** 31 - 1);
	console.log(`powercuts: seed ${seed}, ${small} steps of a small journal, ${wanted} cuts at random`);
	return inSmall(small, seed) && atRandom(wanted, seed) ? 0 : 1;
}

function inSmall(steps: number, seed: number): boolean {
	const options = { countLimit: 5, messageLimit: 24, fateLimit: 3, whenFull: "drop-oldest" } as const;
	const plan = { sectors: 5, sectorBytes: 128, options, steps: randomSteps(new Random(seed), steps, 24) };
	try {
		const cuts = cutEverywhere(plan, { seeds: 4, every: 1, thorough: true, sample: 1, seed });
		console.log(`${String(cuts).padStart(10)} cuts at every byte, and again at every byte: nothing lost, nothing doubled`);
		return true;
	} catch (error) {
		return tell(error, `--seed ${seed} --small ${steps} --cuts 1`);
	}
}

function atRandom(wanted: number, first: number): boolean {
	const sum = { cuts: 0, messages: 0, erases: 0, most: 0 };
	let told = Date.now();
	for (let seed = first; sum.cuts < wanted; seed++) {
		try {
			const { cuts, erases, messages, most } = storm(seed);
			sum.cuts += cuts;
			sum.messages += messages;
			sum.erases += erases;
			sum.most = Math.max(sum.most, most);
		} catch (error) {
			return tell(error, `--seed ${seed} --small 0 --cuts 1`);
		}
		if (Date.now() - told < 5_000) continue;
		told = Date.now();
		console.log(`${String(sum.cuts).padStart(10)} cuts, seed ${seed}, ${sum.messages} messages, ${sum.erases} sectors erased`);
	}
	console.log(`${String(sum.cuts).padStart(10)} cuts at random: nothing lost, nothing doubled`);
	console.log(`           ${sum.messages} messages, ${sum.erases} sectors erased, at most ${sum.most} messages at once`);
	return true;
}

function tell(error: unknown, again: string): false {
	console.error((error as Error).stack);
	console.error(`\nagain: npm run powercuts -- ${again}`);
	return false;
}

try {
	process.exitCode = main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run powercuts: ${(error as Error).message}${usage ? " (see npm run powercuts -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

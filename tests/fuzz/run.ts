/* `npm run fuzz`: the fuzz targets, one after the other with one seed after the other, until enough has been read. */
import { type Options, oneOf, readArguments, UsageError, whole } from "../../hosts/node/arguments.js";
import { TARGETS } from "./properties.js";
import { onNode, onXs, type Runner } from "./runners.js";

const NAMES = TARGETS.map(target => target.name);

const HELP = `Usage: npm run fuzz -- [options]

Feeds the AT lexer, the readers of fields and the engine with whatever a modem might say, until so many bytes have been
read. Exit code 1 when a property does not hold: with a report, and the command that finds it again.

  --bytes N       how much to read; default 10000000
  --seed N        of the first round, the next has the next seed; default: another one each time
  --engine NAME   node (default) or xs
  --only NAME     one target:
${NAMES.map(name => `                    "${name}"`).join("\n")}
  --help          this text`;

const OPTIONS = {
	bytes: { type: "string", default: "10000000" },
	seed: { type: "string" },
	engine: { type: "string", default: "node" },
	only: { type: "string" },
	help: { type: "boolean", default: false },
} as const satisfies Options;

async function main(argv: readonly string[]): Promise<number> {
	const values = readArguments(argv, OPTIONS);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const wanted = whole("bytes", values.bytes, 1, Number.MAX_SAFE_INTEGER);
	const seed = undefined === values.seed ? Date.now() % 2 ** 31 : whole("seed", values.seed, 0, 2 ** 31 - 1);
	const names = undefined === values.only ? NAMES : [oneOf("only", values.only, NAMES)];
	const engine = oneOf("engine", values.engine, ["node", "xs"]);
	const runner = "xs" === engine ? await onXs() : onNode;
	console.log(`fuzz: seed ${seed}, ${wanted} bytes on ${engine}`);
	try {
		return await fuzz(runner, engine, names, seed, wanted);
	} finally {
		await runner.close();
	}
}

async function fuzz(runner: Runner, engine: string, names: readonly string[], first: number, wanted: number): Promise<number> {
	const read = new Map<string, number>(names.map(name => [name, 0]));
	let total = 0;
	for (let seed = first; total < wanted; seed++) {
		for (const name of names) {
			const { bytes, failure } = await runner.run(NAMES.indexOf(name), seed);
			if (undefined !== failure) {
				console.error(`${name}\n${failure}`);
				console.error(`\nagain: npm run fuzz -- --engine ${engine} --seed ${seed} --bytes 1 --only "${name}"`);
				return 1;
			}
			read.set(name, read.get(name)! + bytes);
			total += bytes;
		}
	}
	for (const [name, bytes] of read) console.log(`${String(bytes).padStart(12)} bytes  ${name}`);
	console.log(`${String(total).padStart(12)} bytes, nothing found`);
	return 0;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	const usage = error instanceof UsageError;
	console.error(`npm run fuzz: ${(error as Error).message}${usage ? " (see npm run fuzz -- --help)" : ""}`);
	process.exitCode = usage ? 2 : 1;
}

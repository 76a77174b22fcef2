/* `npm run fuzz`: the fuzz targets, one after the other with one seed after the other, until enough has been read. */
import { type Command, runCommand } from "../../tools/command/command.js";
import { Live, progress } from "../../tools/command/live.js";
import type { Options, Values } from "../../tools/command/options.js";
import { oneOf, whole } from "../../tools/command/values.js";
import { TARGETS } from "./properties.js";
import { onNode, onXs, type Runner } from "./runners.js";

const NAMES = TARGETS.map(target => target.name);

const OPTIONS = {
	bytes: { type: "string", default: "10000000", value: "N", help: "how much to read" },
	seed: { type: "string", value: "N", help: "of the first round, the next has the next seed (default: another one each time)" },
	engine: { type: "string", default: "node", value: "NAME", help: "node or xs" },
	only: { type: "string", value: "NAME", help: "one target, of those below" },
} as const satisfies Options;

const FUZZ: Command<typeof OPTIONS> = {
	name: "fuzz",
	about:
		"Feeds the AT lexer, the readers of fields and the engine with whatever a modem might say, until so many bytes have been read. Exit code 1 when a property does not hold: with a report, and the command that finds it again.",
	options: OPTIONS,
	notes: `Targets:\n${NAMES.map(name => `  "${name}"`).join("\n")}`,
	run: main,
};

async function main(values: Values<typeof OPTIONS>): Promise<number> {
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
	const sinceMs = Date.now();
	const live = new Live(() => progress(total, wanted, "bytes", sinceMs), process.stderr);
	for (let seed = first; total < wanted; seed++) {
		for (const name of names) {
			const { bytes, failure } = await runner.run(NAMES.indexOf(name), seed);
			if (undefined !== failure) {
				live.end();
				console.error(`${name}\n${failure}`);
				console.error(`\nagain: npm run fuzz -- --engine ${engine} --seed ${seed} --bytes 1 --only "${name}"`);
				return 1;
			}
			read.set(name, read.get(name)! + bytes);
			total += bytes;
		}
	}
	live.end();
	for (const [name, bytes] of read) console.log(`${String(bytes).padStart(12)} bytes  ${name}`);
	console.log(`${String(total).padStart(12)} bytes, nothing found`);
	return 0;
}

process.exitCode = await runCommand(FUZZ, process.argv.slice(2));

/* `npm run bench [-- PART...]`: every figure that the documents name, measured here and now. */
import { type Command, runCommand } from "../tools/command/command.js";
import { UsageError } from "../tools/command/errors.js";
import { Live } from "../tools/command/live.js";
import type { Options } from "../tools/command/options.js";
import { didYouMean } from "../tools/command/suggest.js";
import { PARTS, type Part } from "./parts.js";

const NAMES = PARTS.map(({ name }) => name);

const OPTIONS = {
	json: { type: "boolean", default: false, help: "all figures as one JSON object" },
} as const satisfies Options;

const BENCH: Command<typeof OPTIONS> = {
	name: "bench",
	operands: "[PART...]",
	about: "Measures what the documents name: all of it, which takes minutes, or these parts.",
	options: OPTIONS,
	notes: `Parts:\n${PARTS.map(({ help, name }) => `  ${name.padEnd(11)} ${help}`).join("\n")}`,
	async run({ json }, operands) {
		const parts = 0 === operands.length ? PARTS : operands.map(partOf);
		const figures: Record<string, unknown> = {};
		for (const [index, part] of parts.entries()) {
			const live = new Live(() => `${part.name}, part ${index + 1} of ${parts.length}`, process.stderr);
			const measured = await part.measure();
			live.end();
			figures[part.name] = measured.figures;
			if (!json) measured.print();
		}
		if (json) console.log(JSON.stringify(figures));
		return 0;
	},
};

function partOf(name: string): Part {
	const part = PARTS.find(one => one.name === name);
	if (!part) throw new UsageError(`there is no part "${name}"${didYouMean(name, NAMES)}`);
	return part;
}

process.exitCode = await runCommand(BENCH, process.argv.slice(2));

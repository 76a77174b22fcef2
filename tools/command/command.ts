/*
 * The frame of every tool of this project: the same help, the same words for the same mistakes, the same exit codes.
 *
 * 0: done, 1: not done, or what was asked is not so, 2: wrong usage, 128 + N: ended by a signal. A reader that goes away
 * (`| head`) is a quiet end.
 */
import { readFileSync } from "node:fs";
import { Failure, UsageError, wordsOf } from "./errors.js";
import { optionsHelp, wrapped } from "./help.js";
import { type Options, readOptions, type Values } from "./options.js";

const PACKAGE = new URL("../../package.json", import.meta.url);

export interface Command<T extends Options> {
	/** As package.json names its script: "start", "replay". */
	readonly name: string;
	/** What it does; lines are broken here, and a blank line makes a paragraph. */
	readonly about: string;
	readonly options: T;
	/** What may stand without a name: "FILE..."; undefined: nothing. */
	readonly operands?: string;
	/** Behind the options. */
	readonly notes?: string;
	/** Gives the exit code. @throws {UsageError | Failure} */
	run(values: Values<T>, operands: readonly string[]): Promise<number> | number;
}

/** "npm start", "npm run replay". */
export function scriptOf(name: string): string {
	return "start" === name ? "npm start" : `npm run ${name}`;
}

/** Gives the exit code. */
export async function runCommand<T extends Options>(command: Command<T>, argv: readonly string[]): Promise<number> {
	endQuietlyWhenNobodyReads();
	const script = scriptOf(command.name);
	try {
		const { positionals, values } = readOptions(argv, command.options);
		if (values.help) return print(helpOf(command));
		if (values.version) return print(versionOf());
		const taken = takenByNpm({ ...command.options, json: { type: "boolean" } }, process.env);
		if (taken) throw new UsageError(`npm took ${taken} for itself: write -- before the options, as in "${script} -- ${taken}"`);
		if (positionals.length > 0 && !command.operands) throw new UsageError(unwanted(positionals[0]!, command.options));
		return await command.run(values as Values<T>, positionals);
	} catch (error) {
		return complain(script, error);
	}
}

function print(text: string): number {
	console.log(text);
	return 0;
}

function complain(script: string, error: unknown): number {
	if (error instanceof UsageError) {
		console.error(`${script}: ${error.message} (see ${script} -- --help)`);
		return 2;
	}
	if (error instanceof Failure) {
		if ("" !== error.message) console.error(`${script}: ${error.message}`);
		return error.exitCode;
	}
	// An error of the operating system is nobody's mistake here; anything else is a defect, and its place is worth knowing.
	const isSystems = "string" === typeof (error as NodeJS.ErrnoException).syscall;
	console.error(`${script}: ${isSystems ? wordsOf(error) : `a defect of this program: ${(error as Error).stack ?? error}`}`);
	return 1;
}

export function helpOf<T extends Options>({ about, name, notes, operands, options }: Command<T>): string {
	const usage = `Usage: ${scriptOf(name)} -- [options]${operands ? ` ${operands}` : ""}`;
	return [usage, wrapped(about), optionsHelp(options), ...(notes ? [wrapped(notes)] : [])].join("\n\n");
}

function versionOf(): string {
	return (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version;
}

/** `npm start --cycles 2` gives npm the option, and the program its value at most. */
export function takenByNpm(options: Options, env: NodeJS.ProcessEnv): string | undefined {
	if (undefined === env["npm_lifecycle_event"]) return undefined;
	const name = Object.keys(options).find(one => Object.hasOwn(env, `npm_config_${one.replaceAll("-", "_")}`));
	return undefined === name ? undefined : `--${name}`;
}

function unwanted(operand: string, options: Options): string {
	const isOption = Object.hasOwn(options, operand);
	return `"${operand}" is not understood${isOption ? `; did you mean --${operand}?` : ""}`;
}

let isListening = false;

function endQuietlyWhenNobodyReads(): void {
	if (isListening) return;
	isListening = true;
	for (const stream of [process.stdout, process.stderr]) {
		stream.on("error", (error: NodeJS.ErrnoException) => {
			if ("EPIPE" === error.code) process.exit(0);
			throw error;
		});
	}
}

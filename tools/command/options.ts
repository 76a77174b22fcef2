/* A command line, read by Node's parseArgs; what is wrong with it is told in words that say what to type instead. */
import { parseArgs } from "node:util";
import { UsageError } from "./errors.js";
import { didYouMean } from "./suggest.js";
import { FAULT_NAMES, isFault } from "./values.js";

export interface Option {
	readonly type: "string" | "boolean";
	readonly default?: string | readonly string[] | boolean;
	readonly multiple?: boolean;
	readonly short?: string;
	/** What stands for its value in the help: "N", "HOST". */
	readonly value?: string;
	/** Left out: it is not shown. */
	readonly help?: string;
	/** A heading above it in the help. */
	readonly heading?: string;
}

export type Options = Readonly<Record<string, Option>>;

/** Every command has them. */
export const COMMON = {
	help: { type: "boolean", short: "h", default: false, help: "this text" },
	version: { type: "boolean", default: false, help: "the version of the package" },
} as const satisfies Options;

type ValueOf<O extends Option> = O["type"] extends "boolean" ? boolean : O extends { multiple: true } ? string[] : string;
export type Values<T extends Options> = {
	[K in keyof T]: undefined extends T[K]["default"] ? ValueOf<T[K]> | undefined : ValueOf<T[K]>;
};

export interface Arguments<T extends Options> {
	readonly values: Values<T & typeof COMMON>;
	readonly positionals: readonly string[];
}

/** @throws {UsageError} an option that is not known, lacks its value, or has one that it can't have */
export function readOptions<T extends Options>(argv: readonly string[], own: T): Arguments<T> {
	const options: Options = { ...own, ...COMMON };
	const { positionals, tokens, values } = parseArgs({
		args: [...argv],
		options: options as Record<string, { type: "string" | "boolean" }>,
		strict: false, // what it refuses is told below, in better words
		allowPositionals: true,
		tokens: true,
	});
	tokens.forEach((token, at) => {
		const next = tokens[at + 1];
		if ("option" === token.kind) check(token, "positional" === next?.kind ? next.value : undefined, options);
	});
	return { values: values as Values<T & typeof COMMON>, positionals };
}

interface Token {
	readonly name: string;
	readonly rawName: string;
	readonly value: string | undefined;
	readonly inlineValue: boolean | undefined;
}

/** `next`: what stands behind it and is no option. */
function check({ inlineValue, name, rawName, value }: Token, next: string | undefined, options: Options): void {
	const option = Object.hasOwn(options, name) ? options[name] : undefined;
	if (!option) throw new UsageError(`there is no option ${rawName}${meant(name, value ?? next, options)}`);
	if ("boolean" === option.type) {
		if (undefined !== value) throw new UsageError(`${rawName} takes no value`);
		return;
	}
	const isMissing = undefined === value || (!inlineValue && isOption(value, options));
	if (isMissing) throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value ?? "VALUE"}`);
}

/** "-5" is a number, "-x" may be a text; "--json" behind an option that wants a value is one forgotten. */
function isOption(text: string, options: Options): boolean {
	return text.startsWith("--") && Object.hasOwn(options, text.slice(2).split("=")[0]!);
}

function meant(name: string, value: string | undefined, options: Options): string {
	const fault = undefined === value ? name : `${name}=${value}`;
	if (Object.hasOwn(options, "fault") && isFault(name)) return `; did you mean --fault ${fault}?`;
	const option = didYouMean(name, Object.keys(options), "--");
	if ("" !== option || !Object.hasOwn(options, "fault")) return option;
	return didYouMean(name, FAULT_NAMES, "--fault ");
}

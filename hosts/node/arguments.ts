/* The command lines of tools that have not moved to tools/ yet. */
import { type Options, readOptions } from "../../tools/command/options.js";

export { UsageError } from "../../tools/command/errors.js";
export type { Options } from "../../tools/command/options.js";
export * from "../../tools/command/values.js";

/** @throws {UsageError} an option that is not known, or lacks its value */
export function readArguments<T extends Options>(argv: readonly string[], options: T) {
	return readOptions(argv, options).values;
}

/* Values of options: checked one by one, refused in a line that says what is allowed. */
import { FAULTS, type Fault, parseFault } from "../../modules/virtual/faults.js";
import { UsageError } from "./errors.js";
import { didYouMean } from "./suggest.js";

/** The fixed rates of AT+IPR; the last two on a SIM800 only. */
export const BAUDS = ["1200", "2400", "4800", "9600", "14400", "19200", "28800", "38400", "57600", "115200", "230400", "460800"];

/** The value is not repeated: it is a secret. */
export function pinOf(pin: string | undefined): string | undefined {
	if (undefined !== pin && !/^\d{4,8}$/.test(pin)) throw new UsageError("--pin must be 4 to 8 digits");
	return pin;
}

export function notEmpty(name: string, text: string): string {
	if ("" === text) throw new UsageError(`--${name} must not be empty`);
	return text;
}

export function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
	const found = allowed.find(value => value === text);
	if (undefined !== found) return found;
	throw new UsageError(`--${name} must be one of ${allowed.join(", ")}, not "${text}"${didYouMean(text, allowed)}`);
}

export function whole(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (!/^\d+$/.test(text) || value < least || value > most) {
		throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`);
	}
	return value;
}

export function decimal(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most) {
		throw new UsageError(`--${name} must be a number from ${least} to ${most}, not "${text}"`);
	}
	return value;
}

/** Of the virtual modem, each as NAME or NAME=VALUE. */
export function faultsOf(texts: readonly string[]): Fault[] {
	return texts.map(text => {
		try {
			return parseFault(text);
		} catch (error) {
			const meant = isFault(text) ? "" : didYouMean(text.split("=")[0]!, FAULT_NAMES, "--fault ");
			throw new UsageError("" === meant ? `--${(error as Error).message}` : `--fault ${text} is not known${meant}`);
		}
	});
}

export const FAULT_NAMES: readonly string[] = FAULTS.map(({ name }) => name);

/** "drop", "drop=0.1". */
export function isFault(text: string): boolean {
	return FAULT_NAMES.includes(text.split("=")[0]!);
}

/** For a help text: every fault, a line each. */
export function faultHelp(): string {
	const rows = FAULTS.map(({ name, value, help }) => {
		const optional = value?.startsWith("[");
		const text = undefined === value ? name : optional ? `${name}[=${value.slice(1, -1)}]` : `${name}=${value}`;
		return `      ${text.padEnd(32)} ${help}`;
	});
	return rows.join("\n");
}

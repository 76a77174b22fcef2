/*
 * Settings from the manifest's `config`, or from `key=value` on mcconfig's command line, where everything is text.
 *
 * A wrong value stops the firmware at its start with one line that names the key: nothing is guessed.
 */
import type { Destination } from "../../modules/delivery/events.js";
import type { Access, Settings } from "../host.js";

export type Config = Readonly<Record<string, unknown>>;

const DEFAULT_MESSAGE = "message {cycle}";
const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_ANSWER_TIMEOUT_MS = 10_000;

/** @throws {Error} a value is wrong, or no destination is given */
export function readSettings(config: Config): Settings {
	return {
		...readAccess(config),
		mode: oneOf(config, "mode", ["single", "multi"], "single"),
		destinations: readDestinations(config),
		message: text(config, "message") ?? DEFAULT_MESSAGE,
		cycles: number(config, "cycles", 1),
		intervalMs: number(config, "intervalMs", 0) ?? DEFAULT_INTERVAL_MS,
		answerTimeoutMs: number(config, "answerTimeoutMs", 0) ?? DEFAULT_ANSWER_TIMEOUT_MS,
		keepBearer: flag(config, "keepBearer") ?? true,
		failureLimit: number(config, "failureLimit", 1),
	};
}

/** @throws {Error} a value is wrong */
export function readAccess(config: Config): Access {
	return {
		apn: text(config, "apn") ?? "internet",
		user: text(config, "user") ?? "",
		password: text(config, "password") ?? "",
		pin: text(config, "pin"),
	};
}

/** A list of "tcp://HOST:PORT" or "udp://HOST:PORT", or one text with commas between them. */
function readDestinations(config: Config): readonly Destination[] {
	const value = config["destinations"] ?? [];
	const list = "string" === typeof value ? value.split(",") : value;
	if (!Array.isArray(list)) throw wrong("destinations", value, 'a list of "tcp://HOST:PORT"');
	if (0 === list.length)
		throw new Error("config.destinations is empty: give at least one server, as destinations=tcp://HOST:PORT");
	return list.map(destination);
}

function destination(value: unknown): Destination {
	const expected = "tcp://HOST:PORT or udp://HOST:PORT";
	if ("string" !== typeof value) throw wrong("destinations", value, expected);
	const address = value.trim();
	const colon = address.lastIndexOf(":");
	const scheme = address.slice(0, 6).toLowerCase();
	const host = address.slice(6, colon);
	const port = wholeNumber(address.slice(colon + 1));
	if (("tcp://" !== scheme && "udp://" !== scheme) || colon < 6 || 0 === host.length || undefined === port) {
		throw wrong("destinations", value, expected);
	}
	if (port < 1 || port > 65535) throw wrong("destinations", value, "a port from 1 to 65535");
	return { protocol: "tcp://" === scheme ? "TCP" : "UDP", host, port };
}

export function text(config: Config, key: string): string | undefined {
	const value = config[key];
	if (undefined === value || null === value) return undefined;
	if ("string" !== typeof value) throw wrong(key, value, "text in quotes");
	return value;
}

/** A whole number, `lowest` or more. */
export function number(config: Config, key: string, lowest: number): number | undefined {
	const value = config[key];
	if (undefined === value || null === value) return undefined;
	const found = "string" === typeof value ? wholeNumber(value) : value;
	if ("number" !== typeof found || !Number.isInteger(found) || found < lowest) {
		throw wrong(key, value, `a whole number, ${lowest} or more`);
	}
	return found;
}

export function flag(config: Config, key: string): boolean | undefined {
	const value = config[key];
	if (undefined === value || null === value) return undefined;
	if (true === value || "true" === value) return true;
	if (false === value || "false" === value) return false;
	throw wrong(key, value, "true or false");
}

export function oneOf<T extends string>(config: Config, key: string, allowed: readonly T[], missing: T): T {
	const value = config[key] ?? missing;
	const found = allowed.find(name => name === value);
	if (undefined === found) throw wrong(key, value, allowed.join(" or "));
	return found;
}

function wholeNumber(digits: string): number | undefined {
	const value = Number(digits);
	return Number.isInteger(value) && value >= 0 && String(value) === digits ? value : undefined;
}

function wrong(key: string, value: unknown, expected: string): Error {
	// The value of a secret is not repeated: this text ends up in a trace.
	const shown = "pin" === key || "password" === key ? "..." : JSON.stringify(value);
	return new Error(`config.${key} is ${shown}, must be ${expected}`);
}

/* The command line of `npm start`: read, checked, and explained. */
import type { Destination } from "../../modules/delivery/events.js";
import type { Fault } from "../../modules/virtual/faults.js";
import { UsageError } from "../command/errors.js";
import type { Options, Values } from "../command/options.js";
import { BAUDS, decimal, faultsOf, notEmpty, oneOf, pinOf, whole } from "../command/values.js";

export const ABOUT = `Runs the firmware on XS through a few cycles, each sending a message and reading the answer. The modem is a virtual SIM900 in this process; the server, unless one is named, is a TCP server on this machine that checks what arrives.`;

export const NOTES = "Exit code: 0 every message arrived, 1 one did not, 2 wrong usage, 130 Ctrl-C.";

export const OPTIONS = {
	main: {
		type: "string",
		value: "FILE",
		heading: "What it does",
		help: "runs your own main from this file, in TypeScript or JavaScript, instead of the firmware's; what it says with trace() is printed",
	},
	mode: {
		type: "string",
		default: "single",
		value: "MODE",
		help: "single: one connection at a time, multi: one to each destination at once",
	},
	cycles: { type: "string", default: "3", value: "N", help: "how many cycles" },
	"failure-limit": {
		type: "string",
		value: "N",
		help: "stop after N failed cycles in a row (default: go on, so that recovery can be seen)",
	},
	interval: {
		type: "string",
		default: "1",
		value: "SECONDS",
		help: "from the end of one cycle to the start of the next, on the modem's clock",
	},
	message: {
		type: "string",
		default: "message {cycle}",
		value: "TEXT",
		help: 'what to send; {cycle} in it becomes the cycle\'s number (default "message {cycle}")',
	},
	"keep-bearer": { type: "boolean", help: "keep the bearer up between cycles (default)" },
	"no-keep-bearer": { type: "boolean", help: "take it down after each cycle" },
	host: {
		type: "string",
		value: "HOST",
		heading: "Where it sends",
		help: "a server of your own; it may answer, and need not",
	},
	port: {
		type: "string",
		multiple: true,
		default: [],
		value: "PORT",
		help: "its port; with --mode multi several --port make several destinations",
	},
	speed: {
		type: "string",
		value: "N",
		heading: "The modem",
		help: "its clock runs N times as fast as real time (default 10; 1 is real time)",
	},
	seed: { type: "string", value: "N", help: "of all that is random in the virtual modem (default 1)" },
	fault: {
		type: "string",
		multiple: true,
		default: [],
		value: "NAME[=VALUE]",
		help: "something is wrong with the virtual modem, its SIM, network or server; may be given several times; npm run modem -- --help has the list",
	},
	apn: { type: "string", default: "internet", value: "NAME", help: "access point name" },
	user: { type: "string", default: "", value: "NAME", help: "for the access point, when it asks for one" },
	password: { type: "string", default: "", value: "TEXT", help: "for the access point, when it asks for one" },
	pin: {
		type: "string",
		value: "PIN",
		help: "the PIN that the firmware uses; the virtual SIM then has the PIN 1234",
	},
	serial: {
		type: "string",
		value: "PATH",
		help: "a real modem on this serial device instead of the virtual one. It must be on, and it needs --host, as it can't reach this machine's loopback",
	},
	baud: { type: "string", default: "115200", value: "N", help: "the rate of the serial port" },
	trace: {
		type: "boolean",
		default: false,
		heading: "What it prints",
		help: "every AT line as well, secrets struck out",
	},
	json: { type: "boolean", default: false, help: "one JSON object a line; the last one is the result" },
} as const satisfies Options;

export interface StartOptions {
	/** A program of the user's own; undefined: the firmware. */
	readonly main: string | undefined;
	readonly mode: "single" | "multi";
	readonly cycles: number;
	readonly intervalMs: number;
	/** Failed cycles in a row after which the run ends; undefined: never. */
	readonly failureLimit: number | undefined;
	readonly message: string;
	readonly keepBearer: boolean;
	/** Empty: the built-in server. */
	readonly destinations: readonly Destination[];
	readonly speed: number;
	readonly seed: number;
	readonly faults: readonly Fault[];
	readonly apn: string;
	readonly user: string;
	readonly password: string;
	readonly pin: string | undefined;
	readonly serial: string | undefined;
	readonly baud: number;
	readonly trace: boolean;
	readonly json: boolean;
}

/** @throws {UsageError} */
export function startOptionsOf(values: Values<typeof OPTIONS>): StartOptions {
	const { apn, user, password, serial, json, trace } = values;
	if (values["keep-bearer"] && values["no-keep-bearer"])
		throw new UsageError("--keep-bearer and --no-keep-bearer: give one of them");
	if (undefined !== serial) checkReal(values);
	return {
		main: undefined === values.main ? undefined : notEmpty("main", values.main),
		mode: oneOf("mode", values.mode, ["single", "multi"]),
		cycles: whole("cycles", values.cycles, 1, 100_000),
		intervalMs: decimal("interval", values.interval, 0, 1_000_000) * 1000,
		failureLimit: limitOf(values["failure-limit"]),
		message: notEmpty("message", values.message),
		keepBearer: !values["no-keep-bearer"],
		destinations: destinationsOf(values.host, values.port),
		speed: decimal("speed", values.speed ?? (undefined === serial ? "10" : "1"), 0.01, 1000),
		seed: whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
		faults: faultsOf(values.fault),
		apn,
		user,
		password,
		pin: pinOf(values.pin),
		serial: undefined === serial ? undefined : notEmpty("serial", serial),
		baud: Number(oneOf("baud", values.baud, BAUDS)),
		trace,
		json,
	};
}

/** What only a virtual modem has, and what only a real one needs. */
function checkReal({ fault, host, main, seed, speed }: Values<typeof OPTIONS>): void {
	const virtual = undefined !== speed ? "speed" : undefined !== seed ? "seed" : fault.length > 0 ? "fault" : undefined;
	if (undefined !== virtual) throw new UsageError(`--${virtual} is for the virtual modem: leave it out with --serial`);
	if (undefined === host && undefined === main)
		throw new UsageError("--serial needs --host and --port as well: a real modem can't reach the built-in server");
}

function limitOf(text: string | undefined): number | undefined {
	return undefined === text ? undefined : whole("failure-limit", text, 1, 100_000);
}

function destinationsOf(host: string | undefined, ports: readonly string[]): Destination[] {
	if (undefined === host && 0 === ports.length) return [];
	if (0 === ports.length) throw new UsageError("--host needs --port as well: the port that your server listens on");
	const name = notEmpty("host", host ?? "127.0.0.1");
	return ports.map(port => ({ protocol: "TCP", host: name, port: whole("port", port, 1, 65_535) }));
}

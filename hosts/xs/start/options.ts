/* The command line of `npm start`: read, checked, and explained. */
import type { Destination } from "../../../modules/delivery/events.js";
import type { Fault } from "../../../modules/virtual/faults.js";
import {
	BAUDS,
	decimal,
	faultsOf,
	notEmpty,
	type Options,
	oneOf,
	pinOf,
	readArguments,
	UsageError,
	whole,
} from "../../node/arguments.js";

export const HELP = `Usage: npm start -- [options]

Runs the firmware on XS through a few cycles, each sending a message and reading the answer. The modem is a virtual
SIM900 in this process; the server, unless one is named, is a TCP server on this machine that checks what arrives.

What it does
  --mode single|multi    one connection at a time, or one to each destination at once (default single)
  --cycles N             how many cycles (default 3)
  --failure-limit N      stop after N failed cycles in a row (default: go on, so that recovery can be seen)
  --interval SECONDS     from the end of one cycle to the start of the next, on the modem's clock (default 1)
  --message TEXT         what to send; {cycle} in it becomes the cycle's number (default "message {cycle}")
  --[no-]keep-bearer     keep the bearer up between cycles (default) or tear it down each time

Where it sends
  --host HOST            a server of your own; it may answer, and need not
  --port PORT            its port; with --mode multi several --port make several destinations

The modem
  --speed N              its clock runs N times as fast as real time (default 10; 1 is real time)
  --seed N               of all that is random in the virtual modem (default 1)
  --fault NAME[=VALUE]   something is wrong with the virtual modem, its SIM, network or server; may be given several
                         times; npm run modem -- --help has the list
  --apn NAME             access point name (default "internet")
  --user, --password     for the access point, when it asks for them
  --pin PIN              the PIN that the firmware uses; the virtual SIM then has the PIN 1234
  --serial PATH          a real modem on this serial device instead of the virtual one; it must be on;
                         needs --host, as a modem can't reach this machine's loopback
  --baud N               the rate of the serial port (default 115200)

What it prints
  --trace                every AT line as well, secrets struck out
  --json                 one JSON object a line; the last one is the result
  --help                 this text

Exit code: 0 every message arrived, 1 one did not, 2 wrong usage.`;

const OPTIONS = {
	mode: { type: "string", default: "single" },
	cycles: { type: "string", default: "3" },
	interval: { type: "string", default: "1" },
	"failure-limit": { type: "string" },
	message: { type: "string", default: "message {cycle}" },
	"keep-bearer": { type: "boolean" },
	"no-keep-bearer": { type: "boolean" },
	host: { type: "string" },
	port: { type: "string", multiple: true, default: [] },
	speed: { type: "string" },
	seed: { type: "string" },
	fault: { type: "string", multiple: true, default: [] },
	apn: { type: "string", default: "internet" },
	user: { type: "string", default: "" },
	password: { type: "string", default: "" },
	pin: { type: "string" },
	serial: { type: "string" },
	baud: { type: "string", default: "115200" },
	trace: { type: "boolean", default: false },
	json: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

export interface StartOptions {
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

/**
 * Undefined: help is asked for.
 *
 * @throws {UsageError}
 */
export function readOptions(argv: readonly string[]): StartOptions | undefined {
	const values = readArguments(argv, OPTIONS);
	if (values.help) return undefined;
	const { apn, user, password, serial, json, trace } = values;
	if (values["keep-bearer"] && values["no-keep-bearer"])
		throw new UsageError("--keep-bearer and --no-keep-bearer: give one of them");
	if (undefined !== serial) checkReal(values);
	return {
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
function checkReal({ fault, host, seed, speed }: { fault: string[]; host?: string; seed?: string; speed?: string }): void {
	const virtual = undefined !== speed ? "speed" : undefined !== seed ? "seed" : fault.length > 0 ? "fault" : undefined;
	if (undefined !== virtual) throw new UsageError(`--${virtual} is for the virtual modem: leave it out with --serial`);
	if (undefined === host)
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

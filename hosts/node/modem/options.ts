/* The command line of `npm run modem`. */
import type { Fault } from "../../../modules/virtual/faults.js";
import {
	BAUDS,
	decimal,
	faultHelp,
	faultsOf,
	notEmpty,
	type Options,
	oneOf,
	pinOf,
	readArguments,
	UsageError,
	whole,
} from "../arguments.js";
import { CONTROL_HELP } from "./control.js";

export const HELP = `Usage: npm run modem -- --link PATH [options]

A virtual SIM900 on a pseudo-terminal, powered on and registered, with this machine's network behind it. PATH becomes a
symbolic link to its device. Prints one line of JSON when it is ready, and one for each short message that a program has sent
with it; SIGTERM or Ctrl-C ends it and removes the link.

  --link PATH         where other programs find the modem; must not exist, or be a link that a modem has left behind
  --model NAME        sim900 (default) or sim800
  --baud N            its rate (AT+IPR), 0 for autobauding; default 115200. Paces the bytes; the terminal itself has no rate
  --speed N           its clock runs N times as fast as real time (default 1)
  --pin PIN           the SIM asks for this PIN; without it, for none
  --seed N            of all that is random in it (default 1)
  --fault NAME[=VALUE]  something is wrong with it; may be given several times (below)
  --control           takes lines of JSON on standard input: what happens to it while it runs (below)
  --trace             every line in either direction to stderr, with time, secrets struck out
  --help              this text

${CONTROL_HELP}

Faults. WHEN is a number of seconds since the start, *SECONDS (again and again, so far apart on average), or one of
started, registered, context, connected, prompt, sent, received; a RATE is a chance from 0 to 1.
${faultHelp()}`;

const OPTIONS = {
	link: { type: "string" },
	model: { type: "string", default: "sim900" },
	baud: { type: "string", default: "115200" },
	speed: { type: "string", default: "1" },
	pin: { type: "string" },
	seed: { type: "string", default: "1" },
	fault: { type: "string", multiple: true, default: [] },
	control: { type: "boolean", default: false },
	trace: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

export interface ModemOptions {
	readonly link: string;
	readonly model: "sim900" | "sim800";
	readonly baud: number;
	readonly speed: number;
	readonly seed: number;
	readonly pin: string | undefined;
	readonly faults: readonly Fault[];
	readonly control: boolean;
	readonly trace: boolean;
}

/**
 * Undefined: help is asked for.
 *
 * @throws {UsageError}
 */
export function readOptions(argv: readonly string[]): ModemOptions | undefined {
	const values = readArguments(argv, OPTIONS);
	if (values.help) return undefined;
	if (undefined === values.link) throw new UsageError("--link PATH is needed: where other programs shall find the modem");
	return {
		link: notEmpty("link", values.link),
		model: oneOf("model", values.model, ["sim900", "sim800"]),
		baud: Number(oneOf("baud", values.baud, ["0", ...BAUDS])),
		speed: decimal("speed", values.speed, 0.01, 1000),
		seed: whole("seed", values.seed, 0, 2 ** 32 - 1),
		pin: pinOf(values.pin),
		faults: faultsOf(values.fault),
		control: values.control,
		trace: values.trace,
	};
}

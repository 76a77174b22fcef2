/* The command line of `npm run modem`. */
import type { RadioOptions, SimOptions } from "../../../modules/virtual/options.js";
import { BAUDS, decimal, notEmpty, type Options, oneOf, pinOf, readArguments, UsageError, whole } from "../arguments.js";
import { FAULTS } from "./faults.js";

export const HELP = `Usage: npm run modem -- --link PATH [options]

A virtual SIM900 on a pseudo-terminal, powered on and registered, with this machine's network behind it. PATH becomes a
symbolic link to its device. Prints one line of JSON when it is ready; SIGTERM or Ctrl-C ends it and removes the link.

  --link PATH         where other programs find the modem; must not exist, or be a symbolic link
  --model NAME        sim900 (default) or sim800
  --baud N            its rate (AT+IPR), 0 for autobauding; default 115200. Paces the bytes; the terminal itself has no rate
  --speed N           its clock runs N times as fast as real time (default 1)
  --pin PIN           the SIM asks for this PIN; without it, for none
  --seed N            of all that is random in it (default 1)
  --fault NAME[=VALUE]  something is wrong with it; may be given several times:
${[...FAULTS].map(([name, { help }]) => `      ${name.padEnd(22)} ${help}`).join("\n")}
  --trace             every line in either direction to stderr, with time, secrets struck out
  --help              this text`;

const OPTIONS = {
	link: { type: "string" },
	model: { type: "string", default: "sim900" },
	baud: { type: "string", default: "115200" },
	speed: { type: "string", default: "1" },
	pin: { type: "string" },
	seed: { type: "string", default: "1" },
	fault: { type: "string", multiple: true, default: [] },
	trace: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

export interface ModemOptions {
	readonly link: string;
	readonly model: "sim900" | "sim800";
	readonly baud: number;
	readonly speed: number;
	readonly seed: number;
	readonly sim: SimOptions;
	readonly radio: RadioOptions;
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
	const sim: SimOptions = { pin: pinOf(values.pin) };
	const radio: RadioOptions = {};
	for (const fault of values.fault) addFault(fault, sim, radio);
	return {
		link: notEmpty("link", values.link),
		model: oneOf("model", values.model, ["sim900", "sim800"]),
		baud: Number(oneOf("baud", values.baud, ["0", ...BAUDS])),
		speed: decimal("speed", values.speed, 0.01, 1000),
		seed: whole("seed", values.seed, 0, 2 ** 32 - 1),
		sim,
		radio,
		trace: values.trace,
	};
}

function addFault(text: string, sim: SimOptions, radio: RadioOptions): void {
	const equals = text.indexOf("=");
	const name = equals < 0 ? text : text.slice(0, equals);
	const value = equals < 0 ? undefined : text.slice(equals + 1);
	const fault = FAULTS.get(name);
	if (!fault) throw new UsageError(`--fault ${name} is not known; there are: ${[...FAULTS.keys()].join(", ")}`);
	if (fault.takesValue !== (undefined !== value)) {
		throw new UsageError(fault.takesValue ? `--fault ${name} needs a value: ${name}=...` : `--fault ${name} takes no value`);
	}
	fault.apply({ sim, radio, value: value ?? "", name: `fault ${name}` });
}

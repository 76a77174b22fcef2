/* The command line of `npm run modem`. */
import type { Fault } from "../../../modules/virtual/faults.js";
import { MODELS } from "../../../modules/virtual/models/index.js";
import { parseQuirk, type Quirks } from "../../../modules/virtual/models/quirks.js";
import type { Model } from "../../../modules/virtual/options.js";
import {
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

const NAMES = Object.keys(MODELS) as Model[];

export const HELP = `Usage: npm run modem -- --link PATH | --tcp PORT [options]

A virtual modem on a pseudo-terminal or a TCP port, powered on and registered, with this machine's network behind it. PATH
becomes a symbolic link to its device. Prints one line of JSON when it is ready, and one for each short message that a program has sent
with it; SIGTERM or Ctrl-C ends it and removes the link.

  --link PATH         where other programs find the modem; must not exist, or be a link that a modem has left behind
  --tcp PORT          the same line on a TCP port of this machine, for emulators; one program at a time, 0: any port
  --model NAME        ${NAMES.join(", ")} (default ${NAMES[0]})
  --baud N            its rate (AT+IPR), 0 for autobauding; default 115200. Paces the bytes; the terminal itself has no rate
  --speed N           its clock runs N times as fast as real time (default 1)
  --pin PIN           the SIM asks for this PIN; without it, for none
  --seed N            of all that is random in it (default 1)
  --fault NAME[=VALUE]  something is wrong with it; may be given several times (below)
  --quirk NAME=VALUE  what of the model is in doubt, in the other way; may be given several times (below)
  --control           takes lines of JSON on standard input: what happens to it while it runs (below)
  --trace             every line in either direction to stderr, with time, secrets struck out
  --help              this text

${CONTROL_HELP}

Faults. WHEN is a number of seconds since the start, *SECONDS (again and again, so far apart on average), or one of
started, registered, context, connected, prompt, sent, received; a RATE is a chance from 0 to 1.
${faultHelp()}

Quirks, the default first:
${NAMES.map(quirkHelp).join("")}`;

function quirkHelp(name: Model): string {
	const rows = Object.entries(MODELS[name].quirks).map(([quirk, { value, choices, help }]) => {
		const others = choices?.filter(one => one !== value) ?? ["N"];
		return `      ${`${quirk}=${[value, ...others].join("|")}`.padEnd(44)} ${help}\n`;
	});
	return 0 === rows.length ? "" : `  ${name}\n${rows.join("")}`;
}

const OPTIONS = {
	link: { type: "string" },
	tcp: { type: "string" },
	model: { type: "string", default: "sim900" },
	baud: { type: "string", default: "115200" },
	speed: { type: "string", default: "1" },
	pin: { type: "string" },
	seed: { type: "string", default: "1" },
	fault: { type: "string", multiple: true, default: [] },
	quirk: { type: "string", multiple: true, default: [] },
	control: { type: "boolean", default: false },
	trace: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

export interface ModemOptions {
	readonly link: string | undefined;
	/** 0: any. */
	readonly tcp: number | undefined;
	readonly model: Model;
	readonly quirks: Quirks;
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
	const { link, tcp } = values;
	if (undefined === link && undefined === tcp)
		throw new UsageError("--link PATH is needed, or --tcp PORT: where other programs shall find the modem");
	const model = oneOf("model", values.model, NAMES);
	return {
		link: undefined === link ? undefined : notEmpty("link", link),
		tcp: undefined === tcp ? undefined : whole("tcp", tcp, 0, 65_535),
		model,
		quirks: quirksOf(model, values.quirk),
		baud: Number(oneOf("baud", values.baud, [...new Set([0, ...MODELS[model].port.rates])].map(String))),
		speed: decimal("speed", values.speed, 0.01, 1000),
		seed: whole("seed", values.seed, 0, 2 ** 32 - 1),
		pin: pinOf(values.pin),
		faults: faultsOf(values.fault),
		control: values.control,
		trace: values.trace,
	};
}

function quirksOf(model: Model, texts: readonly string[]): Quirks {
	try {
		return Object.fromEntries(texts.map(text => parseQuirk(MODELS[model].quirks, text)));
	} catch (error) {
		throw new UsageError(`--${(error as Error).message}`);
	}
}

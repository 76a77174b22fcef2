/*
 * What can be wrong with the modem and the world around it, by name: "NAME" or "NAME=VALUE", as on a command line.
 *
 * WHEN is a number of seconds since the start (once), *SECONDS (again and again, so far apart on average), or what has to
 * happen first: started, registered, context, connected, prompt, sent, received. A RATE is a chance from 0 to 1.
 */
import { Injector, MOMENTS, type Moment, type Noise, type When } from "./faults/injector.js";
import type { RadioOptions, SimOptions } from "./options.js";
import type { Timing } from "./power/timing.js";

/** What is wrong before the modem is switched on for the first time. */
export interface FaultSetup {
	readonly sim: SimOptions;
	readonly radio: RadioOptions;
	readonly timing: Partial<Timing>;
}

export interface Fault {
	/** As it was given. */
	readonly text: string;
	prepare(setup: FaultSetup): void;
	arm(injector: Injector): void;
}

interface Kind {
	/** What stands behind the equals sign; undefined: nothing may. */
	readonly value: string | undefined;
	/** Taken when nothing stands there; undefined: something must. */
	readonly fallback?: string;
	readonly help: string;
	/** @throws {RangeError} a value that it can't have */
	prepare?(setup: FaultSetup, value: string): void;
	arm?(injector: Injector, value: string): void;
}

const MV = { warned: 3290, off: 3150, good: 4049 };

function noise(direction: "toHost" | "toModem", kind: keyof Noise, help: string): Kind {
	return {
		value: "RATE",
		help,
		arm: (injector, value) => {
			injector[direction][kind] = rateOf(value);
		},
	};
}

function rate(
	field: "ignoreRate" | "errorRate" | "sendFailRate" | "sendFailThenOkRate" | "nameRate" | "refuseRate",
	help: string,
): Kind {
	return {
		value: "RATE",
		fallback: "1",
		help,
		arm: (injector, value) => {
			injector[field] = rateOf(value);
		},
	};
}

/** Something that happens at a moment, and with "/SECONDS" behind it ends after that. */
function event(help: string, begin: (injector: Injector) => void, end?: (injector: Injector) => void): Kind {
	return {
		value: end ? "WHEN[/SECONDS]" : "WHEN",
		help,
		arm: (injector, value) => {
			const [when = "", forSeconds] = end ? value.split("/") : [value];
			const forMs = undefined === forSeconds ? undefined : 1000 * numberOf(forSeconds, 0, 1e7);
			injector.at(
				whenOf(when),
				() => begin(injector),
				forMs,
				() => end?.(injector),
			);
		},
	};
}

function server(act: "reset" | "stall" | "close", help: string): Kind {
	return {
		value: "BYTES",
		fallback: "0",
		help,
		arm: (injector, value) => {
			injector.server = { act, afterBytes: numberOf(value, 0, 1e9) };
		},
	};
}

function setup(help: string, prepare: (setup: FaultSetup) => void): Kind {
	return { value: undefined, help, prepare };
}

const KINDS: Readonly<Record<string, Kind>> = {
	drop: noise("toHost", "drop", "bytes from the modem are lost"),
	flip: noise("toHost", "flip", "a bit of a byte from the modem is turned"),
	double: noise("toHost", "double", "bytes from the modem come twice"),
	"drop-in": noise("toModem", "drop", "bytes to the modem are lost"),
	"flip-in": noise("toModem", "flip", "a bit of a byte to the modem is turned"),
	"double-in": noise("toModem", "double", "bytes to the modem come twice"),
	split: {
		value: "MS",
		help: "pauses of up to MS within what the modem says",
		arm: (injector, value) => {
			injector.splitMs = numberOf(value, 1, 1e6);
		},
	},
	delay: {
		value: "MS",
		help: "a command takes up to MS longer",
		arm: (injector, value) => {
			injector.delayMs = numberOf(value, 1, 1e6);
		},
	},
	urc: {
		value: "BYTE:TEXT or RATE:TEXT",
		help: "a line that nobody asked for, when the modem has said BYTE bytes (1 or more), or before anything it says",
		arm: (injector, value) => {
			const colon = value.indexOf(":");
			const [number, text] = [numberOf(value.slice(0, Math.max(0, colon)), 0, 1e9), value.slice(colon + 1)];
			const counted = number >= 1;
			injector.lines.push({ text, afterBytes: counted ? number : undefined, rate: counted ? 0 : number, done: false });
		},
	},
	silence: event(
		"the modem says nothing any more",
		injector => {
			injector.silent = true;
		},
		injector => {
			injector.silent = false;
		},
	),
	ignore: rate("ignoreRate", "a command line is not answered"),
	error: rate("errorRate", "a command is refused for no reason"),
	reset: event("the supply dips: the modem is gone without a word, and comes again", ({ modem }) => modem?.dip(true)),
	"brown-out": event("the supply breaks down: the modem is gone without a word, and stays off", ({ modem }) => modem?.dip(false)),
	"under-voltage": event(
		"the supply is low: UNDER-VOLTAGE WARNNING",
		({ modem }) => modem?.setSupply(MV.warned),
		({ modem }) => modem?.setSupply(MV.good),
	),
	"under-voltage-off": event(
		"the supply is too low: UNDER-VOLTAGE POWER DOWN, and off",
		({ modem }) => modem?.setSupply(MV.off),
		({ modem }) => modem?.setSupply(MV.good),
	),
	"send-fail": rate("sendFailRate", "SEND FAIL, although the data was sent"),
	"send-fail-ok": rate("sendFailThenOkRate", "SEND FAIL, and SEND OK behind it"),
	"black-hole": event(
		"all is accepted, nothing goes out and nothing comes in",
		injector => {
			injector.blackHole = true;
		},
		injector => {
			injector.blackHole = false;
		},
	),
	"pdp-deact": event("the operator takes the context away", ({ modem }) => modem?.loseContext()),
	"no-coverage": event(
		"no cell can be heard",
		({ modem }) => modem?.cover(false),
		({ modem }) => modem?.cover(true),
	),
	"dns-fail": rate("nameRate", "a name is not found"),
	refuse: rate("refuseRate", "a connection is refused"),
	"server-reset": server("reset", "the server breaks the connection when it has sent BYTES"),
	"server-stall": server("stall", "the server goes silent when it has sent BYTES, and acknowledges nothing"),
	"server-close": server("close", "the server ends the connection when it has sent BYTES"),
	"sim-pulled": event(
		"the SIM is pulled out",
		({ modem }) => modem?.insertSim(false),
		({ modem }) => modem?.insertSim(true),
	),
	"no-sim": setup("no SIM is inserted", ({ sim }) => {
		sim.inserted = false;
	}),
	"sim-blocked": setup("the SIM asks for its PUK", ({ sim }) => {
		sim.pin ??= "1234";
		sim.triesLeft = 0;
	}),
	"pin-tries": {
		value: "N",
		help: "wrong PINs that the SIM still allows",
		prepare: ({ sim }, value) => {
			sim.triesLeft = numberOf(value, 0, 3);
		},
	},
	"sim-busy": {
		value: "SECONDS",
		help: "the SIM needs so long to be read",
		prepare: ({ timing }, value) => {
			timing.simMs = 1000 * numberOf(value, 0, 1e6);
		},
	},
	"no-network": setup("it searches for a network for ever", ({ radio }) => {
		radio.registers = "never";
	}),
	denied: setup("the network refuses the SIM", ({ radio }) => {
		radio.registers = "denied";
	}),
	roaming: setup("it is in a foreign network", ({ radio }) => {
		radio.registers = "roaming";
	}),
	apn: {
		value: "NAME",
		help: "the operator takes only this access point",
		prepare: ({ radio }, value) => {
			radio.apn = value;
		},
	},
	"attach-refused": {
		value: "SECONDS",
		help: "AT+CGATT=1 is refused for so long after registration",
		prepare: ({ timing }, value) => {
			timing.attachRefusedMs = 1000 * numberOf(value, 0, 1e6);
		},
	},
	"drop-context": {
		value: "SECONDS",
		help: "the operator takes the context away each time it has been up for so long",
		prepare: ({ radio }, value) => {
			radio.dropContextAfterMs = 1000 * numberOf(value, 0.001, 1e7);
		},
	},
};

/** For help texts: what can be given, and what it does. */
export const FAULTS: readonly { readonly name: string; readonly value: string | undefined; readonly help: string }[] =
	Object.entries(KINDS).map(([name, { value, fallback, help }]) => ({
		name,
		value: value && (undefined === fallback ? value : `[${value}]`),
		help,
	}));

/** @throws {RangeError} there is no such fault, or not with this value; the message says what there is */
export function parseFault(text: string): Fault {
	const equals = text.indexOf("=");
	const name = equals < 0 ? text : text.slice(0, equals);
	const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
	if (!kind) throw new RangeError(`fault ${name} is not known; there are: ${Object.keys(KINDS).join(", ")}`);
	if (equals >= 0 && undefined === kind.value) throw new RangeError(`fault ${name} takes no value`);
	const value = equals < 0 ? kind.fallback : text.slice(equals + 1);
	if (undefined !== kind.value && !value) throw new RangeError(`fault ${name} needs a value: ${name}=${kind.value}`);
	const fault: Fault = {
		text,
		prepare: setup => kind.prepare?.(setup, value ?? ""),
		arm: injector => kind.arm?.(injector, value ?? ""),
	};
	check(fault, name, kind);
	return fault;
}

/** A wrong value is told when it is given, not when the modem starts. */
function check(fault: Fault, name: string, kind: Kind): void {
	try {
		fault.prepare({ sim: {}, radio: {}, timing: {} });
		fault.arm(DRY);
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new RangeError(`fault ${name}=${kind.value}: ${error.message}`);
	}
}

function numberOf(text: string, low: number, high: number): number {
	const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= low && value <= high)) throw new RangeError(`"${text}" is no number from ${low} to ${high}`);
	return value;
}

function rateOf(text: string): number {
	return numberOf(text, 0, 1);
}

function whenOf(text: string): When {
	const moment = MOMENTS.find(known => known === text) as Moment | undefined;
	if (moment) return { kind: "at", moment };
	if (text.startsWith("*")) return { kind: "every", ms: 1000 * numberOf(text.slice(1), 0.001, 1e7) };
	if (!/^[0-9]/.test(text))
		throw new RangeError(`"${text}" is no number of seconds, no *SECONDS, and none of ${MOMENTS.join(", ")}`);
	return { kind: "after", ms: 1000 * numberOf(text, 0, 1e7) };
}

/** Takes faults only to see whether they can be. */
const DRY = new Injector({ next: () => 0, between: () => 0 } as never, { after: () => undefined } as never);

/* What can be wrong with the virtual modem from the command line, by name. */
import type { RadioOptions, SimOptions } from "../../../modules/virtual/options.js";
import { decimal, whole } from "../arguments.js";

interface Target {
	readonly sim: SimOptions;
	readonly radio: RadioOptions;
	readonly value: string;
	/** For messages. */
	readonly name: string;
}

interface Fault {
	readonly help: string;
	readonly takesValue: boolean;
	/** @throws {UsageError} a value that it can't have */
	apply(target: Target): void;
}

const plain = (help: string, apply: (target: Target) => void): Fault => ({ help, takesValue: false, apply });
const valued = (help: string, apply: (target: Target) => void): Fault => ({ help, takesValue: true, apply });

export const FAULTS: ReadonlyMap<string, Fault> = new Map([
	[
		"no-sim",
		plain("no SIM is inserted", ({ sim }) => {
			sim.inserted = false;
		}),
	],
	[
		"sim-blocked",
		plain("the SIM asks for its PUK", ({ sim }) => {
			sim.pin ??= "1234";
			sim.triesLeft = 0;
		}),
	],
	[
		"pin-tries",
		valued("=N: wrong PINs that the SIM still allows", ({ sim, value, name }) => {
			sim.triesLeft = whole(name, value, 0, 3);
		}),
	],
	[
		"no-network",
		plain("it searches for a network for ever", ({ radio }) => {
			radio.registers = "never";
		}),
	],
	[
		"denied",
		plain("the network refuses the SIM", ({ radio }) => {
			radio.registers = "denied";
		}),
	],
	[
		"roaming",
		plain("it is in a foreign network", ({ radio }) => {
			radio.registers = "roaming";
		}),
	],
	[
		"apn",
		valued("=NAME: the operator takes only this access point", ({ radio, value }) => {
			radio.apn = value;
		}),
	],
	[
		"drop-context",
		valued("=SECONDS: the operator takes the context away each time it has been up for so long", ({ radio, value, name }) => {
			radio.dropContextAfterMs = 1000 * decimal(name, value, 0.001, 1e6);
		}),
	],
]);

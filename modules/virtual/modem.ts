/* A SIM900 (or SIM800) in software: speaks bytes, keeps time, answers by state. */
import type { VirtualModemOptions } from "./options.js";

export type { Model, RadioOptions, SimOptions, Timing, VirtualModemOptions } from "./options.js";

export class VirtualModem {
	/** The rate of the microcontroller's UART; another rate than the modem's garbles both ways. Default: the modem's own. */
	hostBaud: number | undefined;
	readonly #options: VirtualModemOptions;

	constructor(options: VirtualModemOptions) {
		this.#options = options;
	}

	/** Level at the module's PWRKEY pin: 0 pressed (active low), 1 released. */
	powerKey(_level: 0 | 1): void {}

	get status(): 0 | 1 {
		return this.#options.on ? 1 : 0;
	}

	/** Bytes that the microcontroller's UART begins to send now, behind those still on the wire. */
	receive(_bytes: Uint8Array): void {}

	/** Milliseconds during which something was under way in the modem: the share of a run that no driver can shorten. */
	get ownMs(): number {
		return 0;
	}

	/** Leaves no timer, socket or callback behind. */
	close(): void {}
}

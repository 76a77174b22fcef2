/* The virtual modem's faults, from one moment on and only until another. */

import type { FaultyModem, Injector } from "../../modules/virtual/faults/injector.js";
import { type Fault, parseFault } from "../../modules/virtual/faults.js";

const GOOD_MV = 4_049;

export class BoundedFaults {
	/** For the virtual modem's options. */
	readonly fault: Fault;
	readonly #texts: readonly string[];
	#injector: Injector | undefined;
	#modem: FaultyModem | undefined;

	/** Those that are there from the start are none of them: `no-sim` and the like. */
	constructor(texts: readonly string[]) {
		this.#texts = texts;
		this.fault = { text: "bounded", prepare() {}, arm: injector => this.#take(injector) };
	}

	begin(): void {
		for (const text of this.#texts) parseFault(text).arm(this.#injector!);
	}

	/** Nothing is wrong any more, and nothing that was planned happens. */
	end(): void {
		const injector = this.#injector!;
		for (const noise of [injector.toHost, injector.toModem]) Object.assign(noise, { drop: 0, flip: 0, double: 0 });
		injector.lines.length = 0;
		injector.server = undefined;
		Object.assign(injector, { splitMs: 0, delayMs: 0, ignoreRate: 0, errorRate: 0, sendFailRate: 0 });
		Object.assign(injector, { sendFailThenOkRate: 0, nameRate: 0, refuseRate: 0 });
		for (const name of ["silent", "blackHole"]) Object.defineProperty(injector, name, { get: () => false, set() {} });
		injector.modem = undefined;
		this.#modem!.cover(true);
		this.#modem!.setSupply(GOOD_MV);
	}

	#take(injector: Injector): void {
		this.#injector = injector;
		this.#modem = injector.modem;
	}
}

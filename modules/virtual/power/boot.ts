/* What the modem says and does by itself after it has come on: RDY, the SIM, the network, Call Ready. */

import type { SimState } from "../radio/sim.js";
import type { Session } from "../session.js";

/** Power on; a restart that ends with OK (AT+CFUN=1,1 of a SIM900); on for long already. */
export type BootKind = "cold" | "restart" | "running";

const NEXT_LINE_MS = 50;
const NO_CARD_MS = 300;

export class Boot {
	/** AT+CCALR. */
	callReady = false;
	readonly #session: Session;
	#booting = true;
	#woken = false;
	#endActivity: (() => void) | undefined;

	constructor(session: Session) {
		this.#session = session;
	}

	start(kind: BootKind): void {
		if ("running" === kind) return this.#startRunning();
		const { world, sim, memory } = this.#session;
		const { readyMs, simMs } = world.timing;
		world.schedule.after(readyMs, () => {
			this.#say("RDY");
			if (sim.card.inserted) this.#sayLater(`+CFUN: ${memory.functionality}`);
			if ("restart" === kind && "sim900" === world.model) this.#session.framing.result("OK");
		});
		sim.start(sim.card.inserted ? simMs : NO_CARD_MS);
	}

	/** AT+CFUN=1 from 0. */
	wakeSim(): void {
		this.#woken = true;
		this.#session.sim.start(this.#session.world.timing.functionalityOnMs);
	}

	simChanged(state: SimState): void {
		const booting = this.#booting;
		this.#booting = false;
		switch (state) {
			case "busy":
				return;
			case "ready":
				return this.#simReady();
			case "off":
				this.callReady = false;
				return;
			case "absent":
				this.#say("+CPIN: NOT INSERTED");
				if (booting) this.#sayLater(`+CFUN: ${this.#session.functionality}`);
				this.#session.registration.stop();
				break;
			case "pin":
				this.#say("+CPIN: SIM PIN");
				break;
			case "puk":
				this.#say("+CPIN: SIM PUK");
				break;
			case "dead":
				break;
		}
		if (1 === this.#session.functionality) this.#session.registration.startWithout();
	}

	#startRunning(): void {
		const { sim, registration, functionality } = this.#session;
		this.#booting = false;
		sim.startRead();
		if ("ready" === sim.state && 1 === functionality) registration.startRegistered();
		this.callReady = "ready" === sim.state;
	}

	#simReady(): void {
		const { world, registration, functionality } = this.#session;
		this.#say("+CPIN: READY");
		if (1 === functionality) registration.start();
		this.#endActivity ??= world.activity.begin();
		world.schedule.after(world.timing.callReadyMs - world.timing.simMs, () => this.#callReady());
	}

	/** A SIM800 says Call Ready before SMS Ready when it boots, and after it when AT+CFUN=1 wakes it. */
	#callReady(): void {
		const { world } = this.#session;
		const [first, second] = this.#woken ? ["SMS Ready", "Call Ready"] : ["Call Ready", "SMS Ready"];
		this.callReady = true;
		this.#endActivity?.();
		this.#endActivity = undefined;
		if ("sim900" === world.model) return this.#urc("Call Ready");
		this.#urc(first!);
		world.schedule.after(world.timing.smsReadyMs, () => this.#urc(second!));
	}

	#urc(text: string): void {
		if (1 === this.#session.memory.callReadyReports) this.#session.urc(text);
	}

	/** In autobaud nothing of this is said. */
	#say(text: string): void {
		if (0 !== this.#session.memory.baud) this.#session.urc(text);
	}

	#sayLater(text: string): void {
		this.#session.world.schedule.after(NEXT_LINE_MS, () => this.#say(text));
	}
}

/* What the modem says and does by itself after it has come on: RDY, the SIM, the network, its services. */
import type { BootRules, BootState } from "../models/model.js";
import type { SimState } from "../radio/sim.js";
import type { Session } from "../session.js";

/** Power on; AT+CFUN=1,1; on for long already. */
export type BootKind = "cold" | "restart" | "running";

const NEXT_LINE_MS = 50;
const NO_CARD_MS = 300;

export class Boot {
	/** AT+CCALR. */
	callReady = false;
	/** Whether what is sent is heard. */
	hears: boolean;
	readonly #session: Session;
	#booting = true;
	#woken = false;
	#endActivity: (() => void) | undefined;

	constructor(session: Session) {
		this.#session = session;
		this.hears = !this.#rules.deaf;
	}

	start(kind: BootKind): void {
		if ("running" === kind) return this.#startRunning();
		const { world, sim } = this.#session;
		const { readyMs, simMs } = world.timing;
		const { ready, restartOk } = world.model.boot;
		world.schedule.after(readyMs, () => {
			this.hears = true;
			this.#say(...ready(this.#state));
			if ("restart" === kind && "last" === restartOk) this.#session.framing.result("OK");
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
				this.#say(...this.#rules.absent(this.#state, booting));
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
		this.hears = true;
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

	#callReady(): void {
		const { world, memory } = this.#session;
		this.callReady = true;
		this.#endActivity?.();
		this.#endActivity = undefined;
		if (1 === memory.callReadyReports)
			this.#sayEach(this.#rules.services(this.#woken, world.radio, world.quirks), world.timing.smsReadyMs);
	}

	/** In autobaud nothing of this is said. */
	#say(...lines: readonly string[]): void {
		if (0 !== this.#session.memory.baud) this.#sayEach(lines, NEXT_LINE_MS);
	}

	#sayEach([first, ...others]: readonly string[], gapMs: number): void {
		if (undefined === first) return;
		this.#session.urc(first);
		this.#session.world.schedule.after(gapMs, () => this.#sayEach(others, gapMs));
	}

	get #state(): BootState {
		const { functionality, sim, world } = this.#session;
		return { functionality, inserted: sim.card.inserted, quirks: world.quirks };
	}

	get #rules(): BootRules {
		return this.#session.world.model.boot;
	}
}

/* Voice calls, as far as a driver meets them: RING, ATA, ATH, ATD, NO CARRIER. */
import type { TimerId } from "../../core/clock.js";
import type { Session } from "../session.js";

const RING_EVERY_MS = 5000;
/** As AT+CLCC counts. */
export const CALL = { active: 0, dialling: 2, incoming: 4 } as const;

export class Calls {
	/** AT+CLIP=1. */
	showNumber = 0;
	/** Undefined: there is no call. */
	state: number | undefined;
	number = "";
	readonly #session: Session;
	#timer: TimerId | undefined;

	constructor(session: Session) {
		this.#session = session;
	}

	/** Someone calls. */
	ring(number: string): void {
		if (undefined !== this.state || !this.#session.registration.registered) return;
		this.state = CALL.incoming;
		this.number = number;
		this.#ring();
	}

	dial(number: string): void {
		this.state = CALL.dialling;
		this.number = number;
	}

	/** @returns false when nobody calls */
	answer(): boolean {
		if (CALL.incoming !== this.state) return false;
		this.#session.world.schedule.cancel(this.#timer);
		this.state = CALL.active;
		return true;
	}

	hangUp(): void {
		this.#session.world.schedule.cancel(this.#timer);
		this.state = undefined;
	}

	/** The other side hangs up, or gives up. */
	ended(): void {
		if (undefined === this.state) return;
		this.hangUp();
		this.#session.framing.result("NO CARRIER");
	}

	#ring(): void {
		if (!this.#session.ip.hold?.("RING")) this.#session.framing.result("RING");
		if (1 === this.showNumber) this.#session.urc(`+CLIP: "${this.number}",145,"",,"",0`);
		this.#timer = this.#session.world.schedule.after(RING_EVERY_MS, () => this.#ring());
	}
}

/* The word that data has come can be lost on the wire. A slow look now and then keeps that from stalling a socket. */
import type { Clock, TimerId } from "../core/clock.js";

const POLL_MS = 10_000;

export class SlowPoll {
	readonly #clock: Clock;
	readonly #look: () => void;
	#timer: TimerId;
	#moved = false;

	constructor(clock: Clock, look: () => void) {
		this.#clock = clock;
		this.#look = look;
	}

	/** From now on, or again. */
	start(): void {
		this.stop();
		this.#timer = this.#clock.setTimer(() => this.onTime(), POLL_MS);
	}

	/** Something has come or gone: nothing was lost so far. */
	moved(): void {
		this.#moved = true;
	}

	stop(): void {
		if (undefined !== this.#timer) this.#clock.clearTimer(this.#timer);
		this.#timer = undefined;
	}

	private onTime(): void {
		this.start();
		if (!this.#moved) this.#look();
		this.#moved = false;
	}
}

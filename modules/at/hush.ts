/*
 * A time in which nothing is believed: after damage in a block, lines may be data. It ends when the modem has been quiet.
 */
import type { Clock, TimerId } from "../core/clock.js";

const QUIET_MS = 200;

export class Hush {
	readonly #clock: Clock;
	readonly #onEnd: () => void;
	#timer: TimerId;

	constructor(clock: Clock, onEnd: () => void) {
		this.#clock = clock;
		this.#onEnd = onEnd;
	}

	get isOn(): boolean {
		return undefined !== this.#timer;
	}

	/** From now on, or still: something was heard. */
	begin(): void {
		this.end();
		this.#timer = this.#clock.setTimer(() => {
			this.#timer = undefined;
			this.#onEnd();
		}, QUIET_MS);
	}

	end(): void {
		if (undefined !== this.#timer) this.#clock.clearTimer(this.#timer);
		this.#timer = undefined;
	}
}

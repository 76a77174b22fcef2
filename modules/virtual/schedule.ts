/* Timers that end together: whoever is switched off or closed clears its schedule and is never called again. */
import type { Clock, TimerId } from "../core/clock.js";

export class Schedule {
	readonly #clock: Clock;
	readonly #timers = new Set<TimerId>();
	#closed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Calls `callback` once, `delayMs` from now; not at all when the schedule is closed by then. */
	after(delayMs: number, callback: () => void): TimerId {
		if (this.#closed) return undefined;
		const timer = this.#clock.setTimer(
			() => {
				this.#timers.delete(timer);
				callback();
			},
			Math.max(0, delayMs),
		);
		this.#timers.add(timer);
		return timer;
	}

	/** A timer that has fired is no error. */
	cancel(timer: TimerId): void {
		if (this.#timers.delete(timer)) this.#clock.clearTimer(timer);
	}

	clear(): void {
		for (const timer of this.#timers) this.#clock.clearTimer(timer);
		this.#timers.clear();
	}

	close(): void {
		this.#closed = true;
		this.clear();
	}
}

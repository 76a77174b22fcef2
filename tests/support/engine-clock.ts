/* The clock that JavaScript sees: while the engine is away, no timer of its own fires. */
import type { HandClock } from "../../hosts/node/clock.js";
import type { Clock, TimerId } from "../../modules/core/clock.js";

interface EngineTimer {
	id: TimerId;
}

export class EngineClock implements Clock {
	readonly #clock: HandClock;
	#awayUntilMs = 0; // of the hand clock's own count, which does not wrap

	constructor(clock: HandClock) {
		this.#clock = clock;
	}

	/** The engine goes away for `ms`. */
	stall(ms: number): void {
		this.#awayUntilMs = this.#clock.elapsedMs + ms;
	}

	nowMs(): number {
		return this.#clock.nowMs();
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		const timer: EngineTimer = { id: undefined };
		const fire = () => {
			const leftMs = this.#awayUntilMs - this.#clock.elapsedMs;
			if (leftMs > 0) timer.id = this.#clock.setTimer(fire, leftMs);
			else callback();
		};
		timer.id = this.#clock.setTimer(fire, delayMs);
		return timer;
	}

	clearTimer(timer: TimerId): void {
		this.#clock.clearTimer((timer as EngineTimer).id);
	}
}

/*
 * Slow clock (AT+CSCLK): a modem that sleeps does not hear, but still speaks.
 *
 * 1: it sleeps while DTR is high. 2: when it has heard nothing for some seconds; the byte that wakes it is lost.
 */
import { elapsedMs } from "../../core/clock.js";
import type { World } from "../world.js";

export class Sleep {
	mode = 0;
	readonly #world: World;
	#heardMs: number;
	#wakingSinceMs: number | undefined;
	#lineHigh = false;

	constructor(world: World) {
		this.#world = world;
		this.#heardMs = world.clock.nowMs();
	}

	/** AT+CSCLK. */
	setMode(mode: number): void {
		this.mode = mode;
		this.#heardMs = this.#world.clock.nowMs();
		this.#wakingSinceMs = undefined;
	}

	/** DTR: high lets it sleep, low wakes it. */
	set line(high: boolean) {
		if (this.#lineHigh && !high && 1 === this.mode) this.#wakingSinceMs = this.#world.clock.nowMs();
		this.#lineHigh = high;
	}

	/** Whether bytes that arrive now are heard. */
	hears(): boolean {
		const nowMs = this.#world.clock.nowMs();
		const silentMs = elapsedMs(this.#heardMs, nowMs);
		this.#heardMs = nowMs;
		if (this.#waking(nowMs)) return false;
		if (1 === this.mode) return !this.#lineHigh;
		if (2 !== this.mode || silentMs < this.#world.timing.sleepAfterMs) return true;
		this.#wakingSinceMs = nowMs;
		return false;
	}

	#waking(nowMs: number): boolean {
		if (undefined === this.#wakingSinceMs) return false;
		const { wakeMs, wakeLineMs } = this.#world.timing;
		if (elapsedMs(this.#wakingSinceMs, nowMs) < (1 === this.mode ? wakeLineMs : wakeMs)) return true;
		this.#wakingSinceMs = undefined;
		return false;
	}
}

/* `timer` of a user's program. */
import type { TimerId } from "../../../modules/core/clock.js";
import { clock } from "../link.js";

type Callback = (timer: Timer) => void;

export default class Timer {
	private id: TimerId;

	private readonly callback: Callback;
	private repeatMs: number | undefined;

	private constructor(callback: Callback, repeatMs: number | undefined) {
		this.callback = callback;
		this.repeatMs = repeatMs;
	}

	static set(callback: Callback, delayMs = 0, repeatMs?: number): Timer {
		return new Timer(callback, repeatMs).start(delayMs);
	}

	static repeat(callback: Callback, repeatMs: number): Timer {
		return Timer.set(callback, repeatMs, repeatMs);
	}

	static schedule(timer: Timer, delayMs: number, repeatMs?: number): void {
		clock.clearTimer(timer.id);
		timer.repeatMs = repeatMs;
		timer.start(delayMs);
	}

	static clear(timer: Timer | undefined): void {
		if (!timer) return;
		timer.repeatMs = undefined;
		clock.clearTimer(timer.id);
	}

	static delay(): never {
		throw new Error("Timer.delay blocks: use Timer.set");
	}

	private start(delayMs: number): this {
		this.id = clock.setTimer(() => {
			const { repeatMs } = this;
			if (undefined !== repeatMs) this.start(repeatMs);
			this.callback(this);
		}, delayMs);
		return this;
	}
}

/* A clock moved by hand that forgets a timer at once when it is cleared, as a device does: for measurements of memory. */
import type { Clock, TimerId } from "../../modules/core/clock.js";

interface Timer {
	readonly atMs: number;
	readonly callback: () => void;
}

/** Promise chains are shorter than this between two timers. */
const SETTLE_TURNS = 40;

export class TidyClock implements Clock {
	#nowMs = 0;
	readonly #timers = new Set<Timer>();

	nowMs(): number {
		return this.#nowMs;
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		const timer = { atMs: this.#nowMs + delayMs, callback };
		this.#timers.add(timer);
		return timer;
	}

	clearTimer(timer: TimerId): void {
		this.#timers.delete(timer as Timer);
	}

	async settle(): Promise<void> {
		for (let turn = 0; turn < SETTLE_TURNS; turn++) await undefined;
	}

	/** Moves time on until `promise` is settled. @throws {Error} nothing is left that could settle it */
	async run<T>(promise: Promise<T>): Promise<T> {
		let settled = false;
		const settle = () => {
			settled = true;
		};
		promise.then(settle, settle);
		await this.settle();
		while (!settled) {
			const next = this.#next();
			if (!next) throw new Error("not settled, and no timer is left");
			this.#timers.delete(next);
			this.#nowMs = next.atMs;
			next.callback();
			await this.settle();
		}
		return promise;
	}

	#next(): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of this.#timers) if (!next || timer.atMs < next.atMs) next = timer;
		return next;
	}
}

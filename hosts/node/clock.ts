/*
 * A clock moved by hand: tests and benchmarks live through days in milliseconds, on Node and on XS alike.
 *
 * It starts just below the wrap of the 32-bit counter, so that whoever compares moments instead of spans fails at once.
 */
import type { Clock, TimerId } from "../../modules/core/clock.js";

interface HandTimer {
	readonly atMs: number;
	readonly order: number;
	readonly callback: () => void;
}

const WRAP_MS = 2 ** 32;
/** Promise chains are shorter than this between two timers; a longer one goes on after the next timer. */
const SETTLE_TURNS = 24;

export class HandClock implements Clock {
	/** Milliseconds since this clock was made; does not wrap. */
	elapsedMs = 0;
	readonly #startMs: number;
	readonly #timers: HandTimer[] = []; // a binary heap by time, then by order
	readonly #cancelled = new Set<HandTimer>();
	#order = 0;

	constructor(startMs: number = WRAP_MS / 2 - 1000) {
		this.#startMs = startMs;
	}

	/** Signed 32 bits and a fraction, as `Time.ticks` on a device. */
	nowMs(): number {
		const nowMs = (this.#startMs + this.elapsedMs) % WRAP_MS;
		return nowMs >= WRAP_MS / 2 ? nowMs - WRAP_MS : nowMs;
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		if (!(delayMs >= 0)) throw new RangeError(`invalid delayMs ${delayMs}`);
		const timer = { atMs: this.elapsedMs + delayMs, order: this.#order++, callback };
		this.#push(timer);
		return timer;
	}

	clearTimer(timer: TimerId): void {
		if (this.#timers.includes(timer as HandTimer)) this.#cancelled.add(timer as HandTimer);
	}

	/** Timers that are still to fire. */
	get pending(): number {
		return this.#timers.length - this.#cancelled.size;
	}

	/** Lets promises run until none is left that a timer is not needed for. */
	async settle(): Promise<void> {
		for (let turn = 0; turn < SETTLE_TURNS; turn++) await undefined;
	}

	/** Moves time on by `ms`, firing what is due on the way, in order. */
	async advance(ms: number): Promise<void> {
		const untilMs = this.elapsedMs + ms;
		await this.settle();
		while (await this.#step(untilMs));
		this.elapsedMs = untilMs;
	}

	/**
	 * Moves time on until `promise` is settled, and gives what it gives.
	 *
	 * @throws {Error} it is not settled after `limitMs`, or nothing is left that could settle it
	 */
	async run<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
		let settled = false;
		const settle = () => {
			settled = true;
		};
		promise.then(settle, settle);
		const untilMs = this.elapsedMs + limitMs;
		await this.settle();
		while (!settled) {
			if (!(await this.#step(untilMs))) {
				if (settled) break;
				throw new Error(`not settled after ${this.elapsedMs} ms, ${this.pending} timers pending`);
			}
		}
		return promise;
	}

	/** Fires the next timer if it is due by `untilMs`. */
	async #step(untilMs: number): Promise<boolean> {
		for (;;) {
			const next = this.#timers[0];
			if (!next) return false;
			if (this.#cancelled.delete(next)) {
				this.#pop();
				continue;
			}
			if (next.atMs > untilMs) return false;
			this.#pop();
			this.elapsedMs = Math.max(this.elapsedMs, next.atMs);
			next.callback();
			await this.settle();
			return true;
		}
	}

	#push(timer: HandTimer): void {
		const heap = this.#timers;
		let index = heap.push(timer) - 1;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!earlier(timer, heap[parent]!)) break;
			heap[index] = heap[parent]!;
			index = parent;
		}
		heap[index] = timer;
	}

	#pop(): void {
		const heap = this.#timers;
		const last = heap.pop();
		if (!last || 0 === heap.length) return;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
			if (!earlier(heap[child]!, last)) break;
			heap[index] = heap[child]!;
			index = child;
		}
		heap[index] = last;
	}
}

function earlier(a: HandTimer, b: HandTimer): boolean {
	return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

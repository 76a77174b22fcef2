/*
 * Time as it passes on this machine, or `speed` times as fast: a delay of 1000 ms at speed 10 takes 100 ms.
 *
 * Two things keep what happens at speed 100 on a busy machine the same as at speed 1. Time never passes a timer that has
 * not fired: one that this machine fires late fires at its moment all the same, and what is behind is caught up. And
 * time can be held while somebody works who on a device would be no slower for all the speed: the firmware's engine.
 *
 * The count starts two seconds below the 32-bit wrap, so that every run goes across it.
 */
import type { Clock, TimerId } from "../../modules/core/clock.js";

const WRAP_MS = 2 ** 32;
const START_MS = WRAP_MS / 2 - 2000;
/** Node fires at once what is to wait for longer. */
const LONGEST_MS = 2 ** 31 - 1;

interface RealTimer {
	readonly atMs: number;
	readonly callback: () => void;
}

export class RealClock implements Clock {
	readonly #speed: number;
	/** By moment, then in the order in which they were set. */
	readonly #timers: RealTimer[] = [];
	/** This clock at `#sinceMs` of the machine's. */
	#baseMs = 0;
	#sinceMs = performance.now();
	/** The moment of the timer whose turn it is. */
	#turnMs: number | undefined;
	#holds = 0;
	#cancelWait: () => void = () => {};

	constructor(speed = 1) {
		if (!(speed > 0) || !Number.isFinite(speed)) throw new RangeError(`invalid speed ${speed}`);
		this.#speed = speed;
	}

	/** Milliseconds of this clock since it was made; does not wrap. */
	get elapsedMs(): number {
		return this.#turnMs ?? Math.min(this.#runningMs(), this.#timers[0]?.atMs ?? Number.POSITIVE_INFINITY);
	}

	nowMs(): number {
		const nowMs = (START_MS + this.elapsedMs) % WRAP_MS;
		return nowMs >= WRAP_MS / 2 ? nowMs - WRAP_MS : nowMs;
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		if (!(delayMs >= 0)) throw new RangeError(`invalid delayMs ${delayMs}`);
		const timer: RealTimer = { atMs: this.elapsedMs + delayMs, callback };
		let index = this.#timers.length;
		while (index > 0 && this.#timers[index - 1]!.atMs > timer.atMs) index--;
		this.#timers.splice(index, 0, timer);
		if (0 === index) this.#wait();
		return timer;
	}

	clearTimer(timer: TimerId): void {
		const index = this.#timers.indexOf(timer as RealTimer);
		if (index < 0) return;
		this.#timers.splice(index, 1);
		if (0 === index) this.#wait();
	}

	/** Stops time until what this gives is called; several holds may overlap. */
	hold(): () => void {
		if (0 === this.#holds) {
			const heldMs = this.elapsedMs;
			this.#sinceMs += (heldMs - this.#baseMs) / this.#speed; // base and since: the same line, seen from another point
			this.#sinceMs -= performance.now(); // from here on: how much is to be caught up
			this.#baseMs = heldMs;
		}
		this.#holds++;
		this.#wait();
		let held = true;
		return () => {
			if (held) this.#release();
			held = false;
		};
	}

	#release(): void {
		this.#holds--;
		if (0 === this.#holds) this.#sinceMs += performance.now();
		this.#wait();
	}

	/** As this machine's clock has it: may be beyond a timer that has not fired. */
	#runningMs(): number {
		return this.#holds > 0 ? this.#baseMs : this.#baseMs + (performance.now() - this.#sinceMs) * this.#speed;
	}

	/** For the next timer, on one of Node's. */
	#wait(): void {
		this.#cancelWait();
		const next = this.#timers[0];
		if (undefined !== this.#turnMs) {
			const turn = setImmediate(() => this.#endTurn());
			this.#cancelWait = () => clearImmediate(turn);
		} else if (next && 0 === this.#holds) {
			this.#waitFor((next.atMs - this.#runningMs()) / this.#speed);
		} else {
			this.#cancelWait = () => {};
		}
	}

	#waitFor(realMs: number): void {
		if (realMs > 0) {
			const wait = setTimeout(() => this.#fire(), Math.min(Math.ceil(realMs), LONGEST_MS));
			this.#cancelWait = () => clearTimeout(wait);
		} else {
			const wait = setImmediate(() => this.#fire());
			this.#cancelWait = () => clearImmediate(wait);
		}
	}

	/** One timer a turn: promises and sockets get theirs in between. */
	#fire(): void {
		const next = this.#timers[0]!;
		try {
			if (this.#runningMs() < next.atMs) return; // Node is a little early
			this.#timers.shift();
			this.#turnMs = next.atMs;
			next.callback();
		} finally {
			this.#wait();
		}
	}

	#endTurn(): void {
		this.#turnMs = undefined;
		if (this.#timers[0] && 0 === this.#holds && this.#runningMs() >= this.#timers[0].atMs) this.#fire();
		else this.#wait();
	}
}

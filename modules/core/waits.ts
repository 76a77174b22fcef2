/*
 * Waiting with a deadline, and an end to all waiting at once: after `close()` no timer and no promise is left behind.
 */
import type { Clock, TimerId } from "./clock.js";
import { ModemError } from "./errors.js";

interface Rejectable {
	reject(error: Error): void;
}

/** Something that others settle: the first call counts, later ones mean nothing. */
export class Wait<T> {
	readonly promise: Promise<T>;
	readonly #clock: Clock;
	readonly #open: Set<Rejectable>;
	#timer: TimerId;
	#resolve!: (value: T) => void;
	#reject!: (error: Error) => void;

	/** One of `open` until it is settled. */
	constructor(clock: Clock, open: Set<Rejectable>, timeoutMs: number, onTime: (wait: Wait<T>) => void) {
		this.#clock = clock;
		this.#open = open;
		this.promise = new Promise<T>((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		open.add(this);
		this.#timer = clock.setTimer(() => onTime(this), timeoutMs);
	}

	get isOver(): boolean {
		return !this.#open.has(this);
	}

	resolve(value: T): void {
		if (this.end()) this.#resolve(value);
	}

	reject(error: Error): void {
		if (this.end()) this.#reject(error);
	}

	private end(): boolean {
		if (undefined !== this.#timer) this.#clock.clearTimer(this.#timer);
		this.#timer = undefined;
		return this.#open.delete(this);
	}
}

/** Resolves when it is over; resolving it ends it. */
export type Pause = Wait<void>;

export class Waits {
	readonly #clock: Clock;
	readonly #open = new Set<Rejectable>();
	#closed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** After `timeoutMs` it is rejected with what `onTimeout` gives. */
	begin<T>(timeoutMs: number, onTimeout: () => Error): Wait<T> {
		return this.#begin(timeoutMs, wait => wait.reject(onTimeout()));
	}

	/** @throws {ModemError} CLOSED */
	sleep(ms: number): Promise<void> {
		return this.pause(ms).promise;
	}

	/** A wait of at most `ms` that `resolve` ends early. @throws {ModemError} CLOSED */
	pause(ms: number): Pause {
		return this.#begin<void>(ms, isOver);
	}

	/** Rejects all that is waited for with CLOSED. */
	close(): void {
		this.#closed = true;
		for (const wait of [...this.#open]) wait.reject(closed());
	}

	#begin<T>(timeoutMs: number, onTime: (wait: Wait<T>) => void): Wait<T> {
		const wait = new Wait(this.#clock, this.#open, timeoutMs, onTime);
		if (this.#closed) wait.reject(closed());
		return wait;
	}
}

function isOver(pause: Pause): void {
	pause.resolve();
}

function closed(): ModemError {
	return new ModemError("CLOSED", "the driver was closed");
}

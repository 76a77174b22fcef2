/*
 * Waiting with a deadline, and an end to all waiting at once: after `close()` no timer and no promise is left behind.
 */
import type { Clock, TimerId } from "./clock.js";
import { ModemError } from "./errors.js";

export interface Wait<T> {
	readonly promise: Promise<T>;
	/** The first of these settles it; later ones mean nothing. */
	resolve(value: T): void;
	reject(error: Error): void;
}

export interface Pause {
	/** Resolves when it is over. */
	readonly over: Promise<void>;
	/** Ends it. */
	wake(): void;
}

export class Waits {
	readonly #clock: Clock;
	readonly #open = new Set<{ reject(error: Error): void }>();
	#closed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Something that others settle; after `timeoutMs` it is rejected with what `onTimeout` gives. */
	begin<T>(timeoutMs: number, onTimeout: () => Error): Wait<T> {
		return this.#begin(timeoutMs, wait => wait.reject(onTimeout()));
	}

	/** @throws {ModemError} CLOSED */
	sleep(ms: number): Promise<void> {
		return this.#begin<void>(ms, wait => wait.resolve()).promise;
	}

	#begin<T>(timeoutMs: number, onTime: (wait: Wait<T>) => void): Wait<T> {
		let timer: TimerId;
		let settle!: Pick<Wait<T>, "resolve" | "reject">;
		const promise = new Promise<T>((resolve, reject) => {
			settle = { resolve, reject };
		});
		const end = (): boolean => {
			if (undefined !== timer) this.#clock.clearTimer(timer);
			return this.#open.delete(wait);
		};
		const wait: Wait<T> = {
			promise,
			resolve: value => {
				if (end()) settle.resolve(value);
			},
			reject: error => {
				if (end()) settle.reject(error);
			},
		};
		this.#open.add(wait);
		if (this.#closed) wait.reject(closed());
		else timer = this.#clock.setTimer(() => onTime(wait), timeoutMs);
		return wait;
	}

	/** A pause of at most `ms` that `wake` ends early. @throws {ModemError} CLOSED */
	pause(ms: number): Pause {
		const wait = this.#begin<void>(ms, wait => wait.resolve());
		return { over: wait.promise, wake: wait.resolve };
	}

	/** Rejects all that is waited for with CLOSED. */
	close(): void {
		this.#closed = true;
		for (const wait of [...this.#open]) wait.reject(closed());
	}
}

function closed(): ModemError {
	return new ModemError("CLOSED", "the driver was closed");
}

/*
 * What the application hears: events, the trace, and that something may have changed.
 *
 * What its callbacks throw must be seen, and must not leave the driver half-way: it is thrown again from a timer.
 */
import type { Clock } from "../core/clock.js";
import type { ModemEvent } from "./events.js";

export interface ObserversOptions {
	readonly clock: Clock;
	onEvent?(event: ModemEvent): void;
	onTrace?: ((direction: "<" | ">", line: string) => void) | undefined;
}

export class Observers {
	readonly #options: ObserversOptions;
	readonly #observers = new Set<() => void>();

	constructor(options: ObserversOptions) {
		this.#options = options;
	}

	watch(onChanged: () => void): () => void {
		this.#observers.add(onChanged);
		return () => this.#observers.delete(onChanged);
	}

	tellTrace(direction: "<" | ">", line: string): void {
		try {
			this.#options.onTrace?.(direction, line);
		} catch (error) {
			this.throwLater(error);
		}
	}

	tell(event: ModemEvent): void {
		try {
			this.#options.onEvent?.(event);
		} catch (error) {
			this.throwLater(error);
		}
	}

	tellWatchers(): void {
		for (const onChanged of [...this.#observers]) {
			try {
				onChanged();
			} catch (error) {
				this.throwLater(error);
			}
		}
	}

	private throwLater(error: unknown): void {
		this.#options.clock.setTimer(() => {
			throw error;
		}, 0);
	}
}

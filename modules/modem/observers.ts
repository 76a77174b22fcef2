/*
 * What the application is told: events, the trace, and that something may have changed.
 *
 * An exception of its callbacks must be seen, and must not stop the driver half-way: it is thrown again from a timer.
 */
import type { Clock } from "../core/clock.js";
import type { ModemEvent } from "./events.js";

export interface ObserversOptions {
	readonly clock: Clock;
	onEvent?(event: ModemEvent): void;
	onTrace?: ((direction: "<" | ">", line: string) => void) | undefined;
}

export class Observers {
	private readonly options: ObserversOptions;
	private readonly watchers = new Set<() => void>();

	constructor(options: ObserversOptions) {
		this.options = options;
	}

	watch(onChanged: () => void): () => void {
		this.watchers.add(onChanged);
		return () => this.watchers.delete(onChanged);
	}

	tellTrace(direction: "<" | ">", line: string): void {
		try {
			this.options.onTrace?.(direction, line);
		} catch (error) {
			this.throwLater(error);
		}
	}

	tell(event: ModemEvent): void {
		try {
			this.options.onEvent?.(event);
		} catch (error) {
			this.throwLater(error);
		}
	}

	tellWatchers(): void {
		for (const onChanged of [...this.watchers]) {
			try {
				onChanged();
			} catch (error) {
				this.throwLater(error);
			}
		}
	}

	private throwLater(error: unknown): void {
		this.options.clock.setTimer(() => {
			throw error;
		}, 0);
	}
}

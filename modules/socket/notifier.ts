/*
 * The application is called back from a timer: never from within a call of its own, and never from within the driver's work.
 * What it throws ends up where a native socket's would, with the host; what is not told yet is told next.
 */
import type { Clock, TimerId } from "../core/clock.js";

/** What is refused at once is told after this: who tries again at once does not keep the device busy with that. */
export const REFUSED_MS = 500;

export class Notifier {
	readonly #clock: Clock;
	readonly #tell: () => void;
	#timer: TimerId;
	#stopped = false;

	/** `tell`: tells all that is new; takes each of it away before it calls back. */
	constructor(clock: Clock, tell: () => void) {
		this.#clock = clock;
		this.#tell = tell;
	}

	/** A time that was set already stays. */
	soon(delayMs = 0): void {
		if (this.#stopped) return;
		this.#timer ??= this.#clock.setTimer(() => {
			this.#timer = undefined;
			try {
				this.#tell();
			} catch (error) {
				this.soon();
				throw error;
			}
		}, delayMs);
	}

	/** For good. */
	stop(): void {
		this.#stopped = true;
		if (undefined !== this.#timer) this.#clock.clearTimer(this.#timer);
		this.#timer = undefined;
	}
}

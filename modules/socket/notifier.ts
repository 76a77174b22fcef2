/*
 * Calls the application back from a timer: never inside a call of its own, and never inside the driver's work.
 *
 * What the application throws reaches the host, as with a native socket. What was not told yet is told afterwards.
 */
import type { Clock, TimerId } from "../core/clock.js";

/** A failure that is known at once is told after this time, so that an application that retries at once does not keep the device busy. */
export const REFUSED_MS = 500;

/** To extend, which saves an object and a closure per socket. */
export abstract class NotifierBase {
	protected readonly clock: Clock;
	private timer: TimerId;
	private stopped = false;

	constructor(clock: Clock) {
		this.clock = clock;
	}

	/** A time that is set already stays. */
	soon(delayMs = 0): void {
		if (this.stopped) return;
		this.timer ??= this.clock.setTimer(() => this.onTime(), delayMs);
	}

	/** For good. */
	stop(): void {
		this.stopped = true;
		if (undefined !== this.timer) this.clock.clearTimer(this.timer);
		this.timer = undefined;
	}

	/** Tells everything that is new. Each item is removed before its callback, which may throw. */
	protected abstract tell(): void;

	private onTime(): void {
		this.timer = undefined;
		try {
			this.tell();
		} catch (error) {
			this.soon();
			throw error;
		}
	}
}

export class Notifier extends NotifierBase {
	protected readonly tell: () => void;

	/** `tell`: see NotifierBase. */
	constructor(clock: Clock, tell: () => void) {
		super(clock);
		this.tell = tell;
	}
}

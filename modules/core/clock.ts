/*
 * Time is an argument: nothing in modules/ reads a clock or sets a timer of its own, the host gives both.
 *
 * A microcontroller's millisecond counter is a signed 32-bit number that turns negative after 24.9 days,
 * so moments are never compared: keep when something began and how long it may take.
 */

/** What `setTimer` gives; only the clock that gave it knows what it is. */
export type TimerId = unknown;

export interface Clock {
	/** Milliseconds on a counter that may be negative, may have a fraction, and wraps at 2^32. */
	nowMs(): number;
	/** Calls `callback` once, never before this call has returned, `delayMs` or a little more from now. */
	setTimer(callback: () => void, delayMs: number): TimerId;
	/** After this the callback does not run. A timer that has fired is no error. */
	clearTimer(timer: TimerId): void;
}

const WRAP_MS = 2 ** 32;

/** Milliseconds from `sinceMs` to `nowMs`, right across the 2^32 wrap of the counter. */
export function elapsedMs(sinceMs: number, nowMs: number): number {
	const elapsed = nowMs - sinceMs;
	return elapsed < 0 ? elapsed + WRAP_MS : elapsed;
}

/*
 * Waits that grow with each failure and differ from device to device: the power of a whole street comes back at once.
 *
 * Chance only ever lengthens a wait, so that a limit of an operator ("not more often than once a minute") holds for each.
 */

/** A wait is longer than asked for by at most this part of it. */
const JITTER = 0.25;

/** From 0 to less than 1; seeded, so that the same seed gives the same run. */
export type Chance = () => number;

/** When to try again, and why not now; whole-stack users ask the modem's recovery for it. */
export interface NextTry {
	/** 0: now. */
	readonly waitMs: number;
	/** For people; empty while nothing has failed. */
	readonly why: string;
}

/** `ms` to 1.25 * `ms`. */
export function jittered(ms: number, chance: Chance): number {
	return Math.round(ms * (1 + JITTER * chance()));
}

/** `firstMs` doubled after each of `failures` failures but the first, at most `longestMs`; without chance. */
export function grownMs(firstMs: number, longestMs: number, failures: number): number {
	return Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
}

export class Backoff {
	private readonly firstMs: number;
	private readonly longestMs: number;
	private readonly chance: Chance;
	private failures = 0;

	constructor(firstMs: number, longestMs: number, chance: Chance) {
		this.firstMs = firstMs;
		this.longestMs = longestMs;
		this.chance = chance;
	}

	/** Another failure: how long to wait after it. */
	next(): number {
		return jittered(grownMs(this.firstMs, this.longestMs, ++this.failures), this.chance);
	}

	/** It has worked. */
	reset(): void {
		this.failures = 0;
	}
}

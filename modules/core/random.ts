/* A small seeded generator (xorshift32): the same seed gives the same run on every engine. */

export class Random {
	#state: number;

	/** `seed`: any integer; 0 counts as 1, the generator has no way out of 0. */
	constructor(seed: number) {
		this.#state = seed >>> 0 || 1;
	}

	/** 0 or more, less than 1. */
	next(): number {
		let state = this.#state;
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		this.#state = state >>> 0;
		return this.#state / 2 ** 32;
	}

	/** An integer from `low` to `high`, both included. */
	between(low: number, high: number): number {
		return low + Math.floor(this.next() * (high - low + 1));
	}
}

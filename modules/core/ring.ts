/* Bytes in, bytes out, in order, in memory that is fixed at construction: "full" is an answer. */

export class RingBuffer {
	readonly #bytes: Uint8Array;
	#first = 0;
	#length = 0;

	constructor(capacityBytes: number) {
		this.#bytes = new Uint8Array(capacityBytes);
	}

	get length(): number {
		return this.#length;
	}

	get free(): number {
		return this.#bytes.length - this.#length;
	}

	/** Takes all of `bytes`, or none of them when they do not fit. */
	write(bytes: Uint8Array): boolean {
		if (bytes.length > this.free) return false;
		const at = (this.#first + this.#length) % this.#bytes.length;
		const untilEnd = Math.min(bytes.length, this.#bytes.length - at);
		this.#bytes.set(bytes.subarray(0, untilEnd), at);
		this.#bytes.set(bytes.subarray(untilEnd), 0);
		this.#length += bytes.length;
		return true;
	}

	/** At most `mostBytes` of what is there, as a copy of their own. */
	read(mostBytes = this.#length): Uint8Array {
		const count = Math.min(mostBytes, this.#length);
		const bytes = new Uint8Array(count);
		const untilEnd = Math.min(count, this.#bytes.length - this.#first);
		bytes.set(this.#bytes.subarray(this.#first, this.#first + untilEnd));
		bytes.set(this.#bytes.subarray(0, count - untilEnd), untilEnd);
		this.#length -= count;
		this.#first = 0 === this.#length ? 0 : (this.#first + count) % this.#bytes.length;
		return bytes;
	}
}

/* Bytes in, bytes out, in order, in memory that is fixed at construction: "full" is an answer. */

export class RingBuffer {
	readonly #bytes: Uint8Array;
	#first = 0;
	#length = 0;
	/** Bytes behind them that do not count yet. */
	#staged = 0;

	constructor(capacityBytes: number) {
		this.#bytes = new Uint8Array(capacityBytes);
	}

	get length(): number {
		return this.#length;
	}

	get free(): number {
		return this.#bytes.length - this.#length - this.#staged;
	}

	/** Takes all of `bytes`, or none of them when they do not fit. */
	write(bytes: Uint8Array): boolean {
		if (!this.stage(bytes)) return false;
		this.commit();
		return true;
	}

	/** As `write`, but they are not there yet: `commit` counts them, all that were staged at once. */
	stage(bytes: Uint8Array): boolean {
		if (bytes.length > this.free) return false;
		const at = (this.#first + this.#length + this.#staged) % this.#bytes.length;
		const untilEnd = Math.min(bytes.length, this.#bytes.length - at);
		this.#bytes.set(bytes.subarray(0, untilEnd), at);
		this.#bytes.set(bytes.subarray(untilEnd), 0);
		this.#staged += bytes.length;
		return true;
	}

	commit(): void {
		this.#length += this.#staged;
		this.#staged = 0;
	}

	/** At most `mostBytes` of what is there, as a copy of their own; they stay. */
	peek(mostBytes = this.#length): Uint8Array {
		const bytes = new Uint8Array(Math.min(mostBytes, this.#length));
		this.copy(bytes);
		return bytes;
	}

	/** Takes the first bytes away: at most `bytes` of them. */
	drop(bytes: number): void {
		const count = Math.min(bytes, this.#length);
		this.#length -= count;
		this.#first = (this.#first + count) % this.#bytes.length;
	}

	/** At most `mostBytes` of what is there, as a copy of their own. */
	read(mostBytes = this.#length): Uint8Array {
		const bytes = this.peek(mostBytes);
		this.drop(bytes.length);
		return bytes;
	}

	/** The first byte, of which there must be one. */
	readByte(): number {
		const byte = this.#bytes[this.#first]!;
		this.drop(1);
		return byte;
	}

	/** Fills `target` as far as there is something; gives how much that was. */
	readInto(target: Uint8Array): number {
		const count = Math.min(target.length, this.#length);
		this.copy(count < target.length ? target.subarray(0, count) : target);
		this.drop(count);
		return count;
	}

	private copy(target: Uint8Array): void {
		const { length } = target;
		const untilEnd = Math.min(length, this.#bytes.length - this.#first);
		target.set(this.#bytes.subarray(this.#first, this.#first + untilEnd));
		target.set(this.#bytes.subarray(0, length - untilEnd), untilEnd);
	}
}

/*
 * The messages that have not ended: where each is, in the order of their sequences. 12 bytes for each that there may be,
 * taken at the start.
 */

const HELD = 0x800;

export class Live {
	count = 0;
	/** Of all records, headers included. */
	bytes = 0;
	private sequences: Uint32Array;
	private positions: Uint32Array;
	/** Destination (8 bits), priority (3 bits), held (1 bit). */
	private keys: Uint16Array;
	private sizes: Uint16Array;

	constructor(limit: number) {
		this.sequences = new Uint32Array(limit);
		this.positions = new Uint32Array(limit);
		this.keys = new Uint16Array(limit);
		this.sizes = new Uint16Array(limit);
	}

	sequenceAt(index: number): number {
		return this.sequences[index]!;
	}

	positionAt(index: number): number {
		return this.positions[index]!;
	}

	move(index: number, position: number): void {
		this.positions[index] = position;
	}

	/** Header included. */
	sizeAt(index: number): number {
		return this.sizes[index]!;
	}

	destinationAt(index: number): number {
		return this.keys[index]! & 0xff;
	}

	priorityAt(index: number): number {
		return (this.keys[index]! >> 8) & 7;
	}

	isHeld(index: number): boolean {
		return 0 !== (this.keys[index]! & HELD);
	}

	hold(index: number, held: boolean): void {
		const key = this.keys[index]!;
		this.keys[index] = held ? key | HELD : key & ~HELD;
	}

	/** -1: no such message. */
	indexOf(sequence: number): number {
		const index = this.placeOf(sequence);
		return index < this.count && this.sequences[index] === sequence ? index : -1;
	}

	/** A message, or the copy of one, which then counts in its stead. */
	put(sequence: number, position: number, destination: number, priority: number, size: number): void {
		const index = this.placeOf(sequence);
		if (index === this.count || this.sequences[index] !== sequence) this.insert(index);
		else this.bytes -= this.sizes[index]!;
		this.sequences[index] = sequence;
		this.positions[index] = position;
		this.keys[index] = destination | (priority << 8);
		this.sizes[index] = size;
		this.bytes += size;
	}

	remove(index: number): void {
		this.bytes -= this.sizes[index]!;
		const { count } = this;
		this.sequences.copyWithin(index, index + 1, count);
		this.positions.copyWithin(index, index + 1, count);
		this.keys.copyWithin(index, index + 1, count);
		this.sizes.copyWithin(index, index + 1, count);
		this.count--;
	}

	/** The oldest of the most urgent for `destination` that is not held; -1: none. */
	first(destination: number): number {
		const { count, keys } = this;
		let found = -1;
		let best = -1;
		for (let index = 0; index < count; index++) {
			const key = keys[index]!;
			if ((key & 0xff) !== destination || key >> 8 <= best || key & HELD) continue;
			best = key >> 8;
			found = index;
		}
		return found;
	}

	/** The oldest of the least urgent that is not held, of at most this priority; -1: none. */
	last(mostPriority: number): number {
		const { count, keys } = this;
		let found = -1;
		let worst = mostPriority + 1;
		for (let index = 0; index < count && worst > 0; index++) {
			const key = keys[index]!;
			if (key & HELD || key >> 8 >= worst) continue;
			worst = key >> 8;
			found = index;
		}
		return found;
	}

	/** The first that is not held; -1: none. */
	oldest(): number {
		const { count, keys } = this;
		for (let index = 0; index < count; index++) if (0 === (keys[index]! & HELD)) return index;
		return -1;
	}

	private placeOf(sequence: number): number {
		const { sequences } = this;
		let low = 0;
		let high = this.count;
		if (high > 0 && sequences[high - 1]! < sequence) return high; // as all but copies are
		while (low < high) {
			const middle = (low + high) >> 1;
			if (sequences[middle]! < sequence) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	private insert(index: number): void {
		const { count } = this;
		if (count === this.sequences.length) this.grow();
		if (index < count) {
			this.sequences.copyWithin(index + 1, index, count);
			this.positions.copyWithin(index + 1, index, count);
			this.keys.copyWithin(index + 1, index, count);
			this.sizes.copyWithin(index + 1, index, count);
		}
		this.count++;
	}

	/** Only when a store with more messages than the limit is opened: they are all kept. */
	private grow(): void {
		const length = this.count + 64;
		const { keys, positions, sequences, sizes } = this;
		this.sequences = new Uint32Array(length);
		this.sequences.set(sequences);
		this.positions = new Uint32Array(length);
		this.positions.set(positions);
		this.keys = new Uint16Array(length);
		this.keys.set(keys);
		this.sizes = new Uint16Array(length);
		this.sizes.set(sizes);
	}
}

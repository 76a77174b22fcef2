/*
 * The messages that have not ended: where each is, in the order of their sequences. 15 bytes for each that there may be,
 * taken at the start.
 */

const HELD = 0x800;

export class Live {
	count = 0;
	/** Of all records, headers included. */
	bytes = 0;
	/** Entries that are to go, their sizes are 0. */
	private dead = 0;
	private hint = 0;
	/** Copies behind the others, whose places are among these: in order, and put there all at once in `merge`. */
	private run = 0;
	private sequences: Uint32Array;
	private positions: Uint32Array;
	/** Destination (8 bits), priority (3 bits), held (1 bit). */
	private keys: Uint16Array;
	private sizes: Uint16Array;

	constructor(limit: number) {
		const length = limit + Math.max(16, limit >> 2); // so that the opening need not `compact` too often
		this.sequences = new Uint32Array(length);
		this.positions = new Uint32Array(length);
		this.keys = new Uint16Array(length);
		this.sizes = new Uint16Array(length);
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
		if (0 !== this.run) this.merge();
		const { hint } = this;
		this.hint++;
		if (hint < this.count && this.sequences[hint] === sequence) return hint; // they end in order more often than not
		const index = this.placeOf(sequence);
		this.hint = index + 1;
		return index < this.count && this.sequences[index] === sequence ? index : -1;
	}

	/** A message, or the copy of one, which then counts in its stead. After copies `compact` is to be called. */
	put(sequence: number, position: number, destination: number, priority: number, size: number): void {
		const { count } = this;
		if (0 === this.run && count < this.sequences.length && (0 === count || this.sequences[count - 1]! < sequence)) {
			this.count++; // as all but copies are
			return this.set(count, sequence, position, destination | (priority << 8), size);
		}
		const place = this.placeOf(sequence);
		if (place < this.count && this.sequences[place] === sequence) {
			this.bytes -= this.sizes[place]!;
			return this.set(place, sequence, position, destination | (priority << 8), size);
		}
		const isLast = place === this.count;
		if (this.run > 0 && (isLast || this.sequences[this.count + this.run - 1]! >= sequence)) {
			this.merge();
			return this.put(sequence, position, destination, priority, size);
		}
		this.makeRoom();
		this.set(this.count + this.run, sequence, position, destination | (priority << 8), size);
		if (isLast) this.count++;
		else this.run++;
	}

	/** For the opening, where many go: all at once in `compact`. Until then nothing else is to be asked than `indexOf`. */
	removeLater(index: number): void {
		if (0 === this.sizes[index]) return; // its fate was copied
		this.bytes -= this.sizes[index]!;
		this.sizes[index] = 0;
		this.dead++;
	}

	compact(): void {
		this.merge();
		if (0 === this.dead) return;
		const { count, keys, positions, sequences, sizes } = this;
		let kept = 0;
		for (let index = 0; index < count; index++) {
			if (0 === sizes[index]) continue;
			if (kept < index) {
				sequences[kept] = sequences[index]!;
				positions[kept] = positions[index]!;
				keys[kept] = keys[index]!;
				sizes[kept] = sizes[index]!;
			}
			kept++;
		}
		this.count = kept;
		this.dead = 0;
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

	private set(index: number, sequence: number, position: number, key: number, size: number): void {
		this.sequences[index] = sequence;
		this.positions[index] = position;
		this.keys[index] = key;
		this.sizes[index] = size;
		this.bytes += size;
	}

	private placeOf(sequence: number, end = this.count): number {
		const { sequences } = this;
		let low = 0;
		let high = end;
		if (high > 0 && sequences[high - 1]! < sequence) return high;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (sequences[middle]! < sequence) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** For one more at the end, the copies included. */
	private makeRoom(): void {
		if (this.count + this.run < this.sequences.length) return;
		this.compact();
		if (this.count === this.sequences.length) this.grow();
	}

	private merge(): void {
		const { keys, positions, run, sequences, sizes } = this;
		if (0 === run) return;
		this.run = 0;
		const first = this.count;
		const copies = sequences.slice(first, first + run);
		const copyPositions = positions.slice(first, first + run);
		const copyKeys = keys.slice(first, first + run);
		const copySizes = sizes.slice(first, first + run);
		this.count += run;
		let end = first;
		for (let index = run - 1; index >= 0; index--) {
			const place = this.placeOf(copies[index]!, end);
			const to = place + index;
			sequences.copyWithin(to + 1, place, end);
			positions.copyWithin(to + 1, place, end);
			keys.copyWithin(to + 1, place, end);
			sizes.copyWithin(to + 1, place, end);
			sequences[to] = copies[index]!;
			positions[to] = copyPositions[index]!;
			keys[to] = copyKeys[index]!;
			sizes[to] = copySizes[index]!;
			end = place;
		}
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

/*
 * How messages ended, as far as the application has not read it yet: in order, numbered, and bounded. When there are more
 * than fit, the oldest are forgotten, and counted.
 */

/** Of a fate that the medium does not hold. */
export const NOWHERE = 0xffff_ffff;

export class UnreadFates {
	readonly limit: number;
	count = 0;
	forgotten = 0;
	/** The number that the next fate gets. */
	nextNumber = 1;
	/** Fates with smaller numbers are read. */
	firstUnread = 1;
	private readonly numbers: Uint32Array;
	private readonly sequences: Uint32Array;
	private readonly positions: Uint32Array;
	/** The fate (8 bits), the destination (8 bits). */
	private readonly codes: Uint16Array;

	constructor(limit: number) {
		this.limit = limit;
		this.numbers = new Uint32Array(limit);
		this.sequences = new Uint32Array(limit);
		this.positions = new Uint32Array(limit);
		this.codes = new Uint16Array(limit);
	}

	numberAt(index: number): number {
		return this.numbers[index]!;
	}

	sequenceAt(index: number): number {
		return this.sequences[index]!;
	}

	positionAt(index: number): number {
		return this.positions[index]!;
	}

	fateAt(index: number): number {
		return this.codes[index]! & 0xff;
	}

	destinationAt(index: number): number {
		return this.codes[index]! >> 8;
	}

	move(index: number, position: number): void {
		this.positions[index] = position;
	}

	/** One more, or the copy of one. The sequence whose fate had to make room; 0: none. */
	add(number: number, sequence: number, position: number, fate: number, destination: number): number {
		if (number >= this.nextNumber) this.nextNumber = number + 1;
		if (number < this.firstUnread) return 0;
		let index = this.count;
		while (index > 0 && this.numbers[index - 1]! > number) index--;
		if (index > 0 && this.numbers[index - 1] === number) {
			this.positions[index - 1] = position;
			return 0;
		}
		let gone = 0;
		if (this.count === this.limit) {
			this.forgotten++;
			if (0 === index) return sequence;
			gone = this.sequences[0]!;
			this.drop(1);
			index--;
		}
		this.shift(index);
		this.numbers[index] = number;
		this.sequences[index] = sequence;
		this.positions[index] = position;
		this.codes[index] = fate | (destination << 8);
		return gone;
	}

	/** All with smaller numbers are read. */
	read(firstUnread: number): void {
		if (firstUnread > this.firstUnread) this.firstUnread = firstUnread;
		if (firstUnread > this.nextNumber) this.nextNumber = firstUnread;
		let count = 0;
		while (count < this.count && this.numbers[count]! < firstUnread) count++;
		this.drop(count);
	}

	private drop(count: number): void {
		if (count === this.count) this.count = 0;
		if (0 === count || 0 === this.count) return;
		this.numbers.copyWithin(0, count, this.count);
		this.sequences.copyWithin(0, count, this.count);
		this.positions.copyWithin(0, count, this.count);
		this.codes.copyWithin(0, count, this.count);
		this.count -= count;
	}

	private shift(index: number): void {
		if (index < this.count) {
			this.numbers.copyWithin(index + 1, index, this.count);
			this.sequences.copyWithin(index + 1, index, this.count);
			this.positions.copyWithin(index + 1, index, this.count);
			this.codes.copyWithin(index + 1, index, this.count);
		}
		this.count++;
	}
}

/*
 * Which sectors count, which are free, and which is next. They are taken in turn, so that all wear alike; the one taken
 * last, with the highest epoch, is the head, where records are added.
 */

export class Ring {
	/** 0: free. */
	readonly epochs: Uint32Array;
	head = -1;
	lastEpoch = 0;
	badSectors = 0;
	/** Sectors that stay free as long as all are good: one to move records into, one more in case that it fails. */
	readonly reserve: number;
	private readonly bad: Uint8Array;

	constructor(sectors: number) {
		this.epochs = new Uint32Array(sectors);
		this.bad = new Uint8Array(sectors);
		this.reserve = sectors < 8 ? 1 : 2;
	}

	get free(): number {
		const { bad, epochs } = this;
		let count = 0;
		for (let sector = 0; sector < epochs.length; sector++) if (0 === epochs[sector] && 0 === bad[sector]) count++;
		return count;
	}

	/** How many may hold records at once. */
	get usable(): number {
		return Math.max(0, this.epochs.length - this.badSectors - this.reserve);
	}

	/** The next one to be taken, -1 when none is free. */
	get next(): number {
		const { bad, epochs } = this;
		const { length } = epochs;
		for (let step = 1; step <= length; step++) {
			const sector = (this.head + step) % length;
			if (0 === epochs[sector] && 0 === bad[sector]) return sector;
		}
		return -1;
	}

	/** The sector that was taken first after `epoch`; -1 when there is none. Without one: the tail. */
	after(epoch = 0): number {
		const { epochs } = this;
		let found = -1;
		for (let sector = 0; sector < epochs.length; sector++) {
			const one = epochs[sector]!;
			if (one > epoch && (found < 0 || one < epochs[found]!)) found = sector;
		}
		return found;
	}

	take(sector: number, epoch: number): void {
		this.epochs[sector] = epoch;
		this.head = sector;
	}

	release(sector: number): void {
		this.epochs[sector] = 0;
	}

	releaseBefore(epoch: number): void {
		const { epochs } = this;
		for (let sector = 0; sector < epochs.length; sector++) if (epochs[sector]! < epoch) epochs[sector] = 0;
	}

	/** Whether this is news. */
	markBad(sector: number): boolean {
		if (0 !== this.bad[sector]) return false;
		this.bad[sector] = 1;
		this.badSectors++;
		return true;
	}

	/** Nothing is left: all are tried again the next time. A full disk is no worn out flash. */
	forgive(): void {
		this.bad.fill(0);
		this.badSectors = 0;
	}

	/** The sectors that count, oldest first. */
	inOrder(): number[] {
		const { epochs } = this;
		const used: number[] = [];
		for (let sector = 0; sector < epochs.length; sector++) if (0 !== epochs[sector]) used.push(sector);
		return used.sort((one, other) => epochs[one]! - epochs[other]!);
	}
}

/* A store that lasts as long as the program: for a device without a partition to spare, and for tests. */
import type { Store } from "./store.js";

export class MemoryStore implements Store {
	readonly sectorBytes: number;
	readonly sectors: number;
	readonly bytes: Uint8Array;

	constructor(sectors: number, sectorBytes = 4_096) {
		this.sectorBytes = sectorBytes;
		this.sectors = sectors;
		this.bytes = new Uint8Array(sectors * sectorBytes).fill(0xff);
	}

	read(offset: number, target: Uint8Array): void {
		target.set(this.bytes.subarray(offset, offset + target.length));
	}

	write(offset: number, bytes: Uint8Array): void {
		this.bytes.set(bytes, offset);
	}

	erase(sector: number): void {
		this.bytes.fill(0xff, sector * this.sectorBytes, (sector + 1) * this.sectorBytes);
	}
}

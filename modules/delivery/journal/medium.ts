/* The store as the journal uses it: what was written is read back, and a failure of the medium is an answer. */
import type { Store } from "../../core/store.js";

const CHUNK_BYTES = 64;
const AHEAD_BYTES = 512;

export class Medium {
	readonly sectorBytes: number;
	readonly sectors: number;
	/** Since the start. */
	writtenBytes = 0;
	erases = 0;
	private readonly store: Store;
	private readonly chunk = new Uint8Array(CHUNK_BYTES);
	private readonly words = new Int32Array(this.chunk.buffer);
	/** What was read in one go while there are many short pieces to be read, from `aheadAt` on. */
	private ahead: Uint8Array | undefined;
	private aheadAt = 0;
	private aheadEnd = 0;

	constructor(store: Store) {
		this.store = store;
		this.sectorBytes = store.sectorBytes;
		this.sectors = store.sectors;
	}

	sectorOf(offset: number): number {
		return Math.floor(offset / this.sectorBytes);
	}

	/** Where the sector in which `offset` is ends. */
	endOf(offset: number): number {
		return (this.sectorOf(offset) + 1) * this.sectorBytes;
	}

	read(offset: number, target: Uint8Array): boolean {
		try {
			this.store.read(offset, target);
			return true;
		} catch {
			return false;
		}
	}

	/** As `read`, for a short piece: after `lookAhead(true)` most of them are there already. */
	readShort(offset: number, target: Uint8Array): boolean {
		const { ahead } = this;
		if (undefined === ahead) return this.read(offset, target);
		const { length } = target;
		if (offset < this.aheadAt || offset + length > this.aheadEnd) {
			const size = Math.max(length, Math.min(AHEAD_BYTES, this.endOf(offset) - offset));
			this.aheadEnd = 0;
			if (!this.read(offset, ahead.subarray(0, size))) return false;
			this.aheadAt = offset;
			this.aheadEnd = offset + size;
		}
		const from = offset - this.aheadAt;
		target.set(ahead.subarray(from, from + length));
		return true;
	}

	lookAhead(on: boolean): void {
		this.ahead = on ? new Uint8Array(AHEAD_BYTES) : undefined;
		this.aheadEnd = 0;
	}

	/** False: the medium does not hold it. */
	write(offset: number, bytes: Uint8Array): boolean {
		this.writtenBytes += bytes.length;
		this.aheadEnd = 0;
		try {
			this.store.write(offset, bytes);
		} catch {
			return false;
		}
		return this.holds(offset, bytes);
	}

	/** Zeros are what no later power-up reads differently, whatever a torn write has left there. */
	zero(offset: number, length: number): boolean {
		return this.write(offset, new Uint8Array(length));
	}

	/** False: the sector is not to be used. */
	erase(sector: number): boolean {
		this.erases++;
		this.aheadEnd = 0;
		try {
			this.store.erase(sector);
		} catch {
			return false;
		}
		return this.isErased(sector * this.sectorBytes, (sector + 1) * this.sectorBytes);
	}

	isErased(offset: number, end: number): boolean {
		for (let at = offset; at < end; at += CHUNK_BYTES) {
			const length = Math.min(CHUNK_BYTES, end - at);
			if (!this.read(at, length < CHUNK_BYTES ? this.chunk.fill(0xff).subarray(0, length) : this.chunk)) return false;
			for (let word = 0; word < CHUNK_BYTES / 4; word++) if (-1 !== this.words[word]) return false;
		}
		return true;
	}

	private holds(offset: number, bytes: Uint8Array): boolean {
		const { chunk } = this;
		for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
			const length = Math.min(CHUNK_BYTES, bytes.length - from);
			if (!this.read(offset + from, length < CHUNK_BYTES ? chunk.subarray(0, length) : chunk)) return false;
			for (let at = 0; at < length; at++) if (chunk[at] !== bytes[from + at]) return false;
		}
		return true;
	}
}

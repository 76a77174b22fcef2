/* A store in a file, on a desk. What a call has written is on the disk when it returns. */
import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Store } from "../../modules/core/store.js";

export interface FileStoreOptions {
	/** Default 16; a file that is longer is used as far as it goes. */
	readonly sectors?: number;
	readonly sectorBytes?: number;
}

export class FileStore implements Store {
	readonly sectorBytes: number;
	readonly sectors: number;
	private readonly file: number;

	/** Opens the file, or makes a new one that only its owner can read. @throws {Error} as open(2) */
	constructor(path: string, { sectors = 16, sectorBytes = 4_096 }: FileStoreOptions = {}) {
		this.sectorBytes = sectorBytes;
		this.file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
		const { size } = fstatSync(this.file);
		this.sectors = Math.max(sectors, Math.floor(size / sectorBytes));
		const missing = this.sectors * sectorBytes - size;
		if (missing > 0) this.write(size, new Uint8Array(missing).fill(0xff));
	}

	read(offset: number, target: Uint8Array): void {
		for (let done = 0; done < target.length; ) {
			const count = readSync(this.file, target, done, target.length - done, offset + done);
			if (0 === count) throw new Error("the file is shorter than it was: does something else write to it?");
			done += count;
		}
	}

	write(offset: number, bytes: Uint8Array): void {
		for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done, bytes.length - done, offset + done);
		fdatasyncSync(this.file);
	}

	erase(sector: number): void {
		this.write(sector * this.sectorBytes, new Uint8Array(this.sectorBytes).fill(0xff));
	}

	/** Nothing is lost without it. */
	close(): void {
		closeSync(this.file);
	}
}

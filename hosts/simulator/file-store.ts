/* A store in a file of the computer on which the simulator runs: in the folder `config.files`, or in the home folder. */

import type { Directory, File } from "embedded:storage/files";
import * as storage from "embedded:storage/files";
import type { Store } from "../../modules/core/store.js";

const FILE = "uplink.journal";
const SECTORS = 16;
const SECTOR_BYTES = 4_096;

/** The SDK's typings don't have its default export, the folder. */
const folder = (storage as unknown as { default: Directory }).default;

export class FileStore implements Store {
	readonly sectorBytes = SECTOR_BYTES;
	readonly sectors: number;
	private readonly file: File;

	/** Opens the file, or makes a new one. @throws {Error} it can be neither opened nor made */
	constructor(path = FILE, sectors = SECTORS) {
		this.file = folder.openFile({ path, mode: folder.status(path).isFile() ? "r+" : "w+" });
		const { size } = this.file.status();
		this.sectors = Math.max(sectors, Math.floor(size / SECTOR_BYTES));
		const missing = this.sectors * SECTOR_BYTES - size;
		if (missing > 0) this.write(size, new Uint8Array(missing).fill(0xff));
	}

	read(offset: number, target: Uint8Array): void {
		if (this.file.read(target, offset) !== target.length) throw new Error("the file is shorter than it was");
	}

	write(offset: number, bytes: Uint8Array): void {
		this.file.write(bytes, offset);
		this.file.flush();
	}

	erase(sector: number): void {
		this.write(sector * SECTOR_BYTES, new Uint8Array(SECTOR_BYTES).fill(0xff));
	}
}

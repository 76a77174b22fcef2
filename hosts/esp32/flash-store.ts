/*
 * A store on a raw partition of the ESP32's flash. manifest_journal.json brings the partition along: 64 KB at the end of
 * 4 MB. It must stay where it is over updates of the firmware, and must not have the flag "encrypted": encrypted flash
 * can't clear bits of what it has written.
 */
import flash, { type Flash } from "embedded:storage/flash";
import type { Store } from "../../modules/core/store.js";

const PARTITION = "journal";

export class FlashStore implements Store {
	readonly sectorBytes: number;
	readonly sectors: number;
	private readonly partition: Flash;

	/** @throws {Error} there is no data partition of this name: see hosts/esp32/partitions.csv */
	constructor(path = PARTITION) {
		this.partition = flash.open({ path, mode: "r+" });
		const { blockLength, blocks } = this.partition.status();
		this.sectorBytes = blockLength;
		this.sectors = blocks;
	}

	read(offset: number, target: Uint8Array): void {
		this.partition.read(target, offset);
	}

	write(offset: number, bytes: Uint8Array): void {
		this.partition.write(bytes, offset);
	}

	erase(sector: number): void {
		this.partition.eraseBlock(sector);
	}
}

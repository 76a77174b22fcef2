/*
 * Durable memory in sectors, as flash has it. One interface for a raw flash partition, a file and memory, so that what is
 * kept there has one code.
 *
 * Flash can clear bits, a sector at a time it can set them all. Who writes through this interface relies on no more:
 * bytes go to where the sector is still erased, or clear bits of what is there.
 */
export interface Store {
	readonly sectorBytes: number;
	readonly sectors: number;
	/** Fills `target` with what is at `offset`. @throws {Error} the medium can't be read */
	read(offset: number, target: Uint8Array): void;
	/**
	 * Durable when it returns, and not before the writes that came earlier. A power cut leaves any part of it, within
	 * a byte too. Never goes beyond a sector. @throws {Error} the medium can't be written
	 */
	write(offset: number, bytes: Uint8Array): void;
	/** Every byte becomes 0xff. A power cut leaves anything in this sector. @throws {Error} the medium can't be erased */
	erase(sector: number): void;
}

/* placeholder while the driver is written: the types that hosts need */

/** Where the driver remembers a refused PIN. `text` is a digest: no PIN can be read from it. */
export interface PinMemory {
	read(): string | undefined;
	write(text: string | undefined): void;
}

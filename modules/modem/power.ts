/* placeholder while the driver is written: the types that hosts need */
import type { DigitalDescription } from "../core/io.js";

export interface PowerKeyDescription extends DigitalDescription {
	/** The level at the microcontroller's pin that presses the key: 1 through a transistor (shields), 0 wired straight. */
	readonly pressed?: 0 | 1;
}

export interface StatusDescription extends DigitalDescription {
	/** The level at the microcontroller's pin that says "on". */
	readonly on?: 0 | 1;
}

/*
 * The ECMA-419 IO classes that a host hands over, as far as they are used here.
 *
 * A dependency arrives as `{ io: Class, ...options }`: whoever uses it constructs it with the options and its own
 * callbacks. Only what every Moddable port does is relied on: `read()` without a count (the ESP32 port does not check
 * a count against what is there) and `write(ArrayBuffer)` (the Linux port takes no views).
 */

export interface SerialCallbacks {
	format: "buffer";
	/** `bytes`: how many can be read now. */
	onReadable(bytes: number): void;
	/** `bytes`: how many can be written now; writing more throws. */
	onWritable(bytes: number): void;
}

export interface Serial {
	/** All that has arrived, or undefined when nothing has. */
	read(): ArrayBuffer | undefined;
	/** @throws {Error} more than fits into the transmit buffer */
	write(bytes: ArrayBuffer): void;
	close(): void;
}

/** A serial port to construct: `new io({ ...options, ...callbacks })`. */
export interface SerialDescription {
	readonly io: new (options: SerialCallbacks & { baud: number }) => Serial;
	readonly baud: number;
	/** Bytes this port holds while JavaScript is away: 128 on an ESP32, whose hardware FIFO is all there is. */
	readonly receiveBuffer: number;
	/** The port's own options: `port`, `receive`, `transmit`, `device`... */
	readonly [option: string]: unknown;
}

export interface Digital {
	read(): number;
	write(level: number): void;
	close(): void;
}

export interface DigitalConstructor {
	new (options: { pin: unknown; mode: number; edge?: number; onReadable?: () => void }): Digital;
	readonly Input: number;
	readonly Output: number;
	readonly Rising: number;
	readonly Falling: number;
}

/** A pin to construct: `new io({ pin, mode })`. */
export interface DigitalDescription {
	readonly io: DigitalConstructor;
	readonly pin: unknown;
}

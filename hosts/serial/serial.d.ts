/*
 * A serial port with a receive ring of a chosen size, hardware flow control and a count of overruns: an ECMA-419 Serial.
 *
 * The same class on an ESP32 (UART number and pins) and on Linux (`device`): docs/SERIAL.md.
 */
interface Options {
	baud: number;
	format?: "buffer" | "number";
	flowControl?: "none" | "hardware";
	/** Bytes that the port holds while JavaScript is away: 4096. */
	receiveBuffer?: number;
	/** Bytes that can be written ahead: 1024. */
	transmitBuffer?: number;
	/** How many bytes can be read. */
	onReadable?: (this: Serial, bytes: number) => void;
	/** How many bytes can be written: at first, and after a write when half of the transmit buffer is free. */
	onWritable?: (this: Serial, bytes: number) => void;
	/** Bytes were lost: how many times so far. */
	onOverrun?: (this: Serial, overruns: number) => void;
	/** Linux: the device is gone. */
	onError?: (this: Serial) => void;
	target?: unknown;

	/** ESP32: number of the UART. */
	port?: number;
	receive?: number;
	transmit?: number;
	/** ESP32: with flow control. */
	requestToSend?: number;
	clearToSend?: number;

	/** Linux: "/dev/ttyUSB0". */
	device?: string;
}

declare class Serial {
	/** @throws {Error} port or pin in use, no such device...; then nothing is left open */
	constructor(options: Options);
	/** May be called twice. Drops what has not gone out. */
	close(): void;
	/** All that has arrived, or one byte in format "number"; undefined: nothing. */
	read(): ArrayBuffer | number | undefined;
	read(byteLength: number): ArrayBuffer | undefined;
	read(into: ArrayBuffer | ArrayBufferView): number | undefined;
	/** @throws {Error} more than fits into the transmit buffer; then nothing is written */
	write(data: ArrayBuffer | ArrayBufferView | number): void;
	/** How many times bytes were lost since the port was opened. */
	readonly overruns: number;
	format: "buffer" | "number";
	target?: unknown;
}

export default Serial;

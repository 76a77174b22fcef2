/*
 * The serial port as the client uses it: reads all there is when there is something, and writes what fits when it fits.
 *
 * A port takes no more than it has announced with onWritable (128 bytes on an ESP32) and throws when given more.
 */
import type { Serial, SerialDescription } from "../core/io.js";

const CR = 0x0d;

export class Port {
	readonly #description: SerialDescription;
	readonly #onBytes: (bytes: Uint8Array) => void;
	readonly #onFull: () => void;
	#serial: Serial | undefined;
	#pending: Uint8Array | undefined;
	#pendingAt = 0;
	#room = 0;
	#reading = false;

	/** `onFull`: the port held all that it can: more may have come and be lost. */
	constructor(description: SerialDescription, onBytes: (bytes: Uint8Array) => void, onFull: () => void) {
		this.#description = description;
		this.#onBytes = onBytes;
		this.#onFull = onFull;
		this.open(description.baud);
	}

	reopen(baud: number): void {
		this.close();
		this.open(baud);
	}

	/** May be called twice. */
	close(): void {
		const serial = this.#serial;
		this.#serial = undefined;
		this.drop();
		serial?.close();
	}

	writeLine(line: string): void {
		const bytes = new Uint8Array(line.length + 1);
		for (let at = 0; at < line.length; at++) bytes[at] = line.charCodeAt(at);
		bytes[line.length] = CR;
		this.write(bytes);
	}

	/** Bytes given while others wait go out behind them. */
	write(bytes: Uint8Array): void {
		const left = this.#pending?.subarray(this.#pendingAt);
		if (left) {
			const both = new Uint8Array(left.length + bytes.length);
			both.set(left);
			both.set(bytes, left.length);
			bytes = both;
		}
		this.#pending = bytes;
		this.#pendingAt = 0;
		this.pump();
	}

	/** How many bytes have still to go out. */
	get pendingBytes(): number {
		return (this.#pending?.length ?? 0) - this.#pendingAt;
	}

	/** Forgets what has not gone out. */
	drop(): void {
		this.#pending = undefined;
		this.#pendingAt = 0;
	}

	private open(baud: number): void {
		const { io: IO, ...options } = this.#description;
		this.#room = 0;
		this.#serial = new IO({
			...options,
			baud,
			format: "buffer",
			onReadable: () => this.read(),
			onWritable: room => {
				this.#room = room;
				this.pump();
			},
		});
	}

	/** Takes all that has come. False: there was nothing. */
	read(): boolean {
		if (this.#reading) return false; // never re-entered: the loop below takes what has come meanwhile
		this.#reading = true;
		let any = false;
		try {
			for (;;) {
				const bytes = this.#serial?.read();
				if (!bytes || 0 === bytes.byteLength) return any;
				any = true;
				this.#onBytes(new Uint8Array(bytes));
				if (bytes.byteLength >= this.#description.receiveBuffer) this.#onFull();
			}
		} finally {
			this.#reading = false;
		}
	}

	private pump(): void {
		const pending = this.#pending;
		if (!pending || !this.#serial) return;
		const count = Math.min(this.#room, pending.length - this.#pendingAt);
		if (count <= 0) return;
		const from = pending.byteOffset + this.#pendingAt;
		this.#room -= count;
		try {
			this.#serial.write((pending.buffer as ArrayBuffer).slice(from, from + count));
		} catch {
			this.#room = 1; // it has less room than it said: one byte of the next write finds out
			return;
		}
		this.#pendingAt += count;
		if (this.#pendingAt === pending.length) this.drop();
	}
}

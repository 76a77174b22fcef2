/*
 * The serial port as the client uses it: reads all there is when there is something, and writes what fits when it fits.
 *
 * A port takes no more than it has announced with onWritable (128 bytes on an ESP32) and throws when given more. It is not
 * perfect either: its constructor may throw when it is opened again, and its onWritable may never come (the SDK's class on
 * the ESP32 can lose its transmit interrupt). So bytes that wait without progress are looked after: one more byte is
 * written, which sets the interrupt again, and at last the port is opened anew.
 */
import { type Clock, elapsedMs } from "../core/clock.js";
import type { Serial, SerialDescription } from "../core/io.js";
import { Timer } from "../core/timer.js";

const CR = 0x0d;
const BITS_PER_BYTE = 10;
/** Without progress for so long, beyond what a full FIFO takes to drain, a byte is written unasked. */
const STALL_MS = 100;
const FIFO_BYTES = 128;
/** So many bytes written unasked, with longer and longer waits; then the port is opened anew. */
const MOST_POKES = 4;
/** The longest wait, in those of the first: shorter than the shortest command waits for its answer. */
const MOST_STALLS = 4;
/** A port that could not be opened is tried again not sooner than this. */
const REOPEN_MS = 1_000;

export interface PortHandler {
	onBytes(bytes: Uint8Array): void;
	/** The port held all that it can: more may have come and be lost. */
	onFull(): void;
	/** The port takes no bytes and can't be opened again. It is tried again at the next write. */
	onFailed(): void;
}

export class Port {
	private readonly clock: Clock;
	private readonly description: SerialDescription;
	private readonly handler: PortHandler;
	private readonly stall: Timer;
	private baud: number;
	private serial: Serial | undefined;
	private closed = false;
	private pending: Uint8Array | undefined;
	private pendingAt = 0;
	private room = 0;
	private pokes = 0;
	private reading = false;
	/** When opening it failed last; undefined: it did not. */
	private failedMs: number | undefined;

	/** @throws {Error} the port can't be opened */
	constructor(clock: Clock, description: SerialDescription, handler: PortHandler) {
		this.clock = clock;
		this.description = description;
		this.handler = handler;
		this.baud = description.baud;
		this.stall = new Timer(clock, this);
		this.open();
	}

	/** How many bytes have still to go out. */
	get pendingBytes(): number {
		return this.pending ? this.pending.length - this.pendingAt : 0;
	}

	/** How long so many bytes take on the wire. */
	msOf(bytes: number): number {
		return (bytes * BITS_PER_BYTE * 1_000) / this.baud;
	}

	/** Forgets what has not gone out. False: the port can't be opened, or not at this rate. */
	reopen(baud: number): boolean {
		this.baud = baud;
		this.closeSerial();
		return this.tryOpen();
	}

	/** For good. May be called twice. */
	close(): void {
		this.closed = true;
		this.closeSerial();
	}

	writeLine(line: string): boolean {
		const bytes = new Uint8Array(line.length + 1);
		for (let at = 0; at < line.length; at++) bytes[at] = line.charCodeAt(at);
		bytes[line.length] = CR;
		return this.write(bytes);
	}

	/** Bytes given while others wait go out behind them. False: there is no port, and they were not taken. */
	write(bytes: Uint8Array): boolean {
		if (!this.serial && !this.mayOpen()) return false;
		const left = this.pending?.subarray(this.pendingAt);
		if (left) {
			const both = new Uint8Array(left.length + bytes.length);
			both.set(left);
			both.set(bytes, left.length);
			bytes = both;
		}
		this.pending = bytes;
		this.pendingAt = 0;
		this.pump();
		return true;
	}

	/** Forgets what has not gone out. */
	drop(): void {
		this.pending = undefined;
		this.pendingAt = 0;
		this.stall.stop();
	}

	/** Takes all that has come. False: there was nothing. */
	read(): boolean {
		if (this.reading) return false; // never re-entered: the loop below takes what has come meanwhile
		this.reading = true;
		let any = false;
		try {
			for (;;) {
				const bytes = this.serial?.read();
				if (!bytes || 0 === bytes.byteLength) return any;
				any = true;
				this.handler.onBytes(new Uint8Array(bytes));
				if (bytes.byteLength >= this.description.receiveBuffer) this.handler.onFull();
			}
		} finally {
			this.reading = false;
		}
	}

	private open(): void {
		const { io: IO, ...options } = this.description;
		this.room = 0;
		this.pokes = 0;
		this.serial = new IO({
			...options,
			baud: this.baud,
			format: "buffer",
			onReadable: () => this.read(),
			onWritable: room => {
				this.room = room;
				this.pump();
			},
		});
	}

	private tryOpen(): boolean {
		if (this.closed) return false;
		try {
			this.open();
			this.failedMs = undefined;
			return true;
		} catch {
			this.failedMs = this.clock.nowMs();
			return false;
		}
	}

	private mayOpen(): boolean {
		if (undefined !== this.failedMs && elapsedMs(this.failedMs, this.clock.nowMs()) < REOPEN_MS) return false;
		return this.tryOpen();
	}

	private closeSerial(): void {
		const serial = this.serial;
		this.serial = undefined;
		this.drop();
		try {
			serial?.close();
		} catch {} // it is given up anyway
	}

	private pump(): void {
		const pending = this.pending;
		if (!pending || !this.serial) return;
		const count = Math.min(this.room, pending.length - this.pendingAt);
		if (count > 0 && this.put(pending, count)) {
			this.pokes = 0;
			if (this.pendingAt === pending.length) return this.drop();
		} else if (this.stall.isSet) return;
		this.watch();
	}

	/** False: the port has less room than it said. */
	private put(pending: Uint8Array, count: number): boolean {
		const from = pending.byteOffset + this.pendingAt;
		this.room -= count;
		try {
			this.serial!.write((pending.buffer as ArrayBuffer).slice(from, from + count));
		} catch {
			this.room = 0;
			return false;
		}
		this.pendingAt += count;
		return true;
	}

	private watch(): void {
		this.stall.start((STALL_MS + this.msOf(FIFO_BYTES)) * Math.min(2 ** this.pokes, MOST_STALLS));
	}

	/** Of its timer: onWritable is overdue. */
	onTime(): void {
		if (this.pokes++ < MOST_POKES) {
			const pokes = this.pokes;
			this.room = Math.max(1, this.room);
			this.pump();
			this.pokes = pokes; // a byte that was taken is no sign that the port is well, nor is a command that was given up
			return this.pending && !this.stall.isSet ? this.watch() : undefined;
		}
		const left = this.pending?.subarray(this.pendingAt);
		this.closeSerial();
		if (!this.tryOpen()) return this.handler.onFailed();
		if (left) this.write(left);
	}
}

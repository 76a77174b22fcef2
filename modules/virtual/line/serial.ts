/*
 * The microcontroller's UART at the other end of the virtual modem's wire, as an ESP32 has it: two FIFOs and no more.
 *
 * The receive FIFO reports no overrun: what comes while it is full is lost, unless RTS is wired and the modem obeys it
 * (AT+IFC=2,2). `io` is the ECMA-419 Serial class on top of it.
 */
import { type Clock, elapsedMs, type TimerId } from "../../core/clock.js";
import type { Serial, SerialCallbacks } from "../../core/io.js";
import { ByteQueue } from "../bytes.js";

/** The hardware FIFO of an ESP32, in each direction. */
const FIFO_BYTES = 128;
/** The transmit interrupt comes when so little is left to send. */
const TRANSMIT_LOW_BYTES = 10;
const BITS_PER_BYTE = 10;
/** Fractions of a millisecond add up to a little less than the whole. */
const ROUNDING_MS = 1e-4;

/** The end of the wire at which the modem is. */
export interface ModemEnd {
	hostBaud: number | undefined;
	receive(bytes: Uint8Array): void;
	requestToSend?(level: 0 | 1): void;
}

export interface VirtualUartOptions {
	clock: Clock;
	modem: ModemEnd;
	/** Default 128. */
	receiveBuffer?: number;
	/** Default 128. */
	transmitBuffer?: number;
	/** RTS is wired: the UART stops the modem when its buffer is nearly full. Default false. */
	flowControl?: boolean;
}

type SerialOptions = SerialCallbacks & { baud: number };

export class VirtualUart {
	/** Bytes that were lost because the receive FIFO was full. On the real chip nobody can know. */
	overruns = 0;
	/** To be constructed once at a time, as there is one port. */
	readonly io: new (
		options: SerialOptions,
	) => Serial;
	readonly #options: VirtualUartOptions;
	#port: Port | undefined;
	#stallSinceMs = 0;
	#stallForMs = 0;

	constructor(options: VirtualUartOptions) {
		this.#options = options;
		const open = (serial: SerialOptions) => this.#open(serial);
		this.io = class implements Serial {
			readonly #port: Port;
			constructor(serial: SerialOptions) {
				this.#port = open(serial);
			}
			read(): ArrayBuffer | undefined {
				return this.#port.read();
			}
			write(bytes: ArrayBuffer): void {
				this.#port.write(bytes);
			}
			close(): void {
				this.#port.close();
			}
		};
	}

	/** Bytes have arrived from the modem. */
	receive(bytes: Uint8Array): void {
		this.#port?.receive(bytes);
	}

	/** JavaScript goes away for `ms`: nothing is called back until then, and bytes go on coming. */
	stall(ms: number): void {
		this.#stallSinceMs = this.#options.clock.nowMs();
		this.#stallForMs = ms;
	}

	#open(serial: SerialOptions): Port {
		if (this.#port?.open) throw new Error("port is in use");
		this.#options.modem.hostBaud = serial.baud;
		this.#port = new Port(this.#options, serial, {
			stallLeftMs: () => this.#stallLeftMs(),
			onOverrun: bytes => {
				this.overruns += bytes;
			},
		});
		return this.#port;
	}

	#stallLeftMs(): number {
		const leftMs = this.#stallForMs - elapsedMs(this.#stallSinceMs, this.#options.clock.nowMs());
		if (leftMs > 0) return leftMs;
		this.#stallForMs = 0;
		return 0;
	}
}

interface Engine {
	stallLeftMs(): number;
	onOverrun(bytes: number): void;
}

/** The port while it is open. */
class Port {
	readonly #options: VirtualUartOptions;
	readonly #serial: SerialOptions;
	readonly #engine: Engine;
	readonly #received = new ByteQueue();
	readonly #receiveBytes: number;
	readonly #transmitBytes: number;
	readonly #byteMs: number;
	readonly #timers = new Set<TimerId>();
	#told = false; // that there is something to read, and it has not been read since
	#writableTimer: TimerId | undefined;
	#sending = 0; // bytes in the transmit FIFO at #sendingSinceMs
	#sendingSinceMs = 0;
	open = true;

	constructor(options: VirtualUartOptions, serial: SerialOptions, engine: Engine) {
		this.#options = options;
		this.#serial = serial;
		this.#engine = engine;
		this.#receiveBytes = options.receiveBuffer ?? FIFO_BYTES;
		this.#transmitBytes = options.transmitBuffer ?? FIFO_BYTES;
		this.#byteMs = (BITS_PER_BYTE * 1000) / serial.baud;
		this.#setRequestToSend();
		this.#tellWritable();
	}

	receive(bytes: Uint8Array): void {
		if (!this.open) return;
		const kept = bytes.slice(0, this.#receiveBytes - this.#received.length);
		if (kept.length < bytes.length) this.#engine.onOverrun(bytes.length - kept.length);
		this.#received.push(kept);
		this.#setRequestToSend();
		if (this.#told || 0 === this.#received.length) return;
		this.#told = true;
		this.#later(0, () => this.#serial.onReadable(this.#received.length));
	}

	read(): ArrayBuffer | undefined {
		this.#check();
		this.#told = false;
		if (0 === this.#received.length) return undefined;
		const bytes = this.#received.take(this.#received.length);
		this.#setRequestToSend();
		return bytes.buffer as ArrayBuffer;
	}

	write(bytes: ArrayBuffer): void {
		this.#check();
		if (bytes.byteLength > this.#free()) throw new Error("transmit buffer is full");
		if (0 === bytes.byteLength) return;
		this.#sending += bytes.byteLength;
		this.#options.modem.receive(new Uint8Array(bytes.slice(0)));
		this.#tellWritable();
	}

	/** Nothing is called back any more. */
	close(): void {
		this.open = false;
		for (const timer of this.#timers) this.#options.clock.clearTimer(timer);
		this.#timers.clear();
	}

	#check(): void {
		if (!this.open) throw new Error("port is closed");
	}

	/** Room is kept for what is on the wire at this moment. */
	#setRequestToSend(): void {
		if (!this.#options.flowControl) return;
		const room = Math.ceil(1 / this.#byteMs);
		this.#options.modem.requestToSend?.(this.#receiveBytes - this.#received.length > room ? 0 : 1);
	}

	#free(): number {
		return this.#transmitBytes - this.#queued();
	}

	/** Bytes that are still in the transmit FIFO. */
	#queued(): number {
		const nowMs = this.#options.clock.nowMs();
		const sent = Math.floor((elapsedMs(this.#sendingSinceMs, nowMs) + ROUNDING_MS) / this.#byteMs);
		if (sent < this.#sending) return this.#sending - sent;
		this.#sending = 0;
		this.#sendingSinceMs = nowMs;
		return 0;
	}

	/** As the interrupt of a FIFO that has nearly run empty. */
	#tellWritable(): void {
		if (undefined !== this.#writableTimer) this.#cancel(this.#writableTimer);
		this.#writableTimer = this.#later(Math.max(0, this.#queued() - TRANSMIT_LOW_BYTES) * this.#byteMs, () => {
			this.#writableTimer = undefined;
			this.#serial.onWritable(this.#free());
		});
	}

	#cancel(timer: TimerId): void {
		this.#timers.delete(timer);
		this.#options.clock.clearTimer(timer);
	}

	/** Calls back `delayMs` from now, or when JavaScript is back. */
	#later(delayMs: number, callback: () => void): TimerId {
		const timer = this.#options.clock.setTimer(() => {
			this.#timers.delete(timer);
			const stallMs = this.#engine.stallLeftMs();
			if (stallMs > 0) this.#later(stallMs, callback);
			else callback();
		}, delayMs);
		this.#timers.add(timer);
		return timer;
	}
}

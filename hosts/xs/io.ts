/* The serial port and the two pins as ECMA-419 classes on XS; what is real of them is on the other side of the boundary. */
import type { Digital, DigitalConstructor, Serial, SerialCallbacks } from "../../modules/core/io.js";
import { post } from "./link.js";

/** Native in this engine. */
declare const Base64: { encode(bytes: ArrayBuffer): string; decode(text: string): ArrayBuffer };

type PinOptions = ConstructorParameters<DigitalConstructor>[0];

/* The constants of the SDK's Digital. */
const INPUT = 0;
const OUTPUT = 8;
const RISING = 1;
const FALLING = 2;

let port: CarriedSerial | undefined;
let statusLevel = 0;
let statusPin: StatusPin | undefined;

export class CarriedSerial implements Serial {
	readonly #callbacks: SerialCallbacks;
	#received: ArrayBuffer[] = [];
	#room = 0;

	constructor(options: SerialCallbacks & { baud: number }) {
		if (port) throw new Error("port is in use");
		this.#callbacks = options;
		port = this;
		post({ kind: "open-serial", baud: options.baud });
	}

	read(): ArrayBuffer | undefined {
		this.#check();
		const chunks = this.#received;
		this.#received = [];
		return chunks.length > 1 ? join(chunks) : chunks[0];
	}

	write(bytes: ArrayBuffer): void {
		this.#check();
		if (bytes.byteLength > this.#room) throw new Error("transmit buffer is full");
		this.#room -= bytes.byteLength;
		post({ kind: "write", base64: Base64.encode(bytes) });
	}

	close(): void {
		if (port !== this) return;
		port = undefined;
		post({ kind: "close-serial" });
	}

	onReceived(bytes: ArrayBuffer): void {
		this.#received.push(bytes);
		this.#callbacks.onReadable(this.#received.reduce((sum, chunk) => sum + chunk.byteLength, 0));
	}

	onRoom(bytes: number): void {
		this.#room = bytes;
		this.#callbacks.onWritable(bytes);
	}

	#check(): void {
		if (port !== this) throw new Error("port is closed");
	}
}

function join(chunks: readonly ArrayBuffer[]): ArrayBuffer {
	const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
	let at = 0;
	for (const chunk of chunks) {
		whole.set(new Uint8Array(chunk), at);
		at += chunk.byteLength;
	}
	return whole.buffer;
}

/** The power key, an output. */
export class KeyPin implements Digital {
	static readonly Input = INPUT;
	static readonly Output = OUTPUT;
	static readonly Rising = RISING;
	static readonly Falling = FALLING;
	#level = 0;

	read(): number {
		return this.#level;
	}

	write(level: number): void {
		this.#level = level;
		post({ kind: "power-key", level });
	}

	close(): void {}
}

/** STATUS, an input. */
export class StatusPin implements Digital {
	static readonly Input = INPUT;
	static readonly Output = OUTPUT;
	static readonly Rising = RISING;
	static readonly Falling = FALLING;
	readonly #options: PinOptions;

	constructor(options: PinOptions) {
		this.#options = options;
		statusPin = this;
	}

	read(): number {
		return statusLevel;
	}

	write(): void {
		throw new Error("STATUS is an input");
	}

	close(): void {
		if (statusPin === this) statusPin = undefined;
	}

	onLevel(level: number): void {
		const edge = level ? RISING : FALLING;
		if (edge & (this.#options.edge ?? 0)) this.#options.onReadable?.call(this);
	}
}

export function receive(base64: string): void {
	port?.onReceived(Base64.decode(base64));
}

export function makeRoom(bytes: number): void {
	port?.onRoom(bytes);
}

export function setStatus(level: number): void {
	statusLevel = level;
	statusPin?.onLevel(level);
}

/*
 * A serial device of this machine as an ECMA-419 Serial class, on npm's serialport.
 *
 * ECMA-419 opens in a constructor, which Node can't: the device is opened beforehand and stays open until `close()`, and
 * what arrives while no Serial is constructed is thrown away.
 */
import { SerialPort } from "serialport";
import type { Serial, SerialCallbacks, SerialDescription } from "../../modules/core/io.js";

/** Taken without waiting for the device; more would only wait in another queue. */
const TRANSMIT_BYTES = 1024;
/** What the operating system holds while nobody reads. */
const RECEIVE_BYTES = 4096;

export class SerialDevice {
	/** For a host. */
	readonly serial: SerialDescription;
	readonly #port: SerialPort;
	#current: { receive(bytes: Buffer): void } | undefined;

	/** @throws {Error} the device can't be opened; the text says why in one line */
	static open(path: string, baud: number, onGone: (error: Error) => void): Promise<SerialDevice> {
		return new Promise((resolve, reject) => {
			const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
			port.open(error => (error ? reject(explain(path, error)) : resolve(new SerialDevice(port, baud, onGone))));
		});
	}

	private constructor(port: SerialPort, baud: number, onGone: (error: Error) => void) {
		const device = this;
		this.#port = port;
		port.on("data", (bytes: Buffer) => this.#current?.receive(bytes));
		port.on("error", onGone);
		port.on("close", (error: Error | null) => error && onGone(new Error(`${port.path} is gone: ${error.message}`)));
		this.serial = {
			io: class implements Serial {
				readonly #open: OpenSerial;
				constructor(options: SerialCallbacks & { baud: number }) {
					if (device.#current) throw new Error("port is in use");
					this.#open = new OpenSerial(port, options);
					device.#current = this.#open;
				}
				read(): ArrayBuffer | undefined {
					return this.#open.read();
				}
				write(bytes: ArrayBuffer): void {
					this.#open.write(bytes);
				}
				close(): void {
					if (device.#current === this.#open) device.#current = undefined;
					this.#open.close();
				}
			},
			baud,
			receiveBuffer: RECEIVE_BYTES,
		};
	}

	close(): Promise<void> {
		this.#current = undefined;
		return new Promise(resolve => (this.#port.isOpen ? this.#port.close(() => resolve()) : resolve()));
	}
}

/** The port while a Serial is constructed. */
class OpenSerial {
	readonly #port: SerialPort;
	readonly #callbacks: SerialCallbacks;
	#received: Buffer[] = [];
	#queuedBytes = 0;
	#closed = false;

	constructor(port: SerialPort, options: SerialCallbacks & { baud: number }) {
		this.#port = port;
		this.#callbacks = options;
		if (port.baudRate === options.baud) setImmediate(() => this.#tellRoom());
		else port.update({ baudRate: options.baud }, () => this.#tellRoom());
	}

	receive(bytes: Buffer): void {
		this.#received.push(bytes);
		this.#callbacks.onReadable(this.#received.reduce((sum, chunk) => sum + chunk.length, 0));
	}

	read(): ArrayBuffer | undefined {
		if (this.#closed) throw new Error("port is closed");
		if (0 === this.#received.length) return undefined;
		return new Uint8Array(Buffer.concat(this.#received.splice(0))).buffer;
	}

	write(bytes: ArrayBuffer): void {
		if (this.#closed) throw new Error("port is closed");
		if (this.#queuedBytes + bytes.byteLength > TRANSMIT_BYTES) throw new Error("transmit buffer is full");
		this.#queuedBytes += bytes.byteLength;
		this.#port.write(Buffer.from(bytes.slice(0)), () => {
			this.#queuedBytes -= bytes.byteLength;
			this.#tellRoom();
		});
	}

	close(): void {
		this.#closed = true;
	}

	#tellRoom(): void {
		if (!this.#closed) this.#callbacks.onWritable(TRANSMIT_BYTES - this.#queuedBytes);
	}
}

function explain(path: string, error: Error): Error {
	const text = error.message.split("\n")[0]!;
	const why = /no such file/i.test(text) ? "there is no such device" : /permission|access/i.test(text) ? "no permission" : text;
	return new Error(`can't open serial device ${path}: ${why}`);
}

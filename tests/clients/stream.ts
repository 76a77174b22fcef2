/* Node's clients want a stream: one on a TCP over the modem. */
import { Duplex } from "node:stream";
import type { ModemError } from "../../modules/core/errors.js";
import { TCP, type TCPOptions } from "../../modules/socket/tcp.js";

export class TcpStream extends Duplex {
	readonly #tcp: TCP;
	/** What the stream wants to be written, and what to call when it was. */
	#writing: { rest: Uint8Array; done: () => void } | undefined;
	#writable = 0;
	#wanted = false;

	constructor(options: TCPOptions) {
		super();
		this.#tcp = new TCP({
			...options,
			onReadable: () => this.#pull(),
			onWritable: bytes => this.#writeOn(bytes),
			onError: error => this.#onError(error),
		});
	}

	override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
		this.#writing = { rest: chunk, done };
		this.#writeOn(this.#writable);
	}

	override _read(): void {
		this.#wanted = true;
		this.#pull();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#tcp.close(); // what was written still goes out
		done(error);
	}

	#writeOn(writable: number): void {
		this.#writable = writable;
		const writing = this.#writing;
		if (!writing || 0 === writable) return;
		const part = writing.rest.subarray(0, writable);
		this.#writable = this.#tcp.write(part);
		writing.rest = writing.rest.subarray(part.length);
		if (writing.rest.length > 0) return;
		this.#writing = undefined;
		writing.done();
	}

	#pull(): void {
		if (!this.#wanted || this.destroyed) return;
		const bytes = this.#tcp.read();
		if (undefined === bytes) return;
		this.#wanted = this.push(new Uint8Array(bytes as ArrayBuffer));
	}

	#onError(error: ModemError | undefined): void {
		if (error) this.destroy(error);
		else this.push(null);
	}
}

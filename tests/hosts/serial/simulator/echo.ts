/* Sends back all that it receives, however it is read, and never more than the port takes. */
import Timer from "timer";
import Serial from "../../../../hosts/serial/serial.js";

/** Asks the other end to begin. */
const GO = Uint8Array.of(0x47);
/** At first nothing is read for so long, so that the ring fills up. */
const PAUSE_MS = 300;
/** Objects, enough for the garbage collector to come by. */
const GARBAGE = 20_000;
/** Ways to read, one after the other. */
const WAYS = 4;
const PIECE_BYTES = 100;

export interface Tally {
	received: number;
	sent: number;
	/** Callbacks with a wrong count, or before the constructor had returned. */
	wrong: number;
	/** Bytes that were there after the pause. */
	waiting: number;
	rooms: number;
}

export class Echo {
	readonly tally: Tally = { received: 0, sent: 0, wrong: 0, waiting: 0, rooms: 0 };
	readonly port: Serial;
	readonly #pieces: Uint8Array[] = [];
	readonly #total: number;
	readonly #onDone: (echo: Echo) => void;
	#room = 0;
	#pause: Timer | undefined;
	#turn = 0;

	constructor(device: string, total: number, onDone: (echo: Echo) => void) {
		this.#total = total;
		this.#onDone = onDone;
		let open = false;
		this.port = new Serial({
			device,
			baud: 921600,
			onReadable: bytes => {
				if (!open || bytes < 1) this.tally.wrong++;
				if (undefined === this.#pause) this.#pause = Timer.set(() => this.#resume(), PAUSE_MS);
				if (this.tally.waiting) this.#read(bytes);
			},
			onWritable: bytes => {
				if (!open || bytes < 512 || bytes > 1024) this.tally.wrong++;
				this.tally.rooms++;
				this.#room = bytes;
				this.#write();
			},
		});
		open = true;
		this.port.write(GO);
	}

	#resume(): void {
		for (let count = 0; count < GARBAGE; count++) new Array(10).fill({}); // the port alone keeps its callbacks
		const all = new Uint8Array(this.port.read() as ArrayBuffer);
		this.tally.waiting = all.length;
		this.#echo(all);
	}

	#read(bytes: number): void {
		const piece = this.#piece(this.#turn++ % WAYS, bytes);
		if (piece) this.#echo(piece);
	}

	#echo(piece: Uint8Array): void {
		this.tally.received += piece.length;
		this.#pieces.push(piece);
		this.#write();
	}

	#piece(way: number, bytes: number): Uint8Array | undefined {
		if (0 === way) return this.#checked(this.port.read() as ArrayBuffer | undefined, bytes);
		if (1 === way) return this.#checked(this.port.read(PIECE_BYTES), Math.min(bytes, PIECE_BYTES));
		if (2 === way) {
			const into = new Uint8Array(PIECE_BYTES);
			return into.slice(0, this.port.read(into) ?? 0);
		}
		this.port.format = "number";
		const byte = this.port.read() as number;
		this.port.format = "buffer";
		return Uint8Array.of(byte);
	}

	#checked(buffer: ArrayBuffer | undefined, bytes: number): Uint8Array | undefined {
		if (buffer?.byteLength !== bytes) this.tally.wrong++;
		return buffer && new Uint8Array(buffer);
	}

	#write(): void {
		const before = this.tally.sent;
		while (this.#room > 0) {
			const piece = this.#pieces[0];
			if (!piece) break;
			const part = piece.subarray(0, this.#room);
			this.port.write(part);
			this.#room -= part.length;
			this.tally.sent += part.length;
			if (part.length === piece.length) this.#pieces.shift();
			else this.#pieces[0] = piece.subarray(part.length);
		}
		if (this.tally.sent === this.#total && before < this.#total) this.#onDone(this);
	}
}

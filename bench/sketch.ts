/*
 * The baseline: the cycle of the Arduino sketches that this project began as, with their order, their waits and their
 * ways of reading, on the same virtual modem and clock. Written for the comparison; nothing of it is used elsewhere.
 *
 * What they do: press the key for 3 s if AT is not answered, then for each command wait 100 ms, throw away what has come,
 * send, and look for a text in all that comes until it is there or the time is over; and a fixed delay of 5 s after each
 * step of the bearer, which is taken down again at the end of every cycle.
 */
import type { HandClock } from "../hosts/node/clock.js";
import type { Digital, Serial } from "../modules/core/io.js";
import type { VirtualBoard } from "../modules/virtual/board.js";

export interface SketchPeer {
	readonly host: string;
	readonly port: number;
	readonly message: string;
}

export interface SketchOptions {
	/** Before each command; default 100 ms, as in the sketches. */
	readonly pauseMs?: number;
	/** All that comes, as it comes. */
	onBytes?(bytes: Uint8Array, atMs: number): void;
}

const PAUSE_MS = 100;
/** Written at once, so that the FIFO always has room. */
const WRITE_BYTES = 64;

export class Sketch {
	readonly #clock: HandClock;
	readonly #options: SketchOptions;
	readonly #byteMs: number;
	readonly #serial: Serial;
	readonly #key: Digital;
	#text = "";

	constructor(clock: HandClock, board: VirtualBoard, sketchOptions: SketchOptions = {}) {
		const { io: SerialPort, ...options } = board.serial;
		const { io: Pin, pin } = board.powerKey;
		this.#clock = clock;
		this.#options = sketchOptions;
		this.#byteMs = 10_000 / options.baud;
		this.#key = new Pin({ pin, mode: Pin.Output });
		this.#serial = new SerialPort({ ...options, format: "buffer", onReadable: () => this.#read(), onWritable: () => {} });
	}

	async script(): Promise<void> {
		await this.#powerOn();
		await this.#clock.advance(3_000);
		await this.#send("AT+CPIN=1234", "OK", "ERROR", 2_000);
		await this.#clock.advance(3_000);
		while (0 === (await this.#send("AT+CREG?", "+CREG: 0,1", "+CREG: 0,5", 1_000)));
	}

	/** One turn of the sketch's loop. `multiplex`: its multi-connection form, which sends over connection 1. */
	async cycle(peer: SketchPeer, multiplex: boolean): Promise<boolean> {
		const slot = multiplex ? 1 : undefined;
		await this.bringUp(multiplex);
		await this.connect(peer, slot);
		const sent = await this.sendData(peer.message, slot);
		await this.#send(`AT+CIPCLOSE${multiplex ? "=1" : ""}`, "CLOSE OK", "ERROR", 10_000);
		await this.#send("AT+CIPSHUT", "OK", "ERROR", 10_000);
		await this.#clock.advance(10_000);
		return sent;
	}

	async bringUp(multiplex: boolean): Promise<void> {
		await this.#send(`AT+CIPMUX=${multiplex ? 1 : 0}`, "OK", "ERROR", 1_000);
		await this.#state("INITIAL");
		await this.#send('AT+CSTT="internet","",""', "OK", "ERROR", 30_000);
		await this.#state("START");
		await this.#send("AT+CIICR", "OK", "ERROR", 30_000);
		await this.#state("GPRSACT");
		await this.#send("AT+CIFSR", ".", "ERROR", 10_000);
		await this.#state("IP STATUS");
	}

	async connect({ host, port }: Pick<SketchPeer, "host" | "port">, slot?: number): Promise<void> {
		await this.#send(`AT+CIPSTART=${beforeOf(slot)}"TCP","${host}","${port}"`, "CONNECT OK", "CONNECT FAIL", 30_000);
	}

	/** False: no SEND OK came. */
	async sendData(data: string, slot?: number): Promise<boolean> {
		await this.#send(`AT+CIPSEND=${beforeOf(slot)}${data.length}`, ">", "ERROR", 10_000);
		if (undefined !== slot) await this.#clock.advance(5 * this.#pauseMs);
		return 1 === (await this.#send(data, "SEND OK", "ERROR", 10_000));
	}

	close(): void {
		this.#serial.close();
		this.#key.close();
	}

	async #powerOn(): Promise<void> {
		if (1 === (await this.#send("AT", "OK", "OK", 2_000))) return;
		this.#key.write(1);
		await this.#clock.advance(3_000);
		this.#key.write(0);
		while (0 === (await this.#send("AT", "OK", "OK", 2_000)));
	}

	async #state(state: string): Promise<void> {
		while (0 === (await this.#send("AT+CIPSTATUS", state, state, 500)));
		await this.#clock.advance(5_000);
	}

	async #send(line: string, expected1: string, expected2: string, timeoutMs: number): Promise<0 | 1 | 2> {
		await this.#clock.advance(this.#pauseMs);
		this.#text = "";
		await this.#write(`${line}\r\n`);
		for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs++) {
			if (this.#text.includes(expected1)) return 1;
			if (this.#text.includes(expected2)) return 2;
			await this.#clock.advance(1);
		}
		return 0;
	}

	get #pauseMs(): number {
		return this.#options.pauseMs ?? PAUSE_MS;
	}

	/** As an Arduino's print: comes back when the last of it is in the FIFO. */
	async #write(text: string): Promise<void> {
		for (let at = 0; at < text.length; at += WRITE_BYTES) {
			if (at > 0) await this.#clock.advance(WRITE_BYTES * this.#byteMs);
			this.#serial.write(Uint8Array.from(text.slice(at, at + WRITE_BYTES), character => character.charCodeAt(0)).buffer);
		}
	}

	#read(): void {
		const bytes = this.#serial.read();
		if (bytes) this.#options.onBytes?.(new Uint8Array(bytes), this.#clock.elapsedMs);
		if (bytes) this.#text += String.fromCharCode(...new Uint8Array(bytes));
	}
}

/** Of a command that names its connection. */
function beforeOf(slot: number | undefined): string {
	return undefined === slot ? "" : `${slot},`;
}

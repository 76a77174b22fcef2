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

export class Sketch {
	readonly #clock: HandClock;
	readonly #serial: Serial;
	readonly #key: Digital;
	#text = "";

	constructor(clock: HandClock, board: VirtualBoard) {
		const { io: SerialPort, ...options } = board.serial;
		const { io: Pin, pin } = board.powerKey;
		this.#clock = clock;
		this.#key = new Pin({ pin, mode: Pin.Output });
		this.#serial = new SerialPort({ ...options, format: "buffer", onReadable: () => this.#read(), onWritable: () => {} });
	}

	async setup(): Promise<void> {
		await this.#powerOn();
		await this.#clock.advance(3_000);
		await this.#send("AT+CPIN=1234", "OK", "ERROR", 2_000);
		await this.#clock.advance(3_000);
		while (0 === (await this.#send("AT+CREG?", "+CREG: 0,1", "+CREG: 0,5", 1_000)));
	}

	/** One turn of the sketch's loop. `several`: its multi-connection form, which sends over connection 1. */
	async cycle(peer: SketchPeer, several: boolean): Promise<boolean> {
		const slot = several ? "1" : "";
		const before = several ? "1," : "";
		await this.#send(`AT+CIPMUX=${several ? 1 : 0}`, "OK", "ERROR", 1_000);
		await this.#state("INITIAL");
		await this.#send('AT+CSTT="internet","",""', "OK", "ERROR", 30_000);
		await this.#state("START");
		await this.#send("AT+CIICR", "OK", "ERROR", 30_000);
		await this.#state("GPRSACT");
		await this.#send("AT+CIFSR", ".", "ERROR", 10_000);
		await this.#state("IP STATUS");
		await this.#send(`AT+CIPSTART=${before}"TCP","${peer.host}","${peer.port}"`, "CONNECT OK", "CONNECT FAIL", 30_000);
		await this.#send(`AT+CIPSEND=${before}${peer.message.length}`, ">", "ERROR", 10_000);
		if (several) await this.#clock.advance(500);
		const sent = await this.#send(peer.message, "SEND OK", "ERROR", 10_000);
		await this.#send(`AT+CIPCLOSE${several ? "=" : ""}${slot}`, "CLOSE OK", "ERROR", 10_000);
		await this.#send("AT+CIPSHUT", "OK", "ERROR", 10_000);
		await this.#clock.advance(10_000);
		return 1 === sent;
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
		await this.#clock.advance(100);
		this.#text = "";
		this.#serial.write(Uint8Array.from(`${line}\r\n`, character => character.charCodeAt(0)).buffer);
		for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs++) {
			if (this.#text.includes(expected1)) return 1;
			if (this.#text.includes(expected2)) return 2;
			await this.#clock.advance(1);
		}
		return 0;
	}

	#read(): void {
		const bytes = this.#serial.read();
		if (bytes) this.#text += String.fromCharCode(...new Uint8Array(bytes));
	}
}

/* A virtual modem on a table: a hand-moved clock, an Internet in memory, and all bytes written down. */
import { HandClock } from "../../hosts/node/clock.js";
import { bytesOf, textOf } from "../../modules/virtual/bytes.js";
import { VirtualModem, type VirtualModemOptions } from "../../modules/virtual/modem.js";
import { FakeNetwork } from "./network.js";

export interface Arrival {
	/** Since the bench was made. */
	readonly atMs: number;
	readonly text: string;
}

export type BenchOptions = Partial<Omit<VirtualModemOptions, "clock" | "network" | "transmit" | "onStatus">>;

export class Bench {
	readonly clock = new HandClock();
	readonly network = new FakeNetwork(this.clock);
	readonly modem: VirtualModem;
	/** Everything that has arrived, batch by batch. */
	readonly arrivals: Arrival[] = [];
	readonly statusChanges: { atMs: number; level: 0 | 1 }[] = [];
	/** Called for each batch that arrives. */
	onArrival: ((text: string) => void) | undefined;
	#unread = "";

	/** By default on, registered and without echo. */
	constructor(options: BenchOptions = {}) {
		this.modem = new VirtualModem({
			on: true,
			...options,
			clock: this.clock,
			network: this.network,
			transmit: bytes => {
				this.arrivals.push({ atMs: this.clock.elapsedMs, text: textOf(bytes) });
				this.#unread += textOf(bytes);
				this.onArrival?.(textOf(bytes));
			},
			onStatus: level => this.statusChanges.push({ atMs: this.clock.elapsedMs, level }),
		});
	}

	/** What has come since the last look. */
	take(): string {
		const text = this.#unread;
		this.#unread = "";
		return text;
	}

	send(text: string): void {
		this.modem.receive(bytesOf(text));
	}

	/** Sends, waits so long, and gives all that came meanwhile. */
	async exchange(text: string, ms = 100): Promise<string> {
		this.take();
		this.send(text);
		await this.clock.advance(ms);
		return this.take();
	}

	async wait(ms: number): Promise<string> {
		this.take();
		await this.clock.advance(ms);
		return this.take();
	}

	/** Command by command, each with CR, and throws when one is not answered by OK or its own good end. */
	async commands(...lines: string[]): Promise<void> {
		for (const line of lines) {
			const answer = await this.exchange(`${line}\r`, 2000);
			if (!/OK\r\n$|\r\n\d+\.\d+\.\d+\.\d+\r\n$/.test(answer)) throw new Error(`${line}: ${JSON.stringify(answer)}`);
		}
	}

	/** Context up, single mode or mux, echo off. */
	async online(mux: 0 | 1 = 0, ...before: string[]): Promise<void> {
		await this.commands("ATE0", `AT+CIPMUX=${mux}`, ...before, 'AT+CSTT="internet"', "AT+CIICR", "AT+CIFSR");
	}

	/** Presses the power key for so long. */
	async pressKey(ms: number): Promise<void> {
		this.modem.powerKey(0);
		await this.clock.advance(ms);
		this.modem.powerKey(1);
	}

	/** When `text` first arrived in full, or undefined. */
	arrivalOf(text: string): number | undefined {
		let all = "";
		for (const arrival of this.arrivals) {
			all += arrival.text;
			if (all.includes(text)) return arrival.atMs;
		}
		return undefined;
	}

	close(): void {
		this.modem.close();
	}
}

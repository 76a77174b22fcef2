/*
 * The modem's end of the serial line: both directions of the wire, the rate, and how a rate is found.
 *
 * With a stored rate of 0 (AT+IPR=0) the modem says nothing until it has heard a capital A, and takes the rate from it.
 */
import type { Clock } from "../../core/clock.js";
import type { Activity } from "../activity.js";
import type { Injector } from "../faults/injector.js";
import type { Schedule } from "../schedule.js";
import { garble } from "./garble.js";
import type { Trace } from "./trace.js";
import { Wire } from "./wire.js";

/** At this rate the modem looks for SIMCom's own download tool each time it is powered on. */
const TOOL_BAUD = 115_200;
const TOOL_SYNC = Uint8Array.of(0x00, 0x49, 0x49, 0x49, 0x49, 0xff, 0xff, 0xff, 0xff);
const AUTOBAUD_LOWEST = 1200;
const AUTOBAUD_HIGHEST = 57_600;
const SYNC_BYTE = 0x41; // A

export interface UartOptions {
	clock: Clock;
	schedule: Schedule;
	activity: Activity;
	faults: Injector;
	trace: Trace | undefined;
	/** Bytes that have arrived at the microcontroller. */
	transmit(bytes: Uint8Array): void;
	/** Bytes that have arrived at the modem while it listens. */
	onReceive(bytes: Uint8Array): void;
}

export class Uart {
	readonly #options: UartOptions;
	readonly #toHost: Wire;
	readonly #fromHost: Wire;
	#baud = TOOL_BAUD;
	#hostBaud: number | undefined;
	#state: "off" | "tool" | "seeking" | "listening" = "off";

	constructor(options: UartOptions) {
		this.#options = options;
		this.#toHost = new Wire({ ...options, baud: () => this.#baud, deliver: bytes => this.#arriveAtHost(bytes) });
		this.#fromHost = new Wire({ ...options, baud: () => this.#heardBaud, deliver: bytes => this.#arriveAtModem(bytes) });
	}

	/** The rate at which the modem sends. */
	get baud(): number {
		return this.#baud;
	}

	/** Whether a rate is known: always, except in autobaud before the first A. */
	get synced(): boolean {
		return "listening" === this.#state;
	}

	get hostBaud(): number | undefined {
		return this.#hostBaud;
	}

	set hostBaud(baud: number | undefined) {
		this.#hostBaud = baud;
		this.#fromHost.retime();
	}

	/** Bytes that have not left the modem yet. */
	get queued(): number {
		return this.#toHost.queued;
	}

	/** Power has come: the tool's bytes leave, then the modem goes to its stored rate. */
	start(storedBaud: number): void {
		this.#baud = TOOL_BAUD;
		this.#state = "tool";
		this.#toHost.send(TOOL_SYNC);
		this.#toHost.whenIdle(() => this.listen(storedBaud));
	}

	/** Goes to `storedBaud`; 0: waits for an A to know the rate. */
	listen(storedBaud: number): void {
		this.#state = 0 === storedBaud ? "seeking" : "listening";
		if (0 !== storedBaud) this.#baud = storedBaud;
		if (undefined === this.#hostBaud) this.#fromHost.retime();
	}

	/** Power has gone. */
	stop(): void {
		this.#state = "off";
		this.#toHost.clear();
	}

	/** Takes the new rate when all that was said has left. */
	changeBaud(baud: number): void {
		this.#toHost.whenIdle(() => this.listen(baud));
	}

	send(bytes: Uint8Array): void {
		if ("listening" === this.#state) this.#toHost.send(bytes);
	}

	/** Calls back when all that was said has left. */
	whenSent(callback: () => void): void {
		this.#toHost.whenIdle(callback);
	}

	/** Flow control: the host wants no more for now. */
	hold(held: boolean): void {
		if (held) this.#toHost.hold();
		else this.#toHost.release();
	}

	receive(bytes: Uint8Array): void {
		this.#fromHost.send(bytes);
	}

	close(): void {
		this.stop();
		this.#fromHost.clear();
	}

	/** The microcontroller's rate, as the modem has to take it. */
	get #heardBaud(): number {
		if (undefined !== this.#hostBaud) return this.#hostBaud;
		return "seeking" === this.#state ? AUTOBAUD_HIGHEST : this.#baud;
	}

	#arriveAtHost(bytes: Uint8Array): void {
		const { faults, trace, transmit, schedule } = this.#options;
		const pauseMs = faults.pauseMs();
		if (pauseMs > 0) {
			this.#toHost.hold();
			schedule.after(pauseMs, () => this.#toHost.release());
		}
		const heard = faults.noise(garble(bytes, this.#baud, this.#hostBaud ?? this.#baud), faults.toHost);
		if (0 === heard.length) return;
		trace?.add("<", heard);
		transmit(heard);
	}

	#arriveAtModem(bytes: Uint8Array): void {
		const { faults } = this.#options;
		if ("seeking" === this.#state) this.#seek(bytes);
		else if ("listening" === this.#state) this.#hear(faults.noise(garble(bytes, this.#heardBaud, this.#baud), faults.toModem));
	}

	#seek(bytes: Uint8Array): void {
		const baud = this.#heardBaud;
		const first = bytes.indexOf(SYNC_BYTE);
		if (first < 0 || baud < AUTOBAUD_LOWEST || baud > AUTOBAUD_HIGHEST) return;
		this.listen(baud);
		this.#hear(bytes.subarray(first));
	}

	#hear(bytes: Uint8Array): void {
		this.#options.trace?.add(">", bytes);
		this.#options.onReceive(bytes);
	}
}

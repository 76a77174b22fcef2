/*
 * The cellular network as a network interface, in the pattern of embedded:network/interface/wifi and ethernet.
 *
 * `connect` powers the modem on, registers and brings the bearer up, and goes on trying with growing pauses until it is
 * told to stop; a bearer that the network takes away is brought up again.
 */
import { type Clock, elapsedMs, type TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { Random } from "../core/random.js";
import { checkCallbacks, linkOf } from "./options.js";

export interface CellularDetails {
	readonly operator: string | undefined;
	readonly rssiDbm: number | undefined;
	readonly imei: string | undefined;
	readonly iccid: string | undefined;
}

/** What this class needs from a modem; the modem driver gives it. */
export interface CellularLink {
	readonly clock: Clock;
	readonly address: string | undefined;
	/** 0 to 5: 1 at home, 5 roaming; undefined when not known. */
	readonly registration: number | undefined;
	up(): Promise<void>;
	down(): Promise<void>;
	details(): Promise<CellularDetails>;
	/** Calls back when `address` or `registration` may have changed. */
	watch(onChanged: () => void): () => void;
}

const PROPERTIES = Object.freeze(["connection", "address", "registration", "operator", "rssiDbm", "imei", "iccid"] as const);
export type CellularProperty = (typeof PROPERTIES)[number];

export interface CellularOptions {
	/** The modem. */
	readonly link?: CellularLink | undefined;
	/** A property has another value than before. */
	onChanged?: ((this: Cellular, property: CellularProperty) => void) | undefined;
	/** Connecting has failed; it is tried again after `forMs`. */
	onError?: ((this: Cellular, error: ModemError, forMs: number) => void) | undefined;
}

/** As those of Wi-Fi and Ethernet. */
export const DISCONNECTED = 200;
export const CONNECTING = 300;
/** Registered, and without an address. */
export const REGISTERED = 400;
export const CONNECTED = 500;

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
/** Of each pause, so much is left to chance: not all devices of a place come back at the same moment. */
const JITTER = 0.25;
/** A bearer that was up for so long makes the pauses short again. */
const STABLE_MS = 60_000;
const REFRESH_MS = 60_000;
const UNKNOWN: CellularDetails = Object.freeze({ operator: undefined, rssiDbm: undefined, imei: undefined, iccid: undefined });

export class Cellular {
	readonly #link: CellularLink;
	readonly #options: CellularOptions;
	readonly #random: Random;
	readonly #unwatch: () => void;
	#wanted = false;
	#busy = false;
	#closed = false;
	#failures = 0;
	/** When the bearer came up; undefined while it is not. */
	#upSinceMs: number | undefined;
	#details = UNKNOWN;
	/** Not told yet. */
	#failure: { readonly error: ModemError; readonly forMs: number } | undefined;
	readonly #known: Partial<Record<CellularProperty, unknown>> = { connection: DISCONNECTED };
	#retry: TimerId;
	#refresh: TimerId;
	#telling: TimerId;

	/** @throws {Error} no link  @throws {TypeError} wrong type */
	constructor(options: CellularOptions) {
		checkCallbacks(options, ["onChanged", "onError"]);
		const link = linkOf(options.link);
		this.#link = link;
		this.#options = options;
		this.#random = new Random(link.clock.nowMs());
		this.#unwatch = link.watch(() => this.#onChanged());
		this.#tellSoon();
	}

	/** 200 disconnected, 300 connecting, 400 registered, 500 connected: sockets can be opened. */
	get connection(): number {
		if (!this.#wanted) return DISCONNECTED;
		if (undefined !== this.#link.address) return CONNECTED;
		return this.isRegistered ? REGISTERED : CONNECTING;
	}

	/** The modem's own; undefined while it has none. */
	get address(): string | undefined {
		return this.#link.address;
	}

	/** As the network last said: 0 not searching, 1 at home, 2 searching, 3 denied, 4 unknown, 5 roaming. */
	get registration(): number | undefined {
		return this.#link.registration;
	}

	get isRegistered(): boolean {
		return 1 === this.registration || this.isRoaming;
	}

	get isRoaming(): boolean {
		return 5 === this.registration;
	}

	/** The network's name; like those below it is asked for when connected, and then each minute. */
	get operator(): string | undefined {
		return this.#details.operator;
	}

	/** How well the network is received, -115 to -52 dBm. */
	get rssiDbm(): number | undefined {
		return this.#details.rssiDbm;
	}

	/** The modem's own number. */
	get imei(): string | undefined {
		return this.#details.imei;
	}

	/** The SIM's own number. */
	get iccid(): string | undefined {
		return this.#details.iccid;
	}

	/** Returns at once; `onChanged` tells the rest. @throws {Error} closed, or connecting already */
	connect(): void {
		if (this.#closed) throw new Error("the interface is closed");
		if (this.#wanted) throw new Error("connect was called already");
		this.#wanted = true;
		this.#failures = 0;
		if (undefined === this.#link.address) void this.#bringUp();
		else this.#isUp();
		this.#tellSoon();
	}

	/** Ends the bearer and every connection; the modem stays on. */
	disconnect(): void {
		this.#wanted = false;
		this.#stopTimers();
		if (!this.#busy) void this.#takeDown();
		this.#tellSoon();
	}

	/** APN, user and password are the modem's options. @throws {RangeError} anything else than nothing */
	configure(options: object): void {
		const [unknown] = Object.keys(options);
		if (undefined !== unknown) throw new RangeError(`${unknown} can't be configured: APN and PIN are options of the modem`);
	}

	/** Nothing is called back any more. The bearer stays as it is. May be called twice. */
	close(): void {
		this.#closed = true;
		this.#wanted = false;
		this.#stopTimers();
		if (undefined !== this.#telling) this.#link.clock.clearTimer(this.#telling);
		this.#telling = undefined;
		this.#unwatch();
	}

	async #bringUp(): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		let failure: ModemError | undefined;
		try {
			await this.#link.up();
		} catch (error) {
			failure = error instanceof ModemError ? error : new ModemError("BEARER_FAILED", String(error));
		}
		this.#busy = false;
		if (this.#closed) return;
		if (!this.#wanted) void this.#takeDown();
		else if (failure) this.#tryAgain(failure);
		else this.#isUp();
		this.#tellSoon();
	}

	async #takeDown(): Promise<void> {
		this.#upSinceMs = undefined;
		if (undefined === this.#link.address) return;
		await this.#link.down().catch(() => {}); // a modem that does not answer has no bearer any more
		this.#tellSoon();
	}

	#isUp(): void {
		this.#upSinceMs = this.#link.clock.nowMs();
		void this.#readDetails();
	}

	#tryAgain(error: ModemError): void {
		const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 16));
		const forMs = Math.round(longestMs * (1 - JITTER * this.#random.next()));
		this.#failures++;
		this.#retry = this.#link.clock.setTimer(() => {
			this.#retry = undefined;
			void this.#bringUp();
		}, forMs);
		this.#failure = { error, forMs };
		this.#tellSoon();
	}

	/** The modem has told something. */
	#onChanged(): void {
		this.#tellSoon();
		const { address, clock } = this.#link;
		if (undefined === this.#upSinceMs || undefined !== address) return;
		if (elapsedMs(this.#upSinceMs, clock.nowMs()) >= STABLE_MS) this.#failures = 0;
		this.#upSinceMs = undefined;
		this.#stopTimers();
		if (this.#wanted && !this.#busy) this.#tryAgain(new ModemError("BEARER_LOST", "the bearer was lost"));
	}

	async #readDetails(): Promise<void> {
		try {
			this.#details = await this.#link.details();
		} catch {
			// What is not known stays as it was; whoever sends data will tell what is wrong.
		}
		if (this.#closed || undefined === this.#upSinceMs) return;
		this.#tellSoon();
		if (undefined !== this.#refresh) this.#link.clock.clearTimer(this.#refresh);
		this.#refresh = this.#link.clock.setTimer(() => {
			this.#refresh = undefined;
			void this.#readDetails();
		}, REFRESH_MS);
	}

	#stopTimers(): void {
		for (const timer of [this.#retry, this.#refresh]) if (undefined !== timer) this.#link.clock.clearTimer(timer);
		this.#retry = undefined;
		this.#refresh = undefined;
	}

	/** From a timer, so that an exception of the application ends up where a native interface's would. */
	#tellSoon(): void {
		if (this.#closed) return;
		this.#telling ??= this.#link.clock.setTimer(() => {
			this.#telling = undefined;
			this.#tellChanges();
			const failure = this.#failure;
			this.#failure = undefined;
			if (failure && this.#wanted) this.#options.onError?.call(this, failure.error, failure.forMs);
		}, 0);
	}

	/** Each property that has another value than when it was last told. */
	#tellChanges(): void {
		for (const property of PROPERTIES) {
			const value = this[property];
			if (this.#closed || value === this.#known[property]) continue;
			this.#known[property] = value;
			this.#options.onChanged?.call(this, property);
		}
	}
}

export default Cellular;

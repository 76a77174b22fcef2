/*
 * The cellular network as a network interface, in the pattern of embedded:network/interface/wifi and ethernet.
 *
 * `connect` powers the modem on, registers and brings the bearer up, and goes on trying with growing pauses until it is
 * told to stop; a bearer that the network takes away is brought up again. Several may share one modem, as several objects
 * share one Wi-Fi: each tells how it is, and `disconnect` of any of them is for all.
 */
import { type Clock, elapsedMs, type TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { Random } from "../core/random.js";
import { Notifier } from "./notifier.js";
import { checkCallbacks, linkOf } from "./options.js";

export interface CellularIdentity {
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
	/** What those who share the bearer want: up, or down; undefined: nobody has said. */
	wanted: boolean | undefined;
	up(): Promise<void>;
	down(): Promise<void>;
	/** `known`: what it says of the modem's and the SIM's own number still holds. */
	identity(known?: CellularIdentity): Promise<CellularIdentity>;
	/** Calls back when `address` or `registration` may have changed, and when `wanted` is set. */
	watch(onChanged: () => void): () => void;
}

const PROPERTIES = Object.freeze(["connection", "address", "registration", "operator", "rssiDbm", "imei", "iccid"] as const);
export type CellularProperty = (typeof PROPERTIES)[number];

export interface CellularOptions {
	/** The modem. */
	readonly link?: CellularLink | undefined;
	/** 0 to 1: chance for the pauses. Without it the modem's own number decides, once it is known. */
	readonly random?: (() => number) | undefined;
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
/** Numbers of neighbours become far apart. */
const SCATTER = 0x9e3779b1;
const UNKNOWN: CellularIdentity = Object.freeze({ operator: undefined, rssiDbm: undefined, imei: undefined, iccid: undefined });

export class Cellular {
	readonly #link: CellularLink;
	readonly #options: CellularOptions;
	readonly #unwatch: () => void;
	readonly #notifier: Notifier;
	#random: Random;
	/** connect() was called: it is for this object to bring the bearer up while it is wanted. */
	#keeps = false;
	#busy: "up" | "down" | undefined;
	#closed = false;
	#failures = 0;
	/** Since when it is connected; undefined while it is not. */
	#upSinceMs: number | undefined;
	#identity = UNKNOWN;
	/** Not told yet. */
	#failure: { readonly error: ModemError; readonly forMs: number } | undefined;
	readonly #known: Partial<Record<CellularProperty, unknown>> = { connection: DISCONNECTED };
	#retry: TimerId;
	#refresh: TimerId;

	/** @throws {Error} no link  @throws {TypeError} wrong type */
	constructor(options: CellularOptions) {
		checkCallbacks(options, ["onChanged", "onError", "random"]);
		const link = linkOf(options.link);
		this.#link = link;
		this.#options = options;
		this.#random = new Random(link.clock.nowMs());
		this.#notifier = new Notifier(link.clock, () => this.#tell());
		this.#unwatch = link.watch(() => this.#update());
		this.#update();
	}

	/** 200 disconnected, 300 connecting, 400 registered, 500 connected: sockets can be opened. */
	get connection(): number {
		const { address, wanted } = this.#link;
		if (undefined !== address && false !== wanted) return CONNECTED;
		if (!wanted) return DISCONNECTED;
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
		return this.#identity.operator;
	}

	/** How well the network is received, -115 to -52 dBm. */
	get rssiDbm(): number | undefined {
		return this.#identity.rssiDbm;
	}

	/** The modem's own number. */
	get imei(): string | undefined {
		return this.#identity.imei;
	}

	/** The SIM's own number. */
	get iccid(): string | undefined {
		return this.#identity.iccid;
	}

	/** Returns at once; `onChanged` tells the rest. @throws {Error} closed, or connecting already */
	connect(): void {
		if (this.#closed) throw new Error("the interface is closed");
		if (this.#isKeeping) throw new Error("connect was called already");
		this.#keeps = true;
		this.#failures = 0;
		if ("down" !== this.#busy) this.#link.wanted = true; // otherwise when it is down
		this.#update();
	}

	/** Ends the bearer and every connection, for all who share the modem; it stays on. */
	disconnect(): void {
		this.#keeps = false;
		this.#link.wanted = false;
		this.#update();
		if (!this.#busy) void this.#takeDown();
	}

	/** APN, user and password are the modem's options. @throws {RangeError} anything else than nothing */
	configure(options: object): void {
		const [unknown] = Object.keys(options);
		if (undefined !== unknown) throw new RangeError(`${unknown} can't be configured: APN and PIN are options of the modem`);
	}

	/** Nothing is called back any more. The bearer stays as it is. May be called twice. */
	close(): void {
		const wasKeeping = this.#isKeeping;
		this.#closed = true;
		this.#keeps = false;
		this.#stopTimers();
		this.#notifier.stop();
		this.#unwatch();
		if (wasKeeping) this.#link.wanted = undefined; // who else keeps it says so again
	}

	get #isKeeping(): boolean {
		return this.#keeps && true === this.#link.wanted;
	}

	/** Something has changed, here or at the modem. */
	#update(): void {
		if (this.#closed) return;
		this.#notifier.soon();
		if (this.#keeps && undefined === this.#link.wanted)
			this.#link.wanted = true; // calls this again
		else if (CONNECTED === this.connection) this.#onUp();
		else if (undefined !== this.#upSinceMs) this.#onDown(this.#upSinceMs);
		else if (!this.#isKeeping) this.#stopTimers();
		else if (!this.#busy && undefined === this.#retry) void this.#bringUp();
	}

	#onUp(): void {
		if (undefined !== this.#upSinceMs) return;
		this.#stopTimers();
		this.#upSinceMs = this.#link.clock.nowMs();
		void this.#readIdentity();
	}

	#onDown(sinceMs: number): void {
		if (elapsedMs(sinceMs, this.#link.clock.nowMs()) >= STABLE_MS) this.#failures = 0;
		this.#upSinceMs = undefined;
		this.#stopTimers();
		if (this.#isKeeping && !this.#busy) this.#tryAgain(new ModemError("BEARER_LOST", "the bearer was lost"));
	}

	async #bringUp(): Promise<void> {
		this.#busy = "up";
		let failure: ModemError | undefined;
		try {
			await this.#link.up();
		} catch (error) {
			failure = error instanceof ModemError ? error : new ModemError("BEARER_FAILED", String(error));
		}
		this.#busy = undefined;
		if (false === this.#link.wanted) void this.#takeDown();
		else if ("CLOSED" === failure?.code) this.#giveUp();
		else if (failure && this.#isKeeping) this.#tryAgain(failure);
		else this.#update();
	}

	async #takeDown(): Promise<void> {
		if (undefined === this.#link.address) return;
		this.#busy = "down";
		await this.#link.down().catch(() => {}); // a modem that does not answer has no bearer any more
		this.#busy = undefined;
		if (this.#keeps) this.#link.wanted = true;
		else this.#update();
	}

	/** The modem's driver was closed. */
	#giveUp(): void {
		this.#keeps = false;
		this.#link.wanted = undefined;
	}

	#tryAgain(error: ModemError): void {
		const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 16));
		const jitter = this.#options.random?.() ?? this.#random.next();
		const forMs = Math.round(longestMs * (1 - JITTER * jitter));
		this.#failures++;
		this.#retry = this.#link.clock.setTimer(() => {
			this.#retry = undefined;
			this.#update();
		}, forMs);
		this.#failure = { error, forMs };
		this.#notifier.soon();
	}

	/** `known`: the modem was up all the time since. */
	async #readIdentity(known?: CellularIdentity): Promise<void> {
		const { imei } = this.#identity;
		try {
			this.#identity = await this.#link.identity(known);
		} catch {
			// What is not known stays as it was; whoever sends data will tell what is wrong.
		}
		if (this.#identity.imei !== imei) this.#random = new Random(Math.imul(Number(this.#identity.imei), SCATTER));
		this.#update();
		if (this.#closed || undefined === this.#upSinceMs) return;
		if (undefined !== this.#refresh) this.#link.clock.clearTimer(this.#refresh);
		this.#refresh = this.#link.clock.setTimer(() => {
			this.#refresh = undefined;
			void this.#readIdentity(this.#identity);
		}, REFRESH_MS);
	}

	#stopTimers(): void {
		for (const timer of [this.#retry, this.#refresh]) if (undefined !== timer) this.#link.clock.clearTimer(timer);
		this.#retry = undefined;
		this.#refresh = undefined;
	}

	#tell(): void {
		this.#tellChanges();
		const failure = this.#failure;
		this.#failure = undefined;
		if (failure && this.#isKeeping) this.#options.onError?.call(this, failure.error, failure.forMs);
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

/*
 * The cellular network as a network interface, in the pattern of embedded:network/interface/wifi and ethernet.
 *
 * `connect` powers the modem on, registers and brings the bearer up, and goes on trying until it is told to stop; when to try
 * again is the modem's to say. A bearer that the network takes away is brought up again. Several objects may share one modem,
 * as several share one Wi-Fi: each tells how it is, and `disconnect` of any of them is for all.
 */
import type { NextTry } from "../core/backoff.js";
import type { Clock } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { Timer } from "../core/timer.js";
import { Notifier, REFUSED_MS } from "./notifier.js";
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
	/** When it makes sense to call `up` again. */
	readonly next: NextTry;
	/** What those who share the bearer want: up, or down; undefined: nobody has said. */
	wanted: boolean | undefined;
	up(): Promise<void>;
	/** Also ends an `up` that is under way: that one is rejected with BEARER_DOWN. */
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
	/** Of the application; kept as the property of that name. */
	readonly target?: unknown;
	/** A property has another value than before. */
	onChanged?: ((this: Cellular, property: CellularProperty) => void) | null | undefined;
	/** Connecting has failed; it is tried again after `forMs`, or earlier when the network has come back by itself. */
	onError?: ((this: Cellular, error: ModemError, forMs: number) => void) | null | undefined;
}

/** As those of Wi-Fi and Ethernet. */
export const DISCONNECTED = 200;
export const CONNECTING = 300;
/** Registered, and without an address. */
export const REGISTERED = 400;
export const CONNECTED = 500;

const REFRESH_MS = 60_000;
/** A wait is asked for again after this: it may have become shorter. */
const MOST_SLEEP_MS = 60_000;
const UNKNOWN: CellularIdentity = Object.freeze({ operator: undefined, rssiDbm: undefined, imei: undefined, iccid: undefined });

export class Cellular {
	readonly target: unknown;
	private readonly link: CellularLink;
	private readonly options: CellularOptions;
	private readonly unwatch: () => void;
	private readonly notifier: Notifier;
	/** connect() was called: it is for this object to bring the bearer up while it is wanted. */
	private keeps = false;
	/** What this object has asked the modem for, and has not ended. */
	private work: "none" | "up" | "down" = "none";
	/** Counts what was begun: what ends later than the next has begun does not count. */
	private round = 0;
	private closed = false;
	private isUp = false;
	private known = UNKNOWN;
	/** Not told yet. */
	private failure: { readonly error: ModemError; readonly forMs: number } | undefined;
	private readonly told: Partial<Record<CellularProperty, unknown>> = { connection: DISCONNECTED };
	private readonly retry: Timer;
	private readonly refresh: Timer;

	/** @throws {Error} no link  @throws {TypeError} wrong type */
	constructor(options: CellularOptions) {
		checkCallbacks(options, ["onChanged", "onError"]);
		const link = linkOf(options.link);
		this.link = link;
		this.options = options;
		this.target = options.target;
		this.notifier = new Notifier(link.clock, () => this.tell());
		this.retry = new Timer(link.clock, { onTime: () => this.onRetry() });
		this.refresh = new Timer(link.clock, { onTime: () => void this.readIdentity(this.known) });
		this.unwatch = link.watch(() => this.update());
		this.update();
	}

	/** 200 disconnected, 300 connecting, 400 registered, 500 connected: sockets can be opened. */
	get connection(): number {
		const { address, wanted } = this.link;
		if (undefined !== address && false !== wanted) return CONNECTED;
		if (!wanted) return DISCONNECTED;
		return this.isRegistered ? REGISTERED : CONNECTING;
	}

	/** The modem's own; undefined while it has none. */
	get address(): string | undefined {
		return this.link.address;
	}

	/** As the network last said: 0 not searching, 1 at home, 2 searching, 3 denied, 4 unknown, 5 roaming. */
	get registration(): number | undefined {
		return this.link.registration;
	}

	get isRegistered(): boolean {
		return 1 === this.registration || this.isRoaming;
	}

	get isRoaming(): boolean {
		return 5 === this.registration;
	}

	/** The network's name; like those below it is asked for when connected, and then each minute. */
	get operator(): string | undefined {
		return this.known.operator;
	}

	/** How well the network is received, -115 to -52 dBm. */
	get rssiDbm(): number | undefined {
		return this.known.rssiDbm;
	}

	/** The modem's own number. */
	get imei(): string | undefined {
		return this.known.imei;
	}

	/** The SIM's own number. */
	get iccid(): string | undefined {
		return this.known.iccid;
	}

	/** Returns at once; `onChanged` tells the rest. @throws {Error} closed, or connecting already */
	connect(): void {
		this.checkOpen();
		if (this.isKeeping) throw new Error("connect was called already");
		this.keeps = true;
		if ("down" !== this.work) this.link.wanted = true; // otherwise when it is down
		this.update();
	}

	/** Ends the bearer and every connection, for all who share the modem; it stays on. @throws {Error} closed */
	disconnect(): void {
		this.checkOpen();
		this.keeps = false;
		this.link.wanted = false;
		this.update();
		void this.takeDown();
	}

	/** APN, user and password are the modem's options. @throws {Error} closed  @throws {RangeError} anything else than nothing */
	configure(options: object): void {
		this.checkOpen();
		const [unknown] = Object.keys(options);
		if (undefined !== unknown) throw new RangeError(`${unknown} can't be configured: APN and PIN are options of the modem`);
	}

	/** Nothing is called back any more. The bearer stays as it is. May be called twice. */
	close(): void {
		const wasKeeping = this.isKeeping;
		this.closed = true;
		this.keeps = false;
		this.stopTimers();
		this.notifier.stop();
		this.unwatch();
		if (wasKeeping) this.link.wanted = undefined; // who else keeps it says so again
	}

	private checkOpen(): void {
		if (this.closed) throw new Error("the interface is closed");
	}

	private get isKeeping(): boolean {
		return this.keeps && true === this.link.wanted;
	}

	/** Something has changed, here or at the modem. */
	private update(): void {
		if (this.closed) return;
		this.notifier.soon();
		if (this.keeps && undefined === this.link.wanted)
			this.link.wanted = true; // calls this again
		else if (CONNECTED === this.connection) this.onUp();
		else if (this.isUp) this.onDown();
		else if (!this.isKeeping) this.stopTimers();
		else if ("none" === this.work && !this.retry.isSet) void this.bringUp();
	}

	private onUp(): void {
		if (this.isUp) return;
		this.stopTimers();
		this.isUp = true;
		void this.readIdentity();
	}

	private onDown(): void {
		this.isUp = false;
		this.stopTimers();
		if (this.isKeeping && "none" === this.work) this.tryAgain(new ModemError("BEARER_LOST", "the bearer was lost"));
	}

	private async bringUp(): Promise<void> {
		const round = ++this.round;
		this.work = "up";
		let failure: ModemError | undefined;
		try {
			await this.link.up();
		} catch (error) {
			failure = error instanceof ModemError ? error : new ModemError("BEARER_FAILED", String(error));
		}
		if (round === this.round) this.work = "none";
		if (this.closed) return;
		if ("CLOSED" === failure?.code) this.giveUp();
		else if (false === this.link.wanted && undefined !== this.address) void this.takeDown();
		else if (failure && this.isKeeping && "BEARER_DOWN" !== failure.code) this.tryAgain(failure);
		else this.update();
	}

	private async takeDown(): Promise<void> {
		if ("down" === this.work) return;
		this.round++;
		this.work = "down";
		await this.link.down().catch(() => {}); // a modem that does not answer has no bearer any more
		this.work = "none";
		if (this.keeps) this.link.wanted = true;
		else this.update();
	}

	/** The modem's driver was closed. */
	private giveUp(): void {
		this.keeps = false;
		this.link.wanted = undefined;
	}

	private tryAgain(error: ModemError): void {
		const { waitMs } = this.link.next;
		this.failure = { error, forMs: waitMs };
		this.sleep(waitMs);
		this.notifier.soon();
	}

	private sleep(waitMs: number): void {
		this.retry.start(Math.max(REFUSED_MS, Math.min(waitMs, MOST_SLEEP_MS)));
	}

	private onRetry(): void {
		const { waitMs } = this.link.next;
		if (waitMs > 0) this.sleep(waitMs);
		else this.update();
	}

	/** `known`: the modem was up all the time since. */
	private async readIdentity(known?: CellularIdentity): Promise<void> {
		try {
			this.known = await this.link.identity(known);
		} catch {
			// What is not known stays as it was; whoever sends data will tell what is wrong.
		}
		this.update();
		if (!this.closed && this.isUp) this.refresh.start(REFRESH_MS);
	}

	private stopTimers(): void {
		this.retry.stop();
		this.refresh.stop();
	}

	private tell(): void {
		this.tellChanges();
		const { failure } = this;
		this.failure = undefined;
		if (failure && this.isKeeping) this.options.onError?.call(this, failure.error, failure.forMs);
	}

	/** Each property that has another value than when it was last told. */
	private tellChanges(): void {
		for (const property of PROPERTIES) {
			const value = this[property];
			if (this.closed || value === this.told[property]) continue;
			this.told[property] = value;
			this.options.onChanged?.call(this, property);
		}
	}
}

export default Cellular;

/* Finding the network: AT+CREG's status, and GPRS behind it (AT+CGREG, AT+CGATT). */
import type { TimerId } from "../../core/clock.js";
import { elapsedMs } from "../../core/clock.js";
import type { World } from "../world.js";

/** As AT+CREG counts. */
export const STAT = { idle: 0, home: 1, searching: 2, denied: 3, unknown: 4, roaming: 5 } as const;

const SEARCH_STARTS_MS = 100;

export interface RegistrationCallbacks {
	onRegistration(stat: number): void;
	onGprs(stat: number): void;
	/** Packet data is there; `anew`: not from the start of a modem that is on for long. */
	onAttached(anew: boolean): void;
	onDetached(): void;
	onRegistered(): void;
}

export class Registration {
	stat: number = STAT.idle;
	gprsStat: number = STAT.idle;
	attached = false;
	readonly #world: World;
	readonly #callbacks: RegistrationCallbacks;
	#running = false;
	#sinceMs = 0; // registered
	#timer: TimerId | undefined;
	#attachTimer: TimerId | undefined;
	#onAttached: ((attached: boolean) => void)[] = [];
	#endActivity: (() => void) | undefined;
	readonly #unwatch: () => void;

	constructor(world: World, callbacks: RegistrationCallbacks) {
		this.#world = world;
		this.#callbacks = callbacks;
		this.#unwatch = world.radio.watch(() => this.#coverageChanged());
	}

	get registered(): boolean {
		return STAT.home === this.stat || STAT.roaming === this.stat;
	}

	/** Whether there is a signal to be measured. */
	get heard(): boolean {
		return this.#running && STAT.idle !== this.stat;
	}

	/** The SIM is ready and the radio is on. */
	start(): void {
		this.#running = true;
		this.#set(STAT.idle, true);
		this.#after(SEARCH_STARTS_MS, () => this.#search());
	}

	/** As it is with a modem that has been on for long. */
	startRegistered(): void {
		this.#running = true;
		if (!this.#world.radio.covered) return this.#search();
		this.stat = this.#found();
		this.attached = this.registered;
		this.gprsStat = this.stat;
		this.#sinceMs = this.#world.clock.nowMs() - this.#world.timing.attachRefusedMs;
		if (!this.registered) return;
		this.#callbacks.onRegistered();
		this.#callbacks.onAttached(false);
	}

	/** No SIM may be used: only emergency calls could be made, and the search for that ends. */
	startWithout(): void {
		this.#set(STAT.searching);
		this.#after(this.#world.timing.searchMs, () => this.#set(STAT.idle));
	}

	/** The radio goes off. */
	stop(): void {
		this.#running = false;
		this.#world.schedule.cancel(this.#timer);
		this.#set(STAT.idle);
		this.detach();
	}

	/** AT+CGATT=1; calls back when it is done, at once when it is so already. */
	attach(onDone: (attached: boolean) => void): void {
		if (this.attached) return onDone(true);
		const sinceMs = elapsedMs(this.#sinceMs, this.#world.clock.nowMs());
		if (!this.registered || sinceMs < this.#world.timing.attachRefusedMs) return onDone(false);
		this.#onAttached.push(onDone);
		this.#beginAttach();
	}

	/** AT+CGATT=0. */
	detach(): void {
		this.#cancelAttach();
		this.#endSearch();
		const wasAttached = this.attached;
		this.attached = false;
		this.#setGprs(this.registered ? STAT.idle : this.stat);
		if (wasAttached) this.#callbacks.onDetached();
	}

	close(): void {
		this.#unwatch();
	}

	#search(): void {
		this.#endActivity ??= this.#world.activity.begin();
		this.#set(STAT.searching);
		this.#setGprs(STAT.searching);
		if (!this.#world.radio.covered || "never" === this.#world.radio.registers) return this.#endSearch();
		this.#after(this.#world.timing.registerMs, () => this.#register());
	}

	#register(): void {
		this.#sinceMs = this.#world.clock.nowMs();
		this.#set(this.#found());
		this.#endSearch();
		if (!this.registered) return this.#setGprs(this.stat);
		this.#callbacks.onRegistered();
		if (this.attached) this.#setGprs(this.stat);
		else this.#beginAttach();
	}

	#beginAttach(): void {
		if (undefined !== this.#attachTimer) return;
		this.#endActivity ??= this.#world.activity.begin();
		this.#attachTimer = this.#world.schedule.after(this.#world.timing.attachMs, () => {
			this.#attachTimer = undefined;
			this.attached = true;
			this.#setGprs(this.stat);
			this.#callbacks.onAttached(true);
			this.#endSearch();
			for (const onDone of this.#onAttached.splice(0)) onDone(true);
		});
	}

	#found(): number {
		switch (this.#world.radio.registers) {
			case "home":
				return STAT.home;
			case "roaming":
				return STAT.roaming;
			case "denied":
				return STAT.denied;
			case "never":
				return STAT.searching;
		}
	}

	/** Out of coverage the context lives on for a while: a short gap costs no more than time. */
	#coverageChanged(): void {
		if (!this.#running) return;
		if (this.#world.radio.covered) return this.#search();
		this.#cancelAttach();
		this.#endSearch();
		this.#set(STAT.searching);
		this.#setGprs(STAT.searching);
		this.#after(this.#world.timing.coverageLostMs, () => this.detach());
	}

	#cancelAttach(): void {
		this.#world.schedule.cancel(this.#attachTimer);
		this.#attachTimer = undefined;
		for (const onDone of this.#onAttached.splice(0)) onDone(false);
	}

	#endSearch(): void {
		this.#endActivity?.();
		this.#endActivity = undefined;
	}

	#after(delayMs: number, callback: () => void): void {
		this.#world.schedule.cancel(this.#timer);
		this.#timer = this.#world.schedule.after(delayMs, callback);
	}

	#set(stat: number, always = false): void {
		const changed = stat !== this.stat;
		this.stat = stat;
		if (changed || always) this.#callbacks.onRegistration(stat);
	}

	#setGprs(stat: number): void {
		if (stat === this.gprsStat) return;
		this.gprsStat = stat;
		this.#callbacks.onGprs(stat);
	}
}

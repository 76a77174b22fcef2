/*
 * The power key and what it does: it toggles. A pulse turns the modem on when it is off, and off when it is on.
 */
import type { Clock, TimerId } from "../../core/clock.js";
import { elapsedMs } from "../../core/clock.js";
import type { Activity } from "../activity.js";
import type { KeyRules } from "../models/model.js";
import type { Schedule } from "../schedule.js";
import type { Timing } from "./timing.js";

export type PowerState = "off" | "starting" | "on" | "stopping";

export interface PowerOptions {
	clock: Clock;
	/** Goes on without power. */
	schedule: Schedule;
	activity: Activity;
	timing: Timing;
	rules: KeyRules;
	/** The port says the download tool's bytes. */
	onToolSync(): void;
	/** STATUS rises: the modem runs. */
	onStart(): void;
	/** The farewell is due; `words`: it is said. */
	onFarewell(words: boolean): void;
	/** STATUS falls, or power is cut: nothing runs any more. */
	onStop(): void;
	/** The STATUS pin has changed. */
	onStatus(level: 0 | 1): void;
}

export class Power {
	readonly #options: PowerOptions;
	#state: PowerState;
	#status: 0 | 1;
	#statusTimer: TimerId | undefined;
	#keyDown = false;
	#armed = false; // held long enough
	#keyTimer: TimerId | undefined;
	#timers: TimerId[] = [];
	#endKey: (() => void) | undefined;
	#endActivity: (() => void) | undefined;
	#offSinceMs: number | undefined;

	constructor(options: PowerOptions, on: boolean) {
		this.#options = options;
		this.#state = on ? "on" : "off";
		this.#status = on ? 1 : 0;
	}

	get state(): PowerState {
		return this.#state;
	}

	/** Stays high until the end of a log-off. */
	get status(): 0 | 1 {
		return this.#status;
	}

	/** Whether there is power at all behind the key: anything runs. */
	get running(): boolean {
		return "on" === this.#state || "stopping" === this.#state;
	}

	key(level: 0 | 1): void {
		const down = 0 === level;
		if (down === this.#keyDown) return;
		this.#keyDown = down;
		if (down) this.#press();
		else this.#release();
	}

	/** AT+CPOWD, or an emergency: `words` says farewell first. */
	switchOff(words: boolean): void {
		if ("on" !== this.#state) return;
		const { timing } = this.#options;
		this.#begin("stopping");
		this.#after(words ? timing.farewellMs : 0, () => this.#options.onFarewell(words));
		this.#after(words ? timing.statusOffMs : timing.commandMs, () => this.#stop(words ? timing.statusOffLagMs : 0));
	}

	/** The supply is gone at once: no word is said. */
	cut(): void {
		if ("off" !== this.#state) this.#stop(0);
	}

	/** Comes on without the key: the supply is back and the key is held by the board. */
	switchOn(): void {
		if ("off" === this.#state) this.#start();
	}

	close(): void {
		this.#cancel();
		this.#endKey?.();
	}

	#press(): void {
		const { schedule, activity, timing, clock } = this.#options;
		this.#endKey = activity.begin();
		this.#armed = false;
		if ("starting" === this.#state || "stopping" === this.#state) return;
		const stopping = "on" === this.#state;
		const restMs = undefined === this.#offSinceMs ? 0 : timing.restMs - elapsedMs(this.#offSinceMs, clock.nowMs());
		this.#keyTimer = schedule.after(Math.max(0, restMs) + (stopping ? timing.keyOffMs : timing.keyOnMs), () =>
			this.#hold(stopping),
		);
	}

	/** The key has been down long enough to count. */
	#hold(stopping: boolean): void {
		const { schedule, timing, rules } = this.#options;
		this.#armed = true;
		if (stopping) {
			this.#keyTimer = schedule.after(timing.keyOffMaxMs - timing.keyOffMs, () => this.#heldTooLong());
			return;
		}
		if ("press" === rules.startsAt) return this.#trigger();
		this.#keyTimer = schedule.after(timing.keyStuckMs - timing.keyOnMs, () => this.#trigger());
	}

	#heldTooLong(): void {
		this.#armed = false;
		if ("ignored" === this.#options.rules.tooLong) return;
		this.cut();
		this.#start();
	}

	#release(): void {
		this.#endKey?.();
		this.#options.schedule.cancel(this.#keyTimer);
		if (this.#armed) this.#trigger();
	}

	#trigger(): void {
		this.#armed = false;
		if ("off" === this.#state) this.#start();
		else this.switchOff(true);
	}

	#start(): void {
		const { timing } = this.#options;
		this.#begin("starting");
		this.#after(timing.toolSyncMs, () => this.#options.onToolSync());
		this.#after(timing.statusOnMs, () => {
			this.#state = "on";
			this.#endActivity?.();
			this.#options.onStart();
			this.#setStatus(1, timing.statusLagMs);
		});
	}

	#stop(lagMs: number): void {
		this.#cancel();
		this.#state = "off";
		this.#offSinceMs = this.#options.clock.nowMs();
		this.#options.onStop();
		this.#setStatus(0, lagMs);
	}

	#setStatus(level: 0 | 1, lagMs: number): void {
		this.#options.schedule.cancel(this.#statusTimer);
		const set = () => {
			if (level === this.#status) return;
			this.#status = level;
			this.#options.onStatus(level);
		};
		if (0 === lagMs) set();
		else this.#statusTimer = this.#options.schedule.after(lagMs, set);
	}

	#begin(state: PowerState): void {
		this.#cancel();
		this.#state = state;
		this.#endActivity = this.#options.activity.begin();
	}

	#after(delayMs: number, callback: () => void): void {
		this.#timers.push(this.#options.schedule.after(delayMs, callback));
	}

	#cancel(): void {
		for (const timer of this.#timers.splice(0)) this.#options.schedule.cancel(timer);
		this.#endActivity?.();
		this.#endActivity = undefined;
	}
}

/*
 * Many timers on one: the clock of the Moddable hosts, but for the SDK's own timer, which clock.ts adds.
 *
 * One, because the SDK's Linux simulator numbers its timers with 16 bits and never fires the one that gets number 0.
 */
import type { Clock, TimerId } from "../../modules/core/clock.js";

interface Alarm {
	readonly sinceMs: number;
	readonly delayMs: number;
	readonly callback: () => void;
	cancelled: boolean;
}

const WRAP_MS = 2 ** 32;
/** Woken at least this often, so that the counter never wraps unseen. */
const LONGEST_SLEEP_MS = 3_600_000;

export class Alarms implements Clock {
	readonly #readTicks: () => number;
	readonly #sleep: (ms: number) => void;
	readonly #speed: number;
	readonly #longestLateMs: number;
	/** When it is to be woken, from the last look at the machine's counter. */
	#sleepMs = 0;
	#alarms: Alarm[] = [];
	#ticks: number;
	#nowMs = 0;

	/**
	 * `readTicks`: the machine's millisecond counter, signed 32 bits or wider. `sleep`: have `wake` called after that many
	 * milliseconds, 1 or more, and forget what was asked before. `speed`: how fast this clock goes beside the machine's.
	 * `longestLateMs`: woken later than that, it has stood still for the rest.
	 */
	constructor(readTicks: () => number, sleep: (ms: number) => void, speed: number, longestLateMs = Number.POSITIVE_INFINITY) {
		this.#readTicks = readTicks;
		this.#sleep = sleep;
		this.#speed = speed;
		this.#longestLateMs = longestLateMs;
		this.#ticks = readTicks();
	}

	/** From 0 when the clock was made; does not wrap, and does not go back when somebody sets the machine's clock. */
	nowMs(): number {
		const ticks = this.#readTicks();
		let step = ticks - this.#ticks;
		if (step < -WRAP_MS / 2) step += WRAP_MS;
		this.#ticks = ticks;
		if (step > 0) this.#nowMs += Math.min(step, this.#sleepMs + this.#longestLateMs) * this.#speed;
		this.#sleepMs = Math.max(0, this.#sleepMs - step);
		return this.#nowMs;
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		if (!(delayMs >= 0)) throw new RangeError(`invalid delayMs ${delayMs}`);
		const alarm: Alarm = { sinceMs: this.nowMs(), delayMs, callback, cancelled: false };
		this.#alarms.push(alarm);
		this.#schedule();
		return alarm;
	}

	clearTimer(timer: TimerId): void {
		const alarm = timer as Alarm | undefined;
		if (!alarm) return;
		alarm.cancelled = true;
		const index = this.#alarms.indexOf(alarm);
		if (index >= 0) this.#alarms.splice(index, 1);
	}

	/** Fires what is due, the earliest first; a timer that is set meanwhile waits for the next turn. */
	wake(): void {
		const nowMs = this.nowMs();
		const due: Alarm[] = [];
		const later: Alarm[] = [];
		for (const alarm of this.#alarms) (dueInMs(alarm, nowMs) <= 0 ? due : later).push(alarm);
		this.#alarms = later;
		due.sort((a, b) => dueInMs(a, nowMs) - dueInMs(b, nowMs)); // stable: equal ones in the order in which they were set
		try {
			for (let alarm = due.shift(); alarm; alarm = due.shift()) if (!alarm.cancelled) alarm.callback();
		} finally {
			this.#alarms.push(...due.filter(alarm => !alarm.cancelled)); // one has thrown: the others wait for the next turn
			this.#schedule();
		}
	}

	#schedule(): void {
		const nowMs = this.nowMs();
		let sleepMs = LONGEST_SLEEP_MS;
		for (const alarm of this.#alarms) sleepMs = Math.min(sleepMs, Math.ceil(dueInMs(alarm, nowMs) / this.#speed));
		this.#sleepMs = Math.max(1, sleepMs);
		this.#sleep(this.#sleepMs);
	}
}

function dueInMs(alarm: Alarm, nowMs: number): number {
	return alarm.sinceMs + alarm.delayMs - nowMs;
}

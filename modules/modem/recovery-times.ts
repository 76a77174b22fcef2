/*
 * Times that run down, and the record of those that survive a reboot of the microcontroller.
 *
 * Its clock starts anew then, and nobody knows how long it was off: unless the host says so, no time is taken to have passed.
 * So after a reboot a wait may be longer than it had to be, and never shorter. While a time runs, the record is written again
 * each minute that somebody asks: a device that reboots again and again comes to the end of a wait all the same.
 */
import { elapsedMs } from "../core/clock.js";
import { type Counters, type CountersRecord, readCounters, writeCounters } from "../core/counters.js";

/** The place of each; up to `KEPT` they survive a reboot. */
export const TIME = Object.freeze({
	RESTART: 0,
	ACTIVATION: 1,
	RETRY: 2,
	/** The network's back-off: no access, no restart. */
	BACKOFF: 3,
	/** After a permanent reject. */
	REJECTED: 4,
	/** From a failed request to the next. */
	GAP: 5,
	/** No restart: the network may be in a back-off that it has not told of. */
	QUIET: 6,
	/** Of the plan. */
	PAUSE: 7,
	START: 8,
});
const KEPT = 7;
const TIMES = 9;

const WRITE_MS = 60_000;

export class Times {
	private readonly counters: Counters | undefined;
	private readonly left: number[] = new Array(TIMES).fill(0);
	private lastMs: number;
	private unwrittenMs = 0;
	private isWritten = true;
	/** Kept in the record beside the times. */
	readonly counts: number[];

	/** `counts`: what they are when there is no record. */
	constructor(counters: Counters | undefined, counts: number[], nowMs: number) {
		this.counters = counters;
		this.counts = counts;
		this.lastMs = nowMs;
	}

	/** Takes over what the record says; `offMs` have passed since it was written. */
	restore(offMs: number): CountersRecord["kind"] {
		const record = readCounters(this.counters, KEPT + this.counts.length);
		if ("values" === record.kind) {
			for (let at = 0; at < KEPT; at++) this.left[at] = Math.max(0, record.values[at]! * 1_000 - offMs);
			for (let at = 0; at < this.counts.length; at++) this.counts[at] = record.values[KEPT + at]!;
			this.isWritten = false;
		}
		return record.kind;
	}

	/** In ms; 0: it is over. */
	of(time: number): number {
		return this.left[time]!;
	}

	set(time: number, ms: number): void {
		this.left[time] = ms;
	}

	add(time: number, ms: number): void {
		this.left[time]! += ms;
	}

	/** Gives how much has passed since this was last called. */
	pass(nowMs: number): number {
		const ms = elapsedMs(this.lastMs, nowMs);
		this.lastMs = nowMs;
		let runs = false;
		for (let at = 0; at < TIMES; at++) {
			const left = Math.max(0, this.left[at]! - ms);
			this.left[at] = left;
			if (at < KEPT && left > 0) runs = true;
		}
		this.unwrittenMs += ms;
		if ((runs || !this.isWritten) && this.unwrittenMs >= WRITE_MS) this.write(runs);
		return ms;
	}

	/** The record is to be written, though not at once. */
	touch(): void {
		this.isWritten = false;
	}

	/** `again`: a time runs, so it is to be written again later. */
	write(again = true): void {
		const values = this.left.slice(0, KEPT).map(ms => ms / 1_000);
		writeCounters(this.counters, values.concat(this.counts));
		this.unwrittenMs = 0;
		this.isWritten = !again;
	}
}

/*
 * The place in a running modem where faults act. Without faults nothing here does anything.
 *
 * What is random comes from the modem's seed; which fault does what stands in faults.ts.
 */
import type { Random } from "../../core/random.js";
import type { Schedule } from "../schedule.js";

/** What happens in a modem that a fault can wait for. */
export const MOMENTS = ["started", "registered", "context", "connected", "prompt", "sent", "received"] as const;
export type Moment = (typeof MOMENTS)[number];

/** Once, so long after the start; again and again, so far apart on average; or each time that something happens. */
export type When =
	| { readonly kind: "after"; readonly ms: number }
	| { readonly kind: "every"; readonly ms: number }
	| { readonly kind: "at"; readonly moment: Moment };

/** Chances of a byte on the wire. */
export interface Noise {
	drop: number;
	flip: number;
	double: number;
}

export interface InsertedLine {
	readonly text: string;
	/** Before the next thing that is said when so many bytes have been; undefined: by `rate`. */
	readonly afterBytes: number | undefined;
	readonly rate: number;
	done: boolean;
}

/** What faults can do to the modem from outside. */
export interface FaultyModem {
	/** The supply dips: it is gone without a word, `restarts`: and comes again. */
	dip(restarts: boolean): void;
	loseContext(): void;
	cover(covered: boolean): void;
	insertSim(inserted: boolean): void;
	setSupply(mv: number): void;
}

export class Injector {
	readonly toHost: Noise = { drop: 0, flip: 0, double: 0 };
	readonly toModem: Noise = { drop: 0, flip: 0, double: 0 };
	/** Pauses of up to so long within what it says. */
	splitMs = 0;
	/** A command takes up to so long more. */
	delayMs = 0;
	/** It says nothing at all. */
	silent = false;
	/** What it sends over the air comes nowhere. */
	blackHole = false;
	readonly lines: InsertedLine[] = [];
	/** Chances of a command: not heard, or refused for no reason. */
	ignoreRate = 0;
	errorRate = 0;
	/** Chances of a SEND: said to have failed though it has not; the same, and SEND OK behind it. */
	sendFailRate = 0;
	sendFailThenOkRate = 0;
	/** Chances of a name not to be found, and of a connection to be refused. */
	nameRate = 0;
	refuseRate = 0;
	/** What a server does when so many bytes have come from it. */
	server: { readonly act: "reset" | "stall" | "close"; readonly afterBytes: number } | undefined;
	modem: FaultyModem | undefined;
	readonly random: Random;
	readonly #schedule: Schedule;
	readonly #waiting: { readonly moment: Moment; readonly action: () => void }[] = [];
	#saidBytes = 0;

	constructor(random: Random, schedule: Schedule) {
		this.random = random;
		this.#schedule = schedule;
	}

	chance(rate: number): boolean {
		return rate > 0 && this.random.next() < rate;
	}

	/** Does `action` at its time; `forMs` later, if that is given, `undo`. */
	at(when: When, action: () => void, forMs?: number, undo?: () => void): void {
		const act = () => {
			action();
			if (undefined !== forMs && undo) this.#schedule.after(forMs, undo);
		};
		if ("at" === when.kind) this.#waiting.push({ moment: when.moment, action: act });
		else if ("after" === when.kind) this.#schedule.after(when.ms, act);
		else this.#repeat(when.ms, act);
	}

	/** Something has happened: what waits for it comes a turn later, when the modem has finished with it. */
	moment(moment: Moment): void {
		for (const { moment: wanted, action } of this.#waiting) {
			if (moment === wanted) this.#schedule.after(0, action);
		}
	}

	/** What comes of bytes on the wire. */
	noise(bytes: Uint8Array, { drop, flip, double }: Noise): Uint8Array {
		if (0 === drop + flip + double) return bytes;
		const heard: number[] = [];
		for (const byte of bytes) {
			if (this.chance(drop)) continue;
			const changed = this.chance(flip) ? byte ^ (1 << this.random.between(0, 7)) : byte;
			heard.push(changed);
			if (this.chance(double)) heard.push(changed);
		}
		return Uint8Array.from(heard);
	}

	/** How much longer this command takes. */
	latencyMs(): number {
		return this.delayMs > 0 ? this.random.between(0, this.delayMs) : 0;
	}

	/** How long the wire pauses now. */
	pauseMs(): number {
		return this.splitMs > 0 && this.chance(0.2) ? this.random.between(1, this.splitMs) : 0;
	}

	/** Lines to be said before what is said next, which is `length` bytes long. */
	linesBefore(length: number): readonly string[] {
		const due: string[] = [];
		for (const line of this.lines) {
			const now = undefined === line.afterBytes ? this.chance(line.rate) : !line.done && this.#saidBytes >= line.afterBytes;
			if (!now) continue;
			line.done = true;
			due.push(line.text);
		}
		this.#saidBytes += length;
		return due;
	}

	/** Between half and one and a half of the mean. */
	#repeat(meanMs: number, action: () => void): void {
		this.#schedule.after(meanMs * (0.5 + this.random.next()), () => {
			action();
			this.#repeat(meanMs, action);
		});
	}
}

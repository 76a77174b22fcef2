/* Counts what a run's events tell, and sums it up. */
import type { ModemError } from "../../modules/core/errors.js";
import type { UplinkEvent } from "../../modules/delivery/events.js";
import type { ModemEvent } from "../../modules/modem/events.js";
import type { StartOptions } from "./options.js";
import type { Result } from "./reporter.js";

/** A moment of the run: its clock, and how long the virtual modem had been at work by then. */
export interface Moment {
	readonly atMs: number;
	readonly ownMs: number | undefined;
}

export class Tally {
	/** Cycles in a row with a failure. */
	failedInARow = 0;
	#failures = 0;
	#firstFailure: { readonly cycle: number; readonly error: ModemError } | undefined;
	#failuresOfCycle = 0;
	readonly #options: StartOptions;
	readonly #messages: number;
	#began: Moment | undefined;
	#firstByte: Moment | undefined;
	#cyclesDone = 0;
	#sent = 0;
	#answered = 0;
	#bytesSent = 0;
	#bytesAnswered = 0;

	/** `messages`: how many have to arrive. */
	constructor(options: StartOptions, messages: number) {
		this.#options = options;
		this.#messages = messages;
	}

	add(event: ModemEvent | UplinkEvent, moment: Moment): void {
		switch (event.kind) {
			case "power-key":
				if (event.pressed) this.#began ??= moment;
				return;
			case "sent":
				this.#sent++;
				this.#bytesSent += event.bytes;
				if (this.#options.destinations.length > 0) this.addFirstByte(moment);
				return;
			case "answered":
				this.#answered++;
				this.#bytesAnswered += event.answer.length;
				return;
			case "failed":
				this.#failures++;
				this.#firstFailure ??= event;
				this.#failuresOfCycle++;
				return;
			case "cycle-done":
				this.#cyclesDone = event.cycle;
				this.failedInARow = this.#failuresOfCycle > 0 ? this.failedInARow + 1 : 0;
				this.#failuresOfCycle = 0;
				return;
		}
	}

	/** The server has got something; with a server of the user's own, the modem says that it has. */
	addFirstByte(moment: Moment): void {
		this.#firstByte ??= moment;
	}

	/** `stop`: why the run ended before its time; `problem`: what the built-in server has to say. */
	result(atMs: number, delivered: number | undefined, stop: string | undefined, problem: string | undefined): Result {
		const arrived = delivered ?? this.#sent;
		const missing = arrived < this.#messages ? `${arrived} of ${this.#messages} messages arrived${this.#why()}` : undefined;
		const error = stop ?? missing ?? problem;
		const from = this.#began ?? { atMs: 0, ownMs: undefined };
		const to = this.#firstByte;
		return {
			ok: undefined === error,
			error,
			mode: this.#options.mode,
			cyclesAsked: this.#options.cycles,
			cyclesDone: this.#cyclesDone,
			messagesAsked: this.#messages,
			messagesSent: this.#sent,
			messagesAnswered: this.#answered,
			messagesDelivered: delivered,
			failures: this.#failures,
			firstFailure: this.#firstFailure?.error.code,
			bytesSent: this.#bytesSent,
			bytesAnswered: this.#bytesAnswered,
			firstByteMs: to && to.atMs - from.atMs,
			modemOwnMs: undefined === to?.ownMs || undefined === from.ownMs ? undefined : to.ownMs - from.ownMs,
			elapsedMs: atMs,
			speed: this.#options.speed,
		};
	}

	#why(): string {
		if (!this.#firstFailure) return "";
		const { cycle, error } = this.#firstFailure;
		const remembered = "PIN_NOT_TRIED" === error.code && undefined !== this.#options.serial;
		const kept = remembered ? "; what was refused is kept in build/refused-pin" : "";
		return `; in cycle ${cycle}: ${error.message} (${error.code})${kept}`;
	}
}

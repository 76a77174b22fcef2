/* Commands that wait for their turn: so many and no more, each with the promise that it settles. */
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { Timer } from "../core/timer.js";
import { type Command, nameOf } from "./command.js";

/** What a command is for, if anything. */
export interface CommandOwner {
	/** It is no more: what waits for it is not sent, for it would do to whatever has taken its place. */
	readonly isStale: boolean;
}

export interface Queued {
	readonly command: Command<unknown>;
	readonly owner?: CommandOwner | undefined;
	/** A refusal resolves it; otherwise it rejects. */
	readonly asks?: boolean;
	/** When it began to wait. */
	sinceMs?: number;
	/** How often it has been said again. */
	repeats?: number;
	resolve(value: unknown): void;
	reject(error: Error): void;
}

const MOST_COMMANDS = 16;
/** Of each of eight connections one to send, one to receive, one to close; and some of the modem's own. */
const MOST_WITH_RESERVED = MOST_COMMANDS + 32;
/** A repeatable command is said so often again before its answer counts as lost. */
const MOST_REPEATS = 2;
/** A command that has waited so long is not sent any more: longer than the slowest, AT+CIPSEND of old firmware, may take. */
const LONGEST_WAIT_MS = 660_000;

export class CommandQueue {
	private readonly clock: Clock;
	private readonly waiting: Queued[] = [];
	private readonly timer: Timer;

	constructor(clock: Clock) {
		this.clock = clock;
		this.timer = new Timer(clock, this);
	}

	get length(): number {
		return this.waiting.length;
	}

	get first(): Queued | undefined {
		return this.waiting[0];
	}

	/** Rejects it with BUSY when there is no room. */
	add(queued: Queued): void {
		const most = queued.command.reserved ? MOST_WITH_RESERVED : MOST_COMMANDS;
		if (this.waiting.length >= most) return queued.reject(busy(queued, `${MOST_COMMANDS} commands are waiting already`));
		if (queued.command.urgent) return this.addFirst(queued);
		queued.sinceMs = this.clock.nowMs();
		this.waiting.push(queued);
		if (!this.timer.isSet) this.timer.start(LONGEST_WAIT_MS);
	}

	addFirst(queued: Queued): void {
		queued.sinceMs = this.clock.nowMs();
		this.waiting.unshift(queued);
		if (!this.timer.isSet) this.timer.start(LONGEST_WAIT_MS);
	}

	takeFirst(): Queued | undefined {
		const first = this.waiting.shift();
		if (0 === this.waiting.length) this.timer.stop();
		return first;
	}

	/** Puts it in front again, if saying it once more does no harm and may help. */
	repeats(queued: Queued, { code }: ModemError): boolean {
		const { command, repeats = 0 } = queued;
		if (!command.repeatable || repeats >= MOST_REPEATS || ("TIMEOUT" !== code && "MALFORMED" !== code)) return false;
		queued.repeats = repeats + 1;
		this.addFirst(queued);
		return true;
	}

	rejectAll(error: ModemError): void {
		this.timer.stop();
		for (const queued of this.waiting.splice(0)) queued.reject(error);
	}

	/** Of its timer. Those that have waited too long are given up; the others are looked at when the oldest of them may have. */
	onTime(): void {
		const nowMs = this.clock.nowMs();
		let oldestMs = 0;
		for (let index = this.waiting.length - 1; index >= 0; index--) {
			const queued = this.waiting[index]!;
			const waitedMs = elapsedMs(queued.sinceMs!, nowMs);
			if (waitedMs < LONGEST_WAIT_MS) oldestMs = Math.max(oldestMs, waitedMs);
			else {
				this.waiting.splice(index, 1);
				queued.reject(busy(queued, `it has waited ${LONGEST_WAIT_MS / 1_000} s for its turn`));
			}
		}
		if (this.waiting.length > 0) this.timer.start(LONGEST_WAIT_MS - oldestMs);
	}
}

function busy({ command }: Queued, why: string): ModemError {
	return new ModemError("BUSY", `${nameOf(command)} was not sent: ${why}`);
}

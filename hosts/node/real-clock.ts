/*
 * Time as it passes on this machine, or `speed` times as fast: a delay of 1000 ms at speed 10 takes 100 ms.
 *
 * Node's timers have a grain of 1 ms, which at speed 10 would be 10 ms for the modem: what is left below it is waited for
 * in turns of the event loop. The count starts two seconds below the 32-bit wrap, so that every run goes across it.
 */
import type { Clock, TimerId } from "../../modules/core/clock.js";

const WRAP_MS = 2 ** 32;
const START_MS = WRAP_MS / 2 - 2000;
/** Below this, turns of the event loop are counted out instead: a timer may be a grain late at either end. */
const FINE_MS = 2;

/** Node fires at once what is to wait for longer. */
const LONGEST_MS = 2 ** 31 - 1;

interface RealTimer {
	readonly dueMs: number;
	readonly callback: () => void;
	cancel: () => void;
}

export class RealClock implements Clock {
	readonly #speed: number;
	readonly #beganMs = performance.now();

	constructor(speed = 1) {
		if (!(speed > 0) || !Number.isFinite(speed)) throw new RangeError(`invalid speed ${speed}`);
		this.#speed = speed;
	}

	/** Milliseconds of this clock since it was made; does not wrap. */
	get elapsedMs(): number {
		return (performance.now() - this.#beganMs) * this.#speed;
	}

	nowMs(): number {
		const nowMs = (START_MS + this.elapsedMs) % WRAP_MS;
		return nowMs >= WRAP_MS / 2 ? nowMs - WRAP_MS : nowMs;
	}

	setTimer(callback: () => void, delayMs: number): TimerId {
		if (!(delayMs >= 0)) throw new RangeError(`invalid delayMs ${delayMs}`);
		const timer: RealTimer = { dueMs: performance.now() + delayMs / this.#speed, callback, cancel() {} };
		wait(timer);
		return timer;
	}

	clearTimer(timer: TimerId): void {
		(timer as RealTimer).cancel();
	}
}

/** Comes back until it is time: by a timer as long as one is fine enough, then by turns of the event loop. */
function wait(timer: RealTimer): void {
	const leftMs = timer.dueMs - performance.now();
	if (leftMs > FINE_MS) {
		const id = setTimeout(check, Math.min(leftMs - FINE_MS / 2, LONGEST_MS), timer);
		timer.cancel = () => clearTimeout(id);
	} else {
		const id = setImmediate(check, timer);
		timer.cancel = () => clearImmediate(id);
	}
}

function check(timer: RealTimer): void {
	if (performance.now() < timer.dueMs) wait(timer);
	else timer.callback();
}

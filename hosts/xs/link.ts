/*
 * The XS side of the boundary: time, timers, and the two queues of messages.
 *
 * The clock stands still while a message is worked on; it shows when Node sent it.
 */
import type { Clock, TimerId } from "../../modules/core/clock.js";
import type { Output } from "./messages.js";

const outputs: Output[] = [];
const timers = new Map<number, () => void>();
let nowMs = 0;
let timersSet = 0;

export const clock: Clock = {
	nowMs: () => nowMs,

	setTimer(callback: () => void, delayMs: number): TimerId {
		if (!(delayMs >= 0)) throw new RangeError(`invalid delayMs ${delayMs}`);
		const id = ++timersSet;
		timers.set(id, callback);
		post({ kind: "set-timer", id, delayMs });
		return id;
	},

	clearTimer(timer: TimerId): void {
		if (timers.delete(timer as number)) post({ kind: "clear-timer", id: timer as number });
	},
};

export function setTime(toMs: number): void {
	nowMs = toMs;
}

/** A timer that was cleared while its message was on the way does nothing. */
export function fireTimer(id: number): void {
	const callback = timers.get(id);
	timers.delete(id);
	callback?.();
}

/** Goes out when this message is done. */
export function post(output: Output): void {
	outputs.push(output);
}

export function takeOutputs(): Output[] {
	return outputs.splice(0);
}

export function postUncaught(error: unknown): void {
	const { name = "Error", message = String(error), stack = "" } = (error ?? {}) as Partial<Error>;
	post({ kind: "uncaught", name, message, stack });
}

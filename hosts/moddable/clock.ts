/* The clock of a Moddable host, on the SDK's `time` and `timer`. */
import Time from "time";
import Timer from "timer";
import { Alarms } from "./alarms.js";

/**
 * `speed`: how many milliseconds of this clock go by in one of the real ones. `longestLateMs`: when the machine was away
 * for longer than asked by more than that, the clock has stood still.
 */
export function createClock(speed = 1, longestLateMs?: number): Alarms {
	let timer: Timer | undefined;
	const sleep = (ms: number): void => {
		// The interval given as the repeat too: only so does a timer live on, in all ports, that is set from its own callback.
		if (timer) Timer.schedule(timer, ms, ms);
		else timer = Timer.repeat(() => clock.wake(), ms);
	};
	const clock = new Alarms(() => Time.ticks, sleep, speed, longestLateMs);
	return clock;
}

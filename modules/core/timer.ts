/* One timer that is set or not: starting it again replaces the time before, and after `stop` the callback does not run. */
import type { Clock, TimerId } from "./clock.js";

export class Timer {
	private readonly clock: Clock;
	private readonly onTime: () => void;
	private id: TimerId;
	private set = false;

	constructor(clock: Clock, onTime: () => void) {
		this.clock = clock;
		this.onTime = onTime;
	}

	get isSet(): boolean {
		return this.set;
	}

	start(delayMs: number): void {
		this.stop();
		this.set = true;
		this.id = this.clock.setTimer(() => {
			this.set = false;
			this.id = undefined;
			this.onTime();
		}, delayMs);
	}

	stop(): void {
		if (!this.set) return;
		this.set = false;
		this.clock.clearTimer(this.id);
		this.id = undefined;
	}
}

/* One timer that is set or not: nobody keeps the number of a timer, or forgets to forget it. */
import type { Clock, TimerId } from "./clock.js";

export class Timer {
	private readonly clock: Clock;
	private readonly onTime: () => void;
	private id: TimerId;

	constructor(clock: Clock, onTime: () => void) {
		this.clock = clock;
		this.onTime = onTime;
	}

	get isSet(): boolean {
		return undefined !== this.id;
	}

	/** From now on; a time that was set before no longer counts. */
	start(delayMs: number): void {
		this.stop();
		this.id = this.clock.setTimer(() => {
			this.id = undefined;
			this.onTime();
		}, delayMs);
	}

	/** May be called when it is not set. */
	stop(): void {
		if (undefined !== this.id) this.clock.clearTimer(this.id);
		this.id = undefined;
	}
}

/* One timer that is set or not: nobody keeps the number of a timer, or forgets to forget it. */
import type { Clock, TimerId } from "./clock.js";

/** An object rather than a function: on XS a function of its own costs 176 bytes. */
export interface TimerOwner {
	onTime(timer: Timer): void;
}

export class Timer {
	private readonly clock: Clock;
	private readonly owner: TimerOwner;
	private id: TimerId;

	constructor(clock: Clock, owner: TimerOwner) {
		this.clock = clock;
		this.owner = owner;
	}

	get isSet(): boolean {
		return undefined !== this.id;
	}

	/** From now on; a time that was set before no longer counts. */
	start(delayMs: number): void {
		this.stop();
		this.id = this.clock.setTimer(() => {
			this.id = undefined;
			this.owner.onTime(this);
		}, delayMs);
	}

	/** May be called when it is not set. */
	stop(): void {
		if (undefined !== this.id) this.clock.clearTimer(this.id);
		this.id = undefined;
	}
}

/* How long something was under way in the modem: the union of overlapping intervals, not their sum. */
import { type Clock, elapsedMs } from "../core/clock.js";

export class Activity {
	readonly #clock: Clock;
	#open = 0;
	#sinceMs = 0;
	#closedMs = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Something begins. Call what this returns when it ends; calling it again does nothing. */
	begin(): () => void {
		if (0 === this.#open++) this.#sinceMs = this.#clock.nowMs();
		let open = true;
		return () => {
			if (!open) return;
			open = false;
			if (0 === --this.#open) this.#closedMs += elapsedMs(this.#sinceMs, this.#clock.nowMs());
		};
	}

	/** For what ends together, by `close`, whether each has been told to or not. */
	scope(): ActivityScope {
		return new ActivityScope(this);
	}

	get ms(): number {
		return this.#closedMs + (this.#open > 0 ? elapsedMs(this.#sinceMs, this.#clock.nowMs()) : 0);
	}
}

export class ActivityScope {
	readonly #activity: Activity;
	readonly #ends = new Set<() => void>();

	constructor(activity: Activity) {
		this.#activity = activity;
	}

	begin(): () => void {
		const endActivity = this.#activity.begin();
		const end = () => {
			this.#ends.delete(end);
			endActivity();
		};
		this.#ends.add(end);
		return end;
	}

	close(): void {
		for (const end of [...this.#ends]) end();
	}
}

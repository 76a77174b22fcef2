/* What a scenario is: a board, and an application that goes on trying whatever happens. */
import type { Stage, StageOptions } from "../stage.js";

export interface Scenario {
	readonly name: string;
	readonly what: string;
	readonly stage: StageOptions;
	/** Cycles that a run without a fault has. */
	readonly cycles: number;
	/** All of the modem's slots are opened at the end: so many. */
	readonly slots?: number;
	application(stage: Stage): Application;
}

/** Goes on for ever. */
export interface Application {
	/** `onCycle` is told of each cycle that ends; `good`: every message of it arrived and was answered. False: it stops there. */
	run(onCycle: (cycle: number, good: boolean, startedMs: number) => boolean): Promise<void>;
}

/** From the end of a cycle to the next; longer after failures. */
const INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 60_000;

/** One cycle after the other. */
export abstract class Cycles implements Application {
	protected readonly stage: Stage;

	constructor(stage: Stage) {
		this.stage = stage;
	}

	async run(onCycle: (cycle: number, good: boolean, startedMs: number) => boolean): Promise<void> {
		const { clock, witness } = this.stage;
		let failures = 0;
		for (let cycle = 1; ; cycle++) {
			const startedMs = clock.elapsedMs;
			witness.note(`cycle ${cycle}`);
			const good = await this.cycle(cycle);
			if (!onCycle(cycle, good, startedMs)) return;
			failures = good ? 0 : failures + 1;
			await this.stage.sleep(Math.min(LONGEST_INTERVAL_MS, INTERVAL_MS * 2 ** failures));
		}
	}

	protected abstract cycle(cycle: number): Promise<boolean>;
}

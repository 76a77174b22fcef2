/* One run of a scenario, with one byte spoiled or without, and what was wrong with it. */
import type { Direction } from "../support/tap.js";
import { type Fault, spoiled } from "./fault.js";
import type { Scenario } from "./scenarios/scenario.js";
import { type Outcome, Trial, watchingRejections } from "./trial.js";

export interface RunOptions {
	readonly fault?: Fault | undefined;
	readonly records?: boolean;
	readonly traces?: boolean;
}

export async function run(scenario: Scenario, { fault, records = false, traces = false }: RunOptions = {}): Promise<Outcome> {
	const onByte = (direction: Direction, index: number, byte: number) => {
		if (!fault || trial.isHit || index !== fault.index || direction !== fault.direction) return undefined;
		return spoil(trial, fault, byte);
	};
	const trial: Trial = new Trial(scenario, undefined !== fault, { traces, tap: { records, ...(fault && { onByte }) } });
	try {
		await watchingRejections(trial.stage, async () => {
			await trial.run();
			trial.check(fault);
		});
		return trial.outcome;
	} finally {
		trial.stage.close();
	}
}

function spoil(trial: Trial, fault: Fault, byte: number): readonly number[] {
	const { board, clock } = trial.stage;
	const bytes = spoiled(byte, fault);
	trial.hit();
	const [before, behind] = [String.fromCharCode(byte), String.fromCharCode(...bytes)].map(text => JSON.stringify(text));
	trial.stage.note(`==== ${fault.kind} ${fault.direction} ${fault.index}: ${before} becomes ${behind}`);
	if ("restart" === fault.kind) clock.setTimer(() => board.modem.supply.dip(true), 0);
	return bytes;
}

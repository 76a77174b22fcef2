/* A scenario that is disturbed: how long it goes on, and what must hold then. */
import type { AsyncConnection } from "../../modules/modem/sockets/async-connection.js";
import type { Direction } from "../support/tap.js";
import { strangeLines } from "./executed-check.js";
import type { Fault } from "./fault.js";
import type { Scenario } from "./scenarios/scenario.js";
import { Stage, type StageOptions } from "./stage.js";
import type { Violation } from "./witness.js";

/** When nothing disturbs any more, the next messages arrive within this. */
const LIVE_WITHIN_MS = 30 * 60_000;
const STEP_MS = 1_000;
/** In half an hour a driver that polls has some hundreds. */
const MOST_LINES = 10_000;
const SLOT_PEER = { protocol: "TCP", host: "192.0.2.99", port: 9_999 } as const;
const SLOT_PAUSE_MS = 10_000;
/** What the modem says at last, and closes. */
const AFTER_MS = 1_000;

export interface Outcome {
	readonly violations: readonly Violation[];
	readonly counts: Readonly<Record<Direction, number>>;
	readonly recorded: Readonly<Record<Direction, readonly number[]>>;
	/** Of the virtual clock, when the disturbance was over, and at the end. */
	readonly hitMs: number | undefined;
	readonly endMs: number;
	readonly cycles: number;
	/** Cycles in which something did not arrive. */
	readonly badCycles: number;
	readonly bearersUp: number;
	readonly trace: readonly string[];
}

export class Trial {
	readonly stage: Stage;
	readonly #scenario: Scenario;
	readonly #disturbed: boolean;
	#hitMs: number | undefined;
	#done = false;
	#cycles = 0;
	#badCycles = 0;

	/** `disturbed`: it goes on until a whole cycle behind `hit()` was good. */
	constructor(scenario: Scenario, disturbed: boolean, options: StageOptions) {
		this.#scenario = scenario;
		this.#disturbed = disturbed;
		this.stage = new Stage({ ...scenario.stage, ...options });
	}

	get isHit(): boolean {
		return undefined !== this.#hitMs;
	}

	/** The disturbance is over. */
	hit(): void {
		this.#hitMs = this.stage.clock.elapsedMs;
	}

	/** Runs it. `until`: the disturbance comes before this, if at all. */
	async run(untilMs = 0): Promise<void> {
		const { clock, witness } = this.stage;
		try {
			const application = this.#scenario.application(this.stage);
			const running = application.run((cycle, good, startedMs) => this.#onCycle(cycle, good, startedMs));
			running.catch(error => this.stage.codeOf(error));
			await this.#until(() => this.#done, untilMs);
			if (!this.#done) witness.report("liveness", `${this.#badCycles} of ${this.#cycles} cycles failed, the last one too`);
			else if (this.#disturbed && this.#scenario.slots) await this.#checkSlots(this.#scenario.slots);
			await clock.advance(AFTER_MS);
		} catch (error) {
			this.stage.codeOf(error);
		}
	}

	/** What holds at the end of any run. */
	check(fault: Fault | undefined): void {
		const { board, deliveries, executed, network, said, witness, wrongPins } = this.stage;
		witness.check(deliveries);
		for (const { server, target } of network.strangers)
			for (const { text } of server.connections)
				if (text.length > 0) witness.report("stranger", `${target} got ${JSON.stringify(text.slice(0, 40))}`);
		for (const line of strangeLines(executed, said, fault)) witness.report("executed", JSON.stringify(line));
		if (wrongPins > 0) witness.report("pin", `${wrongPins} tries of the PIN were spent`);
		const { pin } = this.#scenario.stage.board?.sim ?? {};
		if (board.modem.card.locked !== (undefined !== pin)) witness.report("pin", "the lock of the SIM was changed");
	}

	get outcome(): Outcome {
		const { bearersUp, clock, tap, trace, witness } = this.stage;
		return {
			bearersUp,
			violations: witness.violations,
			counts: tap.counts,
			recorded: tap.recorded,
			hitMs: this.#hitMs,
			endMs: clock.elapsedMs,
			cycles: this.#cycles,
			badCycles: this.#badCycles,
			trace,
		};
	}

	/** Whether it goes on. */
	#onCycle(cycle: number, good: boolean, startedMs: number): boolean {
		this.#cycles = cycle;
		if (!good) this.#badCycles++;
		const isBehind = !this.#disturbed || (undefined !== this.#hitMs && startedMs > this.#hitMs);
		this.#done = good && cycle >= this.#scenario.cycles && isBehind;
		return !this.#done;
	}

	async #until(isOver: () => boolean, leastMs = 0): Promise<void> {
		const { clock, executed, witness } = this.stage;
		const isLate = () => clock.elapsedMs >= Math.max(leastMs, this.#hitMs ?? 0) + LIVE_WITHIN_MS;
		const isBusy = () => executed.length > MOST_LINES * (1 + leastMs / LIVE_WITHIN_MS);
		while (!isOver() && !isBusy() && !isLate()) await clock.advance(STEP_MS);
		if (isBusy()) witness.report("busy", `${executed.length} command lines in ${clock.elapsedMs / 1_000} s`);
	}

	/** Every slot of the modem can be used at once. */
	async #checkSlots(slots: number): Promise<void> {
		const { network, witness } = this.stage;
		network.server(`${SLOT_PEER.host}:${SLOT_PEER.port}`);
		let used = 0;
		let over = false;
		const open = async () => {
			while (used < slots) {
				used = await this.#openAll(slots);
				if (used < slots) await this.stage.sleep(SLOT_PAUSE_MS);
			}
			over = true;
		};
		open().catch(error => this.stage.codeOf(error));
		await this.#until(() => over);
		if (!over) witness.report("slots", `only ${used} of ${slots} connections could be opened at once`);
	}

	async #openAll(slots: number): Promise<number> {
		const { modem } = this.stage;
		await modem.up().catch(error => this.stage.codeOf(error));
		const tries = await Promise.allSettled(Array.from({ length: slots }, () => modem.open(SLOT_PEER)));
		const opened: AsyncConnection[] = [];
		for (const one of tries) {
			if ("fulfilled" === one.status) opened.push(one.value);
			else this.stage.witness.note(`slots: ${this.stage.codeOf(one.reason)}`);
		}
		await Promise.all(opened.map(connection => connection.close()));
		return opened.length;
	}
}

/** Rejections that nobody handles are defects: `work` has ended when all of them are known. */
export async function watchingRejections(stage: Stage, work: () => Promise<void>): Promise<void> {
	if ("undefined" === typeof process) return work(); // XS tells of them by itself
	const onRejection = (error: unknown) => stage.codeOf(error);
	process.on("unhandledRejection", onRejection);
	try {
		await work();
		await new Promise(resolve => setImmediate(resolve)); // they are told when no promise has anything left to do
	} finally {
		process.off("unhandledRejection", onRejection);
	}
}

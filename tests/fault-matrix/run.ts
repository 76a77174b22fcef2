/* One run of a scenario, with a fault or without, and what was wrong with it. */
import type { AsyncConnection } from "../../modules/modem/sockets/async-connection.js";
import type { Direction } from "../support/tap.js";
import { strangeLines } from "./executed-check.js";
import { type Fault, spoiled } from "./fault.js";
import type { Scenario } from "./scenarios/scenario.js";
import { Stage } from "./stage.js";
import type { Violation } from "./witness.js";

/** After the fault, the next messages arrive within this. */
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
	/** Of the virtual clock, when the fault came, and at the end. */
	readonly hitMs: number | undefined;
	readonly endMs: number;
	readonly cycles: number;
	/** Cycles in which something did not arrive. */
	readonly badCycles: number;
	readonly trace: readonly string[];
}

export interface RunOptions {
	readonly fault?: Fault | undefined;
	readonly records?: boolean;
	readonly traces?: boolean;
}

export async function run(scenario: Scenario, options: RunOptions = {}): Promise<Outcome> {
	const one = new Run(scenario, options);
	const onRejection = (error: unknown) => one.stage.codeOf(error);
	process.on("unhandledRejection", onRejection);
	try {
		return await one.outcome();
	} finally {
		one.stage.close();
		process.off("unhandledRejection", onRejection);
	}
}

class Run {
	readonly stage: Stage;
	readonly #scenario: Scenario;
	readonly #fault: Fault | undefined;
	#hitMs: number | undefined;
	#done = false;
	#cycles = 0;
	#badCycles = 0;

	constructor(scenario: Scenario, { fault, records = false, traces = false }: RunOptions) {
		this.#scenario = scenario;
		this.#fault = fault;
		this.stage = new Stage({
			...scenario.stage,
			traces,
			tap: { records, ...(fault && { onByte: (direction, index, byte) => this.#onByte(fault, direction, index, byte) }) },
		});
	}

	async outcome(): Promise<Outcome> {
		const { clock, witness } = this.stage;
		try {
			const application = this.#scenario.application(this.stage);
			const running = application.run((cycle, good, startedMs) => this.#onCycle(cycle, good, startedMs));
			running.catch(error => this.stage.codeOf(error));
			await this.#until(() => this.#done);
			if (!this.#done) witness.report("liveness", `${this.#badCycles} of ${this.#cycles} cycles failed, the last one too`);
			else if (this.#fault && this.#scenario.slots) await this.#checkSlots(this.#scenario.slots);
			await clock.advance(AFTER_MS);
		} catch (error) {
			this.stage.codeOf(error);
		}
		this.#check();
		const { tap, trace } = this.stage;
		return {
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

	#onByte(fault: Fault, direction: Direction, index: number, byte: number): readonly number[] | undefined {
		if (index !== fault.index || direction !== fault.direction || undefined !== this.#hitMs) return undefined;
		this.#hitMs = this.stage.clock.elapsedMs;
		const bytes = spoiled(byte, fault);
		this.stage.note(
			`==== ${fault.kind} ${direction} ${index}: ${JSON.stringify(String.fromCharCode(byte))} becomes ${JSON.stringify(String.fromCharCode(...bytes))}`,
		);
		if ("restart" === fault.kind) this.stage.clock.setTimer(() => this.stage.board.modem.supply.dip(true), 0);
		return bytes;
	}

	/** Whether it goes on: until a whole cycle behind the fault was good. */
	#onCycle(cycle: number, good: boolean, startedMs: number): boolean {
		this.#cycles = cycle;
		if (!good) this.#badCycles++;
		const isBehind = !this.#fault || (undefined !== this.#hitMs && startedMs > this.#hitMs);
		this.#done = good && cycle >= this.#scenario.cycles && isBehind;
		return !this.#done;
	}

	get #deadlineMs(): number {
		return (this.#hitMs ?? 0) + LIVE_WITHIN_MS;
	}

	async #until(isOver: () => boolean): Promise<void> {
		const { clock } = this.stage;
		const isBusy = () => this.stage.executed.length > MOST_LINES;
		while (!isOver() && !isBusy() && clock.elapsedMs < this.#deadlineMs) await clock.advance(STEP_MS);
		if (isBusy()) this.stage.witness.report("busy", `more than ${MOST_LINES} command lines in ${clock.elapsedMs / 1_000} s`);
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
		};
		void open().then(
			() => {
				over = true;
			},
			error => this.stage.codeOf(error),
		);
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

	#check(): void {
		const { board, executed, deliveries, network, said, witness, wrongPins } = this.stage;
		witness.check(deliveries);
		for (const { server, target } of network.strangers)
			for (const { text } of server.connections)
				if (text.length > 0) witness.report("stranger", `${target} got ${JSON.stringify(text.slice(0, 40))}`);
		for (const line of strangeLines(executed, said, this.#fault)) witness.report("executed", JSON.stringify(line));
		if (wrongPins > 0) witness.report("pin", `${wrongPins} tries of the PIN were spent`);
		const { pin } = this.#scenario.stage.board?.sim ?? {};
		if (board.modem.card.locked !== (undefined !== pin)) witness.report("pin", "the lock of the SIM was changed");
	}
}

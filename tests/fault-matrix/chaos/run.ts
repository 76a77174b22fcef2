/* One seed of chaos: everything goes wrong for a while, then nothing any more, and soon all must be well again. */
import { Random } from "../../../modules/core/random.js";
import { BoundedFaults } from "../../support/bounded-faults.js";
import { EngineClock } from "../../support/engine-clock.js";
import { FlakyPort } from "../../support/flaky-port.js";
import { Trial, watchingRejections } from "../trial.js";
import { scenarioOf } from "../verdict.js";
import type { Invariant, Violation } from "../witness.js";
import { type Plan, planOf } from "./plan.js";

const LONGEST_STALL_MS = 500;
const LONGEST_VISIT_MS = 30_000;
const VISITED = { host: "192.0.2.50", port: 50 } as const;
/** What holds whatever the wire does: data that several bytes were lost of may look right, and lines may become others. */
const NOISY: readonly Invariant[] = ["liveness", "slots", "defect", "busy", "pin"];

export interface ChaosOutcome {
	readonly plan: Plan;
	readonly violations: readonly Violation[];
	readonly cycles: number;
	readonly badCycles: number;
	readonly recoveredMs: number;
	readonly trace: readonly string[];
}

export async function chaos(seed: number, traces = false): Promise<ChaosOutcome> {
	const one = new Chaos(planOf(seed), traces);
	try {
		return await one.outcome();
	} finally {
		one.trial.stage.close();
	}
}

class Chaos {
	readonly trial: Trial;
	readonly #plan: Plan;
	readonly #random: Random;
	readonly #faults: BoundedFaults;
	#engine: EngineClock | undefined;
	#port: FlakyPort | undefined;
	#over = false;

	constructor(plan: Plan, traces: boolean) {
		const scenario = scenarioOf(plan.scenario);
		this.#plan = plan;
		this.#random = new Random(plan.seed + 1_000);
		this.#faults = new BoundedFaults(plan.faults);
		this.trial = new Trial(scenario, true, {
			traces,
			board: { ...scenario.stage.board, seed: plan.seed, faults: [this.#faults.fault] },
			clockOf: clock => {
				this.#engine = new EngineClock(clock);
				return this.#engine;
			},
			serialOf: serial => {
				this.#port = new FlakyPort(serial);
				return this.#port.serial;
			},
		});
		this.trial.stage.network.latencyMs = plan.latencyMs;
		this.trial.stage.network.server(`${VISITED.host}:${VISITED.port}`, data => data);
	}

	async outcome(): Promise<ChaosOutcome> {
		const { chaosMs, portFaultEveryMs, stallEveryMs, visitEveryMs } = this.#plan;
		const { stage } = this.trial;
		await watchingRejections(stage, async () => {
			this.#faults.begin();
			this.#often(stallEveryMs, () => this.#stall());
			this.#often(portFaultEveryMs, () => this.#breakPort());
			this.#often(visitEveryMs, () => void this.#visit());
			stage.clock.setTimer(() => this.#end(), chaosMs);
			await this.trial.run(chaosMs);
			this.trial.check(undefined);
		});
		const { badCycles, cycles, endMs, hitMs, trace, violations } = this.trial.outcome;
		return {
			plan: this.#plan,
			violations: violations.filter(one => this.#mustHold(one)),
			cycles,
			badCycles,
			recoveredMs: endMs - (hitMs ?? endMs),
			trace,
		};
	}

	#mustHold({ expected = "", got = "", invariant, told }: Violation): boolean {
		const { faults, noise, scenario } = this.#plan;
		// A server that goes away in the middle of a datagram has sent a part of it.
		if ("received" === invariant && "udp" === scenario && faults.some(text => text.startsWith("server-"))) return false;
		// A modem that goes on waiting for data it has lost is filled up by ESC, and the sender is told.
		if ("peer" === invariant && "SEND_UNKNOWN" === told && expected.startsWith(got.replace(/\x1b+$/, ""))) return false;
		// A reset by the peer is CLOSED to the modem, as an end in order is.
		if ("cut" === invariant && faults.some(text => text.startsWith("server-reset"))) return false;
		return "none" === noise || NOISY.includes(invariant);
	}

	#end(): void {
		this.#over = true;
		this.#faults.end();
		const { modem } = this.trial.stage.board;
		if (!modem.card.inserted) modem.insertSim(true);
		this.#port!.heal();
		this.trial.stage.note("==== the chaos is over");
		this.trial.hit();
	}

	#often(everyMs: number, act: () => void): void {
		if (0 === everyMs) return;
		this.trial.stage.clock.setTimer(
			() => {
				if (this.#over) return;
				act();
				this.#often(everyMs, act);
			},
			this.#random.between(1, 2 * everyMs),
		);
	}

	#stall(): void {
		const ms = this.#random.between(1, LONGEST_STALL_MS);
		this.trial.stage.board.uart.stall(ms);
		this.#engine!.stall(ms);
	}

	#breakPort(): void {
		const port = this.#port!;
		const times = this.#random.between(1, 3);
		const which = this.#random.between(0, 2);
		this.trial.stage.note(`-- port: ${["does not open", "does not write", "is not writable"][which]}, ${times} times`);
		if (0 === which) port.failsToOpen = times;
		else if (1 === which) port.failsToWrite = times;
		else port.losesWritable = times;
	}

	/** Opens a connection, sends something, and closes it at any moment. */
	async #visit(): Promise<void> {
		const { modem } = this.trial.stage;
		const { clock } = this.trial.stage;
		const events = { onOpen() {}, onProgress() {}, onEnd() {} };
		try {
			const connection = modem.connect({ protocol: "TCP", ...VISITED }, events);
			const close = () => void connection.close().catch(error => this.trial.stage.codeOf(error));
			const write = () => connection.write(new Uint8Array(this.#random.between(1, 200)));
			clock.setTimer(write, this.#random.between(0, 2_000));
			clock.setTimer(close, this.#random.between(0, this.#random.next() < 0.5 ? 1_000 : LONGEST_VISIT_MS));
		} catch (error) {
			this.trial.stage.witness.note(`visitor: ${this.trial.stage.codeOf(error)}`);
		}
	}
}

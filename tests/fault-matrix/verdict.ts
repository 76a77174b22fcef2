/* What came of one fault, small enough to be sent between processes. */
import { exceptionFor } from "./exceptions.js";
import type { Fault } from "./fault.js";
import { describeRole, type Role, rolesOf, sortOf } from "./roles.js";
import { type RunOptions, run } from "./run.js";
import { SCENARIOS } from "./scenarios/index.js";
import type { Scenario } from "./scenarios/scenario.js";
import type { Outcome } from "./trial.js";
import type { Violation } from "./witness.js";

export interface Verdict {
	readonly scenario: string;
	readonly fault: Fault;
	/** The byte and its line. */
	readonly where: string;
	/** The same for all lines of that sort. */
	readonly sort: string;
	/** None of the known exceptions. */
	readonly violations: readonly Violation[];
	/** Names of exceptions that were needed. */
	readonly exceptions: readonly string[];
	/** Of the virtual clock, from the fault to the end of the first good cycle behind it. */
	readonly recoveredMs: number;
	readonly trace: readonly string[];
}

/** A scenario without a fault. */
export interface Baseline {
	readonly outcome: Outcome;
	readonly roles: { readonly up: readonly Role[]; readonly down: readonly Role[] };
}

const baselines = new Map<string, Promise<Baseline>>();

export function scenarioOf(name: string): Scenario {
	const scenario = SCENARIOS.find(one => name === one.name);
	if (!scenario) throw new RangeError(`there is no scenario ${name}, only ${SCENARIOS.map(one => one.name).join(", ")}`);
	return scenario;
}

/** @throws {Error} something is wrong even so */
export function baselineOf(scenario: Scenario): Promise<Baseline> {
	const baseline = baselines.get(scenario.name) ?? measure(scenario);
	baselines.set(scenario.name, baseline);
	return baseline;
}

async function measure(scenario: Scenario): Promise<Baseline> {
	const outcome = await run(scenario, { records: true });
	if (outcome.violations.length > 0 || outcome.badCycles > 0) {
		const { trace, violations } = await run(scenario, { traces: true });
		throw new Error(`${scenario.name} without a fault: ${JSON.stringify(violations)}\n${trace.slice(-40).join("\n")}`);
	}
	const { recorded } = outcome;
	return { outcome, roles: { up: rolesOf("up", recorded.up), down: rolesOf("down", recorded.down) } };
}

export async function verdictOf(scenario: Scenario, fault: Fault, options: RunOptions = {}): Promise<Verdict> {
	const { roles } = await baselineOf(scenario);
	const role = roles[fault.direction][fault.index] ?? { kind: "line", line: "?", at: 0 };
	const outcome = await run(scenario, { ...options, fault });
	const violations: Violation[] = [];
	const exceptions = new Set<string>();
	for (const violation of outcome.violations) {
		const exception = exceptionFor(violation, fault, role);
		if (exception) exceptions.add(exception.name);
		else violations.push(violation);
	}
	return {
		scenario: scenario.name,
		fault,
		where: describeRole(role),
		sort: sortOf(role),
		violations,
		exceptions: [...exceptions],
		recoveredMs: outcome.endMs - (outcome.hitMs ?? outcome.endMs),
		trace: outcome.trace,
	};
}

/* What a run of many faults has found, grouped by what is likely to have one cause. */
import { describeFault } from "./fault.js";
import type { Verdict } from "./verdict.js";

const TRACE_BEFORE = 12;
const TRACE_BEHIND = 60;
const TRACE_LAST = 15;

export interface Group {
	readonly key: string;
	readonly verdicts: Verdict[];
}

/** Largest first. */
export function groupsOf(verdicts: readonly Verdict[]): Group[] {
	const groups = new Map<string, Verdict[]>();
	for (const verdict of verdicts) {
		for (const invariant of new Set(verdict.violations.map(one => one.invariant))) {
			const key = `${invariant}: ${verdict.fault.kind} ${verdict.fault.direction}, in ${verdict.sort}`;
			groups.set(key, [...(groups.get(key) ?? []), verdict]);
		}
	}
	return [...groups].map(([key, list]) => ({ key, verdicts: list })).sort((a, b) => b.verdicts.length - a.verdicts.length);
}

export function describeGroup({ key, verdicts }: Group): string {
	const [first] = verdicts;
	const scenarios = [...new Set(verdicts.map(({ scenario }) => scenario))].join(", ");
	const invariant = key.slice(0, key.indexOf(":"));
	const detail = first!.violations.find(one => invariant === one.invariant)?.detail ?? "";
	return [
		`${String(verdicts.length).padStart(5)} ${key} (${scenarios})`,
		`      e.g. ${first!.where}: ${detail.split("\n")[0]!.slice(0, 200)}`,
		`      ${commandOf(first!)}`,
	].join("\n");
}

export function commandOf({ fault, scenario }: Verdict): string {
	const { direction, index, kind, seed } = fault;
	const seeded = "change" === kind ? ` --seed ${seed}` : "";
	return `npm run every-byte -- --scenario ${scenario} --fault ${kind} --direction ${direction} --from ${index} --to ${index}${seeded} --trace`;
}

/** All about one fault. */
export function describeVerdict(verdict: Verdict): string {
	const { exceptions, fault, recoveredMs, scenario, trace, violations, where } = verdict;
	const lines = [`${scenario}: ${describeFault(fault)}, ${where}`];
	for (const { detail, invariant } of violations) lines.push(`  ${invariant}: ${detail}`);
	for (const name of exceptions) lines.push(`  known exception: ${name}`);
	if (0 === violations.length) lines.push(`  good again after ${(recoveredMs / 1_000).toFixed(1)} s`);
	return [...lines, ...tailOf(trace)].join("\n");
}

/** Around the fault, and the last lines. */
function tailOf(trace: readonly string[]): string[] {
	const hit = Math.max(
		0,
		trace.findIndex(line => line.includes(" ==== ")),
	);
	const from = Math.max(0, hit - TRACE_BEFORE);
	const to = Math.min(trace.length, hit + TRACE_BEHIND);
	const last = Math.max(to, trace.length - TRACE_LAST);
	return [...trace.slice(from, to), ...(last > to ? [`      ... ${last - to} lines`] : []), ...trace.slice(last)];
}

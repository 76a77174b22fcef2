/* Power cuts: at every step of the flash, in every way, and again while the journal is opened. */
import type { Random } from "../../../modules/core/random.js";
import type { Journal, JournalOptions } from "../../../modules/delivery/journal/journal.js";
import { everyTear, Flash, type FlashStep, someTears, type Tear } from "../../support/flash.js";
import { assertOneOf, assertSame, DESTINATIONS, Model, NEVER, observe, open, type State, type Step } from "./model.js";

export interface Plan {
	readonly sectors: number;
	readonly sectorBytes: number;
	readonly options: Omit<JournalOptions, "store">;
	readonly steps: readonly Step[];
}

export interface Depth {
	/** Seeds of torn bits, for each step of the flash. */
	readonly seeds: number;
	/** Which of the first cuts are followed by a second one: every so many. */
	readonly every: number;
	/** The second cut: at every byte too. */
	readonly thorough: boolean;
	/** Of the first cuts, one of so many. */
	readonly sample: number;
	/** Cuts are only made in such steps of the flash. */
	readonly only?: (step: FlashStep) => boolean;
	readonly seed: number;
}

/** The states of a step, and the last sequence that was told. */
interface Way {
	readonly trail: readonly State[];
	readonly lastBefore: number;
	readonly last: number;
}

/** Something to do for a journal of so many messages. */
export function randomSteps(random: Random, count: number, longest: number): Step[] {
	const steps: Step[] = [];
	for (let made = 0; made < count; made++) steps.push(randomStep(random, made, longest));
	return steps;
}

export function randomStep(random: Random, now: number, longest: number): Step {
	const kind = random.between(0, 15);
	if (kind < 7) {
		const expiresS = random.between(0, 3) ? NEVER : now + random.between(1, 20);
		const destination = random.between(0, DESTINATIONS - 1);
		return { kind: "append", destination, priority: random.between(0, 7), expiresS, length: random.between(0, longest) };
	}
	if (kind < 12) return { kind: "finish", which: random.between(0, 99), fate: random.between(0, 4) };
	if (kind < 14) return { kind: "acknowledge", count: random.between(1, 4) };
	return 14 === kind ? { kind: "expire", timeS: now } : { kind: "reopen" };
}

/** Runs the plan once, and cuts the power at each step of the flash in each way. Gives how many cuts there were. */
export function cutEverywhere(plan: Plan, depth: Depth): number {
	const flash = new Flash(plan.sectors, plan.sectorBytes);
	const model = new Model(plan.options);
	let journal = open(flash, plan.options);
	let cuts = 0;
	for (const [index, step] of plan.steps.entries()) {
		const base = flash.clone();
		const lastBefore = model.lastSequence;
		flash.steps = [];
		if ("reopen" === step.kind) journal = open(flash, plan.options);
		model.take(step, journal, index + 1);
		cuts += cutStep(plan, depth, base, flash.steps, { trail: model.trail, lastBefore, last: model.lastSequence }, cuts);
		flash.steps = undefined;
	}
	assertSame(observe(open(flash, plan.options)), model.state);
	return cuts;
}

function cutStep(plan: Plan, depth: Depth, base: Flash, steps: FlashStep[], way: Way, from: number): number {
	let cuts = 0;
	for (const step of steps) {
		const tears = depth.only?.(step) === false ? [] : everyTear(base, step, depth.seeds, depth.seed + from + cuts);
		for (const [index, tear] of tears.entries()) {
			if (0 !== index % depth.sample) continue;
			const cut = base.clone();
			cut.tear(step, tear);
			explain(`${JSON.stringify(step)} ${JSON.stringify(tear)}`, () => {
				cuts += openAfter(plan, depth, cut, way, from + cuts);
			});
		}
		base.apply(step);
	}
	return cuts;
}

/** Opens it, cuts the power in each step of that if asked to, and then goes on. */
function openAfter(plan: Plan, depth: Depth, cut: Flash, way: Way, number: number): number {
	const base = cut.clone();
	cut.steps = [];
	const found = observe(start(cut, plan, number));
	assertOneOf(found, way.trail);
	const steps = cut.steps;
	cut.steps = undefined;
	goOn(plan, cut, found, lastOf(way, found), number);
	let cuts = 1;
	for (const step of 0 === number % depth.every ? steps : []) {
		const tears: Tear[] = depth.thorough ? everyTear(base, step, 2, depth.seed) : someTears(base, step, depth.seed);
		for (const tear of tears) {
			const second = base.clone();
			second.tear(step, tear);
			explain(`then, while opening, ${JSON.stringify(step)} ${JSON.stringify(tear)}`, () => {
				const state = observe(start(second, plan, number + 1));
				assertOneOf(state, way.trail);
				goOn(plan, second, state, lastOf(way, state), number);
			});
			cuts++;
		}
		base.apply(step);
	}
	return cuts;
}

const AFTERWARDS: readonly Step[] = [
	{ kind: "append", destination: 1, priority: 3, expiresS: NEVER, length: 11 },
	{ kind: "finish", which: 0, fate: 0 },
	{ kind: "acknowledge", count: 1 },
	{ kind: "append", destination: 0, priority: 3, expiresS: NEVER, length: 9 },
	{ kind: "finish", which: 7, fate: 3 },
];

/** What was told once stays, whatever bits were half written; and the journal still works. */
function goOn(plan: Plan, flash: Flash, state: State, last: number, number: number): void {
	assertSame(observe(start(flash, plan, number >> 1)), state);
	const journal = start(flash, plan, number >> 2);
	const model = new Model(plan.options, state, last);
	const first = number % AFTERWARDS.length;
	for (const step of [...AFTERWARDS.slice(first), ...AFTERWARDS.slice(0, first)]) {
		if (number & 4 && "append" === step.kind) continue; // a new message would take the place of one that must not come back
		model.take(step, journal, 201);
	}
	assertSame(observe(journal), model.state);
	assertSame(observe(start(flash, plan, number >> 3)), model.state);
}

/** Bits that are half written read one way or the other each time the power comes back. */
function start(flash: Flash, plan: Plan, number: number): Journal {
	flash.weakReads = (["ones", "zeros", "anything"] as const)[number % 3]!;
	return open(flash, plan.options);
}

/** Of a message that is not there, as it was not accepted when the power went, the sequence may be given again. */
function lastOf({ last, lastBefore }: Way, state: State): number {
	return state.live.some(({ sequence }) => sequence === last) ? last : lastBefore;
}

function explain(what: string, run: () => void): void {
	try {
		run();
	} catch (error) {
		(error as Error).message = `${what}: ${(error as Error).message}`;
		throw error;
	}
}

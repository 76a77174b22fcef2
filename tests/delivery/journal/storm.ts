/* Journals of any size, with power cuts at random: one seed decides everything. */
import { MemoryStore } from "../../../modules/core/memory-store.js";
import { Random } from "../../../modules/core/random.js";
import type { Journal, JournalOptions } from "../../../modules/delivery/journal/journal.js";
import { everyTear, Flash, type FlashStep } from "../../support/flash.js";
import { randomStep } from "./cuts.js";
import { assertOneOf, assertSame, DESTINATIONS, Model, NEVER, observe, open, type Step } from "./model.js";

export interface StormResult {
	readonly cuts: number;
	readonly messages: number;
	readonly erases: number;
	/** The most messages that were there at once. */
	readonly most: number;
}

const STEPS = 300;
const SECTOR_BYTES = [256, 512, 1_024, 4_096];
const WHEN_FULL = ["refuse", "drop-oldest", "drop-lowest"] as const;
const WEAK_READS = ["ones", "zeros", "anything"] as const;

class Storm {
	cuts = 0;
	most = 0;
	messages = 0;
	private readonly random: Random;
	private readonly options: Omit<JournalOptions, "store">;
	private readonly longest: number;
	/** Of 16 steps that would end messages, so many add one: queues differ in how full they get. */
	private readonly greed: number;
	private flash: Flash;
	/** As `flash` was before the step that is under way. */
	private shadow: Flash;
	private journal: Journal;
	private model: Model;

	constructor(seed: number) {
		const random = new Random(seed * 2_654_435_761);
		this.random = random;
		const sectorBytes = SECTOR_BYTES[random.between(0, 3)]!;
		this.longest = Math.min(300, (sectorBytes >> 2) - 24);
		this.greed = random.between(0, 15);
		const fateLimit = random.between(1, 4);
		const options = {
			countLimit: random.between(1, 4) * random.between(1, 40),
			messageLimit: this.longest,
			fateLimit,
			whenFull: WHEN_FULL[random.between(0, 2)]!,
		};
		this.flash = new Flash(random.between(4, 16), sectorBytes);
		this.options = options;
		if (this.flash.sectors >= 10 && 0 === random.between(0, 3)) {
			this.flash.bad.set(random.between(0, 9), "silent");
			// Found in the middle of a step it takes away of the capacity: so much is never used.
			const fewer = new MemoryStore(this.flash.sectors - 1, sectorBytes);
			this.options = { ...options, byteLimit: open(fewer, options).statistics.capacityBytes };
		}
		this.shadow = this.flash.clone();
		this.model = new Model(this.options);
		this.journal = this.start();
	}

	run(): StormResult {
		for (let now = 0; now < STEPS; now++) {
			const step = this.step(now);
			if ("append" === step.kind) this.messages++;
			if (this.random.between(0, 1)) this.cut(step);
			else this.take(step);
			this.most = Math.max(this.most, this.model.live.length);
		}
		assertSame(observe(this.journal), this.model.state);
		return { cuts: this.cuts, messages: this.messages, erases: this.journal.statistics.erases, most: this.most };
	}

	private step(now: number): Step {
		const step = randomStep(this.random, now, this.longest);
		const ends = "finish" === step.kind || "expire" === step.kind;
		if (!ends || this.random.between(0, 15) >= this.greed) return step;
		const { random } = this;
		const destination = random.between(0, DESTINATIONS - 1);
		return {
			kind: "append",
			destination,
			priority: random.between(0, 7),
			expiresS: NEVER,
			length: random.between(0, this.longest),
		};
	}

	private take(step: Step): void {
		this.flash.steps = [];
		if ("reopen" === step.kind) this.journal = this.start();
		this.model.take(step, this.journal, this.random.between(0, 255));
		for (const one of this.flash.steps ?? []) this.shadow.apply(one);
	}

	private start(): Journal {
		this.flash.weakReads = WEAK_READS[this.random.between(0, 2)]!;
		return open(this.flash, this.options);
	}

	/** The power goes in the middle of the step, often again while the journal is opened, and once more. */
	private cut(step: Step): void {
		const { model } = this;
		const lastBefore = model.lastSequence;
		this.flash.steps = [];
		if ("reopen" === step.kind) this.journal = this.start();
		model.take(step, this.journal, this.random.between(0, 255));
		this.powerOff(this.flash.steps);
		for (let again = this.random.between(0, 2); again > 0; again--) {
			this.flash.steps = [];
			this.start();
			this.powerOff(this.flash.steps);
		}
		this.flash.steps = [];
		this.journal = this.start();
		for (const one of this.flash.steps) this.shadow.apply(one);
		this.adopt(lastBefore);
	}

	private powerOff(steps: readonly FlashStep[]): void {
		this.cuts++;
		const { random, shadow } = this;
		const last = random.between(0, steps.length - 1);
		for (const [index, step] of steps.entries()) {
			if (index < last) shadow.apply(step);
			if (index !== last) continue;
			const tears = everyTear(shadow, step, 8, random.between(1, 1e6));
			const byBits = random.between(0, 1) ? tears.filter(tear => "seed" in tear) : tears;
			shadow.tear(step, byBits[random.between(0, byBits.length - 1)]!);
		}
		this.flash = shadow.clone();
	}

	private adopt(lastBefore: number): void {
		const found = observe(this.journal);
		assertOneOf(found, this.model.trail);
		const last = this.model.lastSequence;
		const isThere = found.live.some(({ sequence }) => sequence === last);
		this.model = new Model(this.options, found, isThere ? last : lastBefore);
	}
}

/** @throws {Error} something was lost, doubled, changed or out of order */
export function storm(seed: number): StormResult {
	return new Storm(seed).run();
}

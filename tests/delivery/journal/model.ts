/*
 * What a journal must do, in a few lines, and steps to take with both. After a power cut within a step, what is found must
 * be what was there before it, or after one of the records that it writes: never anything else.
 */
import { assert } from "chai";
import { type Fate, Journal, type JournalOptions, NEVER } from "../../../modules/delivery/journal/journal.js";

export const DESTINATIONS = 3;
const FATES: readonly Fate[] = ["delivered", "expired", "dropped", "refused", "unknown"];

export type Step =
	| { kind: "append"; destination: number; priority: number; expiresS: number; length: number }
	/** `which`: of those that there are, any number. */
	| { kind: "finish"; which: number; fate: number }
	| { kind: "acknowledge"; count: number }
	| { kind: "expire"; timeS: number }
	| { kind: "reopen" };

interface Entry {
	readonly sequence: number;
	readonly destination: number;
	readonly priority: number;
	readonly expiresS: number;
	readonly length: number;
	/** Of its bytes. */
	readonly digest: number;
}

export interface State {
	/** In order of sequences. */
	readonly live: readonly Entry[];
	/** "sequence fate destination", the oldest first. */
	readonly fates: readonly string[];
}

/** Bytes that tell one message from the other. */
export function messageOf(sequence: number, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at++) bytes[at] = 0 === at % 5 ? sequence : (sequence * 31 + at * 7) & 0xff;
	return bytes;
}

export class Model {
	live: Entry[] = [];
	fates: string[] = [];
	/** The highest sequence that was told. */
	lastSequence = 0;
	/** The states of the last step: before it, and after each record. */
	trail: State[] = [];
	options: Omit<JournalOptions, "store">;

	constructor(options: Omit<JournalOptions, "store">, state?: State, lastSequence = 0) {
		this.options = options;
		this.lastSequence = lastSequence;
		if (!state) return;
		this.live = [...state.live];
		this.fates = [...state.fates];
	}

	get state(): State {
		return { live: [...this.live], fates: [...this.fates] };
	}

	/** Takes the step with both, and holds the journal's answer to the model's. */
	take(step: Step, journal: Journal, sequence: number): void {
		this.trail = [this.state];
		switch (step.kind) {
			case "append":
				return this.append(step, journal, sequence);
			case "finish": {
				if (0 === this.live.length) return void assert.equal(journal.finish(sequence, "delivered"), "NOT_FOUND");
				const entry = this.live[step.which % this.live.length]!;
				const fate = FATES[step.fate % FATES.length]!;
				assert.equal(journal.finish(entry.sequence, fate), "ENDED");
				assert.equal(journal.finish(entry.sequence, "unknown"), "NOT_FOUND");
				return this.end(entry, fate);
			}
			case "acknowledge":
				assert.isTrue(journal.acknowledge(step.count));
				this.fates.splice(0, step.count);
				this.trail.push(this.state);
				return;
			case "expire": {
				const due = this.live.filter(entry => entry.expiresS <= step.timeS);
				assert.equal(journal.expire(step.timeS), due.length);
				for (const entry of due) this.end(entry, "expired");
				return;
			}
			case "reopen":
		}
	}

	private append(step: Step & { kind: "append" }, journal: Journal, sequence: number): void {
		const { destination, expiresS, length, priority } = step;
		const { capacityBytes } = journal.statistics;
		const bytes = messageOf(sequence, length);
		const answer = journal.append(bytes, { destination, priority, expiresS });
		if (!this.makeSpace(16 + length, priority, capacityBytes)) return void assert.equal(answer, "FULL");
		if (!((answer as number) > this.lastSequence)) assert.fail(`${answer} is no sequence after ${this.lastSequence}`);
		this.lastSequence = answer as number;
		this.live.push({ sequence: answer as number, destination, priority, expiresS, length, digest: digestOf(bytes) });
		this.trail.push(this.state);
	}

	/** Whether there is room; only then something is dropped for it. */
	private makeSpace(size: number, priority: number, capacityBytes: number): boolean {
		const left = [...this.live];
		const gone: Entry[] = [];
		const { countLimit = 256, whenFull = "refuse" } = this.options;
		const fits = () => left.length < countLimit && left.reduce((sum, one) => sum + 16 + one.length, size) <= capacityBytes;
		while (!fits()) {
			const lowest = Math.min(...left.map(one => one.priority));
			const victim = "drop-oldest" === whenFull ? left[0] : left.find(one => one.priority === lowest);
			if ("refuse" === whenFull || !victim || ("drop-lowest" === whenFull && victim.priority > priority)) return false;
			left.splice(left.indexOf(victim), 1);
			gone.push(victim);
		}
		for (const one of gone) this.end(one, "dropped");
		return true;
	}

	private end(entry: Entry, fate: Fate): void {
		this.live.splice(this.live.indexOf(entry), 1);
		this.fates.push(`${entry.sequence} ${fate} ${entry.destination}`);
		if (this.fates.length > (this.options.fateLimit ?? 64)) this.fates.shift();
		this.trail.push(this.state);
	}
}

/** FNV-1a; not the journal's own CRC. */
function digestOf(bytes: Uint8Array): number {
	let digest = 0x811c_9dc5;
	for (let at = 0; at < bytes.length; at++) digest = Math.imul(digest ^ bytes[at]!, 0x0100_0193);
	return digest;
}

/** All that a journal has, by what it offers; it is as before then, but for damage. */
export function observe(journal: Journal): State {
	const live: Entry[] = [];
	for (let destination = 0; destination < DESTINATIONS; destination++) {
		const order: Entry[] = [];
		for (let next = journal.next(destination); next; next = journal.next(destination)) {
			const { sequence, priority, expiresS, bytes } = next;
			order.push({ sequence, destination: next.destination, priority, expiresS, length: bytes.length, digest: digestOf(bytes) });
			journal.hold(next.sequence);
		}
		for (let at = 1; at < order.length; at++) {
			const [one, other] = [order[at - 1]!, order[at]!];
			const inOrder = one.priority === other.priority ? one.sequence < other.sequence : one.priority > other.priority;
			if (!inOrder) assert.fail("the most urgent first, the oldest first among them");
		}
		live.push(...order);
	}
	for (const { sequence } of live) journal.hold(sequence, false);
	const fates: string[] = [];
	for (let index = 0; index < journal.unreadFates; index++) {
		const { destination, fate, sequence } = journal.fate(index)!;
		fates.push(`${sequence} ${fate} ${destination}`);
	}
	assert.equal(journal.count, live.length, "every message is for one of the destinations");
	return { live: live.sort((one, other) => one.sequence - other.sequence), fates };
}

export function assertSame(found: State, expected: State): void {
	if (!isSame(found, expected)) assert.deepEqual(found, expected);
}

/** What chai finds out too, but slowly. */
function isSame(one: State, other: State): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

/** After a cut: what was there after one of the records that a step writes, or before all of them. Nothing in between. */
export function assertOneOf(found: State, trail: readonly State[]): void {
	if (trail.some(state => isSame(found, state))) return;
	const nearest = trail.find(state => found.live.length === state.live.length) ?? trail[0]!;
	assert.deepEqual(found, nearest, `none of ${trail.length} states that there may be`);
}

/** A start with what is on the flash. */
export function open(store: JournalOptions["store"], options: Omit<JournalOptions, "store">): Journal {
	return new Journal({ ...options, store });
}

export { NEVER };

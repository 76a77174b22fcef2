/* How long flash lasts under a journal: by the formula of docs/JOURNAL.md, and counted on a model of flash. */
import { MemoryStore } from "../modules/core/memory-store.js";
import { Journal } from "../modules/delivery/journal/journal.js";
import { RECORD_BYTES } from "../modules/delivery/journal/record.js";
import { SECTOR_HEAD_BYTES } from "../modules/delivery/journal/sector.js";

export interface Use {
	readonly sectors: number;
	readonly messageBytes: number;
	readonly messagesPerDay: number;
	/** Fates that are read at once. */
	readonly fatesAtOnce: number;
	/** The device sleeps deeply, and starts anew for each message. */
	readonly startsForEach: boolean;
	/** The queue is as full as it may be all the time, and nothing in it ends but the newest. */
	readonly isFull: boolean;
}

export interface Wear {
	/** Written to flash for each message, all told. */
	readonly bytesPerMessage: number;
	readonly erasesPerSectorAndYear: number;
	/** At 100,000 erases of each sector. */
	readonly years: number;
}

const CYCLES = 100_000;
const SECTOR_BYTES = 4_096;
const DAYS_A_YEAR = 365.25;

/** `movedShare`: of what is written anew, what is only moved; 0 unless the queue is full. */
export function wearByFormula(use: Use): Wear {
	const { fatesAtOnce, messageBytes, messagesPerDay, sectors, startsForEach } = use;
	const bytesPerMessage = messageBytes + RECORD_BYTES * (2 + 1 / fatesAtOnce + (startsForEach ? 1 : 0));
	const perSector = (SECTOR_BYTES - SECTOR_HEAD_BYTES) / bytesPerMessage;
	return wear(bytesPerMessage, messagesPerDay / perSector / sectors);
}

/** Over `messages` of them, after as many to begin with. */
export function wearCounted(use: Use, messages = 5_000): Wear {
	const store = new MemoryStore(use.sectors);
	const run = new Run(use, store);
	run.pass(messages);
	const { erases, writtenBytes } = run;
	run.pass(messages);
	const perDay = ((run.erases - erases) / messages) * use.messagesPerDay;
	return wear((run.writtenBytes - writtenBytes) / messages, perDay / use.sectors);
}

class Run {
	erases = 0;
	writtenBytes = 0;
	private readonly use: Use;
	private readonly store: MemoryStore;
	private readonly message: Uint8Array;
	private journal: Journal;

	constructor(use: Use, store: MemoryStore) {
		this.use = use;
		this.store = store;
		this.message = new Uint8Array(use.messageBytes);
		this.journal = new Journal({ store, countLimit: 4_000 });
		while (use.isFull && "number" === typeof this.journal.append(this.message, { destination: 1 }));
		if (use.isFull) this.journal.finish(1, "dropped");
		this.journal.acknowledge(1);
	}

	pass(messages: number): void {
		const { fatesAtOnce, startsForEach } = this.use;
		for (let sent = 1; sent <= messages; sent++) {
			if (startsForEach) this.start();
			const sequence = this.journal.append(this.message, { destination: 0 });
			if ("number" !== typeof sequence) throw new Error(sequence);
			this.journal.finish(sequence, "delivered");
			if (0 === sent % fatesAtOnce) this.journal.acknowledge(fatesAtOnce);
		}
		this.start();
		this.erases = this.journal.statistics.erases;
	}

	private start(): void {
		this.writtenBytes += this.journal.statistics.writtenBytes;
		this.journal = new Journal({ store: this.store, countLimit: 4_000 });
	}
}

function wear(bytesPerMessage: number, erasesPerSectorAndDay: number): Wear {
	const erasesPerSectorAndYear = erasesPerSectorAndDay * DAYS_A_YEAR;
	return { bytesPerMessage, erasesPerSectorAndYear, years: CYCLES / erasesPerSectorAndYear };
}

/** 64 KB, one message of 100 bytes a minute. */
export const EXAMPLE: Use = {
	sectors: 16,
	messageBytes: 100,
	messagesPerDay: 1_440,
	fatesAtOnce: 1,
	startsForEach: false,
	isFull: false,
};

export const EXAMPLES: readonly (readonly [string, Use])[] = [
	["the device stays on", EXAMPLE],
	["eight fates are read at once", { ...EXAMPLE, fatesAtOnce: 8 }],
	["deep sleep, a start for each message", { ...EXAMPLE, startsForEach: true }],
	["the queue is full of what does not end", { ...EXAMPLE, isFull: true }],
];

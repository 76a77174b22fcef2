/* What goes into a journal and comes out of it. */
import type { Store } from "../../core/store.js";
import type { JournalEvent } from "./events.js";
import { type Fate, LONGEST_MESSAGE_BYTES, NEVER, PRIORITIES, RECORD_BYTES } from "./record.js";
import { SECTOR_HEAD_BYTES } from "./sector.js";

/** What happens to a message for which there is no room: it is refused, or others are dropped for it. */
export type WhenFull =
	| "refuse"
	| "drop-oldest"
	/** The oldest of the lowest priority; never one that is more urgent than the new one. */
	| "drop-lowest";

export interface JournalOptions {
	/** At least three sectors. */
	readonly store: Store;
	/** Messages that have not ended, at most; default 256. Each takes 15 bytes of memory, there or not. */
	readonly countLimit?: number;
	/** Of all of them, headers of 16 bytes included; default: what the store holds. */
	readonly byteLimit?: number;
	/** The longest message; default 1024 bytes, or what a fourth of a sector holds. The longer, the less the store holds. */
	readonly messageLimit?: number;
	/** Fates that nobody has read, at most; default 64. Each takes 14 bytes of memory, there or not. */
	readonly fateLimit?: number;
	/** Default "refuse". */
	readonly whenFull?: WhenFull;
	/** May come while the journal is being constructed. The journal is not to be used from here. */
	readonly onEvent?: (event: JournalEvent) => void;
}

export interface MessageOptions {
	/** 0 to 255. */
	readonly destination: number;
	/** 0 (default) to 7, the most urgent. */
	readonly priority?: number;
	/** The second at which it expires, by a clock of the caller that goes on over restarts; default never. */
	readonly expiresS?: number;
	/** Now, by that clock. */
	readonly timeS?: number;
}

/** Why a message is not kept. */
export type Refusal =
	| "FULL"
	| "TOO_LONG"
	/** The medium fails. */
	| "MEDIUM";

export type Ended =
	| "ENDED"
	/** It has its fate already, or was never there. */
	| "NOT_FOUND"
	/** It has ended, but the medium did not take it yet: after a power cut the message may be there again. */
	| "NOT_DURABLE";

export interface Message {
	/** Never given to another one, over restarts too. */
	readonly sequence: number;
	readonly destination: number;
	readonly priority: number;
	readonly expiresS: number;
	readonly bytes: Uint8Array;
}

export interface UnreadFate {
	readonly sequence: number;
	readonly destination: number;
	readonly fate: Fate;
}

const LEAST_SECTORS = 3;

/** With defaults. @throws {RangeError} */
export function checkOptions(options: JournalOptions): Required<JournalOptions> {
	const { store } = options;
	const roomBytes = store.sectorBytes - SECTOR_HEAD_BYTES - RECORD_BYTES;
	if (!(store.sectors >= LEAST_SECTORS && roomBytes > 0)) throw new RangeError("the store must have three sectors or more");
	const most = Math.min(roomBytes, LONGEST_MESSAGE_BYTES);
	return {
		store,
		countLimit: whole("countLimit", options.countLimit ?? 256, 1, 65_535),
		byteLimit: whole("byteLimit", options.byteLimit ?? NEVER, 1, NEVER),
		messageLimit: whole("messageLimit", options.messageLimit ?? Math.min(1_024, roomBytes >> 2), 1, most),
		fateLimit: whole("fateLimit", options.fateLimit ?? 64, 1, 65_535),
		whenFull: options.whenFull ?? "refuse",
		onEvent: options.onEvent ?? ignore,
	};
}

/** @throws {RangeError} */
export function checkMessage(destination: number, priority: number, expiresS: number, timeS: number): void {
	whole("destination", destination, 0, 255);
	whole("priority", priority, 0, PRIORITIES - 1);
	whole("expiresS", expiresS, 0, NEVER);
	whole("timeS", timeS, 0, NEVER);
}

function whole(name: string, value: number, least: number, most: number): number {
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

function ignore(): void {}

/* How much the journal may hold, and which messages make room for a new one. */
import type { Log } from "./log.js";
import type { JournalOptions } from "./options.js";
import { RECORD_BYTES } from "./record.js";
import { SECTOR_HEAD_BYTES } from "./sector.js";

export class Space {
	private readonly log: Log;
	private readonly limits: Required<JournalOptions>;

	constructor(log: Log, limits: Required<JournalOptions>) {
		this.log = log;
		this.limits = limits;
	}

	/**
	 * Sectors in which messages may be, less what their moving needs: a fourth of each, or the room for one message where
	 * that is more, so that among them there is always one whose rest has room; and the fates that nobody has read.
	 */
	get capacityBytes(): number {
		const { limits, log } = this;
		const sectorBytes = log.medium.sectorBytes - SECTOR_HEAD_BYTES;
		const kept = sectorBytes - Math.max(RECORD_BYTES + limits.messageLimit, sectorBytes >> 2);
		return Math.min(limits.byteLimit, log.ring.usable * kept - RECORD_BYTES * limits.fateLimit);
	}

	/** The next one that is to go before a message of `size` fits; -1: it fits; undefined: it is refused. */
	victim(size: number, priority: number): number | undefined {
		const { live } = this.log;
		if (this.fits(live.count, live.bytes, size)) return -1;
		const { whenFull } = this.limits;
		if ("refuse" === whenFull || !this.canFit(size, priority)) return undefined;
		return "drop-oldest" === whenFull ? live.oldest() : live.last(priority);
	}

	private fits(count: number, bytes: number, size: number): boolean {
		return count < this.limits.countLimit && bytes + size <= this.capacityBytes;
	}

	/** Nothing is dropped for a message that is refused all the same. */
	private canFit(size: number, priority: number): boolean {
		const { live } = this.log;
		const isLowest = "drop-lowest" === this.limits.whenFull;
		let { bytes, count } = live;
		for (let index = 0; index < live.count; index++) {
			if (live.isHeld(index) || (isLowest && live.priorityAt(index) > priority)) continue;
			bytes -= live.sizeAt(index);
			count--;
		}
		return count < live.count && this.fits(count, bytes, size);
	}
}

/* What a journal tells of its medium. Counters of the same are in its statistics. */

export type JournalEvent =
	/** It failed to be erased, or did not hold what was written: no longer used until the next start. */
	| { readonly kind: "bad-sector"; readonly sector: number }
	/** Bits have changed: a message is lost and ends as "dropped", or what else was in this sector is not to be read. */
	| { readonly kind: "damaged"; readonly sector: number }
	/** More fates than are kept were not read: the oldest one is gone. */
	| { readonly kind: "fate-forgotten"; readonly sequence: number };

export interface JournalStatistics {
	/** Messages that have not ended. */
	readonly count: number;
	/** Of them, headers included. */
	readonly bytes: number;
	/** How many bytes there may be of them, as long as no further sector is found bad. */
	readonly capacityBytes: number;
	readonly unreadFates: number;
	/** Since the start, as everything below but `erases`. */
	readonly forgottenFates: number;
	/** Since the store was new. Each of its sectors was erased this often, divided by their number. */
	readonly erases: number;
	readonly sectors: number;
	readonly badSectors: number;
	/** Records in which one wrong bit was put right, at each reading. */
	readonly corrected: number;
	/** Places that could not be put right. */
	readonly damaged: number;
	readonly appended: number;
	/** All that was written to the medium. */
	readonly writtenBytes: number;
}

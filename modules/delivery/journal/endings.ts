/* How messages end: the record that says so, and the one that says that it was read. */
import type { JournalEvent } from "./events.js";
import { NOWHERE } from "./fates.js";
import type { Log } from "./log.js";
import type { Ended } from "./options.js";
import { FATES, type Fate, KIND_ACKNOWLEDGED, KIND_FATE } from "./record.js";

export class Endings {
	private readonly log: Log;
	private readonly onEvent: (event: JournalEvent) => void;
	/** Fates that the medium did not take. */
	private unwritten = 0;

	constructor(log: Log, onEvent: (event: JournalEvent) => void) {
		this.log = log;
		this.onEvent = onEvent;
	}

	/** `orStays`: when its fate can't be written, it has not ended. */
	end(index: number, fate: Fate, orStays = false): Ended {
		const { fates, live } = this.log;
		const sequence = live.sequenceAt(index);
		const destination = live.destinationAt(index);
		const number = fates.nextNumber;
		const code = FATES.indexOf(fate);
		const position = this.write(KIND_FATE + code, sequence, number, destination);
		if (NOWHERE === position && orStays) return "NOT_DURABLE";
		live.remove(index);
		const forgotten = fates.add(number, sequence, position, code, destination);
		if (0 !== forgotten) this.onEvent({ kind: "fate-forgotten", sequence: forgotten });
		if (NOWHERE !== position) return "ENDED";
		this.unwritten++;
		return "NOT_DURABLE";
	}

	/** The oldest `count` fates are read. */
	acknowledge(count: number): boolean {
		const { fates } = this.log;
		const last = Math.min(count, fates.count) - 1;
		if (!(last >= 0)) return true;
		if (!this.settle()) return false; // who reads it once must not be told it twice
		const firstUnread = fates.numberAt(last) + 1;
		if (NOWHERE === this.write(KIND_ACKNOWLEDGED, fates.sequenceAt(last), firstUnread, 0)) return false;
		fates.read(firstUnread);
		return true;
	}

	/** Writes the fates that the medium did not take, if there are any. */
	settle(): boolean {
		if (0 === this.unwritten) return true;
		const { fates } = this.log;
		this.unwritten = 0;
		for (let index = 0; index < fates.count; index++) {
			if (NOWHERE !== fates.positionAt(index)) continue;
			const kind = KIND_FATE + fates.fateAt(index);
			const position = this.write(kind, fates.sequenceAt(index), fates.numberAt(index), fates.destinationAt(index));
			if (NOWHERE === position) this.unwritten++;
			else fates.move(index, position);
		}
		return 0 === this.unwritten;
	}

	private write(kind: number, sequence: number, stamp: number, destination: number): number {
		const { record } = this.log;
		record.kind = kind;
		record.sequence = sequence;
		record.stamp = stamp;
		record.destination = destination;
		return this.log.put();
	}
}

/*
 * Records, one behind the other, in sectors that are taken in turn.
 *
 * When few sectors are free, what still counts in the oldest one is moved into the one that is taken. That one's head is
 * written last: until then none of it counts, and the oldest sector still does. So a power cut anywhere in between leaves
 * one of the two, whole.
 *
 * A header is written before its message. What a power cut may have left half written is then known in its extent: a header
 * behind the last record, or the message of the last header. The opening (opening.ts) makes both harmless.
 */
import type { JournalEvent } from "./events.js";
import { NOWHERE, type UnreadFates } from "./fates.js";
import type { Live } from "./live.js";
import type { Medium } from "./medium.js";
import { RecordReader } from "./reader.js";
import { CRC_AT, KIND_FATE, NEVER, RECORD_BYTES, RecordHeader } from "./record.js";
import { Ring } from "./ring.js";
import { SECTOR_HEAD_BYTES, SectorHead } from "./sector.js";

/** A medium that fails this often in one record is given up for that record. */
const MOST_TRIES = 3;

export class Log {
	readonly medium: Medium;
	readonly ring: Ring;
	readonly live: Live;
	readonly fates: UnreadFates;
	readonly reader: RecordReader;
	/** Of the record that `put` writes. */
	readonly record = new RecordHeader();
	readonly head = new SectorHead();
	/** Where the next record goes, and where the sector ends. */
	at = 0;
	end = 0;
	nextSequence = 1;
	timeS = 0;
	damaged = 0;
	private readonly onEvent: (event: JournalEvent) => void;

	constructor(medium: Medium, live: Live, fates: UnreadFates, longestBytes: number, onEvent: (event: JournalEvent) => void) {
		this.medium = medium;
		this.ring = new Ring(medium.sectors);
		this.live = live;
		this.fates = fates;
		this.reader = new RecordReader(medium, longestBytes);
		this.onEvent = onEvent;
	}

	/** Writes `record` and the message. Where it is; NOWHERE when the medium has no room or fails. */
	put(message?: Uint8Array): number {
		const { medium, record } = this;
		record.encode(message);
		for (let tries = 0; tries < MOST_TRIES && this.makeRoom(record.recordBytes); tries++) {
			const { at } = this;
			if (medium.write(at, record.bytes) && (undefined === message || medium.write(at + RECORD_BYTES, message))) {
				this.at += record.recordBytes;
				return at;
			}
			medium.zero(at + CRC_AT, RECORD_BYTES - CRC_AT);
			this.at = this.end;
			this.failed(this.ring.head);
		}
		return NOWHERE;
	}

	failed(sector: number): void {
		if (this.ring.markBad(sector)) this.onEvent({ kind: "bad-sector", sector });
	}

	damage(at: number): void {
		this.damaged++;
		this.onEvent({ kind: "damaged", sector: this.medium.sectorOf(at) });
	}

	/** Each turn moves one sector at most; the limits (journal.ts) see to it that in one lap there is room. */
	private makeRoom(bytes: number): boolean {
		for (let turn = 0; turn <= this.medium.sectors; turn++) {
			if (this.end - this.at >= bytes) return true;
			if (!this.takeNext()) return false;
		}
		return false;
	}

	private takeNext(): boolean {
		const { medium, ring } = this;
		const tail = ring.after();
		const moved = ring.free <= ring.reserve ? tail : -1;
		for (let sector = ring.next; sector >= 0; sector = ring.next) {
			if (this.take(sector, moved)) return true;
			this.failed(sector);
		}
		if (tail >= 0 && tail !== ring.head && !this.isNeeded(tail)) {
			// All others are bad. Its records have ended, and those that say so come later: it may go.
			medium.zero(tail * medium.sectorBytes, SECTOR_HEAD_BYTES);
			ring.release(tail);
			if (this.take(tail, -1)) return true;
			this.failed(tail);
		}
		ring.forgive();
		return false;
	}

	/** Takes a free sector into use; what counts in `moved`, if that is one, moves there. */
	private take(sector: number, moved: number): boolean {
		const { head, medium, ring } = this;
		const start = sector * medium.sectorBytes;
		if (!medium.erase(sector)) return false;
		const at = this.copy(moved, start + SECTOR_HEAD_BYTES);
		if (at < 0) return false;
		head.epoch = ++ring.lastEpoch;
		head.oldestEpoch = this.oldestNeeded(moved) || head.epoch;
		head.nextSequence = this.nextSequence;
		head.firstUnread = this.fates.firstUnread;
		head.timeS = this.timeS;
		head.encode();
		if (!medium.write(start, head.bytes)) {
			medium.zero(start, SECTOR_HEAD_BYTES);
			return false;
		}
		this.repoint(moved, start + SECTOR_HEAD_BYTES);
		ring.releaseBefore(head.oldestEpoch);
		ring.take(sector, head.epoch);
		this.at = at;
		this.end = start + medium.sectorBytes;
		return true;
	}

	/** Where the copies end; -1: they were not written. */
	private copy(sector: number, to: number): number {
		const { fates, live, medium } = this;
		let at = to;
		for (let index = 0; index < live.count && sector >= 0; index++) {
			if (medium.sectorOf(live.positionAt(index)) !== sector) continue;
			if (!medium.write(at, this.copyOf(index))) return -1;
			at += live.sizeAt(index);
		}
		for (let index = 0; index < fates.count && sector >= 0; index++) {
			if (medium.sectorOf(fates.positionAt(index)) !== sector) continue;
			if (!medium.write(at, this.copyOfFate(index))) return -1;
			at += RECORD_BYTES;
		}
		return at;
	}

	/** As `copy`, which has written them. */
	private repoint(sector: number, to: number): void {
		const { fates, live, medium } = this;
		let at = to;
		for (let index = 0; index < live.count && sector >= 0; index++) {
			if (medium.sectorOf(live.positionAt(index)) !== sector) continue;
			live.move(index, at);
			at += live.sizeAt(index);
		}
		for (let index = 0; index < fates.count && sector >= 0; index++) {
			if (medium.sectorOf(fates.positionAt(index)) !== sector) continue;
			fates.move(index, at);
			at += RECORD_BYTES;
		}
	}

	private copyOf(index: number): Uint8Array {
		const { live, reader } = this;
		const record = reader.whole(live.positionAt(index));
		if (record?.length === live.sizeAt(index) && reader.header.sequence === live.sequenceAt(index)) return record;
		return this.copyOfDamaged(index);
	}

	/** It keeps its place in the chain of records, and is told to be damaged when its turn comes. */
	private copyOfDamaged(index: number): Uint8Array {
		const { live } = this;
		const header = new RecordHeader();
		const record = new Uint8Array(live.sizeAt(index));
		header.sequence = live.sequenceAt(index);
		header.stamp = NEVER;
		header.kind = live.priorityAt(index);
		header.destination = live.destinationAt(index);
		header.encode(record.subarray(RECORD_BYTES));
		header.spoil();
		record.set(header.bytes);
		return record;
	}

	private copyOfFate(index: number): Uint8Array {
		const { fates, reader } = this;
		const { header } = reader;
		header.sequence = fates.sequenceAt(index);
		header.stamp = fates.numberAt(index);
		header.kind = KIND_FATE + fates.fateAt(index);
		header.destination = fates.destinationAt(index);
		header.encode();
		return header.bytes;
	}

	/** The oldest epoch with something that counts, apart from what is moved; 0: none. What is older need not be read at a start. */
	private oldestNeeded(moved: number): number {
		const { ring } = this;
		let sector = ring.after();
		while (sector >= 0 && (sector === moved || !this.isNeeded(sector))) sector = ring.after(ring.epochs[sector]);
		return sector < 0 ? 0 : ring.epochs[sector]!;
	}

	private isNeeded(sector: number): boolean {
		const { fates, live, medium } = this;
		for (let index = 0; index < live.count; index++) if (medium.sectorOf(live.positionAt(index)) === sector) return true;
		for (let index = 0; index < fates.count; index++) if (medium.sectorOf(fates.positionAt(index)) === sector) return true;
		return false;
	}
}

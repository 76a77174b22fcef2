/*
 * What is found at the start: which sectors count, which messages have not ended, which fates are not read.
 *
 * The last thing written before may be torn, and bits that were written half may be read one way today and the other way
 * tomorrow. So before anything is told, whatever the last write may have touched is made certain: written once more where
 * it is whole, overwritten with zeros where it is not. A power cut meanwhile leaves the same to do.
 */
import type { Log } from "./log.js";
import { CRC_AT, FATES, KIND_ACKNOWLEDGED, KIND_FATE, RECORD_BYTES, RecordHeader } from "./record.js";
import { SECTOR_HEAD_BYTES, SectorHead } from "./sector.js";

export function recover(log: Log): void {
	const oldest = findSectors(log);
	const { medium, ring } = log;
	ring.releaseBefore(oldest);
	if (ring.head < 0) return;
	medium.write(ring.head * medium.sectorBytes, log.head.bytes);
	const probe = new RecordHeader();
	const sectors = ring.inOrder();
	medium.lookAhead(true);
	for (let index = 0; index < sectors.length; index++) walk(log, sectors[index]!, probe);
	medium.lookAhead(false);
	log.live.compact();
	log.fates.forgotten = 0; // those were told when they were forgotten
}

/** The oldest epoch that counts. The newest sector's head is in `log.head` then. */
function findSectors(log: Log): number {
	const { medium } = log;
	const head = new SectorHead();
	for (let sector = 0; sector < medium.sectors; sector++) {
		const at = sector * medium.sectorBytes;
		if (!medium.read(at, head.bytes)) log.failed(sector);
		else takeHead(log, sector, head, at);
	}
	log.nextSequence = Math.max(1, log.head.nextSequence);
	log.timeS = log.head.timeS;
	log.fates.read(log.head.firstUnread);
	return log.head.oldestEpoch;
}

function takeHead(log: Log, sector: number, head: SectorHead, at: number): void {
	const { ring } = log;
	const form = head.decode();
	if ("invalid" === form) log.medium.zero(at, SECTOR_HEAD_BYTES);
	if ("valid" !== form && "corrected" !== form) return;
	ring.epochs[sector] = head.epoch;
	if (head.epoch <= ring.lastEpoch) return;
	ring.lastEpoch = head.epoch;
	ring.head = sector;
	log.head.bytes.set(head.bytes);
	log.head.decode();
}

/** Follows the chain of records in a sector. */
function walk(log: Log, sector: number, probe: RecordHeader): void {
	const { medium, reader } = log;
	const isHead = sector === log.ring.head;
	const end = (sector + 1) * medium.sectorBytes;
	let at = sector * medium.sectorBytes + SECTOR_HEAD_BYTES;
	let barAt = -1;
	while (at + RECORD_BYTES <= end) {
		const form = reader.form(at, end);
		if ("bar" === form) {
			barAt = at;
			at += RECORD_BYTES;
			continue;
		}
		if ("blank" === form || ("damaged" === form && isHead && medium.isErased(at + RECORD_BYTES, end))) break; // a torn header
		const isTorn = isHead && ("void" === form || ("record" === form && isLast(log, at, end, probe) && !confirm(log, at)));
		if (isTorn) medium.zero(at + CRC_AT, RECORD_BYTES - CRC_AT);
		if (isTorn || "void" === form || ("damaged" === form && !put(log, at))) {
			at = end;
			break;
		}
		apply(log, at);
		at += reader.header.recordBytes;
	}
	if (!isHead) return;
	if (barAt >= 0 && barAt + RECORD_BYTES === at) medium.zero(barAt, RECORD_BYTES); // the last thing written may be these zeros
	goOn(log, at, end);
}

/** What is damaged amid others is put right, if it can be. */
function put(log: Log, at: number): boolean {
	if (log.reader.whole(at)) return true;
	log.damage(at);
	return false;
}

/** Whether the record in the reader is the last of the newest sector: it may be torn. */
function isLast(log: Log, at: number, end: number, probe: RecordHeader): boolean {
	const next = at + log.reader.header.recordBytes;
	return next + RECORD_BYTES > end || !log.medium.readShort(next, probe.bytes) || "blank" === probe.decode();
}

function confirm(log: Log, at: number): boolean {
	const isWhole = log.reader.isWhole(at);
	if (isWhole) log.reader.rewrite(at);
	return isWhole;
}

function apply(log: Log, at: number): void {
	const { fates, live, reader } = log;
	const { header } = reader;
	if (header.isMessage) {
		if (header.sequence >= log.nextSequence) log.nextSequence = header.sequence + 1;
		live.put(header.sequence, at, header.destination, header.kind, header.recordBytes);
		return;
	}
	if (KIND_ACKNOWLEDGED === header.kind) return fates.read(header.stamp);
	const index = live.indexOf(header.sequence);
	if (index >= 0) live.removeLater(index);
	if (header.kind - KIND_FATE < FATES.length)
		fates.add(header.stamp, header.sequence, at, header.kind - KIND_FATE, header.destination);
}

/** Where the next record goes: behind zeros, that cover what a torn header may have left there. */
function goOn(log: Log, at: number, end: number): void {
	log.end = end;
	log.at = end;
	if (at + RECORD_BYTES > end) return;
	if (log.medium.zero(at, RECORD_BYTES)) log.at = at + RECORD_BYTES;
	else log.failed(log.ring.head);
}

/*
 * One wrong bit is put right: a CRC-32 that is wrong tells which it was. Never done to the last record, which may be torn:
 * there a CRC that is wrong by one bit is no accident of the medium.
 */
import { crc32, flippedBit } from "../../core/crc32.js";
import { CRC_AT, RECORD_BYTES, type RecordHeader } from "./record.js";

/** `bytes` with their CRC-32 at `crcAt`, which does not count itself. */
export function correctOneBit(bytes: Uint8Array, crcAt: number): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const crc = crc32(bytes, 0, crcAt);
	const difference = crc ^ view.getInt32(crcAt, true);
	if (0 === (difference & (difference - 1))) view.setInt32(crcAt, crc, true);
	else return flip(bytes, flippedBit(difference, crcAt));
	return true;
}

/** A record in `bytes`, at least as long as it says it is. The header is left as it is in `header`. */
export function correctRecord(bytes: Uint8Array, header: RecordHeader): boolean {
	const length = header.recordBytes;
	let crc = crc32(bytes, 0, CRC_AT);
	crc = crc32(bytes, RECORD_BYTES, length, crc) || 1;
	const difference = crc ^ header.crc;
	if (0 === (difference & (difference - 1))) return setHeader(bytes, header, CRC_AT, crc);
	const bit = flippedBit(difference, length - 4); // the CRC's own four bytes are not among those that it counts
	if (!flip(bytes, bit < 8 * CRC_AT ? bit : bit + 32)) return false;
	header.bytes.set(bytes.subarray(0, RECORD_BYTES));
	return "record" === header.decode() && header.recordBytes === length;
}

function setHeader(bytes: Uint8Array, header: RecordHeader, at: number, value: number): boolean {
	new DataView(bytes.buffer, bytes.byteOffset).setInt32(at, value, true);
	header.bytes.set(bytes.subarray(0, RECORD_BYTES));
	return "record" === header.decode();
}

function flip(bytes: Uint8Array, bit: number): boolean {
	if (bit < 0) return false;
	bytes[bit >> 3]! ^= 1 << (bit & 7);
	return true;
}

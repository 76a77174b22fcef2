/*
 * The head of a sector: 28 bytes, written last of all when the sector is taken into use, which is when it begins to count.
 *
 *   0  mark and version: "ULJ1"     4  epoch: one more with each sector taken
 *   8  the oldest epoch that still counts    12  the next message's sequence
 *  16  the first number among the fates that is not read
 *  20  seconds, by the clock of the caller  24  CRC-32
 */
import { crc32 } from "../../core/crc32.js";
import { correctOneBit } from "./repair.js";

export const SECTOR_HEAD_BYTES = 28;
const MARK = 0x314a_4c55;
const CRC_AT = 24;

export type SectorForm = "valid" | "corrected" | "zeros" | "invalid";

export class SectorHead {
	readonly bytes = new Uint8Array(SECTOR_HEAD_BYTES);
	epoch = 0;
	oldestEpoch = 0;
	nextSequence = 0;
	firstUnread = 0;
	timeS = 0;
	private readonly view = new DataView(this.bytes.buffer);

	encode(): void {
		const { view } = this;
		view.setUint32(0, MARK, true);
		view.setUint32(4, this.epoch, true);
		view.setUint32(8, this.oldestEpoch, true);
		view.setUint32(12, this.nextSequence, true);
		view.setUint32(16, this.firstUnread, true);
		view.setUint32(20, this.timeS, true);
		view.setInt32(CRC_AT, crc32(this.bytes, 0, CRC_AT), true);
	}

	decode(): SectorForm {
		const { bytes, view } = this;
		if (bytes.every(isZero)) return "zeros";
		if (bytes.every(isErased)) return "invalid";
		const isWhole = crc32(bytes, 0, CRC_AT) === view.getInt32(CRC_AT, true);
		if (!isWhole && !correctOneBit(bytes, CRC_AT)) return "invalid";
		if (MARK !== view.getUint32(0, true)) return "invalid";
		this.epoch = view.getUint32(4, true);
		this.oldestEpoch = view.getUint32(8, true);
		this.nextSequence = view.getUint32(12, true);
		this.firstUnread = view.getUint32(16, true);
		this.timeS = view.getUint32(20, true);
		return isWhole ? "valid" : "corrected";
	}
}

function isZero(byte: number): boolean {
	return 0 === byte;
}

function isErased(byte: number): boolean {
	return 0xff === byte;
}

/*
 * A record of the journal: 16 bytes, and the message behind them. All numbers are little-endian, as on every machine that
 * runs this: they are read as words.
 *
 *   0  sequence of the message
 *   4  message: the second at which it expires; fate: its own number; acknowledgement: the first number not read
 *   8  length (12 bits; without a message: 12 more bits of check), kind (4 bits), destination (8 bits),
 *      check of the 11 bytes so far (8 bits)
 *  12  CRC-32 of the 12 bytes so far and of the message; never 0
 *
 * The checks let the opening follow the chain of records without reading every message, nor the CRC of what has none.
 */
import { crc32, crc32OfWords } from "../../core/crc32.js";

export const RECORD_BYTES = 16;
/** Where the CRC is: with zeros there, a record is void, and the last one in its sector. */
export const CRC_AT = 12;
/** What 12 bits hold. */
export const LONGEST_MESSAGE_BYTES = 4_095;
export const PRIORITIES = 8;

/** Kinds below are messages, and their priority. */
export const KIND_FATE = 8;
export const KIND_ACKNOWLEDGED = 13;

export const NEVER = 0xffff_ffff;

export type Fate = "delivered" | "expired" | "dropped" | "refused" | "unknown";
/** The kind of a fate's record is KIND_FATE and its place here. */
export const FATES: readonly Fate[] = Object.freeze(["delivered", "expired", "dropped", "refused", "unknown"]);

export type Form =
	/** Erased: nothing was ever written here. */
	| "blank"
	/** Zeros: what a torn header was overwritten with. */
	| "bar"
	| "void"
	| "record"
	| "damaged";

export class RecordHeader {
	readonly bytes = new Uint8Array(RECORD_BYTES);
	sequence = 0;
	stamp = 0;
	length = 0;
	kind = 0;
	destination = 0;
	crc = 0;
	private readonly words = new Int32Array(this.bytes.buffer);

	get isMessage(): boolean {
		return this.kind < KIND_FATE;
	}

	/** Header and message. */
	get recordBytes(): number {
		return RECORD_BYTES + this.length;
	}

	/** Puts the fields into `bytes`. */
	encode(message?: Uint8Array): void {
		const { words } = this;
		this.length = message?.length ?? 0;
		words[0] = this.sequence;
		words[1] = this.stamp;
		const length = this.isMessage ? this.length : furtherCheckOf(this.sequence, this.stamp);
		const facts = length | (this.kind << 12) | (this.destination << 16);
		words[2] = facts | (checkOf(this.sequence, this.stamp, facts) << 24);
		this.crc = this.crcOf(message);
		words[3] = this.crc;
	}

	/** Takes the fields from `bytes`; they mean something when it is a record. */
	decode(): Form {
		const { words } = this;
		const sequence = words[0]!;
		const stamp = words[1]!;
		const facts = words[2]!;
		const crc = words[3]!;
		this.crc = crc;
		if (-1 === (sequence & stamp & facts & crc)) return "blank";
		if (0 === crc) return isBar(sequence, stamp, facts, crc) ? "bar" : "void";
		const kind = (facts >>> 12) & 0xf;
		const isMessage = kind < KIND_FATE;
		this.sequence = sequence >>> 0;
		this.stamp = stamp >>> 0;
		this.length = isMessage ? facts & 0xfff : 0;
		this.kind = kind;
		this.destination = (facts >>> 16) & 0xff;
		if (facts >>> 24 !== checkOf(sequence, stamp, facts & 0xff_ffff))
			return isBar(sequence, stamp, facts, crc) ? "bar" : "damaged";
		const isRight = isMessage || (kind <= KIND_ACKNOWLEDGED && (facts & 0xfff) === furtherCheckOf(sequence, stamp));
		return isRight ? "record" : "damaged";
	}

	/** Whether the CRC is that of header and message. */
	isWhole(message?: Uint8Array): boolean {
		return this.crc === this.crcOf(message);
	}

	/** After `encode`, for a message that is known to be damaged: its copy must not pass for a good one. */
	spoil(): void {
		this.crc = ~this.crc || 1;
		this.words[3] = this.crc;
	}

	private crcOf(message: Uint8Array | undefined): number {
		const crc = crc32OfWords(this.words, 3);
		return (message ? crc32(message, 0, message.length, crc) : crc) || 1;
	}
}

/** All zeros, or one bit is wrong: a record never has so few ones, its check sees to that. */
function isBar(sequence: number, stamp: number, facts: number, crc: number): boolean {
	const any = sequence | stamp | facts | crc;
	return 0 === (any & (any - 1)) && any === ((sequence + stamp + facts + crc) | 0);
}

/** Spreads them: of a thousand wrong ones with the right check above, at most a few pass. */
function furtherCheckOf(sequence: number, stamp: number): number {
	return (Math.imul(sequence, 0x9e37_79b1) ^ Math.imul(stamp, 0x85eb_ca6b)) >>> 20;
}

/** Every single wrong bit changes it. */
function checkOf(sequence: number, stamp: number, facts: number): number {
	let check = sequence ^ stamp ^ facts;
	check ^= check >>> 16;
	return (check ^ (check >>> 8) ^ 0x5a) & 0xff;
}

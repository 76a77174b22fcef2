/* Records as they are on the medium: one header at a time, or a record whole and with its CRC checked. */
import type { Medium } from "./medium.js";
import { type Form, RECORD_BYTES, RecordHeader } from "./record.js";
import { correctRecord } from "./repair.js";

const FACTS_BIT = 64;
const FACTS_BITS = 24;

export class RecordReader {
	readonly header = new RecordHeader();
	/** Records in which one bit was put right. */
	corrected = 0;
	private readonly medium: Medium;
	/** For one record. */
	private bytes: Uint8Array;

	constructor(medium: Medium, longestBytes: number) {
		this.medium = medium;
		this.bytes = new Uint8Array(longestBytes);
	}

	/** What is at `at`, where a header fits before the end of the sector. Messages are not read. */
	form(at: number, end = this.medium.endOf(at)): Form {
		const { header } = this;
		if (!this.medium.readShort(at, header.bytes)) return "damaged";
		const form = header.decode();
		return "record" === form && at + RECORD_BYTES + header.length > end ? "damaged" : form;
	}

	/** After `form` gave "record": whether the CRC is right, too. */
	isWhole(at: number): boolean {
		const record = this.load(at);
		return undefined !== record && this.header.isWhole(record.subarray(RECORD_BYTES));
	}

	/** The record at `at`, put right if need be; it is overwritten by the next call. Undefined: it is damaged. */
	whole(at: number): Uint8Array | undefined {
		const form = this.form(at);
		if ("record" === form && this.isWhole(at)) return this.view();
		if ("record" !== form && "damaged" !== form) return undefined;
		if (!this.correct(at)) return undefined;
		this.corrected++;
		return this.view();
	}

	/** After `isWhole`: the same once more, so that bits which were written half are written. */
	rewrite(at: number): void {
		this.medium.write(at, this.view());
	}

	private correct(at: number): boolean {
		const { header } = this;
		if (this.fits(at) && this.load(at) && correctRecord(this.bytes, header)) return true;
		for (let bit = FACTS_BIT; bit < FACTS_BIT + FACTS_BITS; bit++) {
			if (!this.medium.read(at, header.bytes)) return false;
			header.bytes[bit >> 3]! ^= 1 << (bit & 7);
			if ("record" === header.decode() && this.fits(at) && this.isWhole(at)) {
				return true;
			}
		}
		return false;
	}

	private fits(at: number): boolean {
		return at + this.header.recordBytes <= this.medium.endOf(at);
	}

	/** The message, behind the header as it was read: a bit that was written half may read differently the next time. */
	private load(at: number): Uint8Array | undefined {
		const length = this.header.recordBytes;
		if (length > this.bytes.length) this.bytes = new Uint8Array(length); // written when the limit was higher
		const view = this.view();
		view.set(this.header.bytes);
		return this.medium.read(at + RECORD_BYTES, view.subarray(RECORD_BYTES)) ? view : undefined;
	}

	private view(): Uint8Array {
		return this.bytes.subarray(0, this.header.recordBytes);
	}
}

/* What one end sends and the other must get, byte by byte; what came otherwise is explained: lost, doubled or moved. */
import { Random } from "../../modules/core/random.js";

/** So many neighbours tell where in the payload a byte belongs. */
const PROBE_BYTES = 8;

/** Bytes with no order in them: no other place has the same neighbours. */
export function payload(seed: number, bytes: number): Uint8Array<ArrayBuffer> {
	const random = new Random(seed);
	const data = new Uint8Array(bytes);
	for (let at = 0; at < bytes; at++) data[at] = random.next() * 256;
	return data;
}

export class Ledger {
	readonly data: Uint8Array<ArrayBuffer>;
	/** How many bytes have come. */
	length = 0;
	/** What is wrong with them; nothing is compared behind it. */
	fault: string | undefined;
	readonly #name: string;

	constructor(name: string, seed: number, bytes: number) {
		this.#name = name;
		this.data = payload(seed, bytes);
	}

	get isWhole(): boolean {
		return this.length === this.data.length && undefined === this.fault;
	}

	take(bytes: Uint8Array): void {
		const from = this.length;
		this.length += bytes.length;
		if (undefined !== this.fault || 0 === Buffer.compare(this.data.subarray(from, this.length), bytes)) return;
		let wrong = 0;
		while (this.data[from + wrong] === bytes[wrong]) wrong++;
		const place = `${this.#name}: byte ${from + wrong} of ${this.data.length}`;
		this.fault = `${place} came otherwise, ${wrong} bytes into a part of ${bytes.length}: ${this.#explain(bytes, from, wrong)}`;
	}

	#explain(bytes: Uint8Array, from: number, wrong: number): string {
		if (from + wrong >= this.data.length) return `${bytes.length - wrong} bytes too many`;
		for (let at = wrong; at + PROBE_BYTES <= bytes.length; at++) {
			const place = Buffer.from(this.data.buffer).indexOf(bytes.subarray(at, at + PROBE_BYTES));
			if (place >= 0) return `byte ${place} stands where byte ${from + at} belongs`;
		}
		return `${Buffer.from(bytes.subarray(wrong, wrong + 16)).toString("latin1")} stands nowhere in it`;
	}
}

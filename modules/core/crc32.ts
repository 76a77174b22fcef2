/* CRC-32 as of Ethernet and zlib (polynomial 0x04c11db7, reflected). Values are signed: 32-bit integers are cheap on XS. */

const TABLE = makeTable();

function makeTable(): Int32Array {
	const table = new Int32Array(256);
	for (let byte = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
		table[byte] = crc;
	}
	return table;
}

/** Of the bytes from `from` to before `to`; `before` is that of the bytes in front of them. */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length, before = 0): number {
	const table = TABLE; // a local is nearer
	let crc = ~before;
	let at = from;
	for (const most = to - 3; at < most; at += 4) {
		crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
		crc = table[(crc ^ bytes[at + 1]!) & 0xff]! ^ (crc >>> 8);
		crc = table[(crc ^ bytes[at + 2]!) & 0xff]! ^ (crc >>> 8);
		crc = table[(crc ^ bytes[at + 3]!) & 0xff]! ^ (crc >>> 8);
	}
	for (; at < to; at++) crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
	return ~crc;
}

/** Of the bytes of the first words, the lowest byte of each first: cheaper, where they lie in words anyway. */
export function crc32OfWords(words: Int32Array, count: number): number {
	const table = TABLE;
	let crc = -1;
	for (let at = 0; at < count; at++) {
		crc ^= words[at]!;
		crc = table[crc & 0xff]! ^ (crc >>> 8);
		crc = table[crc & 0xff]! ^ (crc >>> 8);
		crc = table[crc & 0xff]! ^ (crc >>> 8);
		crc = table[crc & 0xff]! ^ (crc >>> 8);
	}
	return ~crc;
}

/**
 * Which bit among `length` bytes is wrong, if it is one alone: counted from the first byte's lowest bit; -1: none.
 * `difference`: what the bytes give, exclusive-or what they should.
 */
export function flippedBit(difference: number, length: number): number {
	const table = TABLE;
	const one = new Int32Array(8); // what each bit of the byte that is looked at makes of the CRC
	for (let bit = 0; bit < 8; bit++) one[bit] = table[1 << bit]!;
	for (let at = length - 1; at >= 0; at--) {
		for (let bit = 0; bit < 8; bit++) {
			const made = one[bit]!;
			if (made === difference) return 8 * at + bit;
			one[bit] = table[made & 0xff]! ^ (made >>> 8);
		}
	}
	return -1;
}

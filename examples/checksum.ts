/* CRC-32 as of zlib and Ethernet, to see that what came is what was sent. */
const POLYNOMIAL = 0xedb88320;

/** `sum`: of what came before; 0 at the start. */
export function crc32(bytes: Uint8Array, sum = 0): number {
	let crc = ~sum;
	for (let at = 0; at < bytes.length; at++) {
		crc ^= bytes[at]!;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc >>> 0;
}

export function hex(sum: number): string {
	return sum.toString(16).padStart(8, "0");
}

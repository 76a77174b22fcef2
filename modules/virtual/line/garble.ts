/*
 * What a UART at one rate makes of bytes that were sent at another.
 *
 * The bytes are laid out as bits on the wire (start bit 0, eight data bits from the lowest, stop bit 1, idle 1), and the
 * receiver samples them in the middle of its own bits, from the falling edge of what it takes for a start bit.
 */

const BITS_PER_BYTE = 10;
const STOP_SAMPLE = 9.5;

export function garble(bytes: Uint8Array, fromBaud: number, toBaud: number): Uint8Array {
	if (fromBaud === toBaud) return bytes;
	const ratio = fromBaud / toBaud; // the sender's bits in one bit of the receiver
	const heard: number[] = [];
	const end = bytes.length * BITS_PER_BYTE;
	for (let position = 0; position < end; ) {
		const start = fallingEdge(bytes, position, end);
		if (start >= end) break;
		if (1 === levelAt(bytes, start + 0.5 * ratio)) {
			position = start + 1; // too short for a start bit
			continue;
		}
		heard.push(sample(bytes, start, ratio));
		position = start + STOP_SAMPLE * ratio;
	}
	return Uint8Array.from(heard);
}

function sample(bytes: Uint8Array, start: number, ratio: number): number {
	let byte = 0;
	for (let bit = 0; bit < 8; bit++) byte |= levelAt(bytes, start + (1.5 + bit) * ratio) << bit;
	return byte;
}

/** The first moment from `position` on at which the wire goes from 1 to 0, or `end`. */
function fallingEdge(bytes: Uint8Array, position: number, end: number): number {
	let previous = 0 === position ? 1 : levelAt(bytes, position);
	for (let bit = Math.floor(position); bit < end; bit++) {
		const level = levelAt(bytes, bit);
		if (1 === previous && 0 === level) return bit;
		previous = level;
	}
	return end;
}

function levelAt(bytes: Uint8Array, moment: number): 0 | 1 {
	const bit = Math.floor(moment);
	const byte = bytes[Math.floor(bit / BITS_PER_BYTE)];
	const place = bit % BITS_PER_BYTE;
	if (undefined === byte || BITS_PER_BYTE - 1 === place) return 1;
	if (0 === place) return 0;
	return ((byte >> (place - 1)) & 1) as 0 | 1;
}

/* Text of short messages: the GSM 7-bit alphabet, its packing into bytes, and UCS2 where that alphabet has no letter. */

const ALPHABET =
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: Readonly<Record<string, number>> = {
	"\f": 0x0a,
	"^": 0x14,
	"{": 0x28,
	"}": 0x29,
	"\\": 0x2f,
	"[": 0x3c,
	"~": 0x3d,
	"]": 0x3e,
	"|": 0x40,
	"€": 0x65,
};
const ESCAPE = 0x1b;
const UNKNOWN = "?";

/** @returns undefined when the alphabet lacks a character of it */
export function septetsOf(text: string): number[] | undefined {
	const septets: number[] = [];
	for (const character of text) {
		const extended = EXTENSION[character];
		const plain = ALPHABET.indexOf(character);
		if (undefined !== extended) septets.push(ESCAPE, extended);
		else if (plain >= 0 && ESCAPE !== plain) septets.push(plain);
		else return undefined;
	}
	return septets;
}

export function textOfSeptets(septets: readonly number[]): string {
	let text = "";
	for (let index = 0; index < septets.length; index++) {
		if (ESCAPE !== septets[index]) text += ALPHABET[septets[index]!] ?? UNKNOWN;
		else text += Object.keys(EXTENSION).find(character => EXTENSION[character] === septets[index + 1]) ?? " ";
		if (ESCAPE === septets[index]) index++;
	}
	return text;
}

/** Seven bits each, from the lowest bit of the first byte on; `fill` bits are left free before them. */
export function pack(septets: readonly number[], fill = 0): Uint8Array {
	const bytes = new Uint8Array(Math.ceil((fill + 7 * septets.length) / 8));
	for (const [index, septet] of septets.entries()) {
		const bit = fill + 7 * index;
		const value = septet << (bit & 7);
		bytes[bit >> 3]! |= value & 0xff;
		if (value > 0xff) bytes[(bit >> 3) + 1]! |= value >> 8;
	}
	return bytes;
}

export function unpack(bytes: Uint8Array, count: number, fill = 0): number[] {
	return Array.from({ length: count }, (_, index) => {
		const bit = fill + 7 * index;
		const value = ((bytes[bit >> 3] ?? 0) | ((bytes[(bit >> 3) + 1] ?? 0) << 8)) >> (bit & 7);
		return value & 0x7f;
	});
}

/** Two bytes a character, the higher one first. */
export function ucs2Of(text: string): Uint8Array {
	const bytes = new Uint8Array(2 * text.length);
	for (let index = 0; index < text.length; index++) {
		bytes[2 * index] = text.charCodeAt(index) >> 8;
		bytes[2 * index + 1] = text.charCodeAt(index) & 0xff;
	}
	return bytes;
}

export function textOfUcs2(bytes: Uint8Array): string {
	let text = "";
	for (let index = 0; index + 1 < bytes.length; index += 2) text += String.fromCharCode((bytes[index]! << 8) | bytes[index + 1]!);
	return text;
}

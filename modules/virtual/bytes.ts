/* Bytes and text: one character of text is one byte (Latin-1), as on the wire. */

export const CR = 0x0d;
export const LF = 0x0a;
export const CTRL_Z = 0x1a;
export const ESC = 0x1b;

export function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
	return bytes;
}

export function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}

export function textOf(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}

export function hexOf(bytes: Uint8Array): string {
	let hex = "";
	for (const byte of bytes) hex += (byte < 16 ? "0" : "") + byte.toString(16).toUpperCase();
	return hex;
}

/** @returns undefined when it is no even number of hexadecimal digits */
export function bytesOfHex(hex: string): Uint8Array | undefined {
	if (!/^([0-9A-Fa-f]{2})*$/.test(hex)) return undefined;
	const bytes = new Uint8Array(hex.length / 2);
	for (let index = 0; index < bytes.length; index++) bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
	return bytes;
}

/** Bytes in the order in which they came, held in the pieces in which they came; each may have a tag. */
export class ByteQueue<Tag = undefined> {
	readonly #pieces: { readonly bytes: Uint8Array; readonly tag: Tag | undefined }[] = [];
	#offset = 0; // into the first piece
	#length = 0;

	get length(): number {
		return this.#length;
	}

	/** How much of the oldest piece is left. */
	get nextLength(): number {
		return (this.#pieces[0]?.bytes.length ?? 0) - this.#offset;
	}

	/** Of the oldest piece. */
	get nextTag(): Tag | undefined {
		return this.#pieces[0]?.tag;
	}

	/** `bytes` must not change afterwards. */
	push(bytes: Uint8Array, tag?: Tag): void {
		if (0 === bytes.length) return;
		this.#pieces.push({ bytes, tag });
		this.#length += bytes.length;
	}

	/** The oldest bytes, `count` of them or all that there are, in an array of their own. */
	take(count: number): Uint8Array {
		const taken = new Uint8Array(Math.min(count, this.#length));
		for (let filled = 0; filled < taken.length; ) {
			const piece = this.#pieces[0]!.bytes;
			const part = piece.subarray(this.#offset, this.#offset + taken.length - filled);
			taken.set(part, filled);
			filled += part.length;
			this.#offset += part.length;
			if (this.#offset === piece.length) {
				this.#pieces.shift();
				this.#offset = 0;
			}
		}
		this.#length -= taken.length;
		return taken;
	}

	clear(): void {
		this.#pieces.length = 0;
		this.#offset = 0;
		this.#length = 0;
	}
}

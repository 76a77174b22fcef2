/*
 * Bytes from the modem to lines, prompts and counted blocks.
 *
 * It takes the input in pieces of any size and keeps nothing but one line of fixed length. Lines end with LF, and any
 * CR before it belongs to the end, so CR LF, CR CR LF (echo on) and LF are all the same; blank lines are not told.
 * The prompt "> " has no line end: while one is expected, a ">" at the start of a line is it.
 * What follows a header is counted, not read: the handler answers a line with the number of raw bytes behind it.
 *
 * Source: SIM900 AT Command Manual 1.4, 2.2.25; TCPIP Application Note 2.1, 3.1.
 */

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const PROMPT = 0x3e;
const COLON = 0x3a;
const PLUS = 0x2b;

/** The line was longer than the buffer; its end is missing. */
export const LINE_CUT = 1;
/** The line stands right behind a counted block, with no CR LF between them as the modem sends: bytes were lost. */
export const LINE_UNFRAMED = 2;

export interface LexerHandler {
	/** A line without its end, and what is wrong with it: a sum of LINE_ flags. Returns how many raw bytes follow it. */
	onLine(line: string, flaws: number): number;
	/** Returns how many raw bytes follow it: with echo on, the data that is about to be sent. */
	onPrompt(): number;
	/** Bytes of a counted block; `left` are still to come. `bytes` is only valid during the call. */
	onBlock(bytes: Uint8Array, left: number): void;
}

export class Lexer {
	/** Take a ">" at the start of a line for the prompt. */
	promptExpected = false;
	/** Take "+IPD,n:" for a header whose data follows right behind the colon (single connection, CIPHEAD=1). */
	inlineHeaders = false;

	readonly #handler: LexerHandler;
	readonly #line: Uint8Array;
	#length = 0;
	#flaws = 0;
	#blockLeft = 0;
	/** The last byte was the ">" of a prompt: the blank behind it belongs to it. */
	#afterPrompt = false;
	#promptBlock = 0;
	/** The last byte was the last one of a counted block. */
	#afterBlock = false;

	constructor(handler: LexerHandler, lineBytes = 512) {
		this.#handler = handler;
		this.#line = new Uint8Array(lineBytes);
	}

	/** Raw bytes of a counted block that are still to come. */
	get blockLeft(): number {
		return this.#blockLeft;
	}

	/** Forgets a line or block that has begun. */
	reset(): void {
		this.#length = 0;
		this.#flaws = 0;
		this.#blockLeft = 0;
		this.#promptBlock = 0;
		this.#afterPrompt = false;
		this.#afterBlock = false;
	}

	/** Takes the next bytes. Never call it from within the handler. */
	feed(bytes: Uint8Array): void {
		const end = bytes.length;
		let at = 0;
		while (at < end) {
			if (this.#blockLeft > 0) at = this.#takeBlock(bytes, at);
			else if (this.#afterPrompt) at = this.#takePromptEnd(bytes, at);
			else if (0 === this.#length && this.promptExpected && PROMPT === bytes[at]) {
				at++;
				this.#afterPrompt = true;
				this.#promptBlock = this.#handler.onPrompt();
			} else at = this.#takeLine(bytes, at);
		}
	}

	#takeBlock(bytes: Uint8Array, at: number): number {
		const next = Math.min(bytes.length, at + this.#blockLeft);
		this.#blockLeft -= next - at;
		this.#afterBlock = 0 === this.#blockLeft;
		this.#handler.onBlock(bytes.subarray(at, next), this.#blockLeft);
		return next;
	}

	#takePromptEnd(bytes: Uint8Array, at: number): number {
		this.#afterPrompt = false;
		this.#blockLeft = this.#promptBlock;
		this.#promptBlock = 0;
		return SPACE === bytes[at] ? at + 1 : at;
	}

	/** Takes up to and with the next LF, or all there is. */
	#takeLine(bytes: Uint8Array, at: number): number {
		if (this.#afterBlock) {
			this.#afterBlock = false;
			if (CR !== bytes[at]) this.#flaws |= LINE_UNFRAMED; // an LF alone: the block has eaten its CR
		}
		const next = bytes.indexOf(LF, at);
		const end = next < 0 ? bytes.length : next;
		if (this.inlineHeaders && PLUS === (this.#length ? this.#line[0] : bytes[at])) {
			const header = this.#inlineHeaderEnd(bytes, at, end);
			if (header > 0) {
				this.#keep(bytes, at, header);
				this.#endLine(this.#line, 0, this.#length);
				return header;
			}
		}
		if (next >= 0 && 0 === this.#length) {
			// The usual case: the whole line is here, and need not be kept.
			if (end - at > this.#line.length) this.#flaws |= LINE_CUT;
			this.#endLine(bytes, at, Math.min(end, at + this.#line.length));
			return next + 1;
		}
		this.#keep(bytes, at, end);
		if (next < 0) return end;
		this.#endLine(this.#line, 0, this.#length);
		return next + 1;
	}

	/** Where "+IPD,n:" ends within this line; 0 when it is none, or not whole yet. */
	#inlineHeaderEnd(bytes: Uint8Array, at: number, next: number): number {
		const had = this.#length;
		for (let index = 0; index < 12; index++) {
			const byte = index < had ? this.#line[index] : at + index - had < next ? bytes[at + index - had] : undefined;
			if (undefined === byte) return 0;
			if (index < 5) {
				if (byte !== INLINE_HEADER[index]) return 0;
			} else if (COLON === byte) return index < had ? 0 : at + index - had + 1;
		}
		return 0;
	}

	#keep(bytes: Uint8Array, at: number, next: number): void {
		const room = this.#line.length - this.#length;
		if (next - at > room) {
			this.#flaws |= LINE_CUT;
			next = at + room;
		}
		if (next === at) return;
		this.#line.set(bytes.subarray(at, next), this.#length);
		this.#length += next - at;
	}

	#endLine(bytes: Uint8Array, begin: number, end: number): void {
		this.#length = 0;
		while (end > begin && CR === bytes[end - 1]) end--;
		if (end === begin) return; // a flaw stays with the next line that is told
		while (CR === bytes[begin]) begin++;
		const flaws = this.#flaws;
		this.#flaws = 0;
		this.#blockLeft = this.#handler.onLine(latin1(bytes, begin, end), flaws);
	}
}

/** "+IPD," */
const INLINE_HEADER = Object.freeze([0x2b, 0x49, 0x50, 0x44, 0x2c]);

/** One character a byte, from `begin` to `end`. In pieces, for each argument of a call takes a slot of XS's small stack. */
export function latin1(bytes: Uint8Array, begin = 0, end = bytes.length): string {
	let text = "";
	while (end - begin > 32) {
		text += String.fromCharCode.apply(null, bytes.subarray(begin, begin + 32) as unknown as number[]);
		begin += 32;
	}
	return text + String.fromCharCode.apply(null, bytes.subarray(begin, end) as unknown as number[]);
}

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

/** What makes the next byte something else than the start of a plain line: bits of one number, so that one look tells. */
const IN_LINE = 1;
const IN_BLOCK = 2;
/** The last byte was the ">" of a prompt: the blank behind it belongs to it. */
const AFTER_PROMPT = 4;
/** The last byte was the last one of a counted block. */
const AFTER_BLOCK = 8;
const PROMPT_EXPECTED = 16;
const INLINE_HEADERS = 32;

export class Lexer {
	readonly #handler: LexerHandler;
	readonly #line: Uint8Array;
	#mode = 0;
	#length = 0;
	#flaws = 0;
	#blockLeft = 0;
	#promptBlock = 0;

	constructor(handler: LexerHandler, lineBytes = 512) {
		this.#handler = handler;
		this.#line = new Uint8Array(lineBytes);
	}

	get promptExpected(): boolean {
		return 0 !== (this.#mode & PROMPT_EXPECTED);
	}

	/** Take a ">" at the start of a line for the prompt; a blank there, too, for a ">" can be lost. */
	set promptExpected(on: boolean) {
		this.#set(PROMPT_EXPECTED, on);
	}

	/** Take "+IPD,n:" for a header whose data follows right behind the colon (single connection, CIPHEAD=1). */
	set inlineHeaders(on: boolean) {
		this.#set(INLINE_HEADERS, on);
	}

	/** Forgets a line or block that has begun. */
	reset(): void {
		this.#length = 0;
		this.#flaws = 0;
		this.#blockLeft = 0;
		this.#promptBlock = 0;
		this.#mode &= PROMPT_EXPECTED | INLINE_HEADERS;
	}

	/** Takes the next bytes. Never call it from within the handler. */
	feed(bytes: Uint8Array): void {
		const end = bytes.length;
		const mostBytes = this.#line.length;
		let at = 0;
		while (at < end) {
			if (0 !== this.#mode) {
				at = this.takeSpecial(bytes, at);
				continue;
			}
			const next = bytes.indexOf(LF, at);
			if (next < 0) {
				this.keep(bytes, at, end);
				return;
			}
			if (next - at > mostBytes) {
				this.keep(bytes, at, next);
				this.endKept();
			} else {
				// What stands before `at` is an LF, if anything: no CR of another line is met here.
				let stop = CR === bytes[next - 1] ? next - 1 : next;
				while (CR === bytes[stop - 1]) stop--;
				if (stop > at) this.tell(bytes, at, stop);
			}
			at = next + 1;
			if (CR === bytes[at] && 0 === this.#mode && LF === bytes[at + 1]) at += 2; // the blank line that the next one begins with
		}
	}

	#set(bit: number, on: boolean): void {
		if (on) this.#mode |= bit;
		else this.#mode &= ~bit;
	}

	private takeSpecial(bytes: Uint8Array, at: number): number {
		const mode = this.#mode;
		if (mode & IN_BLOCK) return this.takeBlock(bytes, at);
		if (mode & AFTER_PROMPT) return this.takePromptEnd(bytes, at);
		if (!(mode & IN_LINE) && mode & PROMPT_EXPECTED && (PROMPT === bytes[at] || SPACE === bytes[at])) {
			this.#mode |= AFTER_PROMPT;
			this.#promptBlock = this.#handler.onPrompt();
			return PROMPT === bytes[at] ? at + 1 : at;
		}
		if (!(mode & IN_LINE) && mode & PROMPT_EXPECTED && CR === bytes[at]) return at + 1; // the LF before the prompt may be lost
		return this.takeLine(bytes, at);
	}

	private takeBlock(bytes: Uint8Array, at: number): number {
		const next = Math.min(bytes.length, at + this.#blockLeft);
		this.#blockLeft -= next - at;
		if (0 === this.#blockLeft) this.#mode = (this.#mode & ~IN_BLOCK) | AFTER_BLOCK;
		this.#handler.onBlock(bytes.subarray(at, next), this.#blockLeft);
		return next;
	}

	private beginBlock(bytes: number): void {
		this.#blockLeft = bytes;
		if (bytes > 0) this.#mode |= IN_BLOCK;
	}

	private takePromptEnd(bytes: Uint8Array, at: number): number {
		this.#mode &= ~AFTER_PROMPT;
		this.beginBlock(this.#promptBlock);
		this.#promptBlock = 0;
		return SPACE === bytes[at] ? at + 1 : at;
	}

	/** Takes up to and with the next LF, or all there is, in a line that may have begun before. */
	private takeLine(bytes: Uint8Array, at: number): number {
		if (this.#mode & AFTER_BLOCK) {
			this.#mode &= ~AFTER_BLOCK;
			if (CR !== bytes[at]) this.#flaws |= LINE_UNFRAMED; // an LF alone: the block has eaten its CR
		}
		const next = bytes.indexOf(LF, at);
		const end = next < 0 ? bytes.length : next;
		const header = this.#mode & INLINE_HEADERS ? this.inlineHeaderEnd(bytes, at, end) : 0;
		this.keep(bytes, at, header > 0 ? header : end);
		if (0 === header && next < 0) return end;
		this.endKept();
		return header > 0 ? header : next + 1;
	}

	/** Where "+IPD,n:" ends within this line; 0 when it is none, or not whole yet. */
	private inlineHeaderEnd(bytes: Uint8Array, at: number, next: number): number {
		const had = this.#length;
		if (PLUS !== (had > 0 ? this.#line[0] : bytes[at])) return 0;
		for (let index = 0; index < 12; index++) {
			const byte = index < had ? this.#line[index] : at + index - had < next ? bytes[at + index - had] : undefined;
			if (undefined === byte) return 0;
			if (index < 5) {
				if (byte !== INLINE_HEADER[index]) return 0;
			} else if (COLON === byte) return index < had ? 0 : at + index - had + 1;
		}
		return 0;
	}

	private keep(bytes: Uint8Array, at: number, next: number): void {
		const room = this.#line.length - this.#length;
		if (next - at > room) {
			this.#flaws |= LINE_CUT;
			next = at + room;
		}
		this.#mode |= IN_LINE;
		if (next === at) return;
		this.#line.set(bytes.subarray(at, next), this.#length);
		this.#length += next - at;
	}

	private endKept(): void {
		let end = this.#length;
		this.#length = 0;
		this.#mode &= ~IN_LINE;
		while (end > 0 && CR === this.#line[end - 1]) end--;
		if (end > 0) this.tell(this.#line, 0, end); // a flaw stays with the next line that is told
	}

	private tell(bytes: Uint8Array, begin: number, end: number): void {
		while (CR === bytes[begin]) begin++;
		const flaws = this.#flaws;
		this.#flaws = 0;
		const block = this.#handler.onLine(latin1(bytes, begin, end), flaws);
		if (block > 0) this.beginBlock(block);
	}
}

/** "+IPD," */
const INLINE_HEADER = Object.freeze([0x2b, 0x49, 0x50, 0x44, 0x2c]);

/** One character a byte, from `begin` to `end`. In pieces, for each argument of a call takes a slot of XS's small stack. */
export function latin1(bytes: Uint8Array, begin: number, end: number): string {
	if (end - begin <= 32) return String.fromCharCode.apply(null, bytes.subarray(begin, end) as unknown as number[]);
	let text = "";
	for (; begin < end; begin += 32) text += latin1(bytes, begin, Math.min(end, begin + 32));
	return text;
}

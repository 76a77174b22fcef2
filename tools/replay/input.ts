/*
 * The modem's side of a log, through the driver's own lexer: lines, prompts, counted data.
 *
 * Where the log has bytes, counts are exact. Where it has text, line ends may have been one byte or two, blank lines and
 * what can't be seen are gone: counted data then ends where something begins that can't be data.
 */
import { Lexer } from "../../modules/at/lexer.js";

/** Of data, in an event. */
const LONGEST_TEXT = 1 << 16;

export class Block {
	/** "command": read by the command that is out; "modem": pushed; "echo": of what was sent. */
	readonly owner: "command" | "modem" | "echo";
	readonly bytes: number;
	readonly slot: number | undefined;
	/** As much of it as is worth keeping. */
	text = "";
	/** How much has come. */
	length = 0;
	/** Lines of text that it goes over; each end may have been longer or shorter than it looks. */
	lines = 0;

	constructor(owner: Block["owner"], bytes: number, slot?: number) {
		this.owner = owner;
		this.bytes = bytes;
		this.slot = slot;
	}

	/** How many of the bytes are in the log; undefined when all are. */
	get shown(): number | undefined {
		if (this.lines > 0 && "" === this.text.trim()) return 0;
		return this.length < this.bytes ? this.length : undefined;
	}

	add(bytes: Uint8Array): void {
		this.length += bytes.length;
		if (this.text.length < LONGEST_TEXT) this.text += Buffer.from(bytes.subarray(0, LONGEST_TEXT)).toString("latin1");
	}
}

export interface InputHandler {
	/** Returns the counted data that follows the line. */
	onLine(line: string, flaws: number): Block | undefined;
	/** Returns the data that comes back as its echo, in a log of bytes. */
	onPrompt(): Block | undefined;
	onBlock(block: Block): void;
	/** Whether this line of text can't be data. */
	endsBlock(block: Block, line: string): boolean;
}

const LONGEST_LINE_BYTES = 1 << 16;

export class Input {
	readonly #handler: InputHandler;
	readonly #lexer: Lexer;
	#block: Block | undefined;
	/** Characters that may be left of a block that went over so many lines. */
	#slack = 0;

	constructor(handler: InputHandler) {
		this.#handler = handler;
		this.#lexer = new Lexer(
			{
				onLine: (line, flaws) => this.#onLine(line.trimEnd(), flaws),
				onPrompt: () => this.#begin(handler.onPrompt()),
				onBlock: (bytes, left) => this.#onBlock(bytes, left),
			},
			LONGEST_LINE_BYTES,
		);
		this.#lexer.inlineHeaders = true;
	}

	/** Counted data has begun and not ended. */
	get inBlock(): boolean {
		return undefined !== this.#block;
	}

	/** Bytes as they came. */
	bytes(text: string, promptExpected: boolean): void {
		this.#slack = 0;
		this.#lexer.promptExpected = promptExpected;
		this.#lexer.feed(bytesOf(text));
	}

	/** A line of text, without its end. */
	text(line: string, promptExpected: boolean): void {
		if (this.#block) {
			if (this.#handler.endsBlock(this.#block, line.trim())) this.#end(this.#block);
			else this.#block.lines++;
		}
		this.bytes(`${line}\r\n`, promptExpected);
	}

	/** No more comes: what has begun is told as it is. */
	close(): void {
		if (this.#block) this.#end(this.#block);
		this.bytes("\r\n", false);
	}

	/** Returns how many raw bytes follow the line. */
	#onLine(line: string, flaws: number): number {
		const isLeft = line.length <= this.#slack;
		this.#slack = 0;
		return isLeft || "" === line ? 0 : this.#begin(this.#handler.onLine(line, flaws));
	}

	#begin(block: Block | undefined): number {
		if (!block || 0 === block.bytes) return 0;
		this.#block = block;
		return block.bytes;
	}

	#onBlock(bytes: Uint8Array, left: number): void {
		const block = this.#block!;
		block.add(bytes);
		if (left > 0) return;
		this.#slack = block.lines;
		this.#block = undefined;
		this.#handler.onBlock(block);
	}

	#end(block: Block): void {
		this.#block = undefined;
		this.#lexer.reset();
		this.#handler.onBlock(block);
	}
}

function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0) & 0xff);
}

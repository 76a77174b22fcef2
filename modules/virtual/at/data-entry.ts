/*
 * What the host sends behind a prompt: until so many bytes, or until Ctrl-Z (ESC calls it off).
 *
 * With echo on the bytes come back, Ctrl-Z as a blank.
 */
import type { TimerId } from "../../core/clock.js";
import { bytesOf, CR, CTRL_Z, ESC } from "../bytes.js";
import type { Call } from "./call.js";

const BACKSPACE = 0x08;
const BLANK = 0x20;

export interface DataEntryOptions {
	/** Bytes to take, whatever they are; 0: until Ctrl-Z. */
	length: number;
	/** More than this before Ctrl-Z is too much. */
	limit: number;
	/** Ends by itself so long after the prompt; 0: never. */
	endsAfterMs: number;
	/** The prompt. */
	symbol: string;
	/** What a CR in the text brings. */
	newLine: string;
	/** Whether the bytes come back; undefined: as ATE has it. */
	echoes?: boolean | undefined;
	/** The byte behind this one in the Ctrl-Z form is data, whatever it is. */
	quote?: number;
	onData(bytes: Uint8Array): void;
	onEscape(): void;
}

export function collect(call: Call, options: DataEntryOptions): void {
	const entry = new DataEntry(call, options);
	call.prompt(options.symbol, bytes => entry.take(bytes));
	entry.startTimer();
}

class DataEntry {
	readonly #call: Call;
	readonly #options: DataEntryOptions;
	readonly #bytes: number[] = [];
	#overflow = false;
	#quoted = false;
	#timer: TimerId | undefined;

	constructor(call: Call, options: DataEntryOptions) {
		this.#call = call;
		this.#options = options;
	}

	startTimer(): void {
		const { endsAfterMs } = this.#options;
		const { schedule } = this.#call.session.world;
		if (endsAfterMs > 0) this.#timer = schedule.after(endsAfterMs, () => this.#finish());
	}

	take(bytes: Uint8Array): number {
		if (this.#options.length > 0) return this.#takeCounted(bytes);
		for (let index = 0; index < bytes.length; index++) {
			if (this.#takeText(bytes[index]!)) return index + 1;
		}
		return bytes.length;
	}

	#takeCounted(bytes: Uint8Array): number {
		const taken = bytes.subarray(0, this.#options.length - this.#bytes.length);
		for (const byte of taken) this.#bytes.push(byte);
		this.#echo(taken);
		if (this.#bytes.length === this.#options.length) this.#finish();
		return taken.length;
	}

	/** @returns whether that was the end */
	#takeText(byte: number): boolean {
		if (this.#quoted || byte === this.#options.quote) {
			this.#quoted = !this.#quoted;
			if (!this.#quoted) this.#add(byte);
			return false;
		}
		if (ESC === byte) {
			this.#end();
			this.#options.onEscape();
			return true;
		}
		this.#echo(Uint8Array.of(CTRL_Z === byte ? BLANK : byte));
		if (CTRL_Z === byte) {
			this.#finish();
			return true;
		}
		if (BACKSPACE === byte) this.#bytes.pop();
		else this.#add(byte);
		return false;
	}

	#echo(bytes: Uint8Array): void {
		const { interpreter, framing } = this.#call.session;
		if (this.#options.echoes) framing.raw(bytes);
		else if (undefined === this.#options.echoes) interpreter.echo(bytes);
	}

	#add(byte: number): void {
		if (this.#bytes.length >= this.#options.limit) this.#overflow = true;
		else this.#bytes.push(byte);
		if (CR === byte && "" !== this.#options.newLine) this.#call.session.framing.raw(bytesOf(this.#options.newLine));
	}

	#end(): void {
		this.#call.session.world.schedule.cancel(this.#timer);
		this.#call.resume();
	}

	#finish(): void {
		this.#end();
		if (this.#overflow) this.#call.fail();
		else this.#options.onData(Uint8Array.from(this.#bytes));
	}
}

/* One command while it is carried out: its arguments, and the ways in which it can answer and end. */
import type { Session } from "../session.js";
import { CME } from "./errors.js";
import type { Taker } from "./interpreter.js";
import type { Argument, ParsedCommand } from "./line.js";

/** How a command ended: OK is still to be said, all has been said, or it failed (and that has been said). */
export type Outcome = "ok" | "ended" | "failed";

export class Call {
	readonly session: Session;
	readonly command: ParsedCommand;
	#finish: ((outcome: Outcome) => void) | undefined;

	constructor(session: Session, command: ParsedCommand, finish: (outcome: Outcome) => void) {
		this.session = session;
		this.command = command;
		this.#finish = finish;
	}

	get args(): readonly Argument[] {
		return this.command.args;
	}

	/** The argument without its quotes; undefined when it is left out or empty. */
	text(index: number): string | undefined {
		return this.args[index]?.text || undefined;
	}

	/** A whole number from `low` to `high`, quoted or not; undefined: it is none, or left out. */
	number(index: number, low: number, high: number): number | undefined {
		const text = this.args[index]?.text ?? "";
		const value = /^-?[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
		return value >= low && value <= high ? value : undefined;
	}

	/** As `number`, and `fallback` when it is left out. */
	optional(index: number, low: number, high: number, fallback: number): number | undefined {
		return undefined === this.text(index) ? fallback : this.number(index, low, high);
	}

	info(...lines: readonly string[]): void {
		if (this.#finish) this.session.framing.info(...lines);
	}

	/** Says OK now, although more is to come. */
	sayOk(): void {
		if (this.#finish) this.session.framing.result("OK");
	}

	ok(): void {
		this.#end("ok");
	}

	/** Nothing more is said. */
	end(): void {
		this.#end("ended");
	}

	/** Ends in words of its own, such as SHUT OK. */
	says(text: string): void {
		this.info(text);
		this.end();
	}

	/** ERROR, or +CME ERROR with AT+CMEE. */
	fail(reason: number = CME.notAllowed): void {
		if (this.#finish) this.session.framing.error(reason);
		this.#end("failed");
	}

	/** Plain ERROR: the modem does not know this, whatever AT+CMEE says. */
	refuse(): void {
		if (this.#finish) this.session.framing.error();
		this.#end("failed");
	}

	failSms(reason: number): void {
		if (this.#finish) this.session.framing.smsError(reason);
		this.#end("failed");
	}

	/** Goes on `delayMs` later. */
	after(delayMs: number, callback: () => void): void {
		this.session.world.schedule.after(delayMs, callback);
	}

	/**
	 * Says the prompt when all before it has left, and gives what the host sends from there on to `taker`.
	 * Until `resume` the modem waits for the host.
	 */
	prompt(symbol: string, taker: Taker): void {
		this.session.interpreter.prompt(symbol, taker);
	}

	/** Data entry is over: what follows is the command's own business. */
	resume(): void {
		this.session.interpreter.endPrompt();
	}

	#end(outcome: Outcome): void {
		const finish = this.#finish;
		this.#finish = undefined;
		finish?.(outcome);
	}
}

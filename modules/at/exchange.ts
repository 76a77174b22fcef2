/*
 * One command that is out: everything that is true only until its answer is in, and dies with it.
 *
 * Data behind a prompt is the dangerous part. A prompt that was not seen may have been given, and the next bytes are then
 * the peer's; a length that lost a digit makes the modem read the rest of the data as command lines. So data is inert
 * (inert.ts), it goes out even without a prompt, and a modem that waits for more gets more of the same stream, or padding
 * at last, before it hears another command. SIM900 AT Command Manual 8.2.3
 */
import { ModemError } from "../core/errors.js";
import type { Timer } from "../core/timer.js";
import { asksForData, type Command, claims, DAMAGED, endingOf, isNearly, malformed, nameOf, type Refusal } from "./command.js";
import type { Echo } from "./echo.js";
import { inertBytes } from "./inert.js";
import { type Lexer, LINE_CUT, LINE_UNFRAMED } from "./lexer.js";
import type { Port } from "./port.js";
import type { Queued } from "./queue.js";
import type { Urc } from "./urc.js";

/** The modem gives its prompt at once; one that does not come within this is not coming, or was lost. */
const PROMPT_TIMEOUT_MS = 10_000;
/** A modem echoes each byte at once. */
const ECHO_TIMEOUT_MS = 1_000;
/** Behind the whole echo nothing more comes, unless a byte was doubled. */
const ECHO_END_MS = 5;
/** For the rest of an answer whose beginning was in the port when the time was up; no answer is waited for longer in all. */
const LATE_MS = 500;
const MOST_LATE_MS = 5_000;
/** After a URC that leaves no answer to wait for: the rest of the data goes out, and a late result may come. */
const ABORTED_MS = 5_000;
/** For data in the port that goes out slowly. */
const SLOW_MS = 5_000;
/** A modem that waits for more data answers at once when it has it. */
const TOP_UP_MS = 300;
/** An urgent line is said so often at once. What the modem does not hear while it carries out the first one does no harm. */
const URGENT_TIMES = 3;
/** The most data that one command can wait for, and more than a command line may have. */
const MOST_DATA_BYTES = 1_460;
/** ESC: leaves data entry without a length, and is no command anywhere else. */
const PADDING = 0x1b;
const CR = 0x0d;

type State =
	/** The line is out without its end; so much of it has come back. */
	| { readonly kind: "echo"; at: number }
	| { readonly kind: "answer" }
	| { readonly kind: "prompt" }
	/** The data is going out, or has gone out. */
	| { readonly kind: "data"; stalledBytes: number }
	/** All of it is out, and the modem has not answered: it waits for more. */
	| { readonly kind: "top-up"; bytes: number; padded: number }
	/** The counted block of the answer has come; only the end, or a known URC, may follow. */
	| { readonly kind: "block-end" };

const ANSWER: State = Object.freeze({ kind: "answer" });
const PROMPT: State = Object.freeze({ kind: "prompt" });
const BLOCK_END: State = Object.freeze({ kind: "block-end" });

/** What has to be cleared up before the next command. */
export type Doubt =
	/** The answer, or the rest of it, may still come. */
	| "late"
	/** What follows may be data: nothing is believed until the modem is quiet. */
	| "quiet"
	/** Data may stand in the modem's command line. */
	| "residue"
	/** The same, or the modem may still wait for data. */
	| "data";

export type Outcome =
	| { readonly kind: "value"; readonly value: unknown; readonly doubt?: Doubt }
	| { readonly kind: "refused"; readonly refusal: Refusal; readonly doubt?: Doubt }
	| { readonly kind: "failed"; readonly error: ModemError; readonly doubt?: Doubt }
	/** The modem waits at its prompt, and somebody else will give the data. */
	| { readonly kind: "held" };

export interface ExchangeOwner {
	readonly port: Port;
	readonly lexer: Lexer;
	readonly echo: Echo;
	/** Calls `onTime`. */
	readonly timer: Timer;
	/** Nothing of the exchange is called any more. */
	onDone(exchange: Exchange, outcome: Outcome): void;
	onData(bytes: number): void;
	/** A line that can't be right. */
	onDamage(line: string): void;
	/** What stands in the modem's command line is made too long to be carried out. */
	spoilLine(): void;
}

export class Exchange {
	readonly queued: Queued;
	readonly command: Command<unknown>;
	private readonly owner: ExchangeOwner;
	private state: State = ANSWER;
	private info: string | undefined;
	/** Of data, at the prompt. */
	private givenBytes = 0;
	/** It has failed, though its end is still to come. */
	private lost: ModemError | undefined;
	private lateMs = 0;
	private over = false;

	constructor(owner: ExchangeOwner, queued: Queued) {
		this.owner = owner;
		this.queued = queued;
		this.command = queued.command;
	}

	begin(): void {
		const { command } = this;
		const { echo, lexer, port, timer } = this.owner;
		if (command.answer) {
			timer.start(command.timeoutMs);
			return this.give(command.answer);
		}
		if (command.echoed) return this.type(command.line);
		const prompts = asksForData(command);
		if (prompts) this.state = PROMPT;
		echo.begin(command.line);
		lexer.promptExpected = prompts;
		const waitMs = port.msOf(port.pendingBytes); // padding may have to go out before
		timer.start(waitMs + (prompts ? Math.min(PROMPT_TIMEOUT_MS, command.timeoutMs) : command.timeoutMs));
		const line = command.urgent ? `${command.line}\r`.repeat(URGENT_TIMES - 1) + command.line : command.line;
		if (!port.writeLine(line)) this.fail(portFailed());
	}

	/** It is given up from outside: nothing more is waited for. */
	end(): void {
		const { echo, lexer, timer } = this.owner;
		this.over = true;
		timer.stop();
		lexer.promptExpected = false;
		echo.end();
	}

	/** Bytes of data have been given to the modem, or are on their way to it. */
	get hasGiven(): boolean {
		const { kind } = this.state;
		return "data" === kind || "top-up" === kind;
	}

	/** The modem may be waiting for data: no command may go out before it has got enough. */
	get mayWaitForData(): boolean {
		return this.hasGiven || "prompt" === this.state.kind;
	}

	/** The next bytes are an echo, and no lines. */
	get takesEcho(): boolean {
		return "echo" === this.state.kind;
	}

	onEcho(bytes: Uint8Array): void {
		const { state } = this;
		const { line } = this.command;
		if ("echo" !== state.kind) return;
		for (let index = 0; index < bytes.length; index++) {
			if (bytes[index] !== line.charCodeAt(state.at)) return this.onWrongEcho(); // NaN behind its end
			state.at++;
		}
		if (state.at === line.length) this.owner.timer.start(ECHO_END_MS + this.owner.port.msOf(2));
	}

	/** Returns the raw bytes that follow, or -1 when the line does not belong to the command. */
	onLine(line: string, flaws: number): number {
		const { command, state } = this;
		if (flaws & LINE_CUT) return -1;
		if ("block-end" === state.kind && flaws & LINE_UNFRAMED) return this.distrust(line);
		if (claims(command, line)) return this.onInfo(line);
		if ("prompt" === state.kind && "OK" === line) {
			this.fail(malformed(command, line), "late"); // it has read another command than this
			return 0;
		}
		const ending = endingOf(command, line);
		if (ending) return this.onEnding(ending, line);
		if (this.hasGiven && undefined !== command.result && isNearly(line, command.result))
			this.fail(malformed(command, undefined), "late");
		return -1;
	}

	/** A line that nobody explains, and that was told. */
	onUnexplained(line: string): void {
		if (this.command.blockBytes) this.fail(malformed(this.command, line), "quiet"); // the header was damaged, or data is left over
	}

	/** Returns the bytes of echo that follow. */
	onPrompt(): number {
		const { command } = this;
		if ("prompt" !== this.state.kind) return 0;
		this.owner.lexer.promptExpected = false;
		if (!command.data) {
			this.done({ kind: "held" });
			return 0;
		}
		const echoes = this.owner.echo.isOn;
		const data = command.data.take();
		this.give(data);
		return echoes ? data.length : 0;
	}

	onBlock(bytes: Uint8Array, left: number): void {
		this.command.onBlock?.(bytes, left);
	}

	/** After a restart nothing that was asked is answered; other URCs end the commands that say so. */
	onUrc(urc: Urc): void {
		const { command } = this;
		if (endsAll(urc)) return this.fail(restarted(command), "late"); // it waits for nothing any more
		if (!command.abortedBy?.(urc)) return;
		const error = new ModemError("CONNECTION_LOST", `the connection was lost during ${nameOf(command)}`);
		if (!command.data) return this.abort(error);
		this.lost ??= error; // the prompt may be on its way, and then it must get its data
		if (this.hasGiven) this.owner.timer.start(ABORTED_MS);
	}

	/** The time that was set last is up. */
	onTime(): void {
		const { port, timer } = this.owner;
		// JavaScript was away: the answer, or the beginning of it, may have come in time.
		if (port.read()) {
			if (this.over || timer.isSet) return;
			this.lateMs += LATE_MS;
			if (this.lateMs <= MOST_LATE_MS) return timer.start(LATE_MS);
		}
		this.onSilence(this.state);
	}

	private onSilence(state: State): void {
		const { port } = this.owner;
		if (this.lost && this.hasGiven) return this.abort(this.lost);
		switch (state.kind) {
			case "echo":
				return state.at === this.command.line.length ? this.endLine() : this.onWrongEcho();
			case "prompt":
				return this.onNoPrompt();
			case "data":
				if (port.pendingBytes > 0) return this.onSlowData(state);
				return this.topUp({ kind: "top-up", bytes: 1, padded: 0 });
			case "top-up":
				return port.pendingBytes > 0 ? this.abort(timeout(this.command)) : this.topUp(state);
			default:
				return this.abort(timeout(this.command));
		}
	}

	private type(line: string): void {
		const { port, timer } = this.owner;
		const bytes = new Uint8Array(line.length);
		for (let at = 0; at < line.length; at++) bytes[at] = line.charCodeAt(at);
		this.state = { kind: "echo", at: 0 };
		timer.start(ECHO_TIMEOUT_MS + port.msOf(line.length));
		if (!port.write(bytes)) this.fail(portFailed());
	}

	/** Nothing more than the line has come back. */
	private endLine(): void {
		this.state = ANSWER;
		this.owner.timer.start(this.command.timeoutMs);
		this.owner.port.write(Uint8Array.of(CR));
	}

	/** The modem has not got this line, or an echo of it was damaged: what it has got is made too long to be carried out. */
	private onWrongEcho(): void {
		this.fail(malformed(this.command, undefined), "quiet");
		this.owner.spoilLine();
	}

	/** It was lost, or is not given: the data goes out all the same, for the modem may wait for it. */
	private onNoPrompt(): void {
		const data = this.command.data?.take();
		this.owner.lexer.promptExpected = false;
		if (data && inertBytes(data) === data.length) {
			this.give(data);
			// Whether anybody has taken it is not known, so nobody is waited for as long as a peer may take.
			if (!this.over) this.owner.timer.start(Math.min(PROMPT_TIMEOUT_MS, this.command.timeoutMs));
		} else this.topUp({ kind: "top-up", bytes: MOST_DATA_BYTES, padded: 0 });
	}

	/** Counted data that is on its way is not left half sent: the modem would take the next command for the rest of it. */
	private onSlowData(state: { stalledBytes: number }): void {
		const { port, timer } = this.owner;
		const { pendingBytes } = port;
		if (pendingBytes === state.stalledBytes) return this.abort(timeout(this.command));
		state.stalledBytes = pendingBytes;
		timer.start(SLOW_MS);
	}

	private give(data: Uint8Array): void {
		const { port, timer } = this.owner;
		this.state = { kind: "data", stalledBytes: 0 };
		timer.start(this.lost ? ABORTED_MS : this.command.timeoutMs);
		this.givenBytes = data.length;
		if (!port.write(data)) return this.fail(portFailed());
		this.owner.onData(data.length);
	}

	/** Bytes were lost on their way, or the length was changed: the modem gets more, each time twice as much. */
	private topUp(state: { readonly kind: "top-up"; bytes: number; padded: number }): void {
		const { port, timer } = this.owner;
		this.state = state;
		const more = state.padded > 0 ? undefined : this.command.data?.more?.(state.bytes);
		if (state.padded > MOST_DATA_BYTES) return this.fail(unknown(), "late");
		const bytes = more && more.length > 0 ? more : this.padding(state);
		state.bytes *= 2;
		timer.start(TOP_UP_MS + port.msOf(bytes.length));
		if (!port.write(bytes)) return this.fail(portFailed());
		this.owner.onData(bytes.length);
	}

	/** With a CR behind the last of it: a command line of this length is refused unread. */
	private padding(state: { bytes: number; padded: number }): Uint8Array {
		this.command.data?.onPadded?.();
		const count = Math.min(state.bytes, MOST_DATA_BYTES + 1 - state.padded);
		state.padded += count;
		const bytes = new Uint8Array(count + (state.padded > MOST_DATA_BYTES ? 1 : 0)).fill(PADDING);
		if (bytes.length > count) bytes[count] = CR;
		return bytes;
	}

	private onInfo(line: string): number {
		const { command } = this;
		this.info = line;
		command.onInfo?.(line);
		if (this.over) return 0;
		if (command.isLast?.(line)) this.succeed();
		else if (command.blockBytes) {
			const bytes = "block-end" === this.state.kind ? undefined : command.blockBytes(line); // one block, one header
			if (undefined === bytes) return this.distrust(line);
			this.state = BLOCK_END;
			return bytes;
		}
		return 0;
	}

	private onEnding(ending: "success" | Refusal, line: string): number {
		if (this.command.infoFirst && undefined === this.info) return 0; // of an earlier command
		if ("success" === ending) this.succeed();
		else if (this.lost) this.fail(this.lost);
		else this.done(this.withResidue({ kind: "refused", refusal: ending }, this.givenBytes > 0 && isError(line)));
		return 0;
	}

	private succeed(): void {
		const { command, info } = this;
		if (this.lost) return this.fail(this.lost);
		let value: unknown;
		if (command.read) {
			value = undefined === info ? DAMAGED : command.read(info);
			if (DAMAGED === value) return this.fail(malformed(command, info), "late");
		}
		const taken = "number" === typeof value ? value : undefined;
		// It can't have taken what has not gone out.
		if (this.hasGiven && undefined === taken && this.owner.port.pendingBytes > 0)
			return this.fail(malformed(command, undefined), "residue");
		this.done(this.withResidue({ kind: "value", value }, undefined !== taken && this.isLeftOver(taken)));
	}

	/** Bytes of the stream were given that the modem has not taken. What is left of padding is no command. */
	private isLeftOver(taken: number): boolean {
		const { state } = this;
		return taken < this.givenBytes || ("top-up" === state.kind && 0 === state.padded && state.bytes > 2);
	}

	/**
	 * An end that comes before the last byte is out: the rest stays here, and what has gone out may stand in the modem's
	 * command line. So may what the modem says that it has not taken.
	 */
	private withResidue<O extends Outcome>(outcome: O, tooMuch = false): O {
		const { port } = this.owner;
		if (!tooMuch && (!this.hasGiven || 0 === port.pendingBytes)) return outcome;
		port.drop();
		return { ...outcome, doubt: "residue" };
	}

	/** The answer can't be trusted, nor what follows it: it may be data. */
	private distrust(line: string): number {
		this.owner.onDamage(line);
		this.fail(malformed(this.command, line), "quiet");
		return 0;
	}

	private abort(error: ModemError): void {
		this.owner.lexer.reset();
		this.fail(error, this.doubt);
	}

	private get doubt(): Doubt {
		if (this.command.echoed) return "residue"; // its end may be lost, and the line stand there
		return this.mayWaitForData ? "data" : "late";
	}

	private fail(error: ModemError, doubt?: Doubt): void {
		this.owner.port.drop();
		this.done(doubt ? { kind: "failed", error, doubt } : { kind: "failed", error });
	}

	private done(outcome: Outcome): void {
		if (this.over) return;
		this.end();
		if (this.command.urgent && "held" !== outcome.kind) outcome = { doubt: "late", ...outcome }; // it may be answered again
		this.owner.onDone(this, outcome);
	}
}

/** Said to a line; SEND FAIL is said to data that the modem has taken. */
function isError(line: string): boolean {
	return "ERROR" === line || line.startsWith("+CM");
}

/** After it nothing that was asked is answered. */
export function endsAll(urc: Urc): boolean {
	return "started" === urc.kind || "power-down" === urc.kind;
}

function timeout(command: Command<unknown>): ModemError {
	return new ModemError("TIMEOUT", `no answer to ${nameOf(command)}: check power and wiring of the modem`);
}

function restarted(command: Command<unknown>): ModemError {
	return new ModemError(
		"MODEM_RESTARTED",
		`the modem restarted or switched itself off during ${nameOf(command)}: check its supply`,
	);
}

function unknown(): ModemError {
	return new ModemError("SEND_UNKNOWN", "the modem has not got all of the data: check wiring and baud rate");
}

export function portFailed(): ModemError {
	return new ModemError("PORT_FAILED", "the serial port can't be opened, or takes no bytes: check that nobody else has it");
}

/*
 * The conversation with the modem: one command out at a time, the others queued, unsolicited results handed on.
 *
 * Whether a line is an answer or unsolicited is decided by the command that is out, line by line; what nobody claims is
 * looked up in unsolicited.ts, and what is not there is told as unexplained. A command whose time is up leaves doubt:
 * its answer may still come. Before the next one goes out, a question with an answer of its own is put until that
 * answer comes, so that no late OK is ever taken for another command's.
 */
import type { Clock, TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SerialDescription } from "../core/io.js";
import {
	aborted,
	asksForData,
	type Command,
	endingOf,
	isHarmless,
	isNearlyAccepted,
	lateBytesOf,
	malformed,
	nameOf,
	Refusal,
	SYNC,
} from "./command.js";
import { Echo } from "./echo.js";
import { Hush } from "./hush.js";
import { Lexer, LINE_CUT, LINE_UNFRAMED } from "./lexer.js";
import { Port } from "./port.js";
import { type CommandOwner, CommandQueue, type Queued } from "./queue.js";
import { carriesData, heardLine, isSecret, sentLine, withoutText } from "./redact.js";
import { type Urc, urcOf } from "./urc.js";

/** The modem gives its prompt at once; one that does not come within this is not coming. */
const PROMPT_TIMEOUT_MS = 10_000;
/** How long a caller of `stopsAtPrompt` may leave the modem waiting for data. */
const PROMPT_HELD_MS = 10_000;
/** For the rest of an answer whose beginning was in the port when the time was up. */
const LATE_MS = 500;
/** After a result that leaves no answer to wait for: the rest of the data goes out, and a late result may come. */
const ABORTED_MS = 5_000;

export interface AtClientOptions {
	readonly clock: Clock;
	readonly serial: SerialDescription;
	onUrc(result: Urc): void;
	/** Data that the modem pushes; `left` bytes of the block are still to come. Valid only during the call. */
	onPushedData?(slot: number | undefined, bytes: Uint8Array, left: number): void;
	/** The port held all that it can while JavaScript was away: more may have come and be lost. */
	onFull?(): void;
	/** The modem has stopped answering: nothing of what was known of it holds any more. */
	onSilence?(): void;
	/** The modem has another configuration than the driver had set: it has restarted without a word. */
	onRestart?(): void;
	/** Lines may have been dropped: unsolicited results may be missing. */
	onMissed?(): void;
	/** A line that is in no table, or damaged. */
	onUnexplained?(line: string): void;
	/** Each line in either direction, secrets struck out. */
	onTrace?(direction: "<" | ">", line: string): void;
}

/** What the counted block belongs to that the lexer is in; "sms": the next line is text from outside, never a result. */
type Block = "command" | "nobody" | "sms" | { readonly slot: number | undefined } | undefined;

export class AtClient {
	/** AT+CMEE=1 has been set, and no restart is known since. */
	configured = false;
	readonly #options: AtClientOptions;
	readonly #clock: Clock;
	readonly #lexer: Lexer;
	readonly #port: Port;
	readonly #queue = new CommandQueue();
	#current: Queued | undefined;
	#timer: TimerId;
	#info: string | undefined;
	readonly #echo = new Echo();
	/** The command that was given up last: its echo, its information and its data may still come, for nobody. */
	#late: Command<unknown> | undefined;
	#block: Block;
	#promptPaused = false;
	/** The block of the command that is out has come; only its end, or a known unsolicited result, may follow. */
	#blockDone = false;
	/** The line that was answered by a prompt, whose data is still to be given. */
	#held: string | undefined;
	#doubt = false;
	readonly #hush: Hush;
	/** Of its data, what had still to go out when its time was up: when that does not grow less, the port is dead. */
	#stalledBytes = 0;
	/** The command that is out has got its prompt. */
	#prompted = false;
	/** What came when its data was out was nearly the answer to it. */
	#answerDamaged = false;
	/** Why the command that is out has failed, though its end is still to come. */
	#aborted: ModemError | undefined;
	#damagedLines = 0;
	#closed = false;

	/** Returns how many raw bytes follow the line. A field, for it is called for each line. */
	readonly #onLine = (line: string, flaws: number): number => {
		if (this.#closed || (this.#doubt && this.#hush.isOn)) return 0;
		if (this.#block && "sms" === this.#block) return this.takeText(line);
		const current = this.#current;
		if (current && this.#echo.take(line)) return 0; // not traced: it was on its way out
		if (this.#options.onTrace) {
			this.#options.onTrace("<", heardLine(line, this.#secret));
			if (this.#closed) return 0;
		}
		if (current) {
			if (this.#blockDone && flaws & LINE_UNFRAMED) return this.distrust(line);
			if (0 === (flaws & LINE_CUT)) {
				const taken = this.takeAnswer(current.command, line);
				if (taken >= 0) return taken;
			}
		}
		return this.takeUrc(line, flaws);
	};

	constructor(options: AtClientOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#lexer = new Lexer({
			onLine: this.#onLine,
			onPrompt: () => {
				this.#prompted = true;
				return this.onPrompt();
			},
			onBlock: (bytes, left) => this.onBlock(bytes, left),
		});
		this.#hush = new Hush(options.clock, () => {
			this.#lexer.reset();
			this.next();
		});
		this.#port = new Port(
			options.serial,
			bytes => this.feed(bytes),
			() => options.onFull?.(),
		);
	}

	/** Take "+IPD,n:" for the header of pushed data (single connection, CIPHEAD=1). */
	set inlineHeaders(on: boolean) {
		this.#lexer.inlineHeaders = on;
	}

	/** Lines that came damaged or that nobody explains: when it grows, bytes are lost between modem and microcontroller. */
	get damagedLines(): number {
		return this.#damagedLines;
	}

	/** Something is out, waiting to go out, or held at the prompt. */
	get busy(): boolean {
		return undefined !== this.#current || this.#queue.length > 0 || undefined !== this.#held;
	}

	/** The line at whose prompt the modem waits for data (a command that `stopsAtPrompt`). */
	get heldLine(): string | undefined {
		return this.#held;
	}

	/**
	 * Sends the command when those before it are done, and gives what its `read` gives; unless its owner is no more by then.
	 *
	 * @throws {ModemError} REFUSED, TIMEOUT, MALFORMED, NO_MODEM, BUSY (queue full), CLOSED
	 */
	send<T>(command: Command<T>, owner?: CommandOwner): Promise<T> {
		return this.enqueue<T>(command, owner, false);
	}

	/** The same for a command that may well be refused: the refusal is a value. @throws {ModemError} all of the above but REFUSED */
	ask<T>(command: Command<T>, owner?: CommandOwner): Promise<T | Refusal> {
		return this.enqueue<T | Refusal>(command, owner, true);
	}

	private enqueue<T>(command: Command<unknown>, owner: CommandOwner | undefined, asks: boolean): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			const queued = { command, owner, asks, resolve: resolve as (value: unknown) => void, reject };
			if (this.#closed) reject(closedError());
			else if (undefined !== this.#held && command.answersPrompt) this.#queue.addFirst(queued);
			else this.#queue.add(queued);
			this.next();
		});
	}

	/** Whether anybody answers AT within `timeoutMs`. For a modem that may be off: no doubt is cleared up first. */
	attention(timeoutMs: number): Promise<boolean> {
		return new Promise(resolve => {
			if (this.#closed || this.busy) return resolve(false);
			this.start({ command: { line: "AT", timeoutMs }, resolve: () => resolve(true), reject: () => resolve(false) });
		});
	}

	/** Closes the port and opens it again at another rate. What is out fails with CLOSED. @throws {ModemError} CLOSED */
	reopen(baud: number): void {
		if (this.#closed) throw closedError();
		this.drop(closedError());
		this.#port.reopen(baud);
	}

	/** Writes raw bytes past the queue: only for finding a modem that may not be listening to commands. */
	writeRaw(bytes: Uint8Array): void {
		this.#port.write(bytes);
	}

	/** Rejects what is out and what waits with CLOSED. Nothing is called back after it. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.drop(closedError());
		this.#port.close();
	}

	private drop(error: ModemError): void {
		this.stopTimer();
		this.#hush.end();
		const current = this.#current;
		this.#current = undefined;
		this.#held = undefined;
		this.#aborted = undefined;
		this.#lexer.promptExpected = false;
		this.#lexer.reset();
		current?.reject(error);
		this.#queue.rejectAll(error);
	}

	private fallSilent(error: Error): void {
		this.#queue.rejectAll(new ModemError("NO_MODEM", `the modem has stopped answering: ${error.message}`));
		this.#options.onSilence?.();
	}

	private next(): void {
		while (!this.#current && !this.#closed && !this.#hush.isOn) {
			const next = this.#queue.first;
			if (!next || (undefined !== this.#held && !next.command.answersPrompt)) return;
			if (this.#doubt) return this.sync(0);
			this.#queue.takeFirst();
			if (!next.owner?.isStale) return this.start(next);
			next.reject(closedError());
		}
	}

	private start(queued: Queued): void {
		const { command } = queued;
		this.#current = queued;
		this.#info = undefined;
		this.#blockDone = false;
		this.#prompted = false;
		this.#answerDamaged = false;
		this.#stalledBytes = 0;
		if (command.answersPrompt) {
			this.#held = undefined;
			this.startTimer(command.timeoutMs);
			this.#port.write(command.data ?? new Uint8Array(0));
		} else {
			const prompts = asksForData(command);
			this.#echo.begin(command.line);
			this.#lexer.promptExpected = prompts;
			this.startTimer(prompts ? Math.min(PROMPT_TIMEOUT_MS, command.timeoutMs) : command.timeoutMs);
			this.#port.writeLine(command.line);
		}
		this.#options.onTrace?.(">", sentLine(command)); // last: it may close the client
	}

	/** Asks until the answer to this very question comes: what comes before it is late. Another question each time. */
	private sync(attempt: number): void {
		this.start({
			command: SYNC[attempt]!,
			resolve: () => {
				this.#doubt = false;
				this.next();
			},
			reject: error => {
				if (this.#closed) return;
				if (attempt + 1 < SYNC.length) this.sync(attempt + 1);
				else this.fallSilent(error);
			},
		});
	}

	private succeed(): void {
		const { command } = this.#current!;
		let value: unknown;
		let error: Error | undefined;
		try {
			if (command.read) {
				if (undefined === this.#info) throw malformed(`(nothing) to ${nameOf(command)}`);
				value = command.read(this.#info);
			}
		} catch (caught) {
			error = caught as Error;
		}
		if (error instanceof ModemError) this.giveUp(error);
		else this.finish(value, error);
	}

	private finish(value: unknown, error: Error | Refusal | undefined): void {
		const current = this.#current!;
		const failure = this.#aborted ?? error;
		this.#current = undefined;
		this.#aborted = undefined;
		this.stopTimer();
		this.#lexer.promptExpected = false;
		this.#echo.end();
		if (!failure) current.resolve(value);
		else if (failure instanceof Refusal) current.asks ? current.resolve(failure) : current.reject(failure.toError());
		else if (!this.#queue.repeats(current, failure)) current.reject(failure);
		this.next();
	}

	private startTimer(ms: number): void {
		this.stopTimer();
		this.#timer = this.#clock.setTimer(() => this.onTimeout(), ms);
	}

	private stopTimer(): void {
		if (undefined !== this.#timer) this.#clock.clearTimer(this.#timer);
		this.#timer = undefined;
	}

	private onTimeout(): void {
		const current = this.#current!;
		const { command } = current;
		this.#timer = undefined;
		// JavaScript was away: the answer, or the beginning of it, may have come in time.
		if (this.#port.read()) {
			if (this.#current === current && undefined === this.#timer) this.startTimer(LATE_MS);
			return;
		}
		if (this.#awaitsPrompt && this.goOnWithoutPrompt(command)) return;
		// Counted data that is on its way is not left half sent: the modem would take the next command for the rest of it.
		const { pendingBytes } = this.#port;
		if (this.#dataGiven && pendingBytes > 0 && pendingBytes !== this.#stalledBytes) {
			this.#stalledBytes = pendingBytes;
			return this.startTimer(ABORTED_MS);
		}
		this.#lexer.reset();
		if (command.cutOff && this.#prompted && 0 === pendingBytes) return this.onUnanswered(command.cutOff());
		this.giveUp(new ModemError("TIMEOUT", `no answer to ${nameOf(command)}: check power and wiring of the modem`));
	}

	/** All data is out. Either the answer came damaged, or the modem still waits for bytes that were lost on their way. */
	private onUnanswered(cutOff: Uint8Array): void {
		if (this.#answerDamaged) return this.giveUp(malformed("(damaged)"));
		this.giveUp(new ModemError("SEND_UNKNOWN", "the modem has not got all of the data: check wiring and baud rate"), cutOff);
	}

	/** The prompt of the command that is out has not come. */
	get #awaitsPrompt(): boolean {
		return this.#lexer.promptExpected;
	}

	/** A prompt was lost, or is not given: data that could be no command, if the modem is waiting for one, goes out all the same. */
	private goOnWithoutPrompt(command: Command<unknown>): boolean {
		if (!command.data || !isHarmless(command.data)) return false;
		this.onPrompt();
		return true;
	}

	/** Ends the command, and asks for a fresh start before the next: the answer, or the rest of it, may still come. */
	private giveUp(error: ModemError, lastBytes?: Uint8Array): void {
		const { command } = this.#current!;
		if (!command.infoFirst) this.#late = command;
		this.#doubt = true;
		this.#port.drop();
		if (lastBytes) this.#port.write(lastBytes);
		this.finish(undefined, error);
	}

	/** The answer can't be trusted, nor what follows it: it may be data. */
	private distrust(line: string): number {
		this.tellDamage(line);
		this.#hush.begin();
		this.giveUp(malformed(line));
		return 0;
	}

	private tellDamage(line: string): void {
		this.#damagedLines++;
		if (this.#dataGiven && isNearlyAccepted(this.#current!.command, line)) this.#answerDamaged = true;
		const mayBeData = carriesData(this.#current?.command) || (this.#doubt && carriesData(this.#late));
		this.#options.onUnexplained?.(mayBeData ? withoutText(line) : heardLine(line, this.#secret));
	}

	private feed(bytes: Uint8Array): void {
		if (this.#hush.isOn) this.#hush.begin();
		else this.#lexer.feed(bytes);
	}

	/** The command whose parameters may still be echoed. */
	get #secret(): Command<unknown> | undefined {
		const current = this.#current?.command;
		if (isSecret(current)) return current;
		return this.#doubt && isSecret(this.#late) ? this.#late : undefined;
	}

	/** Returns the raw bytes that follow, or -1 when the line does not belong to the command. */
	private takeAnswer(command: Command<unknown>, line: string): number {
		if (command.isInfo?.(line)) return this.takeInfo(command, line);
		const ending = endingOf(command, line);
		if (!ending) return -1;
		if (command.infoFirst && undefined === this.#info) return 0;
		if ("success" === ending) this.succeed();
		else if (ending instanceof Refusal) this.finish(undefined, ending);
		else this.giveUp(ending);
		return 0;
	}

	private takeInfo(command: Command<unknown>, line: string): number {
		this.#info = line;
		command.onInfo?.(line);
		if (command.isLast?.(line)) {
			this.succeed();
			return 0;
		}
		if (!command.blockBytes) return 0;
		try {
			const bytes = command.blockBytes(line);
			this.#block = "command";
			this.#blockDone = true;
			return bytes;
		} catch {
			return this.distrust(line);
		}
	}

	private takeUrc(line: string, flaws: number): number {
		const result = flaws & LINE_CUT ? undefined : urcOf(line);
		if (!result) return this.takeUnexplained(line);
		const { kind } = result;
		if (this.#doubt && "stray" === kind) return 0; // late, as was to be expected
		let bytes = 0;
		if ("data" === kind) {
			this.#block = { slot: result.slot };
			bytes = result.bytes;
		} else if ("sms" === kind && result.textFollows) this.beginText();
		this.#options.onUrc(result);
		if (this.#current) this.abortAfter(this.#current.command, result);
		return bytes;
	}

	/** The next line is text from outside, which may even begin like a prompt. */
	private beginText(): void {
		this.#block = "sms";
		this.#promptPaused = this.#lexer.promptExpected;
		this.#lexer.promptExpected = false;
	}

	private takeText(text: string): number {
		this.#block = undefined;
		this.#lexer.promptExpected = this.#promptPaused;
		this.#options.onUrc({ kind: "sms-text", text });
		return 0;
	}

	private takeUnexplained(line: string): number {
		const lateBytes = this.#doubt && this.#late ? lateBytesOf(this.#late, line) : -1;
		if (lateBytes >= 0) {
			this.#block = "nobody";
			return lateBytes;
		}
		if (this.#current?.command.blockBytes) return this.distrust(line); // the header was damaged, or data is left over
		this.tellDamage(line);
		return 0;
	}

	/** After a restart nothing that was asked is answered; other results end the commands that say so. */
	private abortAfter(command: Command<unknown>, result: Urc): void {
		const restarted = "started" === result.kind || "power-down" === result.kind;
		if (!restarted && !command.abortedBy?.(result)) return;
		if (!restarted && this.#dataGiven) {
			this.#aborted = aborted(command, restarted);
			this.startTimer(ABORTED_MS);
		} else {
			this.#lexer.reset();
			this.giveUp(aborted(command, restarted));
		}
	}

	/** The data of the command that is out is on its way, or has gone out. */
	get #dataGiven(): boolean {
		return undefined !== this.#current && "data" in this.#current.command && !this.#awaitsPrompt;
	}

	/** Returns the bytes of echo that follow. */
	private onPrompt(): number {
		this.#lexer.promptExpected = false;
		if (!this.#current) return 0;
		const { command } = this.#current;
		let bytes = 0;
		if (command.stopsAtPrompt) {
			this.#held = command.line;
			this.finish(undefined, undefined);
			this.#timer = this.#clock.setTimer(() => this.onPromptForgotten(), PROMPT_HELD_MS);
		} else {
			const { data = new Uint8Array(0) } = command;
			bytes = data.length;
			this.startTimer(command.timeoutMs);
			this.#port.write(data);
		}
		const echoBytes = this.#echo.isOn ? bytes : 0;
		if (echoBytes > 0) this.#block = "nobody";
		this.#options.onTrace?.("<", ">"); // last: it may close the client
		if (bytes > 0) this.#options.onTrace?.(">", `(${bytes} bytes)`);
		return echoBytes;
	}

	/** Nobody gave the data: ESC leaves the form without length; the other ends when the next line has filled it. */
	private onPromptForgotten(): void {
		this.#held = undefined;
		this.#doubt = true;
		this.#port.write(new Uint8Array([0x1b]));
		this.next();
	}

	private onBlock(bytes: Uint8Array, left: number): void {
		if (this.#closed || undefined === this.#block) return;
		if ("command" === this.#block) this.#current?.command.onBlock?.(bytes, left);
		else if ("object" === typeof this.#block) this.#options.onPushedData?.(this.#block.slot, bytes, left);
		if (0 === left) this.#block = undefined;
	}
}

function closedError(): ModemError {
	return new ModemError("CLOSED", "the driver was closed");
}

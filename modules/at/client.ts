/*
 * The AT client: one command out at a time, the others queued, unsolicited results (URCs) handed on.
 *
 * A line belongs to the command that is out only if that command claims it (exchange.ts); everything else is a URC, and
 * what is in no table is told as unexplained. A command that was given up leaves doubt, which is cleared up before the
 * next one goes out (resync.ts).
 */
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SerialDescription } from "../core/io.js";
import { Timer, type TimerOwner } from "../core/timer.js";
import { type Command, carriesData, claims, lateBytesOf, Refusal } from "./command.js";
import { Echo } from "./echo.js";
import { type Doubt, Exchange, endsAll, type Outcome, portFailed } from "./exchange.js";
import { Lexer, type LexerHandler, LINE_CUT, LINE_UNFRAMED } from "./lexer.js";
import { Port, type PortHandler } from "./port.js";
import { type CommandOwner, CommandQueue, type Queued } from "./queue.js";
import { isSecret, redacted, sentLine, withoutText } from "./redact.js";
import { LINE_BYTES, MOST_DATA_BYTES, Resync } from "./resync.js";
import { type Urc, urcOf } from "./urc.js";

/** How long the caller of a command that `stopsAtPrompt` may leave the modem waiting for data. */
const HELD_MS = 10_000;
/** After damage in data nothing is believed until the modem has been quiet for so long, or this has lasted too long. */
const QUIET_MS = 200;
const MOST_QUIET_MS = 3_000;
/** The text of a short message comes right behind its header. */
const TEXT_MS = 1_000;
/** A second OK right behind the first belongs to the same answer. */
const SECOND_END_MS = 100;
/** Lines so shortly after data may be a part of it. */
const DATA_ECHO_MS = 1_000;
/** After a pushed block nothing follows, or a CR; what has eaten that CR shows within this. */
const PUSHED_END_MS = 50;
const ESC = 0x1b;
const CR = 0x0d;

export interface AtClientOptions {
	readonly clock: Clock;
	readonly serial: SerialDescription;
	onUrc(urc: Urc): void;
	/** Data that the modem pushes; `left` bytes of the block are still to come. Valid only during the call. */
	onPushedData?(slot: number | undefined, bytes: Uint8Array, left: number): void;
	/** A pushed block has ended. Not whole: its last bytes are those of the line behind it. */
	onPushedEnd?(slot: number | undefined, whole: boolean): void;
	/** The port held all that it can while JavaScript was away: more may have come and be lost. */
	onFull?(): void;
	/** Lines were dropped, URCs may be missing: whoever keeps a state of the modem asks for it. */
	onMissed?(): void;
	/** The modem has another configuration than it was given: it has restarted, and nobody has heard it. */
	onRestart?(): void;
	/** The modem has stopped answering: nothing of what was known of it holds any more. */
	onSilence?(): void;
	/** The serial port can't be opened again, or takes no bytes. The next command tries it again. */
	onPortFailed?(error: ModemError): void;
	/** A line that is in no table, or damaged; of what may be data only the length. */
	onUnexplained?(line: string): void;
	/** Each line in either direction, secrets struck out. */
	onTrace?(direction: "<" | ">", line: string): void;
}

type Phase =
	| { readonly kind: "idle" }
	| { readonly kind: "exchange"; readonly exchange: Exchange }
	/** The modem waits for data at the prompt of this line. */
	| { readonly kind: "held"; readonly line: string }
	/** What comes is dropped until the modem is quiet. */
	| { readonly kind: "quiet"; readonly sinceMs: number }
	| { readonly kind: "closed" };

const IDLE: Phase = Object.freeze({ kind: "idle" });
const CLOSED: Phase = Object.freeze({ kind: "closed" });

/** Whom the counted block belongs to that the lexer is in. */
type Block = "nobody" | "exchange" | { readonly slot: number | undefined };

export class AtClient implements LexerHandler, PortHandler, TimerOwner {
	readonly port: Port;
	readonly lexer: Lexer;
	readonly echo = new Echo();
	readonly timer: Timer;
	/** Bring-up has set AT+CMEE=1: a modem that says otherwise has restarted. */
	configured = false;
	private readonly options: AtClientOptions;
	private readonly clock: Clock;
	private readonly queue: CommandQueue;
	private phase: Phase = IDLE;
	private resync: Resync | undefined;
	private block: Block = "nobody";
	/** The next line is the text of a short message, whatever it says. */
	private text: { readonly sinceMs: number; readonly prompts: boolean } | undefined;
	/** The command whose block was the last thing to come. */
	private lastBlock: { readonly command: Command<unknown>; readonly sinceMs: number } | undefined;
	/** A pushed block that is whole unless the next line shows otherwise. */
	private pushed: { readonly slot: number | undefined } | undefined;
	private readonly pushedTimer: Timer;
	/** When data was last given or taken. */
	private dataMs: number | undefined;
	/** When the command that is out was. */
	private startedMs = 0;
	private damaged = 0;

	/** @throws {Error} the port can't be opened */
	constructor(options: AtClientOptions) {
		const { clock } = options;
		this.options = options;
		this.clock = clock;
		this.queue = new CommandQueue(clock);
		this.timer = new Timer(clock, this);
		this.pushedTimer = new Timer(clock, this);
		this.lexer = new Lexer(this);
		this.port = new Port(clock, options.serial, this);
	}

	/** Take "+IPD,n:" for the header of pushed data (single connection, CIPHEAD=1). */
	set inlineHeaders(on: boolean) {
		this.lexer.inlineHeaders = on;
	}

	/** Lines that came damaged or that nobody explains: when it grows, bytes are lost between modem and microcontroller. */
	get damagedLines(): number {
		return this.damaged;
	}

	/** Something is out, waiting to go out, or held at the prompt. */
	get busy(): boolean {
		const { kind } = this.phase;
		return "exchange" === kind || "held" === kind || this.queue.length > 0;
	}

	/** The line at whose prompt the modem waits for data (a command that `stopsAtPrompt`). */
	get heldLine(): string | undefined {
		return "held" === this.phase.kind ? this.phase.line : undefined;
	}

	/**
	 * Sends the command when those before it are done, and gives what its `read` gives; unless its owner is stale by then.
	 *
	 * @throws {ModemError} REFUSED, TIMEOUT, MALFORMED, NO_MODEM, BUSY (queue full, or waited too long), CANCELLED, PORT_FAILED, CLOSED
	 */
	send<T>(command: Command<T>, owner?: CommandOwner): Promise<T> {
		return this.enqueue<T>(command, owner, false);
	}

	/** The same for a command that may well be refused: the refusal is a value. @throws {ModemError} all of the above but REFUSED */
	ask<T>(command: Command<T>, owner?: CommandOwner): Promise<T | Refusal> {
		return this.enqueue<T | Refusal>(command, owner, true);
	}

	/** Whether anybody answers AT within `timeoutMs`. For a modem that may be off: no doubt is cleared up first. */
	attention(timeoutMs: number): Promise<boolean> {
		return new Promise(resolve => {
			if ("idle" !== this.phase.kind || this.queue.length > 0) return resolve(false);
			const no = () => resolve(false);
			this.start({
				command: { line: "AT", timeoutMs },
				asks: true,
				resolve: answer => resolve(!(answer instanceof Refusal)),
				reject: no,
			});
		});
	}

	/** Closes the port and opens it again at another rate. What is out and what waits fails with CANCELLED. False: the port can't. */
	reopen(baud: number): boolean {
		if ("closed" === this.phase.kind) return false;
		this.drop(new ModemError("CANCELLED", "the serial port was opened again at another rate"));
		return this.port.reopen(baud);
	}

	/** Writes raw bytes past the queue: only for finding a modem that may not be listening to commands. */
	writeRaw(bytes: Uint8Array): void {
		this.port.write(bytes);
	}

	/** Rejects what is out and what waits with CLOSED. Nothing is called back after it. */
	close(): void {
		if ("closed" === this.phase.kind) return;
		this.drop(closedError(), CLOSED);
		this.pushedTimer.stop();
		this.port.close();
	}

	/** Of its exchange. */
	onDone(exchange: Exchange, outcome: Outcome): void {
		const { command, queued } = exchange;
		if ("held" === outcome.kind) {
			this.enter({ kind: "held", line: command.line });
			this.timer.start(HELD_MS);
			queued.resolve(undefined);
			return this.next();
		}
		const { doubt } = outcome;
		this.enter(IDLE);
		if (carriesData(command)) this.dataMs = this.clock.nowMs();
		if (doubt) this.beginResync(command, doubt);
		else if (command.blockBytes && "value" === outcome.kind) this.lastBlock = { command, sinceMs: this.clock.nowMs() };
		this.settle(queued, outcome);
		this.next();
	}

	/** Of its exchange: data is on its way to the modem. */
	onData(bytes: number): void {
		this.options.onTrace?.(">", `(${bytes} bytes)`);
	}

	/** Of its exchange, too. */
	onDamage(line: string): void {
		this.damaged++;
		this.options.onUnexplained?.(this.mayBeData ? withoutText(line) : this.shown(line)); // even one that the command claims
	}

	/** Of its exchange, too: a line that is too long is refused unread, whatever it begins with. */
	spoilLine(bytes = LINE_BYTES): void {
		const padding = new Uint8Array(bytes + 1).fill(ESC);
		padding[bytes] = CR;
		this.port.write(padding);
	}

	private enqueue<T>(command: Command<unknown>, owner: CommandOwner | undefined, asks: boolean): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			const queued: Queued = { command, owner, asks, resolve: resolve as (value: unknown) => void, reject };
			if ("closed" === this.phase.kind) reject(closedError());
			else if (command.answer && "held" === this.phase.kind) this.queue.addFirst(queued);
			else this.queue.add(queued);
			this.next();
		});
	}

	private settle(queued: Queued, outcome: Exclude<Outcome, { kind: "held" }>): void {
		switch (outcome.kind) {
			case "value":
				return queued.resolve(outcome.value);
			case "refused":
				return queued.asks ? queued.resolve(outcome.refusal) : queued.reject(outcome.refusal.toError());
			case "failed":
				if (!this.queue.repeats(queued, outcome.error)) queued.reject(outcome.error);
		}
	}

	private enter(phase: Phase): void {
		this.timer.stop();
		this.phase = phase;
	}

	/** All that is out or waits fails with `error`. */
	private drop(error: ModemError, phase: Phase = IDLE): void {
		const before = this.phase;
		this.enter(phase);
		this.text = undefined;
		this.lastBlock = undefined;
		this.lexer.reset();
		this.queue.rejectAll(error);
		if ("exchange" !== before.kind) return;
		this.beginResync(before.exchange.command, before.exchange.mayWaitForData ? "data" : "late");
		before.exchange.end();
		before.exchange.queued.reject(error);
	}

	private next(): void {
		while ("idle" === this.phase.kind || "held" === this.phase.kind) {
			const next = this.queue.first;
			const idle = "idle" === this.phase.kind;
			if (idle && this.resync && (next || this.resync.isUrgent)) return this.synchronise(this.resync);
			if (!next || (!idle && !next.command.answer)) return;
			this.queue.takeFirst();
			if (next.command.answer && idle) next.reject(promptGone());
			else if (!next.owner?.isStale) this.start(next);
			else next.reject(new ModemError("CANCELLED", "the connection that the command was for has ended"));
		}
	}

	private start(queued: Queued): void {
		const exchange = new Exchange(this, queued);
		this.startedMs = this.clock.nowMs();
		this.enter({ kind: "exchange", exchange });
		exchange.begin();
		this.options.onTrace?.(">", sentLine(queued.command)); // last: it may close the client
	}

	private beginResync(late: Command<unknown> | undefined, doubt: Doubt): void {
		this.resync ??= new Resync(late);
		this.resync.add(doubt);
		if ("quiet" !== doubt) return;
		this.enter({ kind: "quiet", sinceMs: this.clock.nowMs() });
		this.timer.start(QUIET_MS);
	}

	private synchronise(resync: Resync): void {
		resync.isUrgent = false;
		if (resync.paddingBytes > 0) this.spoilLine(resync.paddingBytes);
		resync.paddingBytes = 0;
		this.start({
			command: resync.question,
			resolve: value => this.onSynchronised(resync, value as number),
			reject: error => this.onUnsynchronised(resync, error as ModemError),
		});
	}

	/** Only silence counts, and an answer that came damaged: what the modem was not asked says nothing of it. */
	private onUnsynchronised(resync: Resync, error: ModemError): void {
		const { code } = error;
		if ("PORT_FAILED" === code) this.queue.rejectAll(error);
		else if ("CANCELLED" !== code) this.onSynchronised(resync, undefined);
	}

	private onSynchronised(resync: Resync, value: number | undefined): void {
		if (resync !== this.resync || "closed" === this.phase.kind) return;
		const finding = resync.onAnswer(value, this.configured);
		if ("again" === finding) {
			resync.isUrgent = resync.hasMissed;
			return this.next();
		}
		this.resync = undefined;
		if ("silent" === finding) return this.fallSilent();
		if ("restarted" === finding) this.options.onRestart?.();
		else if (resync.hasMissed) this.options.onMissed?.();
	}

	private fallSilent(): void {
		this.resync = new Resync(undefined);
		this.queue.rejectAll(new ModemError("NO_MODEM", "the modem has stopped answering: check its power and wiring"));
		this.options.onSilence?.();
	}

	/** Of its port. */
	onFailed(): void {
		const error = portFailed();
		this.drop(error);
		this.options.onPortFailed?.(error);
	}

	/** Of its timers. */
	onTime(timer: Timer): void {
		if (timer === this.pushedTimer) return this.endPushed(true);
		switch (this.phase.kind) {
			case "exchange":
				return this.phase.exchange.onTime();
			case "held":
				return this.onPromptForgotten();
			case "quiet":
				this.lexer.reset();
				this.enter(IDLE);
				return this.next();
		}
	}

	/** Nobody gave the data: ESC leaves the form without length, and a line that is too long fills up the other. */
	private onPromptForgotten(): void {
		this.enter(IDLE);
		this.beginResync(undefined, "late");
		this.spoilLine(MOST_DATA_BYTES);
		this.next();
	}

	/** Of its port. */
	onFull(): void {
		this.options.onFull?.();
	}

	/** Of its port. */
	onBytes(bytes: Uint8Array): void {
		const { phase } = this;
		if ("exchange" === phase.kind && phase.exchange.takesEcho) return phase.exchange.onEcho(bytes);
		if ("quiet" !== phase.kind) return this.lexer.feed(bytes);
		const leftMs = MOST_QUIET_MS - elapsedMs(phase.sinceMs, this.clock.nowMs());
		this.timer.start(Math.max(0, Math.min(QUIET_MS, leftMs)));
	}

	/** Of its lexer. Returns how many raw bytes follow the line. */
	onLine(line: string, flaws: number): number {
		const exchange = "exchange" === this.phase.kind ? this.phase.exchange : undefined;
		if (!exchange && ("closed" === this.phase.kind || "quiet" === this.phase.kind)) return 0;
		if (this.text) return this.onText(line);
		if (exchange && this.echo.take(line)) return 0; // not traced: it was on its way out
		if (this.pushed) this.endPushed(0 === (flaws & LINE_UNFRAMED));
		if ("OK" === line && this.isSecondEnd()) return this.onSecondEnd();
		if (this.options.onTrace) {
			this.options.onTrace("<", this.shown(line));
			if ("closed" === this.phase.kind) return 0;
		}
		const taken = exchange?.onLine(line, flaws) ?? -1;
		if (taken < 0) return this.onForeignLine(line, flaws);
		this.lastBlock = undefined;
		if (taken > 0) this.block = "exchange";
		return taken;
	}

	/** An OK that no command can have brought: the block before was longer than its header said, and was read as lines. */
	private isSecondEnd(): boolean {
		const { clock, lastBlock, phase, port, startedMs } = this;
		if (!lastBlock || elapsedMs(lastBlock.sinceMs, clock.nowMs()) >= SECOND_END_MS) return false;
		return "exchange" !== phase.kind || elapsedMs(startedMs, clock.nowMs()) < port.msOf(phase.exchange.command.line.length);
	}

	private onSecondEnd(): number {
		const { command } = this.lastBlock!;
		this.lastBlock = undefined;
		this.damaged++;
		command.onDataLost?.();
		return 0;
	}

	private onForeignLine(line: string, flaws: number): number {
		const urc = flaws & LINE_CUT ? undefined : urcOf(line);
		if (!urc) return this.onUnexplained(line);
		if (this.resync && "stray" === urc.kind) return 0; // late, as was to be expected
		let bytes = 0;
		if ("data" === urc.kind) {
			this.block = { slot: urc.slot };
			bytes = urc.bytes;
		} else if ("sms" === urc.kind && urc.textFollows) this.beginText();
		this.options.onUrc(urc);
		if ("exchange" === this.phase.kind) this.phase.exchange.onUrc(urc);
		else if ("held" === this.phase.kind && endsAll(urc)) {
			this.enter(IDLE);
			this.next();
		}
		return bytes;
	}

	private onUnexplained(line: string): number {
		const late = this.resync?.late;
		const lateBytes = late ? lateBytesOf(late, line) : -1;
		if (lateBytes >= 0) {
			if (lateBytes > 0) late?.onDataLost?.();
			this.block = "nobody";
			return lateBytes;
		}
		this.onDamage(line);
		if ("exchange" === this.phase.kind) this.phase.exchange.onUnexplained(line);
		return 0;
	}

	private get mayBeData(): boolean {
		const command = "exchange" === this.phase.kind ? this.phase.exchange.command : undefined;
		if (command && carriesData(command)) return true;
		if (this.resync?.late && carriesData(this.resync.late)) return true;
		return undefined !== this.dataMs && elapsedMs(this.dataMs, this.clock.nowMs()) < DATA_ECHO_MS;
	}

	/** As a log may show it. While an echo of a secret, or somebody's data, may come as lines, only what is surely none is shown. */
	private shown(line: string): string {
		const out = "exchange" === this.phase.kind ? this.phase.exchange.command : undefined;
		const late = this.resync?.late;
		const hides = this.mayBeData || (out && isSecret(out)) || (late && isSecret(late));
		if (hides && !urcOf(line) && !(out && claims(out, line))) return withoutText(line);
		return redacted(line);
	}

	/** The next line is text from outside, which may even begin like a prompt. */
	private beginText(): void {
		this.text = { sinceMs: this.clock.nowMs(), prompts: this.lexer.promptExpected };
		this.lexer.promptExpected = false;
	}

	private onText(line: string): number {
		const { prompts, sinceMs } = this.text!;
		this.text = undefined;
		this.lexer.promptExpected = prompts;
		if (elapsedMs(sinceMs, this.clock.nowMs()) > TEXT_MS) return this.onLine(line, 0); // the modem was cut off before it
		this.options.onUrc({ kind: "sms-text", text: line });
		return 0;
	}

	/** Of its lexer. Returns the bytes of echo that follow. */
	onPrompt(): number {
		if ("exchange" !== this.phase.kind) return 0;
		this.options.onTrace?.("<", ">");
		if ("exchange" !== this.phase.kind) return 0; // the trace has closed the client
		const bytes = this.phase.exchange.onPrompt();
		if (bytes > 0) this.block = "nobody";
		return bytes;
	}

	/** Of its lexer. */
	onBlock(bytes: Uint8Array, left: number): void {
		const { block, phase } = this;
		if ("exchange" === block) {
			if ("exchange" === phase.kind) phase.exchange.onBlock(bytes, left);
		} else if ("nobody" !== block && "closed" !== phase.kind) {
			this.dataMs = this.clock.nowMs();
			this.options.onPushedData?.(block.slot, bytes, left);
			if (0 === left) this.pushed = block;
			if (0 === left) this.pushedTimer.start(PUSHED_END_MS);
		}
		if (0 === left) this.block = "nobody";
	}

	private endPushed(whole: boolean): void {
		const pushed = this.pushed;
		this.pushed = undefined;
		this.pushedTimer.stop();
		if (pushed) this.options.onPushedEnd?.(pushed.slot, whole);
	}
}

function promptGone(): ModemError {
	return new ModemError("CANCELLED", "the modem does not wait for data any more: send its command again");
}

function closedError(): ModemError {
	return new ModemError("CLOSED", "the driver was closed");
}

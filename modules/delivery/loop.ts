/*
 * The connection loop: every so often, a message to each destination, and the answer to it.
 *
 * In single mode the destinations are taken in turn, one connection at a time; in multi mode all at once, each over a
 * connection of its own, as far as the link has slots: the others follow as slots become free. A failure ends
 * that message's try and no more: the next cycle starts from whatever is left of the link, also when somebody took it down.
 * When to try again is not decided here: the link says it.
 *
 * A message whose fate is not known is not sent again, for that would double it; it is told as failed.
 */
import type { Clock } from "../core/clock.js";
import { ModemError, type ModemErrorCode } from "../core/errors.js";
import { type Pause, Waits } from "../core/waits.js";
import type { Destination, UplinkEvent } from "./events.js";
import type { Link, LinkConnection } from "./link.js";

export interface LoopOptions {
	readonly clock: Clock;
	readonly link: Link;
	readonly mode: "single" | "multi";
	readonly destinations: readonly Destination[];
	/** `{cycle}` in it becomes the number of the cycle, from 1. One byte a character, or UTF-8 where it has others. */
	readonly message: string;
	/** How many cycles to run; undefined: for ever. */
	readonly cycles?: number | undefined;
	/** From the end of one cycle to the start of the next. */
	readonly intervalMs: number;
	/** How long to wait for the peer's answer; 0: none is expected. */
	readonly answerTimeoutMs: number;
	/** Keep the bearer up between cycles; default true. */
	readonly keepBearer?: boolean;
	/** Failed cycles in a row after which the loop gives up; undefined: never. */
	readonly failureLimit?: number | undefined;
	onEvent(event: UplinkEvent): void;
}

/** Time and another try mend nothing: a person is needed. */
const HOPELESS: readonly ModemErrorCode[] = Object.freeze([
	"PIN_REQUIRED",
	"PIN_WRONG",
	"PIN_NOT_TRIED",
	"PUK_REQUIRED",
	"CLOSED",
] as const);

/** Longer than any exchange takes: whoever waits for a slot is woken by the end of one. */
const TURN_MS = 24 * 3_600_000;

/** The link is down, or was when it was last heard of. */
const LINK_DOWN: readonly ModemErrorCode[] = Object.freeze([
	"BEARER_DOWN",
	"BEARER_LOST",
	"MODEM_RESTARTED",
	"NO_MODEM",
] as const);

/** A wait is asked for again after this: it ends early when the network has come back by itself. */
const MOST_SLEEP_MS = 60_000;
/** Whoever refuses and gives no time is not asked all the time. */
const LEAST_SLEEP_MS = 1_000;

export class ConnectionLoop {
	private readonly options: LoopOptions;
	private readonly waits: Waits;
	private readonly connections = new Set<LinkConnection>();
	/** Exchanges that wait for one of the others to end. */
	private readonly waiting: Pause[] = [];
	/** Exchanges under way, those that wait not counted. */
	private running = 0;
	private closed = false;
	private failures = 0;
	private failedInARow = 0;
	/** Before the next cycle, by what the link says of connections. */
	private restMs = 0;

	/** @throws {TypeError | RangeError} options that can't be used */
	constructor(options: LoopOptions) {
		check(options);
		this.options = options;
		this.waits = new Waits(options.clock);
	}

	/** Runs until all cycles are done, `close()`, or nothing helps any more. Rejects only for a defect. */
	async run(): Promise<void> {
		const { cycles, failureLimit, intervalMs } = this.options;
		let cycle = 0;
		let error: ModemError | undefined;
		while (!this.closed && (undefined === cycles || cycle < cycles)) {
			if (cycle > 0 && !(await this.pause(Math.max(intervalMs, this.restMs)))) break;
			error = await this.cycle(++cycle);
			if (error && HOPELESS.includes(error.code)) break;
			if (undefined !== failureLimit && this.failedInARow >= failureLimit) break;
			error = undefined;
		}
		if (this.closed) return;
		this.options.onEvent({ kind: "finished", cycles: cycle, failures: this.failures, error });
	}

	/**
	 * Ends the loop where it is, and closes its connections; no event and no new message comes after it. The link is its
	 * owner's to close. May be called twice.
	 */
	close(): void {
		this.closed = true;
		this.waits.close();
		for (const connection of this.connections) void connection.close().catch(() => {}); // told to whoever uses it
	}

	private async pause(ms: number): Promise<boolean> {
		await this.waits.sleep(ms).catch(() => {});
		return !this.closed;
	}

	/** Gives the first failure of the cycle. */
	private async cycle(cycle: number): Promise<ModemError | undefined> {
		const { destinations, link, mode } = this.options;
		this.tell({ kind: "cycle", cycle });
		const errors: (ModemError | undefined)[] = [];
		this.restMs = 0;
		try {
			await this.bringUp(cycle);
			if ("multi" === mode)
				errors.push(...(await Promise.all(destinations.map(destination => this.exchange(cycle, destination)))));
			else for (const destination of destinations) errors.push(await this.exchange(cycle, destination));
			this.goOn();
			if (errors.every(error => undefined !== error)) this.restMs = link.next.waitMs;
			if (false === this.options.keepBearer) await link.down();
		} catch (error) {
			errors.push(this.failed(cycle, undefined, error));
		}
		const failed = errors.filter(error => undefined !== error);
		this.failures += failed.length;
		this.failedInARow = failed.length > 0 ? this.failedInARow + 1 : 0;
		this.tell({ kind: "cycle-done", cycle, failures: failed.length });
		return failed[0];
	}

	/** As soon as the link may be brought up. @throws {ModemError} what `up` throws, but BACKOFF */
	private async bringUp(cycle: number): Promise<void> {
		for (let told = false; ; ) {
			this.goOn();
			try {
				return await this.options.link.up();
			} catch (error) {
				if (!(error instanceof ModemError) || "BACKOFF" !== error.code) throw error;
				const { waitMs, why } = this.options.link.next;
				if (!told) this.tell({ kind: "waiting", cycle, forMs: waitMs, why });
				told = true;
				await this.waits.sleep(Math.max(LEAST_SLEEP_MS, Math.min(waitMs, MOST_SLEEP_MS)));
			}
		}
	}

	/** One message to one destination, and its answer. */
	private async exchange(cycle: number, destination: Destination): Promise<ModemError | undefined> {
		const { answerTimeoutMs, message } = this.options;
		let connection: LinkConnection | undefined;
		this.running++;
		try {
			connection = await this.open(cycle, destination);
			this.connections.add(connection);
			this.goOn();
			this.tell({ kind: "connected", cycle, destination });
			const bytes = bytesOf(message.replaceAll("{cycle}", String(cycle)));
			await connection.send(bytes);
			this.tell({ kind: "sent", cycle, destination, bytes: bytes.length });
			if (answerTimeoutMs > 0) {
				const answer = await connection.receive(answerTimeoutMs);
				if (!answer) throw new ModemError("NO_ANSWER", "the peer closed the connection without an answer");
				this.tell({ kind: "answered", cycle, destination, answer });
			}
			return undefined;
		} catch (error) {
			return this.failed(cycle, destination, error);
		} finally {
			await connection?.close();
			if (connection) this.connections.delete(connection);
			this.handOn();
		}
	}

	/** A link that turns out to be down is built up again, once: nothing has been sent yet that could be doubled. */
	private async open(cycle: number, destination: Destination): Promise<LinkConnection> {
		const { link } = this.options;
		for (let rebuilt = false; ; ) {
			this.goOn();
			try {
				return await link.open(destination);
			} catch (error) {
				const code = error instanceof ModemError ? error.code : "CLOSED";
				if ("NO_SLOT" === code && this.running > 1) {
					await this.turn();
				} else if (LINK_DOWN.includes(code) && !rebuilt) {
					rebuilt = true;
					await this.bringUp(cycle);
				} else throw error;
			}
		}
	}

	/** Until another exchange has ended. */
	private turn(): Promise<void> {
		const turn = this.waits.pause(TURN_MS);
		this.waiting.push(turn);
		this.running--;
		return turn.promise;
	}

	/** An exchange has ended: its place goes to the one that has waited longest. */
	private handOn(): void {
		const turn = this.waiting.shift();
		if (turn) turn.resolve();
		else this.running--;
	}

	/** @throws {ModemError} CLOSED */
	private goOn(): void {
		if (this.closed) throw new ModemError("CLOSED", "the loop was closed");
	}

	private failed(cycle: number, destination: Destination | undefined, error: unknown): ModemError {
		if (!(error instanceof ModemError)) throw error; // a defect: not to be counted as bad luck
		this.tell({ kind: "failed", cycle, destination, error });
		return error;
	}

	private tell(event: UplinkEvent): void {
		if (!this.closed) this.options.onEvent(event);
	}
}

function check({ answerTimeoutMs, cycles, destinations, failureLimit, intervalMs, link, message, mode }: LoopOptions): void {
	if ("single" !== mode && "multi" !== mode) throw new RangeError(`mode must be "single" or "multi", not ${String(mode)}`);
	if (!Array.isArray(destinations)) throw new TypeError("destinations must be an array");
	if (0 === destinations.length) throw new RangeError("destinations must not be empty");
	for (const destination of destinations) link.check(destination);
	if ("string" !== typeof message || 0 === message.length) throw new RangeError("message must not be empty");
	wholeNumber("intervalMs", intervalMs, 0);
	wholeNumber("answerTimeoutMs", answerTimeoutMs, 0);
	if (undefined !== cycles) wholeNumber("cycles", cycles, 1);
	if (undefined !== failureLimit) wholeNumber("failureLimit", failureLimit, 1);
}

/** Up to what a timer takes. */
function wholeNumber(name: string, value: number, least: number): void {
	if (!(Number.isInteger(value) && value >= least && value < 2 ** 31))
		throw new RangeError(`${name} must be a whole number from ${least}, not ${value}`);
}

/** UTF-8. */
function bytesOf(text: string): Uint8Array {
	const bytes: number[] = [];
	for (const character of text) {
		const code = character.codePointAt(0)!;
		if (code < 0x80) bytes.push(code);
		else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
		else if (code < 0x1_0000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
		else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
	}
	return Uint8Array.from(bytes);
}

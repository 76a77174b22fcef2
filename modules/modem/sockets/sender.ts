/*
 * What a connection sends: a buffer of fixed size, and the three things that can be true of a byte.
 *
 * It waits here; the modem has taken it ("accepted"); the peer's TCP has it ("acknowledged", AT+CIPACK). How much may be
 * accepted and not acknowledged is bounded, for that is what is lost with the connection, and its fate then unknown.
 *
 * A byte that is lost on its way to the modem shows in what the modem says that it has taken. Then either the first bytes
 * of what it was given are right (its line had another length), or there is a hole among them, and the connection ends.
 *
 * Source: SIM900 AT Command Manual 8.2.3, 8.2.5; TCPIP Application Note 5.
 */
import type { AtClient } from "../../at/client.js";
import { Refusal } from "../../at/command.js";
import { inertBytes } from "../../at/inert.js";
import type { CommandOwner } from "../../at/queue.js";
import { type Clock, elapsedMs } from "../../core/clock.js";
import { ModemError } from "../../core/errors.js";
import { MOST_DATAGRAM_BYTES } from "../../core/ip.js";
import { RingBuffer } from "../../core/ring.js";
import type { Pause, Waits } from "../../core/waits.js";
import type { Bearer } from "../bearer.js";
import { ACKNOWLEDGE_TIMEOUT_MS, type Counts, counts, sendLimit, transmit } from "../commands.js";
import type { SocketEvent } from "../recovery.js";

/** The same for every connection of a modem. */
export interface SenderOptions {
	readonly clock: Clock;
	readonly client: AtClient;
	readonly waits: Waits;
	readonly bearer: Bearer;
	/** How many bytes wait here at most. */
	readonly sendBytes: number;
	/** How it fares, for recovery. */
	report(event: SocketEvent): void;
}

export interface SenderOwner extends CommandOwner {
	/** There is room again, or something was acknowledged. */
	onProgress(): void;
	/** Nothing more is sent; the fate of what is not acknowledged is not known. `wrong`: what the modem holds must not go out. */
	onFailure(error: ModemError, wrong: boolean): void;
}

/** Most networks let a modem send so much at once, none more than 1460; where it is refused, AT+CIPSEND? tells how much. 8.2.3 */
const PIECE_BYTES = MOST_DATAGRAM_BYTES;
const LEAST_PIECE_BYTES = 128;
/** Accepted and not acknowledged: enough for 5 kB/s at a round trip of 1.5 s. */
const WINDOW_BYTES = 8_760;
const ASK_EVERY_MS = 100;
/** A peer that has not acknowledged for so long is asked for less often. */
const ASK_RARELY_AFTER_MS = 3_000;
const ASK_RARELY_EVERY_MS = 1_000;
/** Longer than a round trip over GPRS with two repetitions. */
const UNACKNOWLEDGED_MS = 8_000;
/** A short piece that is refused, or a last question, is put so often: its line may have lost a byte. */
const COUNT_TRIES = 3;
/** So many questions in a row whose answer was refused or damaged: then what was sent is not known. */
const MOST_LOST_COUNTS = 20;
/** Before each datagram stands its length. */
const LENGTH_BYTES = 2;
/** One datagram. */
export const LEAST_SEND_BYTES = LENGTH_BYTES + MOST_DATAGRAM_BYTES;

/** The piece that the modem was asked to take. */
type Piece =
	| { readonly kind: "none" }
	| ({ readonly kind: "out" } & Given)
	/** The answer was lost, or has an unexpected number: the modem's counts tell what it has taken. */
	| ({ readonly kind: "doubtful" } & Given)
	/** Refused: the modem's own buffer is full. */
	| { readonly kind: "refused" }
	/** Refused though the modem's buffer was empty: it is too long. */
	| { readonly kind: "too-long"; readonly announced: number };

interface Given {
	/** In the command. */
	readonly announced: number;
	/** So far: more than announced when the modem waited for more. */
	given: number;
	/** With bytes that are none of ours behind them. */
	padded: boolean;
}

const NONE: Piece = Object.freeze({ kind: "none" });
const REFUSED: Piece = Object.freeze({ kind: "refused" });

export class Sender {
	private readonly options: SenderOptions;
	private readonly slot: number | undefined;
	/** Each write goes out as one piece of its own (UDP), and nobody acknowledges it. */
	private readonly datagrams: boolean;
	private readonly owner: SenderOwner;
	private readonly waiting: RingBuffer;
	private pieceBytes = PIECE_BYTES;
	private piece: Piece = NONE;
	private acceptedBytes = 0;
	private acknowledgedBytes = 0;
	/** When something was last acknowledged, or began to be outstanding. */
	private progressMs: number;
	/** Questions and short pieces that were refused one after the other. */
	private refusals = 0;
	private pause: Pause | undefined;
	private running = false;
	/** More may have been acknowledged since it was last asked for: something has been sent. */
	private unasked = false;
	private ended = false;
	private settled = false;

	constructor(options: SenderOptions, slot: number | undefined, datagrams: boolean, owner: SenderOwner) {
		this.options = options;
		this.slot = slot;
		this.datagrams = datagrams;
		this.owner = owner;
		this.waiting = new RingBuffer(options.sendBytes);
		this.progressMs = options.clock.nowMs();
	}

	/** How many bytes `write` takes now. */
	get free(): number {
		if (this.ended) return 0;
		const { free } = this.waiting;
		return this.datagrams ? Math.max(0, Math.min(MOST_DATAGRAM_BYTES, free - LENGTH_BYTES)) : free;
	}

	/** Bytes that the modem has not taken yet. */
	get waitingBytes(): number {
		return this.waiting.length;
	}

	/** Bytes that the modem has taken since the connection was opened. */
	get accepted(): number {
		return this.acceptedBytes;
	}

	/** All that was written has been acknowledged; of datagrams, has been handed over. */
	get isDelivered(): boolean {
		return 0 === this.waiting.length && this.acceptedBytes === this.acknowledgedBytes;
	}

	/** The peer has acknowledged nothing for so long that something between it and the modem may be dead. */
	get isUnacknowledged(): boolean {
		if (this.acceptedBytes === this.acknowledgedBytes) return false;
		return elapsedMs(this.progressMs, this.options.clock.nowMs()) >= UNACKNOWLEDGED_MS;
	}

	/** Takes all of `bytes`, or none of them when they do not fit. */
	write(bytes: Uint8Array): boolean {
		if (bytes.length > this.free || (this.datagrams && 0 === bytes.length)) return 0 === bytes.length;
		if (this.datagrams) this.waiting.write(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff));
		this.waiting.write(bytes);
		return true;
	}

	/** Sends what waits. Called when the connection is open, and after each write. */
	flush(): void {
		if (this.acceptedBytes - this.acknowledgedBytes < WINDOW_BYTES) this.pause?.resolve();
		if (!this.running) void this.run();
	}

	/** Nothing more goes out, and nothing is called back. */
	end(): void {
		this.ended = true;
		this.pause?.resolve();
	}

	/** The peer has closed: nothing more goes out. Asks once more how much it had acknowledged before. */
	async settle(): Promise<void> {
		this.end();
		for (let tries = 0; tries < COUNT_TRIES && this.hasCounts && this.acceptedBytes !== this.acknowledgedBytes; tries++) {
			try {
				const answer = await this.options.client.ask(counts(this.slot), this.owner);
				if (answer instanceof Refusal) continue; // its line may have lost a byte
				this.acknowledgedBytes = Math.min(answer.acknowledged, this.acceptedBytes);
			} catch {}
			break;
		}
		this.settled = true;
		this.owner.onProgress();
	}

	/** The peer has closed, and it is known how much it has acknowledged. */
	get isSettled(): boolean {
		return this.settled;
	}

	/** Why what was written has not all arrived; undefined: it has, or that is not known yet. */
	get remains(): ModemError | undefined {
		if (!this.settled) return undefined;
		if ("out" === this.piece.kind || "doubtful" === this.piece.kind)
			return new ModemError(
				"SEND_UNKNOWN",
				"the peer has closed, and whether all that the modem was given was sent is not known",
			);
		const { length } = this.waiting;
		if (length > 0)
			return new ModemError("CONNECTION_LOST", `the peer has closed, and ${length} bytes that were written were not sent`);
		const unknown = this.acceptedBytes - this.acknowledgedBytes;
		if (0 === unknown) return undefined;
		return new ModemError("SEND_UNKNOWN", `the peer has closed, and has not acknowledged ${unknown} bytes that were sent`);
	}

	/** The modem says that it has taken data for this connection, and none of its own is out: its counts tell. */
	recount(): void {
		const { piece } = this;
		const isWaiting = "none" === piece.kind || ("out" === piece.kind && 0 === piece.given);
		if (isWaiting && this.hasCounts && !this.ended) void this.count().catch(() => {});
	}

	private onForeignData(): void {
		this.fail(
			new ModemError("SEND_UNKNOWN", "the modem took data of another connection for this one: a number was damaged"),
			true,
		);
	}

	private async run(): Promise<void> {
		this.running = true;
		try {
			while (!this.ended && !this.isDelivered) await this.step();
		} catch (error) {
			this.fail(error as ModemError, false);
		}
		this.running = false;
	}

	private fail(error: ModemError, wrong: boolean): void {
		if (this.ended) return;
		this.ended = true;
		this.owner.onFailure(error, wrong);
	}

	private async step(): Promise<void> {
		const { client } = this.options;
		if ("too-long" === this.piece.kind) return this.shorten(await client.ask(sendLimit(this.slot), this.owner).catch(() => 0));
		if (this.mayTransmit()) return this.transmit();
		if (!this.unasked || "doubtful" === this.piece.kind || 0 === this.waiting.length) await this.rest();
		this.unasked = false;
		if (this.ended) return;
		await this.count();
	}

	/** `limit`: what the modem says that it takes; where that is no help, half of what it has refused. */
	private shorten(limit: number | Refusal): void {
		const { announced } = this.piece as Extract<Piece, { kind: "too-long" }>;
		this.piece = NONE;
		const isUseful = "number" === typeof limit && limit >= LEAST_PIECE_BYTES && limit < announced;
		this.pieceBytes = isUseful ? limit : Math.max(LEAST_PIECE_BYTES, announced >> 1);
	}

	private mayTransmit(): boolean {
		return this.waiting.length > 0 && "none" === this.piece.kind && this.acceptedBytes - this.acknowledgedBytes < WINDOW_BYTES;
	}

	private async transmit(): Promise<void> {
		const { bearer, client } = this.options;
		const announced = this.nextBytes();
		const piece: Extract<Piece, { kind: "out" }> = { kind: "out", announced, given: 0, padded: false };
		this.piece = piece;
		const data = {
			take: () => {
				piece.given = announced;
				return this.peek(announced);
			},
			more: (mostBytes: number) => this.more(piece, mostBytes),
			onPadded() {
				piece.padded = true;
			},
		};
		const command = transmit(this.slot, announced, bearer.sendsQuickly, data);
		// At once, before another command goes out: the connection is closed before wrong data is on its way.
		const onInfo = (line: string) => {
			const taken = command.read!(line);
			if ("number" === typeof taken && isWrong(piece, taken)) this.onTaken(piece, taken);
		};
		try {
			const answer = await client.ask({ ...command, onInfo }, this.owner);
			if (answer instanceof Refusal) this.onRefused(piece, answer);
			else this.onAnswered(piece, answer ?? announced);
		} catch (error) {
			this.onUnanswered(piece, error as ModemError);
		}
	}

	/** A stream is cut where it would be a command, if a byte of the line is lost and the modem reads it as one. */
	private nextBytes(): number {
		if (!this.datagrams) return inertBytes(this.waiting.peek(this.pieceBytes));
		const length = this.waiting.peek(LENGTH_BYTES);
		return (length[0]! << 8) + length[1]!;
	}

	private peek(bytes: number): Uint8Array {
		return this.datagrams ? this.waiting.peek(LENGTH_BYTES + bytes).subarray(LENGTH_BYTES) : this.waiting.peek(bytes);
	}

	/** The modem waits for more than was announced: the next bytes of the stream do no harm. */
	private more(piece: { given: number }, mostBytes: number): Uint8Array {
		if (this.datagrams) return this.waiting.peek(0);
		const { given } = piece;
		const bytes = this.waiting.peek(given + mostBytes);
		piece.given = inertBytes(bytes);
		return bytes.subarray(given, piece.given);
	}

	/** Another number than announced may be one that has lost a digit on its way here. */
	private onAnswered(piece: Given, bytes: number): void {
		if (bytes === piece.announced || !this.hasCounts) this.onTaken(piece, bytes);
		else this.piece = { ...piece, kind: "doubtful" };
	}

	/** The modem has taken so many bytes of the piece. */
	private onTaken(piece: Given, bytes: number): void {
		if (this.ended) return;
		if (isWrong(piece, bytes) || (this.datagrams && bytes !== piece.announced)) {
			return this.fail(
				new ModemError("SEND_UNKNOWN", "bytes were lost on the way to the modem: check wiring and baud rate"),
				true,
			);
		}
		this.piece = NONE;
		this.refusals = 0;
		this.onAccepted(bytes);
	}

	private onAccepted(bytes: number): void {
		const { bearer, clock } = this.options;
		if (this.acceptedBytes === this.acknowledgedBytes) this.progressMs = clock.nowMs();
		this.waiting.drop(bytes + (this.datagrams ? LENGTH_BYTES : 0));
		this.acceptedBytes += bytes;
		this.unasked = true;
		if (this.datagrams || !bearer.sendsQuickly) this.acknowledgedBytes = this.acceptedBytes;
		if (!bearer.sendsQuickly && !this.datagrams) this.options.report("acknowledged");
		this.owner.onProgress();
	}

	/** ERROR before any data was given means that nothing was taken: the modem's own buffer is full, or the piece too long. */
	private onRefused(piece: Given, refusal: Refusal): void {
		if (this.ended) return;
		const { announced, given } = piece;
		if (given > 0) {
			if (this.hasCounts) this.piece = { ...piece, kind: "doubtful" };
			else
				this.fail(
					new ModemError("SEND_UNKNOWN", `whether the data was sent is not known: ${refusal.message}`, refusal.reason),
					false,
				);
		} else if (this.acceptedBytes > this.acknowledgedBytes) this.piece = REFUSED;
		else if (this.datagrams || announced <= LEAST_PIECE_BYTES) this.onRefusedShort(refusal);
		else this.piece = { kind: "too-long", announced };
	}

	/** A byte of the line may have been lost: it is said once more. */
	private onRefusedShort(refusal: Refusal): void {
		if (this.refusals++ < COUNT_TRIES - 1) this.piece = NONE;
		else this.fail(new ModemError("SEND_FAILED", `the data was not sent: ${refusal.message}`, refusal.reason), false);
	}

	private onUnanswered(piece: Given, error: ModemError): void {
		if (this.ended) return;
		const { code } = error;
		const isLost = "TIMEOUT" === code || "MALFORMED" === code || "SEND_UNKNOWN" === code;
		if (isLost && this.hasCounts) this.piece = { ...piece, kind: "doubtful" };
		else this.fail(piece.given > 0 && isLost ? unknownFate(error) : error, piece.padded);
	}

	/** Before the next question what has been acknowledged. @throws {ModemError} SEND_UNKNOWN: nothing was, for too long */
	private rest(): Promise<void> {
		const { clock, report, waits } = this.options;
		const silentMs = elapsedMs(this.progressMs, clock.nowMs());
		if (silentMs >= ACKNOWLEDGE_TIMEOUT_MS && this.acceptedBytes > this.acknowledgedBytes) {
			report("unacknowledged");
			throw new ModemError("SEND_UNKNOWN", `the peer has acknowledged nothing for ${ACKNOWLEDGE_TIMEOUT_MS / 1000} s`);
		}
		this.pause = waits.pause(silentMs < ASK_RARELY_AFTER_MS ? ASK_EVERY_MS : ASK_RARELY_EVERY_MS);
		return this.pause.promise;
	}

	/** The modem tells what it has taken and what was acknowledged. */
	private get hasCounts(): boolean {
		return this.options.bearer.sendsQuickly && !this.datagrams;
	}

	private async count(): Promise<void> {
		if (!this.hasCounts) {
			if ("refused" === this.piece.kind) this.piece = NONE;
			return;
		}
		const answer = await this.options.client.ask(counts(this.slot), this.owner).catch(passing);
		if (this.ended) return;
		if ("accepted" in answer) return this.onCounts(answer);
		if (this.refusals++ >= MOST_LOST_COUNTS)
			throw new ModemError("SEND_UNKNOWN", `what was sent is not known: ${answer.message}`);
	}

	private onCounts({ accepted, acknowledged }: Counts): void {
		const { piece } = this;
		this.refusals = 0;
		if ("refused" === piece.kind) this.piece = NONE;
		if ("doubtful" === piece.kind) this.settleDoubt(piece, accepted - this.acceptedBytes);
		else if (accepted !== this.acceptedBytes) this.onForeignData();
		if (acknowledged <= this.acknowledgedBytes || this.ended) return;
		this.acknowledgedBytes = Math.min(acknowledged, this.acceptedBytes);
		this.progressMs = this.options.clock.nowMs();
		this.options.report("acknowledged");
		this.owner.onProgress();
	}

	/** Not taken: then it goes out again. Otherwise so many bytes of it were. */
	private settleDoubt(piece: Given, bytes: number): void {
		if (0 === bytes) this.piece = NONE;
		else this.onTaken(piece, bytes < 0 ? piece.given + 1 : bytes);
	}
}

/** As much as was announced, and only behind bytes beyond that: some were lost on the way. */
function isWrong({ announced, given, padded }: Given, taken: number): boolean {
	return padded || taken > given || (given > announced && taken === announced);
}

/** A line that was lost is no reason to give up: it is asked again. */
function passing(error: ModemError): ModemError {
	if ("TIMEOUT" === error.code || "MALFORMED" === error.code) return error;
	throw error;
}

/** As soon as the modem was given a byte of it, nobody knows how much of the data arrived. */
function unknownFate(error: ModemError): ModemError {
	return new ModemError("SEND_UNKNOWN", `whether the data arrived is not known: ${error.message}`, error.reason);
}

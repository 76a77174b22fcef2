/*
 * What a connection sends: a buffer of fixed size, and the three things that can be true of a byte.
 *
 * It waits here; the modem has taken it ("accepted"); the peer's TCP has it ("acknowledged", AT+CIPACK). How much may be
 * accepted and not acknowledged is bounded, for that is what is lost with the connection, and its fate then unknown.
 *
 * Source: SIM900 AT Command Manual 8.2.3, 8.2.5; TCPIP Application Note 5.
 */
import type { AtClient } from "../../at/client.js";
import type { CommandOwner } from "../../at/queue.js";
import { type Clock, elapsedMs } from "../../core/clock.js";
import { ModemError } from "../../core/errors.js";
import { MOST_DATAGRAM_BYTES } from "../../core/ip.js";
import { RingBuffer } from "../../core/ring.js";
import type { Pause, Waits } from "../../core/waits.js";
import type { Bearer } from "../bearer.js";
import { ACKNOWLEDGE_TIMEOUT_MS, type Counts, counts, sendLimit, transmitOnPrompt } from "../commands.js";

/** The same for every connection of a modem. */
export interface SenderOptions {
	readonly clock: Clock;
	readonly client: AtClient;
	readonly waits: Waits;
	readonly bearer: Bearer;
	/** How many bytes wait here at most. */
	readonly sendBytes: number;
}

export interface SenderOwner extends CommandOwner {
	/** There is room again, or something was acknowledged. */
	onProgress(): void;
	/** Nothing more is sent; the fate of what is not acknowledged is not known. */
	onFailure(error: ModemError): void;
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
/** Before each datagram stands its length. */
const LENGTH_BYTES = 2;
/** One datagram. */
export const LEAST_SEND_BYTES = LENGTH_BYTES + MOST_DATAGRAM_BYTES;

export class Sender {
	readonly #options: SenderOptions;
	readonly #slot: number | undefined;
	/** Each write goes out as one piece of its own (UDP), and nobody acknowledges it. */
	readonly #datagrams: boolean;
	readonly #owner: SenderOwner;
	readonly #waiting: RingBuffer;
	#pieceBytes = PIECE_BYTES;
	#accepted = 0;
	#acknowledged = 0;
	#progressMs: number;
	#pause: Pause | undefined;
	#running = false;
	/** Bytes of a piece whose answer was lost: the modem's counts will tell whether it has taken them. */
	#doubtful = 0;
	/** The piece that is out was given to the modem. */
	#given = false;
	/** They were given to it. Otherwise its counts must be as before: what it has taken beyond that was something else. */
	#doubtfulGiven = false;
	/** The modem's own buffer is full. */
	#refused = false;
	/** Of a piece that was refused though the modem's buffer was empty. */
	#tooLongBytes = 0;
	/** More may have been acknowledged since it was last asked for: something has been sent. */
	#unasked = false;
	#ended = false;

	constructor(options: SenderOptions, slot: number | undefined, datagrams: boolean, owner: SenderOwner) {
		this.#options = options;
		this.#slot = slot;
		this.#datagrams = datagrams;
		this.#owner = owner;
		this.#waiting = new RingBuffer(options.sendBytes);
		this.#progressMs = options.clock.nowMs();
	}

	/** How many bytes `write` takes now. */
	get free(): number {
		if (this.#ended) return 0;
		const { free } = this.#waiting;
		return this.#datagrams ? Math.max(0, Math.min(MOST_DATAGRAM_BYTES, free - LENGTH_BYTES)) : free;
	}

	/** Bytes that the modem has not taken yet. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** Bytes that the modem has taken since the connection was opened. */
	get accepted(): number {
		return this.#accepted;
	}

	/** All that was written has been acknowledged; of datagrams, has been handed over. */
	get isDelivered(): boolean {
		return 0 === this.#waiting.length && this.#accepted === this.#acknowledged;
	}

	/** Takes all of `bytes`, or none of them when they do not fit. */
	write(bytes: Uint8Array): boolean {
		if (bytes.length > this.free) return false;
		if (this.#datagrams) this.#waiting.write(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff));
		this.#waiting.write(bytes);
		return true;
	}

	/** Sends what waits. Called when the connection is open, and after each write. */
	flush(): void {
		if (this.#accepted - this.#acknowledged < WINDOW_BYTES) this.#pause?.resolve();
		if (!this.#running) void this.run();
	}

	/** The peer has closed: nothing more goes out. Asks once more how much it had acknowledged before. */
	async settle(): Promise<void> {
		this.end();
		if (!this.#hasCounts || this.#accepted === this.#acknowledged) return;
		try {
			this.#acknowledged = Math.min(
				(await this.#options.client.send(counts(this.#slot), this.#owner)).acknowledged,
				this.#accepted,
			);
		} catch {
			this.#acknowledged = this.#accepted; // it does not tell any more: a peer that closes in order has got all
		}
	}

	/** Why what was written has not all arrived; undefined: it has. */
	get remains(): ModemError | undefined {
		if (this.#given || this.#doubtful > 0)
			return new ModemError(
				"SEND_UNKNOWN",
				"the peer has closed, and whether all that was given to the modem was sent is not known",
			);
		const { length } = this.#waiting;
		if (length > 0)
			return new ModemError("CONNECTION_LOST", `the peer has closed, and ${length} bytes that were written were not sent`);
		const unknown = this.#accepted - this.#acknowledged;
		if (0 === unknown) return undefined;
		return new ModemError("SEND_UNKNOWN", `the peer has closed, and has not acknowledged ${unknown} bytes that were sent`);
	}

	/** Nothing more goes out, and nothing is called back. */
	end(): void {
		this.#ended = true;
		this.#pause?.resolve();
	}

	private async run(): Promise<void> {
		const { bearer, client } = this.#options;
		this.#running = true;
		try {
			while (!this.#ended && !this.isDelivered) {
				if (this.#tooLongBytes > 0) {
					this.makeShorter(await client.send(sendLimit(this.#slot), this.#owner).catch(() => 0));
				} else if (this.mayTransmit()) {
					const bytes = this.nextBytes();
					// Two functions, not a `try` in a function of its own: each frame that waits costs a kilobyte on the device.
					await client
						.send(
							transmitOnPrompt(this.#slot, bytes, bearer.sendsQuickly, () => this.firstBytes(bytes)),
							this.#owner,
						)
						.then(
							() => this.onAccepted(bytes),
							error => this.onRefused(bytes, error),
						);
				} else {
					if (!this.#unasked || this.#doubtful > 0 || 0 === this.#waiting.length) await this.rest();
					this.#unasked = false;
					if (!this.#ended) this.onCounts(await client.send(counts(this.#slot), this.#owner));
				}
			}
		} catch (error) {
			if (!this.#ended) this.#owner.onFailure(error as ModemError);
			this.#ended = true;
		}
		this.#running = false;
	}

	/** `limit`: what the modem says that it takes; where that is no help, half of what it has refused. */
	private makeShorter(limit: number): void {
		const bytes = this.#tooLongBytes;
		this.#tooLongBytes = 0;
		this.#pieceBytes = limit >= LEAST_PIECE_BYTES && limit < bytes ? limit : Math.max(LEAST_PIECE_BYTES, bytes >> 1);
	}

	private mayTransmit(): boolean {
		return (
			this.#waiting.length > 0 && !this.#refused && 0 === this.#doubtful && this.#accepted - this.#acknowledged < WINDOW_BYTES
		);
	}

	private nextBytes(): number {
		if (!this.#datagrams) return Math.min(this.#pieceBytes, this.#waiting.length);
		const length = this.#waiting.peek(LENGTH_BYTES);
		return (length[0]! << 8) + length[1]!;
	}

	private firstBytes(bytes: number): Uint8Array {
		this.#given = true;
		return this.#datagrams ? this.#waiting.peek(LENGTH_BYTES + bytes).subarray(LENGTH_BYTES) : this.#waiting.peek(bytes);
	}

	private onAccepted(bytes: number): void {
		const { bearer, clock } = this.#options;
		this.#given = false;
		this.#waiting.drop(bytes + (this.#datagrams ? LENGTH_BYTES : 0));
		this.#accepted += bytes;
		this.#unasked = true;
		this.#progressMs = clock.nowMs();
		if (this.#datagrams || !bearer.sendsQuickly) this.#acknowledged = this.#accepted;
		if (!this.#ended) this.#owner.onProgress();
	}

	/** A plain refusal means that nothing was taken: the modem's own buffer is full, or the piece too long for it. */
	private onRefused(bytes: number, error: ModemError): void {
		if (this.#ended) return;
		this.#given = false;
		if (this.#hasCounts && ("TIMEOUT" === error.code || "MALFORMED" === error.code)) {
			this.#doubtful = bytes;
			this.#doubtfulGiven = "MALFORMED" === error.code;
		} else if ("REFUSED" !== error.code || error.message.includes("SEND FAIL")) throw sendError(error);
		else if (this.#accepted > this.#acknowledged) this.#refused = true;
		else if (this.#datagrams || bytes <= LEAST_PIECE_BYTES) throw sendError(error);
		else this.#tooLongBytes = bytes;
	}

	/** Before the next question what has been acknowledged. @throws {ModemError} SEND_UNKNOWN: nothing was, for too long */
	private rest(): Promise<void> {
		const { clock, waits } = this.#options;
		const silentMs = elapsedMs(this.#progressMs, clock.nowMs());
		if (silentMs >= ACKNOWLEDGE_TIMEOUT_MS)
			throw new ModemError("SEND_UNKNOWN", `the peer has acknowledged nothing for ${ACKNOWLEDGE_TIMEOUT_MS / 1000} s`);
		this.#pause = waits.pause(silentMs < ASK_RARELY_AFTER_MS ? ASK_EVERY_MS : ASK_RARELY_EVERY_MS);
		return this.#pause.promise;
	}

	/** The modem tells what it has taken and what was acknowledged. */
	get #hasCounts(): boolean {
		return this.#options.bearer.sendsQuickly && !this.#datagrams;
	}

	private onCounts({ accepted, acknowledged }: Counts): void {
		this.#refused = false;
		if (this.#doubtful > 0) this.settleDoubt(accepted);
		if (acknowledged <= this.#acknowledged || this.#ended) return;
		this.#acknowledged = Math.min(acknowledged, this.#accepted);
		this.#progressMs = this.#options.clock.nowMs();
		this.#owner.onProgress();
	}

	/** Taken, or not taken: then it goes out again. @throws {ModemError} SEND_UNKNOWN: neither */
	private settleDoubt(accepted: number): void {
		const bytes = this.#doubtful;
		this.#doubtful = 0;
		if (this.#doubtfulGiven && accepted === this.#accepted + bytes) this.onAccepted(bytes);
		else if (accepted !== this.#accepted) {
			throw new ModemError(
				"SEND_UNKNOWN",
				`the modem has taken ${accepted} bytes of ${this.#accepted} or ${this.#accepted + bytes}`,
			);
		}
	}
}

/** The modem's refusal is certain; anything else after the data was asked for leaves its fate open. */
function sendError(error: ModemError): ModemError {
	if ("CLOSED" === error.code || "BUSY" === error.code || "NO_MODEM" === error.code) return error;
	if ("REFUSED" === error.code) return new ModemError("SEND_FAILED", `the message was not sent: ${error.message}`, error.reason);
	return new ModemError("SEND_UNKNOWN", `whether the message arrived is not known: ${error.message}`, error.reason);
}

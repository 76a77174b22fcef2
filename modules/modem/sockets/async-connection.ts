/*
 * A connection by promises, for code that goes step by step: open, send, receive, close.
 */
import { type Clock, elapsedMs } from "../../core/clock.js";
import { ModemError } from "../../core/errors.js";
import { MOST_DATAGRAM_BYTES } from "../../core/ip.js";
import type { Pause, Waits } from "../../core/waits.js";
import type { Connection, ConnectionEvents } from "./connection.js";
import { connectionLost } from "./receiver.js";

const FOREVER_MS = 24 * 3_600_000;

export class AsyncConnection implements ConnectionEvents {
	readonly #clock: Clock;
	readonly #waits: Waits;
	readonly #connection: Connection;
	readonly #waiting = new Set<Pause>();
	#isOpen = false;
	#ended: { readonly error: ModemError | undefined } | undefined;

	/** `start` opens the connection whose events it is given. */
	constructor(clock: Clock, waits: Waits, start: (events: ConnectionEvents) => Connection) {
		this.#clock = clock;
		this.#waits = waits;
		this.#connection = start(this);
	}

	get slot(): number | undefined {
		return this.#connection.slot;
	}

	/** @throws {ModemError} CONNECT_FAILED, BEARER_LOST, and what the client throws */
	async opened(): Promise<void> {
		while (!this.#isOpen && !this.#ended) await this.pause(FOREVER_MS);
		if (this.#isOpen) return;
		await this.close();
		throw this.#ended?.error ?? connectionLost();
	}

	/**
	 * Resolves when the peer's side has acknowledged every byte (UDP: when it has been handed over, as one datagram).
	 *
	 * @throws {ModemError} SEND_FAILED, SEND_UNKNOWN, CONNECTION_LOST, BEARER_LOST, CANCELLED...  @throws {RangeError} nothing, or too long for a datagram
	 */
	async send(bytes: Uint8Array): Promise<void> {
		const connection = this.#connection;
		const { accepted, isDatagram } = connection;
		const least = isDatagram ? bytes.length : 1;
		if (0 === bytes.length) throw new RangeError("there is nothing to send");
		if (isDatagram && bytes.length > MOST_DATAGRAM_BYTES)
			throw new RangeError(`a datagram has at most ${MOST_DATAGRAM_BYTES} bytes, not ${bytes.length}`);
		for (let at = 0; at < bytes.length && !this.#failure; ) {
			const next = Math.min(bytes.length, at + connection.writable);
			if (next - at >= least && connection.write(bytes.subarray(at, next))) at = next;
			else await this.pause(FOREVER_MS);
		}
		while (!this.#failure && !connection.isDelivered) await this.pause(FOREVER_MS);
		if (this.#failure && !(connection.isDelivered && connection.accepted - accepted >= bytes.length)) {
			throw verdict(this.#failure, connection.accepted > accepted);
		}
	}

	/** Why nothing more is sent: it has ended, or the peer has closed though there is still something to read. */
	get #failure(): ModemError | undefined {
		return this.#ended ? (this.#ended.error ?? connectionLost()) : this.#connection.remains;
	}

	/**
	 * What has come, all of it that came together; undefined when the peer has closed and all was read.
	 *
	 * @throws {ModemError} NO_ANSWER after `timeoutMs`, BYTES_LOST, CONNECTION_LOST, BEARER_LOST, CANCELLED...
	 */
	async receive(timeoutMs: number): Promise<Uint8Array | undefined> {
		const connection = this.#connection;
		const sinceMs = this.#clock.nowMs();
		for (;;) {
			const leftMs = timeoutMs - elapsedMs(sinceMs, this.#clock.nowMs());
			if (connection.readable > 0) return connection.read();
			if (this.#ended?.error) throw this.#ended.error;
			if (this.#ended) return undefined;
			if (leftMs <= 0) throw new ModemError("NO_ANSWER", `the peer sent nothing within ${timeoutMs} ms`);
			await this.pause(leftMs);
		}
	}

	/** Frees the slot, when the modem has said so. May be called twice. */
	close(): Promise<void> {
		this.#ended ??= { error: new ModemError("CANCELLED", "the connection was closed") };
		this.wake();
		return this.#connection.close();
	}

	/** Of its connection, as the two below. */
	onOpen(): void {
		this.#isOpen = true;
		this.wake();
	}

	onProgress(): void {
		this.wake();
	}

	onEnd(error: ModemError | undefined): void {
		this.#ended = { error };
		this.wake();
	}

	private pause(ms: number): Promise<void> {
		for (const pause of this.#waiting) if (pause.isOver) this.#waiting.delete(pause);
		const pause = this.#waits.pause(ms);
		this.#waiting.add(pause);
		return pause.promise;
	}

	private wake(): void {
		for (const pause of this.#waiting) pause.resolve();
		this.#waiting.clear();
	}
}

/** As soon as the modem has taken a byte of it, nobody knows how much of a message arrived. */
function verdict(error: ModemError, taken: boolean): ModemError {
	if (!taken || "SEND_UNKNOWN" === error.code || "CANCELLED" === error.code || "CLOSED" === error.code) return error;
	return new ModemError("SEND_UNKNOWN", `whether the message arrived is not known: ${error.message}`, error.reason);
}

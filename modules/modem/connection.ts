/*
 * One connection of the modem, TCP or UDP.
 *
 * What comes is pulled out of the modem in pieces that fit the host's serial buffer, and counts only when the modem's
 * OK stands behind it: a piece that came short ends the stream, and is never padded or guessed. What had come before
 * the peer closed is read before the close is told.
 *
 * Source: SIM900 AT Command Manual 8.2.2 to 8.2.6, 8.2.26; TCPIP Application Note 6.
 */
import type { Engine } from "../at/engine.js";
import type { ConnectionResult } from "../at/unsolicited.js";
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { RingBuffer } from "../core/ring.js";
import type { Pause, Wait, Waits } from "../core/waits.js";
import { CONNECT_TIMEOUT_MS, connect, disconnect, fetch, transmit } from "./commands.js";

export interface ConnectionOptions {
	readonly clock: Clock;
	readonly engine: Engine;
	readonly waits: Waits;
	/** Undefined in single-connection mode. */
	readonly slot: number | undefined;
	/** The most bytes to ask for at once. */
	readonly pieceBytes: number;
	/** The modem pushes what comes; there is nothing to ask for. */
	readonly pushed: boolean;
	/** The modem has said that the slot is free. */
	onFree(): void;
}

export interface Peer {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

const RECEIVE_BUFFER_BYTES = 1_460;
/** A modem may take 1380 to 1460 bytes at once, some firmware less: this much every one takes. 8.2.3 */
const SEND_PIECE_BYTES = 1_024;
/** A lost "data has come" must not stall a connection for ever. */
const POLL_MS = 10_000;

export class Connection {
	readonly #options: ConnectionOptions;
	readonly #received = new RingBuffer(RECEIVE_BUFFER_BYTES);
	readonly #piece: Uint8Array;
	#pieceLength = 0;
	#connecting: Wait<void> | undefined;
	#receiving: Pause | undefined;
	#fetching = false;
	/** The modem has, or may have, data for us. */
	#dataReady = false;
	#open = false;
	/** The modem says that the connection has ended: what it still holds may be read. */
	#closedByPeer = false;
	/** Nothing more comes: by the peer's close (undefined), or by a failure. */
	#ended: { readonly error: ModemError | undefined } | undefined;
	#free = false;

	constructor(options: ConnectionOptions) {
		this.#options = options;
		this.#piece = new Uint8Array(options.pieceBytes);
	}

	get slot(): number | undefined {
		return this.#options.slot;
	}

	/** @throws {ModemError} CONNECT_FAILED, BEARER_LOST, and what the engine throws */
	async connect(peer: Peer): Promise<void> {
		const { engine, slot, waits } = this.#options;
		const place = `${peer.host}:${peer.port}`;
		const command = connect(slot, peer.protocol, peer.host, peer.port);
		this.#connecting = waits.begin<void>(CONNECT_TIMEOUT_MS + command.timeoutMs, () => connectError(place, "no answer"));
		const result = this.#connecting.promise;
		result.catch(() => {}); // it may fail while the command is still out
		try {
			await engine.send(command);
			await result;
		} catch (error) {
			this.#connecting.reject(error as Error);
			await this.close();
			throw error instanceof ModemError && "REFUSED" === error.code ? connectError(place, error.message) : error;
		} finally {
			this.#connecting = undefined;
		}
	}

	/** Sends all of it, in pieces that the modem takes. @throws {ModemError} SEND_FAILED, SEND_UNKNOWN, CONNECTION_LOST, CLOSED */
	async send(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length; at += SEND_PIECE_BYTES) {
			if (this.#ended || this.#closedByPeer || !this.#open) throw this.#ended?.error ?? lost();
			try {
				await this.#options.engine.send(transmit(this.#options.slot, bytes.subarray(at, at + SEND_PIECE_BYTES)));
			} catch (error) {
				throw sendError(error as Error);
			}
		}
	}

	/** @throws {ModemError} NO_ANSWER after `timeoutMs`, BYTES_LOST, CONNECTION_LOST, BEARER_LOST, CLOSED */
	async receive(timeoutMs: number): Promise<Uint8Array | undefined> {
		const { clock, waits } = this.#options;
		const sinceMs = clock.nowMs();
		for (;;) {
			if (this.#received.length > 0 && !(this.#dataReady && this.#received.free > 0)) {
				const bytes = this.#received.read();
				void this.#fetch(); // there is room again
				return bytes;
			}
			if (this.#ended) return this.#last(this.#ended.error);
			const leftMs = timeoutMs - elapsedMs(sinceMs, clock.nowMs());
			if (leftMs <= 0 && this.#received.length > 0) return this.#received.read();
			if (leftMs <= 0) throw new ModemError("NO_ANSWER", `the peer sent nothing within ${timeoutMs} ms`);
			this.#receiving = waits.pause(Math.min(leftMs, POLL_MS));
			await this.#receiving.over;
			if (0 === this.#received.length && !this.#ended) this.onDataReady(); // the word of it may have been lost
		}
	}

	/** After the end: what is left, then the end itself. */
	#last(error: ModemError | undefined): Uint8Array | undefined {
		if (this.#received.length > 0) return this.#received.read();
		if (error) throw error;
		return undefined;
	}

	/** Frees the slot, when the modem has said so. */
	async close(): Promise<void> {
		this.#end(new ModemError("CLOSED", "the connection was closed"));
		if (this.#free) return;
		try {
			await this.#options.engine.send(disconnect(this.#options.slot));
		} catch (error) {
			// Refused: it had closed already. Anything else leaves it to the modem to say so, or to the next SHUT.
			const { code } = error as ModemError;
			if ("REFUSED" !== code && "CONNECTION_LOST" !== code) return;
		}
		this.#isFree();
	}

	/** CONNECT OK and the like. */
	onResult(result: ConnectionResult): void {
		if ("CONNECT OK" === result) {
			this.#open = true;
			this.#connecting?.resolve();
		} else if ("CONNECT FAIL" === result || "ALREADY CONNECT" === result) {
			if ("CONNECT FAIL" === result) this.#isFree();
			this.#connecting?.reject(new ModemError("REFUSED", `${result}, check host and port, and that the server listens`));
		} else if ("CLOSE OK" === result) this.#isFree();
	}

	/** The peer, or the network, has ended the connection. */
	onClosed(): void {
		this.#closedByPeer = true;
		this.#isFree();
		this.#connecting?.reject(lost());
		if (this.#options.pushed) this.#end(undefined);
		else {
			this.#dataReady = true;
			void this.#fetch();
		}
	}

	onDataReady(): void {
		this.#dataReady = true;
		void this.#fetch();
	}

	/** Data that the modem pushes. */
	onData(bytes: Uint8Array): void {
		if (!this.#received.write(bytes)) this.#end(bytesLost("the receive buffer is full and this modem can't wait"));
		this.#receiving?.wake();
	}

	/** The bearer is gone, or the modem has restarted. */
	onLost(error: ModemError): void {
		this.#isFree();
		this.#connecting?.reject(error);
		this.#end(error);
	}

	#isFree(): void {
		if (this.#free) return;
		this.#free = true;
		this.#options.onFree();
	}

	#end(error: ModemError | undefined): void {
		this.#ended ??= { error };
		this.#receiving?.wake();
	}

	/** Takes what the modem holds, as far as there is room for it. */
	async #fetch(): Promise<void> {
		if (this.#fetching || this.#options.pushed) return;
		this.#fetching = true;
		try {
			while (this.#dataReady && !this.#ended && this.#received.free > 0) await this.#fetchPiece();
		} finally {
			this.#fetching = false;
		}
	}

	async #fetchPiece(): Promise<void> {
		const { engine, pieceBytes, slot } = this.#options;
		this.#pieceLength = 0;
		try {
			const { bytes, left } = await engine.send(
				fetch(slot, Math.min(pieceBytes, this.#received.free), block => this.#takeBlock(block)),
			);
			this.#received.write(this.#piece.subarray(0, bytes));
			this.#dataReady = left > 0;
			if (0 === left && this.#closedByPeer) this.#end(undefined);
			// What came together is told together: a datagram, most of all, that is longer than a piece.
			if ((0 === left && this.#received.length > 0) || 0 === this.#received.free) this.#receiving?.wake();
		} catch (error) {
			this.#end(this.#fetchError(error as ModemError));
		}
	}

	#takeBlock(block: Uint8Array): void {
		this.#piece.set(block, this.#pieceLength);
		this.#pieceLength += block.length;
	}

	/** Why no more can be read; undefined: the peer has closed and the modem holds nothing more. */
	#fetchError(error: ModemError): ModemError | undefined {
		if ("REFUSED" === error.code) return this.#closedByPeer ? undefined : lost();
		if ("MALFORMED" === error.code || "TIMEOUT" === error.code) return bytesLost(error.message);
		return error;
	}
}

function connectError(place: string, why: string): ModemError {
	return new ModemError("CONNECT_FAILED", `no connection to ${place}: ${why}`);
}

function lost(): ModemError {
	return new ModemError("CONNECTION_LOST", "the connection has ended");
}

function bytesLost(why: string): ModemError {
	return new ModemError("BYTES_LOST", `bytes were lost between modem and microcontroller: ${why}`);
}

/** The modem's refusal is certain; anything else after the data was asked for leaves its fate open. */
function sendError(error: Error): Error {
	if (!(error instanceof ModemError) || "CLOSED" === error.code || "BUSY" === error.code || "NO_MODEM" === error.code)
		return error;
	if ("REFUSED" === error.code) return new ModemError("SEND_FAILED", `the message was not sent: ${error.message}`, error.reason);
	return new ModemError("SEND_UNKNOWN", `whether the message arrived is not known: ${error.message}`, error.reason);
}

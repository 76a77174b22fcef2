/*
 * What a connection receives: pulled out of the modem in pieces that fit the host's serial buffer.
 *
 * A piece counts only when the modem's OK stands behind it: one that came short ends the stream, and is never padded or
 * guessed. What had come before the peer closed is read before the close is told.
 *
 * Source: SIM900 AT Command Manual 8.2.26; TCPIP Application Note 6.
 */

import type { AtClient } from "../../at/client.js";
import type { Command } from "../../at/command.js";
import type { CommandOwner } from "../../at/queue.js";
import { ModemError } from "../../core/errors.js";
import { RingBuffer } from "../../core/ring.js";
import type { Bearer } from "../bearer.js";
import { type Fetched, fetch } from "../commands.js";

/** The same for every connection of a modem. */
export interface ReceiverOptions {
	readonly client: AtClient;
	readonly bearer: Bearer;
	/** The most bytes to ask for at once. */
	readonly pieceBytes: number;
	/** How many bytes are held here. */
	readonly receiveBytes: number;
}

export interface ReceiverOwner extends CommandOwner {
	/** Bytes have come, all of those that came together, or the end was reached. */
	onProgress(): void;
}

/** The most that a modem gives of one datagram, or at once. 8.2.26 */
const LONGEST_DATAGRAM_BYTES = 1_460;

export class Receiver {
	readonly #options: ReceiverOptions;
	readonly #slot: number | undefined;
	readonly #owner: ReceiverOwner;
	readonly #received: RingBuffer;
	readonly #worthwhileBytes: number;
	#fetching = false;
	/** It was not full yet since there was last room for a piece. */
	#filling = true;
	/** The modem has, or may have, data for us. */
	#dataReady = false;
	/** It has said so. */
	#announced = false;
	/** The modem says that the connection has ended: what it still holds may be read. */
	#closedByPeer = false;
	/** What the modem still held when it was last asked. */
	#left = 0;
	#ended: { readonly error: ModemError | undefined } | undefined;

	/** `datagrams`: there is room for one, so that it comes in one piece. */
	constructor(options: ReceiverOptions, slot: number | undefined, datagrams: boolean, owner: ReceiverOwner) {
		const { receiveBytes } = options;
		this.#options = options;
		this.#slot = slot;
		this.#owner = owner;
		this.#received = new RingBuffer(datagrams ? Math.max(receiveBytes, LONGEST_DATAGRAM_BYTES) : receiveBytes);
		this.#worthwhileBytes = Math.max(1, Math.min(options.pieceBytes, this.#received.free >> 1));
	}

	/** Bytes that can be read now. While more of a burst is on its way, and there is room for it: none yet. */
	get readable(): number {
		return this.mayFetch() ? 0 : this.#received.length;
	}

	/** The modem holds data for it. */
	get isAwaited(): boolean {
		return this.#announced;
	}

	/** Bytes that are here, whether or not more of the burst is on its way. */
	get length(): number {
		return this.#received.length;
	}

	/** Set when nothing more comes: by the peer's close (no error), or by a failure. What is here can still be read. */
	get ended(): { readonly error: ModemError | undefined } | undefined {
		return this.#ended;
	}

	read(mostBytes?: number): Uint8Array {
		const bytes = this.#received.read(mostBytes);
		this.fetch(); // there is room again
		return bytes;
	}

	/** The first byte, of which there must be one. */
	readByte(): number {
		const byte = this.#received.readByte();
		this.fetch();
		return byte;
	}

	readInto(target: Uint8Array): number {
		const bytes = this.#received.readInto(target);
		this.fetch();
		return bytes;
	}

	/** The modem holds data for us, or may: looking for it costs one short command. */
	onDataReady(announced = true): void {
		this.#announced ||= announced;
		this.#dataReady = !this.#options.bearer.pushes;
		this.fetch();
	}

	onPushed(bytes: Uint8Array): void {
		if (this.#ended) return; // behind a gap nothing counts
		if (!this.#received.write(bytes)) this.end(bytesLost("the receive buffer is full and this modem can't wait"));
		this.#owner.onProgress();
	}

	/** What has come before was right, and behind it there may be a gap. */
	onOverrun(): void {
		this.end(bytesLost("the serial port was full, and this modem can't wait"));
	}

	onClosedByPeer(): void {
		this.#closedByPeer = true;
		if (this.#options.bearer.pushes) this.end(undefined);
		else this.onDataReady();
	}

	/** Nothing more comes. The first reason counts. */
	end(error: ModemError | undefined): void {
		if (this.#ended) return;
		this.#ended = { error };
		this.#owner.onProgress();
	}

	private fetch(): void {
		if (!this.#fetching && this.mayFetch()) void this.fetchAll();
	}

	/** There is room for a piece that is worth a command, or for all the rest: who reads byte by byte does not fetch byte by byte. */
	private mayFetch(): boolean {
		const { free } = this.#received;
		const isWorthwhile = free > 0 && (this.#filling || free >= this.#worthwhileBytes || free >= this.#left);
		return this.#dataReady && !this.#ended && isWorthwhile;
	}

	/** Takes what the modem holds, as far as there is room for it. */
	private async fetchAll(): Promise<void> {
		this.#fetching = true;
		try {
			while (this.mayFetch()) this.onFetched(await this.#options.client.send(this.nextFetch(), this.#owner));
		} catch (error) {
			this.end(this.reason(error as ModemError));
		}
		this.#fetching = false;
	}

	private nextFetch(): Command<Fetched> {
		const received = this.#received;
		return fetch(this.#slot, Math.min(this.#options.pieceBytes, received.free), block => received.stage(block));
	}

	private onFetched({ bytes, left }: Fetched): void {
		if (this.#ended) return;
		this.#received.commit();
		this.#filling = this.#received.free > 0;
		this.#left = left;
		// What is left may have lost a digit: a stream is at its end when there was nothing to read.
		this.#dataReady = left > 0 || (this.#closedByPeer && bytes > 0);
		this.#announced = this.#dataReady;
		if (!this.#dataReady && this.#closedByPeer) this.end(undefined);
		else if (this.readable > 0) this.#owner.onProgress();
	}

	/** Why no more can be read; undefined: the peer has closed and the modem holds nothing more. */
	private reason(error: ModemError): ModemError | undefined {
		if ("REFUSED" === error.code && this.#left > 0) return bytesLost(`the modem has thrown ${this.#left} bytes away`);
		if ("REFUSED" === error.code) return this.#closedByPeer ? undefined : connectionLost();
		if ("MALFORMED" === error.code || "TIMEOUT" === error.code) return bytesLost(error.message);
		return error;
	}
}

export function connectionLost(): ModemError {
	return new ModemError("CONNECTION_LOST", "the connection has ended");
}

function bytesLost(why: string): ModemError {
	return new ModemError("BYTES_LOST", `bytes were lost between modem and microcontroller: ${why}`);
}

/*
 * What a connection receives: pulled out of the modem in pieces that fit the host's serial buffer.
 *
 * A piece counts only when the modem's OK stands behind it: one that came short ends the stream, and is never padded or
 * guessed. What had come before the peer closed is read before the close is told.
 *
 * Source: SIM900 AT Command Manual 8.2.26; TCPIP Application Note 6.
 */

import type { AtClient } from "../../at/client.js";
import { Refusal } from "../../at/command.js";
import type { CommandOwner } from "../../at/queue.js";
import { ModemError } from "../../core/errors.js";
import { RingBuffer } from "../../core/ring.js";
import type { Bearer } from "../bearer.js";
import { type ConnectionState, type Fetched, fetch, isOver } from "../commands.js";

/** The same for every connection of a modem. */
export interface ReceiverOptions {
	readonly client: AtClient;
	readonly bearer: Bearer;
	/** The most bytes to ask for at once. */
	readonly pieceBytes: number;
	/** How many bytes are held here. */
	readonly receiveBytes: number;
	/** Whoever has the slot now: data that the modem gives of it is for that one. */
	receiverOf(slot: number | undefined): Receiver | undefined;
}

export interface ReceiverOwner extends CommandOwner {
	/** Bytes have come, all of those that came together, or the end was reached. */
	onProgress(): void;
	/** What the modem says of the connection; undefined: it does not tell. */
	askState(): Promise<ConnectionState | undefined>;
}

/** The most that a modem gives of one datagram, or at once. 8.2.26 */
const LONGEST_DATAGRAM_BYTES = 1_460;
/** A read that was refused, or that nobody answered, is put again so often: its line may have lost a byte. */
const TRIES = 3;

type State =
	/** The modem has nothing, as far as is known. */
	| { readonly kind: "empty" }
	/** It has, or may have, data; `announced`: it has said so. */
	| { readonly kind: "ready"; readonly announced: boolean }
	/** A read is out; `again`: it was announced meanwhile that there is more. */
	| { readonly kind: "fetching"; readonly announced: boolean; again: boolean }
	/** Nothing more comes; undefined: the peer has closed in order. */
	| { readonly kind: "ended"; readonly error: ModemError | undefined };

const EMPTY: State = Object.freeze({ kind: "empty" });

export class Receiver {
	private readonly options: ReceiverOptions;
	private readonly slot: number | undefined;
	private readonly owner: ReceiverOwner;
	private readonly received: RingBuffer;
	private readonly worthwhileBytes: number;
	private state: State = EMPTY;
	/** It was not full yet since there was last room for a piece. */
	private filling = true;
	/** The modem says that the connection has ended: what it still holds may be read. */
	private closedByPeer = false;
	/** What the modem still held when it was last asked. */
	private left = 0;
	/** Whose bytes the piece is that is on its way, and whether its header has come. */
	private target: Receiver = this;
	private heard = false;

	/** `datagrams`: there is room for one, so that it comes in one piece. */
	constructor(options: ReceiverOptions, slot: number | undefined, datagrams: boolean, owner: ReceiverOwner) {
		const { receiveBytes } = options;
		this.options = options;
		this.slot = slot;
		this.owner = owner;
		this.received = new RingBuffer(datagrams ? Math.max(receiveBytes, LONGEST_DATAGRAM_BYTES) : receiveBytes);
		this.worthwhileBytes = Math.max(1, Math.min(options.pieceBytes, this.received.free >> 1));
	}

	/** Bytes that can be read now. While more of a burst is on its way, and there is room for it: none yet. */
	get readable(): number {
		const { kind } = this.state;
		return "fetching" === kind || ("ready" === kind && this.hasRoom()) ? 0 : this.received.length;
	}

	/** The modem holds data for it. */
	get isAwaited(): boolean {
		const { state } = this;
		return ("ready" === state.kind || "fetching" === state.kind) && state.announced;
	}

	/** Bytes that are here, whether or not more of the burst is on its way. */
	get length(): number {
		return this.received.length;
	}

	/** Set when nothing more comes: by the peer's close (no error), or by a failure. What is here can still be read. */
	get ended(): { readonly error: ModemError | undefined } | undefined {
		return "ended" === this.state.kind ? this.state : undefined;
	}

	read(mostBytes?: number): Uint8Array {
		const bytes = this.received.read(mostBytes);
		this.fetch(); // there is room again
		return bytes;
	}

	/** The first byte, of which there must be one. */
	readByte(): number {
		const byte = this.received.readByte();
		this.fetch();
		return byte;
	}

	readInto(target: Uint8Array): number {
		const bytes = this.received.readInto(target);
		this.fetch();
		return bytes;
	}

	/** The modem holds data for us, or may: asking for it costs one short command. */
	onDataReady(announced: boolean): void {
		if (this.options.bearer.pushes) return;
		const { state } = this;
		if ("fetching" === state.kind) state.again ||= announced;
		else if ("ended" !== state.kind)
			this.enter({ kind: "ready", announced: announced || ("ready" === state.kind && state.announced) });
		this.fetch();
	}

	/** A part of a pushed block: counted when the block has ended well. */
	onPushed(bytes: Uint8Array): void {
		if ("ended" === this.state.kind) return; // behind a gap nothing counts
		if (this.received.stage(bytes)) return;
		this.received.commit(); // what stands before the gap is right
		this.end(bytesLost("the receive buffer is full and this modem can't wait"));
	}

	/** `whole`: nothing of the block was lost. Otherwise what has come of it ends somewhere unknown. */
	onPushedEnd(whole: boolean): void {
		if ("ended" === this.state.kind) return;
		if (!whole) return this.end(bytesLost("a block that the modem has pushed came short"));
		this.received.commit();
		this.owner.onProgress();
		if (this.closedByPeer) this.end(undefined);
	}

	/** What has come before was right, and behind it there may be a gap. */
	onOverrun(): void {
		this.received.commit();
		this.end(bytesLost("the serial port was full, and this modem can't wait"));
	}

	onClosedByPeer(): void {
		this.closedByPeer = true;
		if (this.options.bearer.pushes) this.end(undefined);
		else this.onDataReady(true);
	}

	/** Nothing more comes. The first reason counts. */
	end(error: ModemError | undefined): void {
		if ("ended" === this.state.kind) return;
		this.enter({ kind: "ended", error });
		this.owner.onProgress();
	}

	private enter(state: State): void {
		this.state = state;
	}

	private fetch(): void {
		const { state } = this;
		if ("ready" !== state.kind || !this.hasRoom()) return;
		this.enter({ kind: "fetching", announced: state.announced, again: false });
		void this.fetchPiece(1);
	}

	/** There is room for a piece that is worth a command, or for all the rest: who reads byte by byte does not fetch byte by byte. */
	private hasRoom(): boolean {
		const { free } = this.received;
		return free > 0 && (this.filling || free >= this.worthwhileBytes || (this.left > 0 && free >= this.left));
	}

	private async fetchPiece(attempt: number): Promise<void> {
		const { client, pieceBytes } = this.options;
		const { damagedLines } = client;
		this.target = this;
		this.heard = false;
		try {
			const fetched = await client.ask(fetch(this.slot, Math.min(pieceBytes, this.received.free), this), this.owner);
			if (!(fetched instanceof Refusal)) return this === this.target ? this.onFetched(fetched) : this.onForeignFetched(fetched);
			await this.onRefused(attempt);
		} catch (caught) {
			const error = caught as ModemError;
			// Nothing of an answer was heard: the line was lost, and not the data.
			const isSafe = "TIMEOUT" === error.code && !this.heard && damagedLines === client.damagedLines;
			if (isSafe && attempt < TRIES && "fetching" === this.state.kind) return this.fetchPiece(attempt + 1);
			this.end("MALFORMED" === error.code || "TIMEOUT" === error.code ? bytesLost(error.message) : error);
		}
	}

	/** Of its command. A client of the modem's server may have taken the slot meanwhile: then it is that one's data. */
	onHeader(): void {
		this.heard = true;
		this.target = this.options.receiverOf(this.slot) ?? this;
	}

	onBlock(bytes: Uint8Array): void {
		if (!this.target.received.stage(bytes)) this.target.end(bytesLost("the slot had another owner when this was asked for"));
	}

	onGap(): void {
		this.target.end(bytesLost("the modem's answer was damaged, or came too late"));
	}

	/** The slot has got another owner while the command was out. */
	private onForeignFetched({ left }: Fetched): void {
		const { target } = this;
		this.end(connectionLost());
		target.received.commit();
		if (left > 0) target.onDataReady(true);
		target.owner.onProgress();
	}

	private onFetched({ bytes, left }: Fetched): void {
		const { state } = this;
		if ("ended" === state.kind) return;
		const again = "fetching" === state.kind && state.again;
		this.received.commit();
		this.filling = this.received.free > 0;
		this.left = left;
		// A number may have lost a digit: a stream is at its end when there was nothing to read. A modem that says there is
		// more and gives nothing is asked again when it says so, or by the poll.
		if (bytes > 0 && (left > 0 || this.closedByPeer)) this.enter({ kind: "ready", announced: true });
		else this.enter(again ? { kind: "ready", announced: true } : EMPTY);
		this.fetch();
		if ("empty" === this.state.kind && this.closedByPeer) this.end(left > 0 ? thrownAway(left) : undefined);
		else if (this.readable > 0) this.owner.onProgress();
	}

	/** The connection is gone and with it what the modem held, or a byte of the line was lost: another question tells. */
	private async onRefused(attempt: number): Promise<void> {
		const told = await this.owner.askState();
		if ("fetching" !== this.state.kind) return;
		if (attempt < TRIES && (1 === attempt || !told || !isOver(told.state))) return this.fetchPiece(attempt + 1);
		if (this.left > 0) this.end(thrownAway(this.left));
		else this.end(this.closedByPeer ? undefined : connectionLost());
	}
}

export function connectionLost(): ModemError {
	return new ModemError("CONNECTION_LOST", "the connection has ended");
}

function bytesLost(why: string): ModemError {
	return new ModemError("BYTES_LOST", `bytes were lost between modem and microcontroller: ${why}`);
}

function thrownAway(bytes: number): ModemError {
	return bytesLost(`the modem has thrown ${bytes} bytes away`);
}

/*
 * One connection of the modem, TCP or UDP: opened, written, read and closed by events.
 *
 * A slot is owned from AT+CIPSTART on, and free again only when the modem has said so.
 *
 * Source: SIM900 AT Command Manual 8.2.2 to 8.2.6.
 */
import type { ConnectionResult } from "../../at/urc.js";
import { ModemError } from "../../core/errors.js";
import type { Wait } from "../../core/waits.js";
import { CONNECT_TIMEOUT_MS, CONNECTION_STATE, connect, disconnect, slotState } from "../commands.js";
import type { SocketEvent } from "../recovery.js";
import { connectionLost, Receiver, type ReceiverOptions } from "./receiver.js";
import { Sender, type SenderOptions } from "./sender.js";

export interface Peer {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

/** None of them comes after `close()`, or before the call that they belong to has returned. */
export interface ConnectionEvents {
	onOpen(): void;
	/** More can be read or written than before, or something was acknowledged. */
	onProgress(): void;
	/** Nothing more comes or goes. What has been received can still be read. Undefined: the peer has closed in order. */
	onEnd(error: ModemError | undefined): void;
}

/** The same for every connection of a modem. */
export interface ConnectionOptions extends ReceiverOptions, SenderOptions {
	/** By slot; undefined in single-connection mode. A connection leaves it when the modem has said that its slot is free. */
	readonly connections: Map<number | undefined, Connection>;
	/** Looks whether the bearer is gone and nobody has heard of it: gives the error, which all have been told then. */
	verifyBearer(): Promise<ModemError | undefined>;
	/** How it fares, for recovery. */
	report?(event: SocketEvent): void;
}

/** What was written before close() still goes out, for so long. */
const FLUSH_TIMEOUT_MS = 75_000;
/** A close whose answer was lost is said so often: a modem that has closed already refuses it. */
const CLOSE_TRIES = 3;
/** Who looks for data so often in vain asks whether the connection is still there: at 9600 baud that costs as much as data. */
const POLLS_PER_STATE = 3;

export class Connection {
	readonly #options: ConnectionOptions;
	readonly #slot: number | undefined;
	readonly #peer: Peer;
	readonly #events: ConnectionEvents;
	readonly #receiver: Receiver;
	readonly #sender: Sender;
	#connecting: Wait<void> | undefined;
	#flushing: Wait<void> | undefined;
	#open = false;
	/** close() was called: nobody is called back any more. */
	#closed = false;
	#endTold = false;
	/** The modem has begun to connect: from here on what it says of the slot is meant for this connection. */
	#started = false;
	/** The modem has closed it. Its slot is free when what it still holds has been read. */
	#gone = false;
	#closing: Promise<void> | undefined;
	#stuck = false;
	#checking = false;
	#polls = 0;
	#free = false;
	/** Who has had the slot before, and is still being closed. */
	#former: Connection | undefined;
	/** Who gets the slot next. */
	#successor: Connection | undefined;

	/** `from` "server": the modem has it open already; a connection that is being closed: its slot is waited for. */
	constructor(
		options: ConnectionOptions,
		slot: number | undefined,
		peer: Peer,
		events: ConnectionEvents,
		from?: "server" | Connection,
	) {
		const accepted = "server" === from;
		this.#options = options;
		this.#slot = slot;
		this.#peer = peer;
		this.#events = events;
		this.#receiver = new Receiver(options, slot, "UDP" === peer.protocol, this);
		this.#sender = new Sender(options, slot, "UDP" === peer.protocol, this);
		this.#open = accepted;
		this.#started = accepted;
		if (from instanceof Connection) {
			from.#successor = this;
			this.#former = from;
			void from.close().then(() => this.follow(from));
		} else {
			options.connections.set(slot, this);
			if (!accepted) void this.connect();
		}
	}

	/** It is being closed, and nobody waits for its slot yet. */
	get mayBeFollowed(): boolean {
		return this.#closed && !this.#stuck && undefined === this.#successor;
	}

	/** The slot is another's, or nobody's. */
	get isStale(): boolean {
		return this.#free;
	}

	get slot(): number | undefined {
		return this.#slot;
	}

	/** The modem was asked to close it and did not say that it has: its slot may never be free again. */
	get isStuck(): boolean {
		return this.#stuck && !this.#free;
	}

	/** Bytes worth reading now: none while more of the same burst is on its way and finds room. */
	get readable(): number {
		return this.#receiver.readable;
	}

	/** Bytes that are here. */
	get available(): number {
		return this.#receiver.length;
	}

	/** More is on its way from the modem. */
	get isAwaited(): boolean {
		return this.#receiver.isAwaited;
	}

	/** Bytes that can be written now. */
	get writable(): number {
		return this.#open && !this.#receiver.ended ? this.#sender.free : 0;
	}

	/** All that was written has been acknowledged by the peer's side; of datagrams, has been handed over. */
	get isDelivered(): boolean {
		return this.#sender.isDelivered;
	}

	/** Bytes that the modem has taken since it was opened. */
	get accepted(): number {
		return this.#sender.accepted;
	}

	/** Each write is a datagram of its own. */
	get isDatagram(): boolean {
		return "UDP" === this.#peer.protocol;
	}

	/** At most `mostBytes` of what has come; default all of it. */
	read(mostBytes?: number): Uint8Array {
		return this.#receiver.read(mostBytes);
	}

	/** The first byte of what has come, which must be more than nothing. */
	readByte(): number {
		return this.#receiver.readByte();
	}

	/** Fills `target` as far as something has come; gives how much that was. */
	readInto(target: Uint8Array): number {
		return this.#receiver.readInto(target);
	}

	/** Takes all of `bytes`, or none of them when they do not fit. `more`: others follow at once, wait for them. */
	write(bytes: Uint8Array, more = false): boolean {
		if (bytes.length > this.writable || !this.#sender.write(bytes)) return false;
		if (!more) this.#sender.flush();
		return true;
	}

	/** The word that data has come, or that the connection has ended, may have been lost: looks for itself. */
	poll(): void {
		if (!this.#open || this.#gone || this.#receiver.ended) return;
		this.#receiver.onDataReady(false);
		this.#polls++;
		if (0 === this.#polls % POLLS_PER_STATE && !this.#checking) void this.checkState();
	}

	/** Firmware that does not tell is taken at its silence. */
	private async checkState(): Promise<void> {
		const { client } = this.#options;
		this.#checking = true;
		const state = await client.send(undefined === this.#slot ? CONNECTION_STATE : slotState(this.#slot), this).catch(() => "");
		this.#checking = false;
		const isOver = state.endsWith("CLOSED") || state.endsWith("INITIAL") || "PDP DEACT" === state || "SERVER LISTENING" === state;
		if (!isOver || this.#gone || this.#receiver.ended) return;
		await this.#options.verifyBearer();
		if (!this.#receiver.ended) this.onClosed();
	}

	/** What was written still goes out; nobody is called back. Resolves when the modem has closed it, or can't say so. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		this.#closed = true;
		const former = this.#former;
		if (former && this === former.#successor) former.#successor = undefined;
		if (this.#open && !this.#gone && !this.#receiver.ended) await this.flush();
		this.release();
		if (this !== this.#options.connections.get(this.#slot))
			this.#free = true; // it never had the slot
		else if (undefined === this.#connecting && !this.#started) this.free(); // it was still waiting
		for (let tries = 1; !this.#free && !this.#stuck; tries++) await this.disconnect(tries >= CLOSE_TRIES);
	}

	/** Refused: it had closed already. Anything else, at last, leaves it to the modem to say so, or to the next SHUT. */
	private disconnect(isLast: boolean): Promise<void> {
		return this.#options.client.send(disconnect(this.#slot), this).then(
			() => this.free(),
			({ code }: ModemError) => {
				if ("REFUSED" === code || "CONNECTION_LOST" === code) this.free();
				else this.#stuck = isLast || ("TIMEOUT" !== code && "MALFORMED" !== code);
			},
		);
	}

	/** The one before has closed, or can't say so. */
	private follow(former: Connection): void {
		const { bearer, connections } = this.#options;
		if (this.#closed) return;
		former.#successor = undefined;
		if (undefined === bearer.address) this.#receiver.end(new ModemError("BEARER_LOST", "the bearer is down: call up() first"));
		else if (connections.has(this.#slot) && this !== connections.get(this.#slot))
			this.#receiver.end(new ModemError("NO_SLOT", "the modem does not say that the connection before is closed"));
		else {
			connections.set(this.#slot, this);
			void this.connect();
		}
	}

	/** CONNECT OK and the like. */
	onResult(result: ConnectionResult): void {
		if ("CONNECT OK" === result) {
			this.#open = true;
			this.#connecting?.resolve();
		} else if ("CONNECT FAIL" === result || "ALREADY CONNECT" === result) {
			if ("CONNECT FAIL" === result) this.free();
			this.#connecting?.reject(new ModemError("REFUSED", `${result}, check host and port, and that the server listens`));
		} else if ("CLOSE OK" === result && (this.#closed || this.#receiver.ended)) this.free(); // or a late one, of the slot's former owner
	}

	/** The peer, or the network, has ended the connection. */
	onClosed(): void {
		if (!this.#started && !this.#open) return; // the slot's former owner: CLOSED may come late
		this.#connecting?.reject(connectionLost());
		if (!this.#open) return; // close() will ask the modem to make sure
		this.#gone = true;
		this.#flushing?.resolve(); // in vain
		if (this.#receiver.ended) return this.free();
		const settled = this.#sender.settle();
		// What the modem still holds is asked for behind that; what is pushed has come.
		if (this.#options.bearer.pushes) void settled.then(() => this.#receiver.onClosedByPeer());
		else this.#receiver.onClosedByPeer();
	}

	onDataReady(): void {
		if (this.#connecting && this.#started) this.onResult("CONNECT OK"); // the word was lost: what is not open gets no data
		this.#receiver.onDataReady();
	}

	/** Data that the modem pushes. */
	onData(bytes: Uint8Array): void {
		this.#receiver.onPushed(bytes);
	}

	/** Pushed data may have been lost. */
	onOverrun(): void {
		if (this.#open) this.#receiver.onOverrun();
	}

	/** The bearer is gone, or the modem has restarted. */
	onLost(error: ModemError): void {
		this.free();
		this.#connecting?.reject(error);
		this.#receiver.end(error);
	}

	/** Of its receiver and sender. */
	onProgress(): void {
		if (0 === this.#sender.waiting || this.#receiver.ended) this.#flushing?.resolve();
		if (this.#gone && this.#receiver.ended) this.free();
		if (this.#closed) return;
		if (!this.#receiver.ended) return this.#events.onProgress();
		this.#sender.end();
		if (this.#endTold) return;
		this.#endTold = true;
		this.#events.onEnd(this.#receiver.ended.error ?? this.#sender.remains);
	}

	/** Of its sender. */
	onFailure(error: ModemError): void {
		this.#receiver.end(error);
	}

	private async connect(): Promise<void> {
		const { client, waits } = this.#options;
		const { host, port, protocol } = this.#peer;
		const command = connect(this.#slot, protocol, host, port, () => this.onResult("CONNECT OK"));
		const limitMs = CONNECT_TIMEOUT_MS + command.timeoutMs;
		this.#connecting = waits.begin<void>(limitMs, () => new ModemError("REFUSED", `no answer in ${limitMs / 1000} s`));
		const result = this.#connecting.promise;
		result.catch(() => {}); // it may fail while the command is still out
		try {
			await client.send(command, this);
			this.#started = true;
			await result;
			if (!this.#closed) this.#events.onOpen();
		} catch (caught) {
			let error = caught as ModemError;
			this.#connecting.reject(error);
			if (!this.#started && "REFUSED" === error.code) error = (await this.#options.verifyBearer()) ?? error;
			this.#receiver.end(this.connectError(error));
		}
		this.#connecting = undefined;
	}

	private connectError(error: ModemError): ModemError {
		const { host, port } = this.#peer;
		if ("REFUSED" !== error.code && "CONNECTION_LOST" !== error.code) return error;
		return new ModemError("CONNECT_FAILED", `no connection to ${host}:${port}: ${error.message}`, error.reason);
	}

	/** Until the modem has taken all that was written: its own close sends the rest. */
	private async flush(): Promise<void> {
		if (0 === this.#sender.waiting) return;
		this.#flushing = this.#options.waits.begin<void>(FLUSH_TIMEOUT_MS, () => new Error("not in time"));
		this.#sender.flush();
		await this.#flushing.promise.catch(() => {});
	}

	private release(): void {
		this.#sender.end();
		this.#connecting?.reject(new ModemError("CLOSED", "the connection was closed"));
		this.#receiver.end(new ModemError("CLOSED", "the connection was closed"));
	}

	private free(): void {
		this.#free = true;
		const { connections } = this.#options;
		if (this !== connections.get(this.#slot)) return;
		if (this.#successor && undefined !== this.#options.bearer.address) connections.set(this.#slot, this.#successor);
		else connections.delete(this.#slot);
	}
}

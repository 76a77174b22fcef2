/* One remote of a UDP socket: a connection of the modem's own, in which datagrams wait until it is open. */
import { elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketLink, SocketPeer } from "./link.js";
import { SlowPoll } from "./poll.js";

export interface RemoteEvents {
	onDatagram(bytes: Uint8Array): void;
	/** It is of no use any more. Undefined: nothing has gone or come for long, and the slot may be of use to others. */
	onEnd(error: ModemError | undefined): void;
}

/** Datagrams that wait for the connection to open, or for the modem to take those before them. */
const WAITING_DATAGRAMS = 4;
const IDLE_MS = 60_000;

export class Remote {
	readonly address: string;
	readonly port: number;
	/** Of the clock: when something was last sent or received. */
	usedMs: number;
	readonly #link: SocketLink;
	readonly #events: RemoteEvents;
	readonly #poll: SlowPoll;
	readonly #waiting: Uint8Array[] = [];
	#connection: SocketConnection | undefined;
	#open = false;
	#closing: Promise<void> | undefined;
	/** close() was called, and what waits is still to go out. */
	#leaving = false;

	constructor(link: SocketLink, address: string, port: number, events: RemoteEvents) {
		this.address = address;
		this.port = port;
		this.usedMs = link.clock.nowMs();
		this.#link = link;
		this.#events = events;
		this.#poll = new SlowPoll(link.clock, () => this.look());
	}

	get isConnected(): boolean {
		return undefined !== this.#connection;
	}

	/** Nothing waits to be sent, and nothing is coming in. */
	get isIdle(): boolean {
		const connection = this.#connection;
		if (!connection || !this.#open || this.#waiting.length > 0) return false;
		return connection.isDelivered && !connection.isAwaited;
	}

	/** @throws {ModemError} NO_SLOT, BEARER_LOST */
	connect(): void {
		const peer: SocketPeer = { protocol: "UDP", host: this.address, port: this.port };
		this.#connection = this.#link.connect(peer, {
			onOpen: () => {
				this.#open = true;
				this.onProgress();
			},
			onProgress: () => this.onProgress(),
			onEnd: error => this.#onEnd(error),
		});
		this.#poll.start();
	}

	/** False: too many wait, and the one that has waited longest was dropped. */
	send(bytes: Uint8Array): boolean {
		this.usedMs = this.#link.clock.nowMs();
		this.#waiting.push(bytes);
		this.flush();
		if (this.#waiting.length <= WAITING_DATAGRAMS) return true;
		this.#waiting.shift();
		return false;
	}

	/** What waits still goes out if it has a connection. Nobody is called back any more. Resolves when the slot of an idle one is free. */
	close(): Promise<void> {
		this.#poll.stop();
		this.#leaving = this.isConnected && this.#waiting.length > 0;
		if (!this.#leaving) this.#closing ??= this.#connection?.close();
		return this.#closing ?? Promise.resolve();
	}

	private onProgress(): void {
		this.flush();
		if (this.#leaving) {
			void this.close();
			return;
		}
		const connection = this.#connection;
		if (!connection || 0 === connection.readable) return;
		this.#poll.moved();
		this.usedMs = this.#link.clock.nowMs();
		this.#events.onDatagram(connection.read());
	}

	private look(): void {
		if (!this.isIdle || elapsedMs(this.usedMs, this.#link.clock.nowMs()) < IDLE_MS) return this.#connection?.poll();
		void this.close();
		this.#events.onEnd(undefined);
	}

	#onEnd(error: ModemError | undefined): void {
		this.#open = false;
		const told = !this.#leaving;
		this.#waiting.length = 0;
		void this.close();
		if (told) this.#events.onEnd(error ?? new ModemError("CONNECTION_LOST", "the modem has closed the connection"));
	}

	private flush(): void {
		const connection = this.#connection;
		if (!connection || !this.#open) return;
		for (let next = this.#waiting[0]; next && connection.write(next); next = this.#waiting[0]) this.#waiting.shift();
	}
}

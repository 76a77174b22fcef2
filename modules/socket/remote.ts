/* One remote of a UDP socket: a connection of the modem, and the datagrams that wait until it is open. */
import { elapsedMs, type TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketEvents, SocketLink } from "./link.js";

export interface RemoteOwner {
	onDatagram(remote: Remote, bytes: Uint8Array): void;
	/** It can't be used any more. Undefined: nothing was sent or received for long, and its slot may be useful to others. */
	onEnd(remote: Remote, error: ModemError | undefined): void;
}

/** Datagrams that wait for the connection to open, or for the modem to take those before them. */
const WAITING_DATAGRAMS = 4;
const IDLE_MS = 60_000;
/** A remote that was not idle after IDLE_MS is looked at again after this. */
const BUSY_MS = 10_000;

/** "leaving": close() was called, and what waits still goes out. */
type State =
	| { readonly kind: "waiting" | "closed"; readonly connection?: undefined }
	| { readonly kind: "connected" | "leaving"; readonly connection: SocketConnection };

export class Remote implements SocketEvents {
	readonly address: string;
	readonly port: number;
	/** On the clock: when a datagram was last sent or received. */
	usedMs: number;
	private readonly link: SocketLink;
	private readonly owner: RemoteOwner;
	private readonly waiting: Uint8Array[] = [];
	private state: State = { kind: "waiting" };
	private idleTimer: TimerId;

	constructor(link: SocketLink, address: string, port: number, owner: RemoteOwner) {
		this.address = address;
		this.port = port;
		this.usedMs = link.clock.nowMs();
		this.link = link;
		this.owner = owner;
	}

	get isConnected(): boolean {
		return "connected" === this.state.kind;
	}

	/** It has a connection, nothing waits to be sent, and nothing is on its way from the modem. */
	get isIdle(): boolean {
		if ("connected" !== this.state.kind || this.waiting.length > 0) return false;
		return this.state.connection.isDelivered && !this.state.connection.isAwaited;
	}

	/** @throws {ModemError} NO_SLOT, BEARER_DOWN */
	connect(): void {
		const connection = this.link.connect({ protocol: "UDP", host: this.address, port: this.port }, this);
		this.state = { kind: "connected", connection };
		this.watchIdle(IDLE_MS);
	}

	/** False: too many wait, and the oldest was dropped. */
	send(bytes: Uint8Array): boolean {
		this.usedMs = this.link.clock.nowMs();
		this.waiting.push(bytes);
		this.flush();
		if (this.waiting.length <= WAITING_DATAGRAMS) return true;
		this.waiting.shift();
		return false;
	}

	/** What waits still goes out if there is a connection. Nothing is called back any more. Resolves when the slot of an idle one is free. */
	close(): Promise<void> {
		const { state } = this;
		if ("connected" !== state.kind || 0 === this.waiting.length) return this.closeNow();
		this.stopTimer();
		this.state = { kind: "leaving", connection: state.connection };
		return Promise.resolve();
	}

	onOpen(): void {
		this.onProgress();
	}

	onProgress(): void {
		this.flush();
		const { state } = this;
		if ("leaving" === state.kind && 0 === this.waiting.length) void this.closeNow();
		if ("connected" !== state.kind || 0 === state.connection.readable) return;
		this.usedMs = this.link.clock.nowMs();
		this.owner.onDatagram(this, state.connection.read());
	}

	onEnd(error: ModemError | undefined): void {
		const { kind } = this.state;
		this.waiting.length = 0;
		void this.closeNow();
		if ("connected" === kind)
			this.owner.onEnd(this, error ?? new ModemError("CONNECTION_LOST", "the modem has closed the connection"));
	}

	private closeNow(): Promise<void> {
		const { connection } = this.state;
		this.stopTimer();
		this.state = { kind: "closed" };
		return connection?.close() ?? Promise.resolve();
	}

	private flush(): void {
		const { waiting } = this;
		const { connection } = this.state;
		if (!connection) return;
		for (let next = waiting[0]; next && connection.write(next); next = waiting[0]) waiting.shift();
	}

	private watchIdle(delayMs: number): void {
		this.idleTimer = this.link.clock.setTimer(() => this.onIdleTime(), delayMs);
	}

	private onIdleTime(): void {
		const idleMs = elapsedMs(this.usedMs, this.link.clock.nowMs());
		if (idleMs < IDLE_MS) return this.watchIdle(IDLE_MS - idleMs);
		if (!this.isIdle) return this.watchIdle(BUSY_MS);
		void this.closeNow();
		this.owner.onEnd(this, undefined);
	}

	private stopTimer(): void {
		if (undefined !== this.idleTimer) this.link.clock.clearTimer(this.idleTimer);
		this.idleTimer = undefined;
	}
}

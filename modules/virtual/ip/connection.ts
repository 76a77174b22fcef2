/* One of the modem's connection slots: its state, what is on its way out, and what has come and was not read. */
import type { TimerId } from "../../core/clock.js";
import { ByteQueue } from "../bytes.js";
import type { NetworkFailure, Peer, PeerCallbacks, Protocol } from "../network.js";
import type { Air } from "../radio/air.js";
import type { World } from "../world.js";
import { Datagrams } from "./datagrams.js";
import { Stream, type StreamTarget } from "./stream.js";

/** As AT+CIPSTATUS names them. */
export type ConnectionState = "INITIAL" | "CONNECTING" | "CONNECTED" | "REMOTE CLOSING" | "CLOSING" | "CLOSED";

/** Why it ended: the peer's close or reset, or bytes that nobody acknowledged. */
export type EndReason = "closed" | "silent";

/** Whom a datagram has come from. */
export interface Origin {
	readonly address: string;
	readonly port: number;
}

export interface ConnectionCallbacks {
	onConnected(connection: Connection): void;
	onConnectFailed(connection: Connection, reason: NetworkFailure): void;
	/** Bytes have come into the inbox; `first`: it was empty before. */
	onData(connection: Connection, first: boolean): void;
	/** The peer has closed it, or it broke. Comes once, only after `onConnected`. */
	onClosing(connection: Connection, reason: EndReason): void;
}

export class Connection {
	readonly id: number;
	state: ConnectionState = "INITIAL";
	protocol: Protocol = "TCP";
	address = "";
	port = 0;
	/** A client of the modem's server. */
	accepted = false;
	sentBytes = 0;
	acknowledgedBytes = 0;
	receivedBytes = 0;
	readonly inbox = new ByteQueue<Origin>();
	readonly #world: World;
	readonly #air: Air;
	readonly #callbacks: ConnectionCallbacks;
	#stream: Stream | Datagrams | undefined;
	#waiting: { bytes: number; onDone: (sent: boolean) => void } | undefined;
	#timer: TimerId | undefined;
	#endActivity: (() => void) | undefined;

	constructor(id: number, world: World, air: Air, callbacks: ConnectionCallbacks) {
		this.id = id;
		this.#world = world;
		this.#air = air;
		this.#callbacks = callbacks;
	}

	/** Whether AT+CIPSTART has to be refused, and AT+CIPCLOSE is not. */
	get open(): boolean {
		return "CONNECTING" === this.state || "CONNECTED" === this.state;
	}

	/** What one command may send now. */
	get room(): number {
		if ("CONNECTED" !== this.state) return 0;
		const { pieceBytes, sendBufferBytes } = this.#world.tcp;
		return Math.min(pieceBytes, sendBufferBytes - (this.sentBytes - this.acknowledgedBytes));
	}

	/** Whether it may hear from anybody, and send to anybody. */
	get unbound(): boolean {
		return this.#stream instanceof Datagrams;
	}

	connect(target: StreamTarget, timeoutMs: number = this.#world.timing.unansweredMs): void {
		this.#reset(target.protocol, /^[0-9.]+$/.test(target.host) ? target.host : "", target.port);
		this.state = "CONNECTING";
		this.#endActivity = this.#world.activity.begin();
		this.#timer = this.#world.schedule.after(timeoutMs, () => this.#connectFailed("unreachable"));
		this.#open().connect(this.#world.network, target);
	}

	/** A datagram socket for any peers; `localPort` 0: any. */
	bind(localPort: number): void {
		this.#reset("UDP", "", localPort);
		this.state = "CONNECTED";
		this.#stream = new Datagrams(this.#air, this.#world.network, localPort, {
			onData: (bytes, address, port) => this.#take(bytes, { address, port }),
			onFailure: () => this.#remoteClosed("closed"),
		});
	}

	/** A client of the modem's server. */
	accept(peer: Peer, address: string, port: number): PeerCallbacks {
		this.#reset("TCP", address, port);
		this.accepted = true;
		this.state = "CONNECTED";
		return this.#open().accept(peer);
	}

	/** A datagram socket goes to another target. False: this is none. */
	retarget(host: string, port: number): boolean {
		if ("UDP" !== this.protocol || "CONNECTED" !== this.state) return false;
		this.#stream?.abort();
		this.address = host;
		this.port = port;
		this.#open().connect(this.#world.network, { protocol: "UDP", host, port });
		return true;
	}

	/** `to`: of a socket that was bound. */
	send(bytes: Uint8Array, to?: Origin): void {
		if ("CONNECTED" !== this.state) return;
		this.sentBytes += bytes.length;
		if (this.#stream instanceof Datagrams) {
			if (to) this.#stream.send(bytes, to.address, to.port);
		} else this.#stream?.send(bytes);
		if ("UDP" === this.protocol) this.acknowledgedBytes = this.sentBytes;
		else if (undefined === this.#timer) this.#watch();
	}

	/** `onDone(true)` when the peer has acknowledged so many bytes since the start; a datagram is merely handed over. */
	whenAcknowledged(bytes: number, onDone: (sent: boolean) => void): void {
		if ("CONNECTED" !== this.state) onDone(false);
		else if (this.acknowledgedBytes < bytes) this.#waiting = { bytes, onDone };
		else this.#world.schedule.after(this.#world.timing.acceptMs, () => onDone(true));
	}

	/** Bytes of the inbox, which count as read. */
	read(count: number): Uint8Array {
		const bytes = this.inbox.take(count);
		this.#stream?.credit(bytes.length);
		return bytes;
	}

	/** The oldest datagram, whole. */
	readDatagram(): { readonly bytes: Uint8Array; readonly from: Origin } {
		const from = this.inbox.nextTag ?? this;
		return { from, bytes: this.read(this.inbox.nextLength) };
	}

	/** AT+CIPCLOSE has begun. */
	beginClose(): void {
		this.#stopWaiting();
		this.state = "CLOSING";
	}

	/** `quick`: what is still to be sent is lost. */
	close(quick: boolean): void {
		if (quick) this.#stream?.abort();
		else this.#stream?.close();
		this.#end();
	}

	/** The context under it has gone. */
	abort(state: ConnectionState): void {
		this.#stream?.abort();
		this.#end();
		this.state = state;
		if ("INITIAL" === state) this.#reset("TCP", "", 0);
	}

	/** The peer's close has been told: what is left to read stays readable. */
	closed(): void {
		this.#stream?.abort();
		this.#stream = undefined;
		this.state = "CLOSED";
	}

	#open(): Stream {
		const stream = new Stream(this.#air, this.#world.tcp.receiveWindowBytes, {
			onConnect: address => this.#connected(address),
			onData: bytes => this.#take(bytes),
			onAcknowledged: bytes => this.#acknowledge(bytes),
			onEnd: () => this.#remoteClosed("closed"),
			onFailure: reason => this.#failed(reason),
		});
		this.#stream = stream;
		return stream;
	}

	#reset(protocol: Protocol, address: string, port: number): void {
		this.protocol = protocol;
		this.address = address;
		this.port = port;
		this.accepted = false;
		this.sentBytes = 0;
		this.acknowledgedBytes = 0;
		this.receivedBytes = 0;
		this.inbox.clear();
	}

	#end(): void {
		this.#stopWaiting();
		this.#stream = undefined;
		this.state = "CLOSED";
		this.#settle(false);
	}

	#stopWaiting(): void {
		this.#world.schedule.cancel(this.#timer);
		this.#timer = undefined;
		this.#endActivity?.();
		this.#endActivity = undefined;
	}

	#settle(sent: boolean): void {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		waiting?.onDone(sent);
	}

	#connected(address: string): void {
		if ("CONNECTING" !== this.state) return;
		this.#stopWaiting();
		this.address = address;
		this.state = "CONNECTED";
		this.#callbacks.onConnected(this);
	}

	#failed(reason: NetworkFailure): void {
		if ("CONNECTING" !== this.state) return this.#remoteClosed("closed");
		const { timing, schedule } = this.#world;
		if ("unreachable" === reason) return; // nothing answers: the modem goes on trying until its time is up
		schedule.cancel(this.#timer);
		this.#timer = schedule.after("dns" === reason ? timing.nameUnknownMs : timing.refusedMs, () => this.#connectFailed(reason));
	}

	#connectFailed(reason: NetworkFailure): void {
		this.#stream?.abort();
		this.#end();
		this.#callbacks.onConnectFailed(this, reason);
	}

	#take(bytes: Uint8Array, from?: Origin): void {
		if ("CONNECTED" !== this.state) return;
		if (from && this.inbox.length + bytes.length > this.#world.tcp.receiveWindowBytes) return; // lost
		this.receivedBytes += bytes.length;
		this.#world.faults.moment("received");
		const first = 0 === this.inbox.length;
		this.inbox.push(bytes, from);
		this.#callbacks.onData(this, first);
	}

	#acknowledge(bytes: number): void {
		this.acknowledgedBytes = Math.min(this.sentBytes, this.acknowledgedBytes + bytes);
		this.#watch();
		if (this.#waiting && this.acknowledgedBytes >= this.#waiting.bytes) this.#settle(true);
	}

	/** What the peer does not acknowledge for too long ends the connection. */
	#watch(): void {
		const { schedule, timing } = this.#world;
		schedule.cancel(this.#timer);
		this.#timer = undefined;
		if ("CONNECTED" !== this.state || this.acknowledgedBytes >= this.sentBytes) return;
		this.#timer = schedule.after(timing.unacknowledgedMs, () => this.#remoteClosed("silent"));
	}

	#remoteClosed(reason: EndReason): void {
		if ("CONNECTED" !== this.state) return;
		this.#stopWaiting();
		this.state = "REMOTE CLOSING";
		this.#settle(false);
		this.#callbacks.onClosing(this, reason);
	}
}

/*
 * A TCP connection of the machine that the simulator runs on, as the virtual modem sees it.
 *
 * The SDK's socket reports a refusal, a reset and the peer's end in the same way: before the handshake it is taken for a
 * refusal, afterwards for an end.
 */
import TCP from "embedded:io/socket/tcp";
import type { Clock, TimerId } from "../../modules/core/clock.js";
import type { NetworkFailure, Peer, PeerCallbacks } from "../../modules/virtual/network.js";

/** How long a closed connection waits for the peer to take the rest. */
const LINGER_MS = 2000;

/** Where the connection comes from: an address to call, or a client that a listener has accepted. */
export type TcpOrigin = { readonly address: string; readonly port: number } | { readonly from: TCP };

export class TcpPeer implements Peer {
	readonly #clock: Clock;
	#callbacks: PeerCallbacks | undefined;
	#socket: TCP | undefined;
	#connected: boolean;
	#outgoing: Uint8Array[] = [];
	#writable = 0;
	#unacknowledged = 0;
	#paused = false;
	#waiting = false; // data came while paused
	#closing = false;
	#linger: TimerId;

	/** `callbacks` may be handed in later, by `attach`, as long as that is before this turn ends. */
	constructor(clock: Clock, callbacks?: PeerCallbacks) {
		this.#clock = clock;
		this.#callbacks = callbacks;
		this.#connected = false;
	}

	attach(callbacks: PeerCallbacks): void {
		this.#callbacks = callbacks;
	}

	open(origin: TcpOrigin): void {
		if (this.#closing) return;
		this.#connected = "from" in origin;
		this.#socket = new TCP({
			...origin,
			format: "buffer",
			nodelay: true,
			onReadable: () => this.#onReadable(),
			onWritable: bytes => this.#onWritable(bytes),
			onError: () => this.#onError(),
		});
	}

	send(bytes: Uint8Array): void {
		if (this.#closing || 0 === bytes.length) return;
		this.#outgoing.push(bytes);
		this.#pump();
	}

	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
		if (!this.#waiting) return;
		this.#waiting = false;
		this.#clock.setTimer(() => this.#onReadable(), 0); // nothing is called back from inside a call
	}

	/** What has been sent before still goes out, if the peer takes it soon. */
	close(): void {
		if (this.#closing) return;
		this.#closing = true;
		this.#callbacks = undefined;
		// Not from inside the socket's own callback: it would go on to the next one of a socket that is gone.
		const lingerMs = this.#connected && this.#outgoing.length > 0 ? LINGER_MS : 0;
		this.#linger = this.#clock.setTimer(() => this.#closeSocket(), lingerMs);
	}

	/** Nothing comes after it; `onFailure` only if nobody has closed before. */
	fail(reason: NetworkFailure): void {
		const callbacks = this.#callbacks;
		this.close();
		callbacks?.onFailure(reason);
	}

	#closeSocket(): void {
		this.#socket?.close();
		this.#socket = undefined;
	}

	#pump(): void {
		while (this.#socket && this.#writable > 0) {
			const first = this.#outgoing[0];
			if (!first) return;
			const piece = first.subarray(0, this.#writable);
			if (piece.length === first.length) this.#outgoing.shift();
			else this.#outgoing[0] = first.subarray(piece.length);
			this.#writable -= piece.length;
			this.#unacknowledged += piece.length;
			this.#socket.write(piece.slice().buffer);
		}
	}

	#onWritable(bytes: number): void {
		this.#writable = bytes;
		if (!this.#connected) {
			this.#connected = true;
			this.#callbacks?.onConnect(this.#socket?.remoteAddress ?? "");
		} else if (this.#unacknowledged > 0) {
			const acknowledged = this.#unacknowledged;
			this.#unacknowledged = 0;
			this.#callbacks?.onAcknowledged(acknowledged);
		}
		this.#pump();
		if (this.#closing && 0 === this.#outgoing.length) {
			this.#clock.clearTimer(this.#linger);
			this.#linger = this.#clock.setTimer(() => this.#closeSocket(), 0);
		}
	}

	#onReadable(): void {
		if (this.#closing) return;
		if (this.#paused) {
			this.#waiting = true;
			return;
		}
		const data = this.#socket?.read() as ArrayBuffer | undefined;
		if (data) this.#callbacks?.onData(new Uint8Array(data));
	}

	#onError(): void {
		const callbacks = this.#callbacks;
		this.#outgoing = [];
		if (!this.#connected) {
			this.fail("refused");
			return;
		}
		this.close();
		callbacks?.onEnd();
	}
}

/*
 * One connection over the air: a peer of the host's network with the radio's time in between, and a receive window.
 *
 * What the peer sends beyond the window is not taken from it, so that its TCP waits as it would for a full modem.
 */
import type { Network, NetworkFailure, Peer, PeerCallbacks, Protocol } from "../network.js";
import { type Air, HEADER_BYTES } from "../radio/air.js";

export const SEGMENT_BYTES = 1460;

export interface StreamTarget {
	readonly protocol: Protocol;
	readonly host: string;
	readonly port: number;
	readonly localPort?: number;
	readonly secure?: boolean;
}

/** All of them come with the air's delay, and none after `close`. */
export interface StreamCallbacks {
	onConnect(address: string): void;
	/** At most a segment at a time; give them back by `credit` when they have been read. */
	onData(bytes: Uint8Array): void;
	onAcknowledged(bytes: number): void;
	onEnd(): void;
	onFailure(reason: NetworkFailure): void;
}

export class Stream {
	readonly #air: Air;
	readonly #windowBytes: number;
	readonly #callbacks: StreamCallbacks;
	#peer: Peer | undefined;
	#held = 0; // bytes taken from the peer and not read yet
	#paused = false;
	#closed = false;

	/** `windowBytes`: what may have come and not been read. */
	constructor(air: Air, windowBytes: number, callbacks: StreamCallbacks) {
		this.#air = air;
		this.#windowBytes = windowBytes;
		this.#callbacks = callbacks;
	}

	connect(network: Network, target: StreamTarget): void {
		this.#air.streams.add(this);
		// A datagram needs no handshake, a name has to be asked for either way.
		const asks = "TCP" === target.protocol || !/^[0-9.]+$/.test(target.host);
		const connect = () => {
			if (this.#closed) return;
			const callbacks = this.#peerCallbacks(asks);
			// a host that does no TLS is as a server that does none
			if (target.secure && !network.secure) callbacks.onFailure("refused");
			else this.#peer = network.connect(target, callbacks);
		};
		if (asks) this.#air.up(HEADER_BYTES, connect);
		else connect();
	}

	/** A client has come: returns what its peer calls back. */
	accept(peer: Peer): PeerCallbacks {
		this.#air.streams.add(this);
		this.#peer = peer;
		return this.#peerCallbacks(true);
	}

	send(bytes: Uint8Array): void {
		this.#air.up(bytes.length + HEADER_BYTES, () => this.#peer?.send(bytes));
	}

	/** So many of the bytes that came are read: the window opens again. */
	credit(bytes: number): void {
		this.#held -= bytes;
		if (!this.#paused || this.#held > this.#windowBytes / 2) return;
		this.#paused = false;
		this.#peer?.resume();
	}

	/** Ends it in order, behind all that was sent. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#air.up(HEADER_BYTES, () => this.abort());
	}

	/** Ends it at once: what is still to be sent is lost. */
	abort(): void {
		this.#closed = true;
		this.#air.streams.delete(this);
		this.#peer?.close();
		this.#peer = undefined;
	}

	#down(bytes: number, arrive: () => void): void {
		this.#air.down(bytes, () => {
			if (!this.#closed) arrive();
		});
	}

	#peerCallbacks(handshake: boolean): PeerCallbacks {
		const callbacks = this.#callbacks;
		return {
			onConnect: address => {
				if (handshake) this.#down(HEADER_BYTES, () => callbacks.onConnect(address));
				else if (!this.#closed) callbacks.onConnect(address);
			},
			onData: bytes => this.#take(bytes),
			onAcknowledged: bytes => this.#down(HEADER_BYTES, () => callbacks.onAcknowledged(bytes)),
			onEnd: () => this.#down(HEADER_BYTES, () => callbacks.onEnd()),
			onFailure: reason => this.#down(HEADER_BYTES, () => callbacks.onFailure(reason)),
		};
	}

	#take(bytes: Uint8Array): void {
		this.#held += bytes.length;
		if (!this.#paused && this.#held >= this.#windowBytes) {
			this.#paused = true;
			this.#peer?.pause();
		}
		for (let from = 0; from < bytes.length; from += SEGMENT_BYTES) {
			const segment = bytes.subarray(from, from + SEGMENT_BYTES);
			this.#down(segment.length + HEADER_BYTES, () => this.#callbacks.onData(segment));
		}
	}
}

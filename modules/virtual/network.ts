/*
 * The Internet as the virtual modem sees it: what a host implements so that CIPSTART opens a real socket.
 *
 * Callbacks never come before the call that they belong to has returned, nor after `close()`.
 */

export type Protocol = "TCP" | "UDP";

/** Why a connection could not be had, or ended: no such name, refused, reset by the peer, no route or no answer. */
export type NetworkFailure = "dns" | "refused" | "reset" | "unreachable";

export interface PeerCallbacks {
	/** TCP: the handshake is done. UDP: the name is resolved. `address` is the peer's, in dotted form. */
	onConnect(address: string): void;
	/** `bytes` belong to the receiver from now on. */
	onData(bytes: Uint8Array): void;
	/** TCP: this many more bytes of what was sent have been taken by the peer's side. */
	onAcknowledged(bytes: number): void;
	/** The peer ended the connection. Nothing comes after it. */
	onEnd(): void;
	/** Nothing comes after it. */
	onFailure(reason: NetworkFailure): void;
}

export interface Peer {
	/** UDP: one datagram a call. */
	send(bytes: Uint8Array): void;
	/** TCP: takes no more data from the peer until `resume`, so that its window closes as on a full modem. */
	pause(): void;
	resume(): void;
	close(): void;
}

export interface ListenerCallbacks {
	/** A client came: return the callbacks for it, or undefined to refuse it. `onConnect` is not called for it. */
	onAccept(peer: Peer, address: string, port: number): PeerCallbacks | undefined;
	onFailure(reason: NetworkFailure): void;
}

export interface NetworkListener {
	close(): void;
}

export interface DatagramCallbacks {
	/** One datagram; `bytes` belong to the receiver from now on. */
	onData(bytes: Uint8Array, address: string, port: number): void;
	onFailure(reason: NetworkFailure): void;
}

export interface DatagramPeer {
	send(bytes: Uint8Array, host: string, port: number): void;
	close(): void;
}

export interface Network {
	/** Whether `connect` can do TLS; a host that does not say so is not asked for it. */
	readonly secure?: boolean;
	/** `secure`: by TLS, as the modem's own (AT+CIPSSL=1) would. */
	connect(
		options: { protocol: Protocol; host: string; port: number; localPort?: number; secure?: boolean },
		callbacks: PeerCallbacks,
	): Peer;
	listen(options: { port: number }, callbacks: ListenerCallbacks): NetworkListener;
	/** A datagram socket that hears anybody; port 0: any. Without it only who was sent something is heard. */
	bind?(options: { port: number }, callbacks: DatagramCallbacks): DatagramPeer;
	/** Addresses in dotted form; none when the name is not known. */
	resolve(host: string, onDone: (addresses: readonly string[]) => void): void;
}

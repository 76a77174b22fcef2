/*
 * What the classes of this folder need from a modem, and nothing more; the modem driver gives it.
 *
 * It comes along as an option, `{ io: TCP, link: modem }`, so that whoever is given such a description and constructs
 * `new io({ ...description, address, port })` passes it on without knowing of it.
 */
import type { Clock } from "../core/clock.js";
import type { ModemError } from "../core/errors.js";

export interface SocketPeer {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

/** None of them comes after `close()`, or before the call that they belong to has returned. */
export interface SocketEvents {
	onOpen(): void;
	/** More can be read or written than before. */
	onProgress(): void;
	/** Nothing more comes or goes. Undefined: the peer has closed in order. */
	onEnd(error: ModemError | undefined): void;
}

export interface SocketConnection {
	/** Bytes worth telling of: 0 while more of the same burst is on its way and finds room. */
	readonly readable: number;
	/** Bytes that are here. */
	readonly available: number;
	/** More is on its way from the modem. */
	readonly isAwaited: boolean;
	readonly writable: number;
	/** All that was written has left. */
	readonly isDelivered: boolean;
	read(mostBytes?: number): Uint8Array;
	/** The first byte of what is here, which must be more than nothing. */
	readByte(): number;
	readInto(target: Uint8Array): number;
	/** All of it or, when it does not fit, nothing. `more`: it waits for what follows. */
	write(bytes: Uint8Array, more?: boolean): boolean;
	/** The word that data has come may have been lost: looks for itself. */
	poll(): void;
	/** What was written still goes out. Resolves when the slot is free, or nobody can say. */
	close(): Promise<void>;
}

export interface SocketLink {
	readonly clock: Clock;
	/** @throws {TypeError | RangeError} a peer that can't be sent to */
	check(peer: SocketPeer): void;
	/**
	 * Begins to open a connection.
	 *
	 * @throws {ModemError} NO_SLOT, BEARER_LOST  @throws {TypeError | RangeError} a peer that can't be sent to
	 */
	connect(peer: SocketPeer, events: SocketEvents): SocketConnection;
}

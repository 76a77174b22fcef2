/*
 * What the classes of this folder need from a modem; the modem driver provides it.
 *
 * It is passed as an option, `{ io: TCP, link: modem }`: a client that constructs `new io({ ...description, address, port })`
 * passes it on without knowing of it.
 */
import type { Clock } from "../core/clock.js";
import type { ModemError } from "../core/errors.js";

export interface SocketPeer {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

/** None of them is called after `close()`, or before the call that they belong to has returned. */
export interface SocketEvents {
	onOpen(): void;
	/** More can be read or written than before. */
	onProgress(): void;
	/** The connection has ended; what was received can still be read. Undefined: the peer has closed in order. */
	onEnd(error: ModemError | undefined): void;
}

/** It asks the modem by itself when an announcement of data may have been lost. */
export interface SocketConnection {
	/** Bytes worth telling: 0 while more of the same burst is on its way and there is room for it. */
	readonly readable: number;
	/** Bytes that can be read. */
	readonly available: number;
	/** More is on its way from the modem. */
	readonly isAwaited: boolean;
	/** Bytes that can be written: 0 before it is open, and from the peer's close on. Otherwise only writing makes it less. */
	readonly writable: number;
	/** All that was written has left. */
	readonly isDelivered: boolean;
	read(mostBytes?: number): Uint8Array;
	/** The first byte of what can be read, which must not be empty. */
	readByte(): number;
	readInto(target: Uint8Array): number;
	/** Takes all of it, or nothing when it does not fit. `more`: it waits for what follows. */
	write(bytes: Uint8Array, more?: boolean): boolean;
	/** What was written still goes out. Resolves when the slot is free, or the modem does not say so. */
	close(): Promise<void>;
}

export interface SocketLink {
	readonly clock: Clock;
	/** @throws {TypeError | RangeError} a peer that can't be sent to */
	check(peer: SocketPeer): void;
	/**
	 * Begins to open a connection.
	 *
	 * @throws {ModemError} NO_SLOT, BEARER_DOWN  @throws {TypeError | RangeError} a peer that can't be sent to
	 */
	connect(peer: SocketPeer, events: SocketEvents): SocketConnection;
}

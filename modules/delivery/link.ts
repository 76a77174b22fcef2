/* What the connection loop needs from a network, and nothing more; the modem driver gives it. */

import type { NextTry } from "../core/backoff.js";
import type { Destination } from "./events.js";

export interface Link {
	/** When it makes sense to try again: `up`, or connections while it is up. */
	readonly next: NextTry;
	/**
	 * Resolves when connections can be opened: powers on, unlocks, registers, brings the bearer up, as far as needed.
	 *
	 * @throws {ModemError} BACKOFF: not before what `next` says
	 */
	up(): Promise<void>;
	/** Ends the bearer and every connection. */
	down(): Promise<void>;
	/** @throws {TypeError | RangeError} a destination that `open` could never reach */
	check(destination: Destination): void;
	open(destination: Destination): Promise<LinkConnection>;
}

export interface LinkConnection {
	/** Resolves when the peer's side has acknowledged every byte (UDP: when it has been handed to the network). */
	send(bytes: Uint8Array): Promise<void>;
	/** What has come, at least one byte; undefined when the peer has closed and all was read. */
	receive(timeoutMs: number): Promise<Uint8Array | undefined>;
	/** May be called twice, and after the peer has closed. */
	close(): Promise<void>;
}

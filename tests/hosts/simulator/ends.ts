/* One end of a connection that writes down what happens to it and can be waited for. */
import type { Clock } from "../../../modules/core/clock.js";
import type { NetworkFailure, Peer, PeerCallbacks } from "../../../modules/virtual/network.js";

const PATIENCE_MS = 5000;

export class End implements PeerCallbacks {
	peer: Peer | undefined;
	address = "";
	readonly received: number[] = [];
	acknowledged = 0;
	ended = false;
	failure: NetworkFailure | undefined;
	/** Everything in its order, data shortened to one letter. */
	history = "";

	onConnect(address: string): void {
		this.address = address;
		this.history += "C";
	}

	onData(bytes: Uint8Array): void {
		for (const byte of bytes) this.received.push(byte);
		if (!this.history.endsWith("D")) this.history += "D";
	}

	onAcknowledged(bytes: number): void {
		this.acknowledged += bytes;
	}

	onEnd(): void {
		this.ended = true;
		this.history += "E";
	}

	onFailure(reason: NetworkFailure): void {
		this.failure = reason;
		this.history += "F";
	}
}

export class Patience {
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** @throws {Error} it has not come true after five seconds */
	async until(what: string, condition: () => boolean): Promise<void> {
		for (let waitedMs = 0; !condition(); waitedMs += 10) {
			if (waitedMs >= PATIENCE_MS) throw new Error(`waited in vain until ${what}`);
			await new Promise<void>(resolve => this.#clock.setTimer(resolve, 10));
		}
	}
}

export function check(what: string, condition: boolean): void {
	if (!condition) throw new Error(what);
}

/** Bytes that tell when they are lost, doubled or exchanged. */
export function pattern(length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let index = 0; index < length; index++) bytes[index] = (index ^ (index >> 8)) & 255;
	return bytes;
}

export function isPattern(bytes: readonly number[], length: number): boolean {
	return bytes.length === length && bytes.every((byte, index) => byte === ((index ^ (index >> 8)) & 255));
}

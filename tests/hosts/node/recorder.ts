/* Callbacks of a network peer, kept in order, with a way to wait for one. */
import type { NetworkFailure, PeerCallbacks } from "../../../modules/virtual/network.js";

export class Recorder implements PeerCallbacks {
	readonly calls: string[] = [];
	receivedBytes = 0;
	acknowledgedBytes = 0;
	readonly #chunks: Uint8Array[] = [];
	#waiting: { test: () => boolean; resolve: () => void }[] = [];

	get received(): Buffer {
		return Buffer.concat(this.#chunks);
	}

	onConnect(address: string): void {
		this.#note(`connect ${address}`);
	}

	onData(bytes: Uint8Array): void {
		this.#chunks.push(bytes);
		this.receivedBytes += bytes.length;
		this.#note("data");
	}

	onAcknowledged(bytes: number): void {
		this.acknowledgedBytes += bytes;
		this.#note("acknowledged");
	}

	onEnd(): void {
		this.#note("end");
	}

	onFailure(reason: NetworkFailure): void {
		this.#note(`failure ${reason}`);
	}

	/** Resolves when `test` holds after a callback, or now. */
	until(test: () => boolean): Promise<void> {
		if (test()) return Promise.resolve();
		return new Promise(resolve => this.#waiting.push({ test, resolve }));
	}

	called(call: string): Promise<void> {
		return this.until(() => this.calls.includes(call));
	}

	#note(call: string): void {
		this.calls.push(call);
		for (const { test, resolve } of this.#waiting) if (test()) resolve();
	}
}

/*
 * A TCP connection behind the TCP object that has it now; `from` hands it on to another.
 *
 * What happens is told from a timer, in the order writable, readable, error: never from within a call, and never from
 * within the driver's own work. An exception out of a callback ends its connection and is told as its error: the SDK's
 * TLSSocket throws so when a certificate is not to be trusted, and a device must outlive that.
 */
import type { Clock, TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketEvents } from "./link.js";
import { Notifier, REFUSED_MS } from "./notifier.js";
import { SlowPoll } from "./poll.js";

export interface StreamOwner {
	onReadable(bytes: number): void;
	onWritable(bytes: number): void;
	/** Undefined: the peer has closed in order. */
	onError(error: ModemError | undefined): void;
	/** Somebody is there to be told of errors. */
	readonly hearsErrors: boolean;
}

export interface StreamOptions {
	readonly clock: Clock;
	readonly address: string | undefined;
	readonly port: number | undefined;
	/** @throws {ModemError} told as an error of the stream  @throws {TypeError | RangeError} thrown */
	start(events: SocketEvents): SocketConnection;
}

/** Written with `more`, bytes wait for those that follow, but no longer than this. */
const HOLD_MS = 20;

export class Stream {
	readonly address: string | undefined;
	readonly port: number | undefined;
	readonly #clock: Clock;
	readonly #poll: SlowPoll;
	#connection: SocketConnection | undefined;
	#owner: StreamOwner | undefined;
	/** How much the owner knows of. */
	#readableTold = 0;
	#writableTold = 0;
	#ended: { readonly error: ModemError | undefined } | undefined;
	#endTold = false;
	readonly #notifier: Notifier;
	#flushing: TimerId;
	#flushingHeld = false;

	constructor({ address, clock, port, start }: StreamOptions) {
		this.address = address;
		this.port = port;
		this.#clock = clock;
		this.#poll = new SlowPoll(clock, () => this.#connection?.poll());
		this.#notifier = new Notifier(clock, () => this.tell());
		try {
			this.#connection = start({
				onOpen: () => this.onProgress(),
				onProgress: () => this.onProgress(),
				onEnd: error => this.onEnd(error),
			});
			this.#poll.start();
		} catch (error) {
			if (!(error instanceof ModemError)) throw error;
			this.#ended = { error };
		}
	}

	/** Takes it over: what can be read and written, and the end, is told anew. */
	set owner(owner: StreamOwner | undefined) {
		this.#owner = owner;
		this.#readableTold = 0;
		this.#writableTold = 0;
		this.#endTold = false;
		this.#notifier.soon(this.#connection ? 0 : REFUSED_MS);
	}

	get readable(): number {
		return this.#connection?.available ?? 0;
	}

	/** An owner who has not heard of the end yet goes by what was told before: such writes are no fault of its own. */
	get writable(): number {
		if (this.#ended) return this.#endTold ? 0 : this.#writableTold;
		return this.#connection?.writable ?? 0;
	}

	/** The first `count` bytes of what is there. */
	read(count: number): Uint8Array {
		const bytes = this.#connection!.read(count);
		this.onRead(bytes.length);
		return bytes;
	}

	/** The first byte of what is there, which must be more than nothing. */
	readByte(): number {
		const byte = this.#connection!.readByte();
		this.onRead(1);
		return byte;
	}

	/** Fills `target`, for which there must be enough. */
	readInto(target: Uint8Array): void {
		this.onRead(this.#connection!.readInto(target));
	}

	/** All of it or, when it does not fit, nothing. */
	write(bytes: Uint8Array, more: boolean): boolean {
		if (bytes.length > this.writable) return false;
		if (this.#ended) return this.dropAfterEnd(bytes);
		if (!this.#connection?.write(bytes, true)) return false;
		this.#writableTold = this.writable;
		this.flushSoon(more && this.#writableTold > 0);
		return true;
	}

	/** What was written still goes out. Nobody is called back any more. */
	close(): void {
		this.#owner = undefined;
		this.#notifier.stop();
		this.stopTimers();
		void this.#connection?.close();
	}

	/** Nobody gets it; the end, which is told next, is then none in order. */
	private dropAfterEnd(bytes: Uint8Array): true {
		this.#writableTold -= bytes.length;
		const error = new ModemError("CONNECTION_LOST", "the peer has closed the connection: what was written last was not sent");
		if (bytes.length > 0 && !this.#ended?.error) this.#ended = { error };
		return true;
	}

	private onProgress(): void {
		this.#poll.moved();
		this.#notifier.soon();
	}

	private onEnd(error: ModemError | undefined): void {
		this.#ended = { error };
		this.#poll.stop();
		this.#notifier.soon();
	}

	private onRead(bytes: number): void {
		this.#readableTold = Math.max(0, this.#readableTold - bytes);
		if (this.#ended && 0 === this.readable) this.#notifier.soon();
	}

	private tell(): void {
		const owner = this.#owner;
		const { writable } = this;
		if (owner && writable > this.#writableTold) {
			this.#writableTold = writable;
			this.guard(owner, () => owner.onWritable(writable));
		}
		const readable = this.#connection?.readable ?? 0;
		if (owner && owner === this.#owner && readable > this.#readableTold) {
			this.#readableTold = readable;
			this.guard(owner, () => owner.onReadable(readable));
		}
		if (owner && owner === this.#owner && this.#ended && 0 === this.readable && !this.#endTold) {
			this.#endTold = true;
			void this.#connection?.close(); // an application that forgets to must not keep the slot
			owner.onError(this.#ended.error);
		}
	}

	private guard(owner: StreamOwner, callback: () => void): void {
		try {
			callback();
		} catch (error) {
			if (owner !== this.#owner || !owner.hearsErrors) throw error;
			this.stopTimers();
			void this.#connection?.close();
			this.#connection = undefined;
			this.#writableTold = 0;
			this.onEnd(new ModemError("CALLBACK_FAILED", `the application's callback has thrown: ${error}`));
		}
	}

	/** Whatever is written in the same turn goes out together. */
	private flushSoon(held: boolean): void {
		if (undefined !== this.#flushing) {
			if (held || !this.#flushingHeld) return;
			this.#clock.clearTimer(this.#flushing);
		}
		this.#flushingHeld = held;
		const flush = () => {
			this.#flushing = undefined;
			this.#connection?.write(NOTHING);
		};
		this.#flushing = this.#clock.setTimer(flush, held ? HOLD_MS : 0);
	}

	private stopTimers(): void {
		this.#poll.stop();
		if (undefined !== this.#flushing) this.#clock.clearTimer(this.#flushing);
		this.#flushing = undefined;
	}
}

/** Written without `more`, it sends what waits. */
const NOTHING = new Uint8Array(0);

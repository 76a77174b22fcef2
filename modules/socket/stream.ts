/*
 * A TCP connection behind the TCP object that owns it now; `from` hands it to another owner.
 *
 * Events are told from a timer, in the order writable, readable, error. An exception out of `onReadable` or `onWritable`
 * ends the connection and is told by `onError`: the SDK's TLSSocket throws so when a certificate is not trusted, and a
 * device must survive that.
 *
 * Bytes that the owner was told it can write are always taken, as by a native socket. When the peer has closed they are
 * dropped; unless the end was told already, it is then told as CONNECTION_LOST. Clients rely on it: the SDK's HTTP client
 * writes its next request inside `onError`.
 */
import type { Clock, TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketEvents } from "./link.js";
import { NotifierBase, REFUSED_MS } from "./notifier.js";

export interface StreamCallbacks<O> {
	readonly onReadable?: ((this: O, bytes: number) => void) | null | undefined;
	readonly onWritable?: ((this: O, bytes: number) => void) | null | undefined;
	/** Undefined: the peer has closed in order. */
	readonly onError?: ((this: O, error: ModemError | undefined) => void) | null | undefined;
}

export interface StreamOptions {
	readonly clock: Clock;
	readonly address: string | undefined;
	readonly port: number | undefined;
	/** @throws {ModemError} told as an error of the stream  @throws {TypeError | RangeError} thrown */
	start(events: SocketEvents): SocketConnection;
}

/** "dropping": something was written after the peer's close; nothing more goes out. "told": the owner knows of the end. */
type State = { readonly kind: "open" | "dropping" } | { readonly kind: "ended" | "told"; readonly error: ModemError | undefined };

const OPEN: State = Object.freeze({ kind: "open" });
/** Bytes written with `more` wait for those that follow, at most for this time. */
const HOLD_MS = 20;
/** Written without `more`, it sends what waits. */
const NOTHING = new Uint8Array(0);

export class Stream extends NotifierBase implements SocketEvents {
	readonly address: string | undefined;
	readonly port: number | undefined;
	private connection: SocketConnection | undefined;
	private state = OPEN;
	private owner: object | undefined;
	private onReadable: StreamCallbacks<never>["onReadable"];
	private onWritable: StreamCallbacks<never>["onWritable"];
	private onError: StreamCallbacks<never>["onError"];
	/** The owner has been told nothing yet. */
	private isNew = false;
	/** Bytes that the owner was told of and has not read. */
	private readableTold = 0;
	/** Bytes that the owner was told it can write, less what it has written. */
	private writableTold = 0;
	private flushing: { readonly timer: TimerId; readonly held: boolean } | undefined;

	constructor({ address, clock, port, start }: StreamOptions) {
		super(clock);
		this.address = address;
		this.port = port;
		try {
			this.connection = start(this);
		} catch (error) {
			if (!(error instanceof ModemError)) throw error;
			this.state = { kind: "ended", error };
		}
	}

	/** Hands it to `owner`: what can be read and written, and the end, is told anew. */
	take(owner: object, { onError, onReadable, onWritable }: StreamCallbacks<never>): void {
		this.owner = owner;
		this.onReadable = onReadable;
		this.onWritable = onWritable;
		this.onError = onError;
		this.isNew = true;
		this.readableTold = 0;
		if ("told" === this.state.kind) this.state = { kind: "ended", error: this.state.error };
		this.soon(this.connection ? 0 : REFUSED_MS);
	}

	get readable(): number {
		return this.connection?.available ?? 0;
	}

	get writable(): number {
		return Math.max(this.writableTold, this.connection?.writable ?? 0);
	}

	/** The first `count` bytes of what is there. */
	read(count: number): Uint8Array {
		const bytes = this.connection!.read(count);
		this.onRead(bytes.length);
		return bytes;
	}

	/** The first byte of what is there, which must not be empty. */
	readByte(): number {
		const byte = this.connection!.readByte();
		this.onRead(1);
		return byte;
	}

	/** Fills `target`, for which there must be enough. */
	readInto(target: Uint8Array): void {
		this.onRead(this.connection!.readInto(target));
	}

	/** Takes all of `bytes`, or none when they do not fit. */
	write(bytes: Uint8Array, more: boolean): boolean {
		const { connection } = this;
		const { length } = bytes;
		if (length > this.writable) return false;
		if (0 === length) return true;
		const isTaken = "open" === this.state.kind && true === connection?.write(bytes, true);
		this.writableTold = Math.max(this.writableTold - length, connection?.writable ?? 0);
		if (isTaken) this.flushSoon(more && this.writableTold > 0);
		else this.onDropped();
		return true;
	}

	/** What was written still goes out. Nothing is called back any more. */
	close(): void {
		this.owner = undefined;
		this.stop();
		this.closeConnection();
	}

	onOpen(): void {
		this.onProgress();
	}

	onProgress(): void {
		this.soon();
	}

	onEnd(error: ModemError | undefined): void {
		this.state = { kind: "ended", error: error ?? ("dropping" === this.state.kind ? notSent() : undefined) };
		this.soon();
	}

	protected override tell(): void {
		const { isNew, owner, state, writable } = this;
		if (!owner) return;
		this.isNew = false;
		if ("open" === state.kind && writable > (isNew ? 0 : this.writableTold)) {
			this.writableTold = writable;
			this.call(owner as never, this.onWritable, writable);
			if (owner !== this.owner) return;
		}
		const worthReading = this.connection?.readable ?? 0;
		if (worthReading > this.readableTold) {
			this.readableTold = worthReading;
			this.call(owner as never, this.onReadable, worthReading);
			if (owner !== this.owner) return;
		}
		this.tellEnd(owner);
	}

	/** After all that was received has been read. */
	private tellEnd(owner: object): void {
		const { state } = this;
		if ("ended" !== state.kind || this.readable > 0) return;
		this.state = { kind: "told", error: state.error };
		this.closeConnection(); // the slot must be free even when the application forgets to close
		this.onError?.call(owner as never, state.error);
	}

	private call(owner: object, callback: StreamCallbacks<never>["onReadable"], bytes: number): void {
		try {
			callback?.call(owner as never, bytes);
		} catch (error) {
			if (owner !== this.owner || !this.onError) throw error;
			this.closeConnection();
			this.connection = undefined;
			this.onEnd(callbackFailed(error));
		}
	}

	private onDropped(): void {
		const { state } = this;
		if ("open" === state.kind) this.state = { kind: "dropping" };
		else if ("ended" === state.kind) this.state = { kind: "ended", error: state.error ?? notSent() };
	}

	private onRead(bytes: number): void {
		this.readableTold = Math.max(0, this.readableTold - bytes);
		if ("ended" === this.state.kind && 0 === this.readable) this.soon();
	}

	/** What is written in one turn goes out together. */
	private flushSoon(held: boolean): void {
		const { flushing } = this;
		if (flushing && (held || !flushing.held)) return;
		this.stopFlush();
		const timer = this.clock.setTimer(
			() => {
				this.flushing = undefined;
				this.connection?.write(NOTHING);
			},
			held ? HOLD_MS : 0,
		);
		this.flushing = { timer, held };
	}

	private stopFlush(): void {
		if (this.flushing) this.clock.clearTimer(this.flushing.timer);
		this.flushing = undefined;
	}

	private closeConnection(): void {
		this.stopFlush();
		void this.connection?.close();
	}
}

function notSent(): ModemError {
	return new ModemError("CONNECTION_LOST", "the peer has closed the connection: what was written last was not sent");
}

/** What was thrown is the cause: its text may quote what was received. */
function callbackFailed(cause: unknown): ModemError {
	const error = new ModemError("CALLBACK_FAILED", "the application's callback has thrown: see the cause of this error");
	error.cause = cause;
	return error;
}

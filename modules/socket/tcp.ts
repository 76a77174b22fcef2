/*
 * TCP over the modem, in the contract of ECMA-419 and of the Moddable SDK: its HTTP, MQTT, WebSocket and TLS clients run
 * on it unchanged, given as `{ io: TCP, link: modem }`.
 *
 * Failures of modem, network and peer arrive by `onError`, as a ModemError; undefined means that the peer has closed in
 * order. All that was received before can be read first. Memory is fixed at construction: what does not fit is refused.
 */
import type { ModemError } from "../core/errors.js";
import { isAddress } from "../core/ip.js";
import type { SocketLink } from "./link.js";
import { type ByteBuffer, bytesOf, checkCallbacks, formatOf, linkOf, portOf } from "./options.js";
import { Stream, type StreamCallbacks } from "./stream.js";

export type TCPFormat = "buffer" | "number";

export interface TCPOptions extends StreamCallbacks<TCP> {
	/** The modem. Not needed with `from`. */
	link?: SocketLink | undefined;
	/** Where to connect to. Used before `host`, which clients pass along for other purposes. */
	address?: string | undefined;
	/** A name, which the modem looks up itself. */
	host?: string | undefined;
	port?: number | string | undefined;
	/** Takes over the connection of this one, which is closed then. */
	from?: TCP | Stream | undefined;
	/** Has no effect: the modem decides. */
	nodelay?: boolean | undefined;
	format?: TCPFormat | null | undefined;
	target?: unknown;
	/** `bytes`: all that can be read now. */
	onReadable?: ((this: TCP, bytes: number) => void) | null | undefined;
	/** `bytes`: all that can be written now. The first call says that the connection is open. */
	onWritable?: ((this: TCP, bytes: number) => void) | null | undefined;
	/** The connection has ended, and all that was received has been read. Undefined: the peer has closed in order. */
	onError?: ((this: TCP, error: ModemError | undefined) => void) | null | undefined;
}

export interface WriteOptions {
	/** More writes follow at once: send them together. */
	readonly more?: boolean;
	/** The bytes of this write and those that follow; nothing is written when they do not fit. */
	readonly byteLength?: number;
}

const FORMATS: readonly TCPFormat[] = Object.freeze(["buffer", "number"] as const);
const CALLBACKS: readonly (keyof StreamCallbacks<TCP>)[] = Object.freeze(["onReadable", "onWritable", "onError"]);

export class TCP {
	declare readonly target?: unknown;
	/** Undefined once closed. */
	#stream: Stream | undefined;
	#format: TCPFormat;

	/** @throws {Error} no address or port  @throws {TypeError} wrong type  @throws {RangeError} bad value  @throws {SyntaxError} bad `from` */
	constructor(options: TCPOptions) {
		// Check everything first: a constructor that throws must leave no connection open behind it.
		const { from, target } = options;
		this.#format = formatOf(options.format, FORMATS);
		checkCallbacks(options, CALLBACKS);
		const stream = undefined === from ? streamTo(options) : from instanceof Stream ? from : TCP.#release(from);
		if (undefined !== target) this.target = target;
		this.#stream = stream;
		stream.take(this, options);
	}

	get format(): TCPFormat {
		TCP.#streamOf(this);
		return this.#format;
	}

	set format(format: TCPFormat) {
		TCP.#streamOf(this);
		if (!format) throw new RangeError("format required");
		this.#format = formatOf(format, FORMATS);
	}

	/** Undefined when the modem looked the name up itself. */
	get remoteAddress(): string | undefined {
		return TCP.#streamOf(this).address;
	}

	/** Undefined for a client of a listener: the modem does not tell it. */
	get remotePort(): number | undefined {
		return TCP.#streamOf(this).port;
	}

	/**
	 * Format "buffer": gives `count` bytes, default all; or fills a buffer and gives its length. Format "number": the next byte.
	 * Undefined when there is nothing to read.
	 *
	 * @throws {Error} more than there is  @throws {TypeError} neither count nor buffer
	 */
	read(): ArrayBuffer | number | undefined;
	read(count: number): ArrayBuffer | undefined;
	read(buffer: ByteBuffer): number | undefined;
	read(what?: number | ByteBuffer): ArrayBuffer | number | undefined {
		const stream = TCP.#streamOf(this);
		const { readable } = stream;
		if (0 === readable) return undefined;
		if ("number" === this.#format) return stream.readByte();
		if (undefined === what || "number" === typeof what) {
			return stream.read(within(what ?? readable, readable)).buffer as ArrayBuffer;
		}
		const target = bytesOf(what);
		within(target.length, readable);
		stream.readInto(target);
		return target.length;
	}

	/**
	 * Gives how many bytes can still be written. Never throws for bytes that `onWritable` has announced, whatever the peer does.
	 *
	 * @throws {Error} more than can be written now: nothing was written  @throws {TypeError} not what `format` says
	 */
	write(data: ByteBuffer | number, options?: WriteOptions): number {
		const stream = TCP.#streamOf(this);
		const bytes = "number" === this.#format ? byteOf(data) : bytesOf(data);
		const { byteLength = bytes.length, more = false } = options ?? {};
		const total = Math.max(byteLength, bytes.length);
		if (total > stream.writable || !stream.write(bytes, more))
			throw new Error(`${total} bytes can't be written now, only ${stream.writable}: wait for onWritable`);
		return stream.writable;
	}

	/** What was written still goes out. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!TCP.#isTCP(this)) throw new SyntaxError("not a TCP");
		this.#stream?.close();
		this.#stream = undefined;
	}

	static #release(from: TCP): Stream {
		const stream = TCP.#streamOf(from);
		from.#stream = undefined;
		return stream;
	}

	/** The SDK's native classes throw SyntaxError for a receiver that is not an instance, or is closed. */
	static #streamOf(tcp: unknown): Stream {
		if (!TCP.#isTCP(tcp)) throw new SyntaxError("not a TCP");
		if (undefined === tcp.#stream) throw new SyntaxError("the TCP is closed");
		return tcp.#stream;
	}

	static #isTCP(value: unknown): value is TCP {
		return "object" === typeof value && null !== value && #stream in value;
	}
}

export default TCP;

function streamTo(options: TCPOptions): Stream {
	const { address, host } = options;
	const peer = address ?? host;
	if (undefined === peer) throw new Error("address or host required");
	const port = portOf(options.port, 1);
	const link = linkOf(options.link);
	return new Stream({
		clock: link.clock,
		address: address ?? (isAddress(peer) ? peer : undefined),
		port,
		start: events => link.connect({ protocol: "TCP", host: peer, port }, events),
	});
}

function within(count: number, readable: number): number {
	if (!Number.isInteger(count) || count <= 0 || count > readable)
		throw new Error(`can't read ${count} bytes, ${readable} are there`);
	return count;
}

function byteOf(value: unknown): Uint8Array {
	if ("number" !== typeof value) throw new TypeError("data must be a number");
	return Uint8Array.of(value);
}

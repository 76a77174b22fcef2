/*
 * A listener on the modem's own server, in the contract of ECMA-419 and of the Moddable SDK.
 *
 * The modem listens on one port, and only where the operator lets connections in, which few do. A client takes one of
 * the modem's slots; those that nobody has read yet are bounded in number, and more are closed. The modem tells a
 * client's address, not its port.
 */
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketEvents, SocketLink } from "./link.js";
import { Notifier, REFUSED_MS } from "./notifier.js";
import { checkCallbacks, formatOf, linkOf, portOf } from "./options.js";
import { Stream } from "./stream.js";
import { TCP } from "./tcp.js";

/** What this class needs from a modem; the modem driver gives it. */
export interface ListenerLink extends Pick<SocketLink, "clock"> {
	/** Gives what ends it. @throws {ModemError} NO_SLOT, BEARER_LOST */
	listen(
		port: number,
		events: {
			onClient(address: string, accept: (events: SocketEvents) => SocketConnection): void;
			onEnd(error: ModemError): void;
		},
	): () => void;
}

export interface ListenerOptions {
	/** The modem. */
	link?: ListenerLink | undefined;
	/** Undefined or 0: any. */
	port?: number | string | undefined;
	format?: "socket/tcp" | undefined;
	target?: unknown;
	/** `requests`: clients that can be read now. */
	onReadable?: ((this: Listener, requests: number) => void) | undefined;
	/** No client comes any more; those that are here can still be read. */
	onError?: ((this: Listener, error: ModemError) => void) | undefined;
}

const FORMATS = Object.freeze(["socket/tcp"] as const);
const MOST_WAITING = 4;
/** The ports for which nobody stands. RFC 6335, 6 */
const FIRST_DYNAMIC_PORT = 49_152;
const DYNAMIC_PORTS = 16_384;

export class Listener {
	declare readonly target?: unknown;
	/** Undefined once closed. */
	#link: ListenerLink | undefined;
	readonly #port: number;
	readonly #onReadable: ListenerOptions["onReadable"];
	readonly #onError: ListenerOptions["onError"];
	readonly #waiting: Stream[] = [];
	readonly #notifier: Notifier;
	#stop: (() => void) | undefined;
	#error: ModemError | undefined;
	#news = false;

	/** @throws {Error} no link  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	constructor(options: ListenerOptions) {
		const { onError, onReadable, target } = options;
		formatOf(options.format, FORMATS);
		checkCallbacks(options, ["onReadable", "onError"]);
		const asked = "port" in options ? portOf(options.port, 0) : 0;
		const link = linkOf(options.link);
		this.#port = asked > 0 ? asked : FIRST_DYNAMIC_PORT + (link.clock.nowMs() & (DYNAMIC_PORTS - 1));
		this.#link = link;
		this.#notifier = new Notifier(link.clock, () => this.#tell());
		this.#onReadable = onReadable;
		this.#onError = onError;
		if (undefined !== target) this.target = target;
		this.#listen(link);
	}

	get port(): number {
		Listener.#check(this);
		return this.#port;
	}

	get format(): "socket/tcp" {
		Listener.#check(this);
		return "socket/tcp";
	}

	set format(format: "socket/tcp") {
		Listener.#check(this);
		if ("socket/tcp" !== format) throw new RangeError('format must be "socket/tcp"');
	}

	/** The connection of the client that has waited longest; undefined when none waits. */
	read(): TCP | undefined {
		Listener.#check(this);
		const stream = this.#waiting.shift();
		return stream && new TCP({ from: stream });
	}

	/** Clients that were not read are closed; those that were stay. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!Listener.#isListener(this)) throw new SyntaxError("not a Listener");
		this.#notifier.stop();
		this.#link = undefined;
		this.#stop?.();
		this.#stop = undefined;
		for (const stream of this.#waiting.splice(0)) stream.close();
	}

	#listen(link: ListenerLink): void {
		try {
			this.#stop = link.listen(this.#port, {
				onClient: (address, accept) => this.#onClient(link, address, accept),
				onEnd: error => this.#onEnd(error),
			});
		} catch (error) {
			if (!(error instanceof ModemError)) throw error;
			this.#onEnd(error, REFUSED_MS);
		}
	}

	#onClient(link: ListenerLink, address: string, start: (events: SocketEvents) => SocketConnection): void {
		if (!this.#link || this.#waiting.length >= MOST_WAITING) return;
		this.#waiting.push(new Stream({ clock: link.clock, address, port: undefined, start }));
		this.#news = true;
		this.#notifier.soon();
	}

	#onEnd(error: ModemError, afterMs = 0): void {
		this.#stop = undefined;
		this.#error = error;
		this.#notifier.soon(afterMs);
	}

	#tell(): void {
		const isNews = this.#news;
		this.#news = false;
		if (isNews && this.#waiting.length > 0) this.#onReadable?.call(this, this.#waiting.length);
		const error = this.#error;
		this.#error = undefined;
		if (error && this.#link) this.#onError?.call(this, error);
	}

	/** The SDK's native classes throw SyntaxError for a receiver that is none of theirs, or is closed. */
	static #check(listener: unknown): void {
		if (!Listener.#isListener(listener)) throw new SyntaxError("not a Listener");
		if (undefined === listener.#link) throw new SyntaxError("the Listener is closed");
	}

	static #isListener(value: unknown): value is Listener {
		return "object" === typeof value && null !== value && #link in value;
	}
}

export default Listener;

/*
 * A listener on the modem's own server, in the contract of ECMA-419 and of the Moddable SDK.
 *
 * The modem listens on one port, and only networks that let connections in make it useful; few do. Each client takes one of
 * the modem's slots. The modem tells a client's address, not its port.
 */
import type { Clock } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketConnection, SocketEvents, SocketLink } from "./link.js";
import { Notifier, REFUSED_MS } from "./notifier.js";
import { checkCallbacks, formatOf, linkOf, portOf } from "./options.js";
import { Stream } from "./stream.js";
import { TCP } from "./tcp.js";

/** What this class needs from a modem; the modem driver gives it. */
export interface ListenerLink extends Pick<SocketLink, "clock"> {
	/** Ephemeral ports given so far, counted here: a preloaded module lies in flash and keeps nothing. */
	portsGiven?: number;
	/** Gives a function that ends it. @throws {ModemError} LISTENING, BEARER_DOWN */
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
	format?: "socket/tcp" | null | undefined;
	target?: unknown;
	/** `requests`: clients that can be read now. */
	onReadable?: ((this: Listener, requests: number) => void) | null | undefined;
	/** The modem listens no more; clients that have come can still be read. */
	onError?: ((this: Listener, error: ModemError) => void) | null | undefined;
}

const FORMATS = Object.freeze(["socket/tcp"] as const);
/** Clients that nobody has read; further ones are closed. A browser opens 6 at once, and one slot is left for the device's own use. */
const MOST_WAITING = 7;
/** Ports that are registered to nobody. RFC 6335, 6 */
const FIRST_DYNAMIC_PORT = 49_152;
const DYNAMIC_PORTS = 16_384;

/** "failed": not told yet. "over": told. */
type State =
	| { readonly kind: "listening"; stop(): void }
	| { readonly kind: "failed"; readonly error: ModemError }
	| { readonly kind: "over" | "closed" };

export class Listener {
	declare readonly target?: unknown;
	#state: State;
	readonly #clock: Clock;
	readonly #port: number;
	readonly #onReadable: ListenerOptions["onReadable"];
	readonly #onError: ListenerOptions["onError"];
	readonly #waiting: Stream[] = [];
	readonly #notifier: Notifier;
	/** Clients have come that `onReadable` has not told yet. */
	#hasNew = false;

	/** @throws {Error} no link  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	constructor(options: ListenerOptions) {
		const { onError, onReadable, target } = options;
		formatOf(options.format, FORMATS);
		checkCallbacks(options, ["onReadable", "onError"]);
		const port = "port" in options ? portOf(options.port, 0) : 0;
		const link = linkOf(options.link);
		this.#clock = link.clock;
		this.#port = port > 0 ? port : ephemeralPort(link);
		this.#notifier = new Notifier(link.clock, () => this.#tell());
		this.#onReadable = onReadable;
		this.#onError = onError;
		if (undefined !== target) this.target = target;
		this.#state = this.#listen(link);
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

	/** Clients that were not read are closed; those that were read stay. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!Listener.#isListener(this)) throw new SyntaxError("not a Listener");
		const state = this.#state;
		this.#state = { kind: "closed" };
		this.#notifier.stop();
		if ("listening" === state.kind) state.stop();
		for (const stream of this.#waiting.splice(0)) stream.close();
	}

	#listen(link: ListenerLink): State {
		try {
			const stop = link.listen(this.#port, {
				onClient: (address, accept) => this.#onClient(address, accept),
				onEnd: error => this.#onEnd(error),
			});
			return { kind: "listening", stop };
		} catch (error) {
			if (!(error instanceof ModemError)) throw error;
			this.#notifier.soon(REFUSED_MS);
			return { kind: "failed", error };
		}
	}

	#onClient(address: string, start: (events: SocketEvents) => SocketConnection): void {
		if ("listening" !== this.#state.kind || this.#waiting.length >= MOST_WAITING) return;
		this.#waiting.push(new Stream({ clock: this.#clock, address, port: undefined, start }));
		this.#hasNew = true;
		this.#notifier.soon();
	}

	#onEnd(error: ModemError): void {
		if ("closed" === this.#state.kind) return;
		this.#state = { kind: "failed", error };
		this.#notifier.soon();
	}

	#tell(): void {
		const hasNew = this.#hasNew;
		this.#hasNew = false;
		if (hasNew && this.#waiting.length > 0) this.#onReadable?.call(this, this.#waiting.length);
		const state = this.#state; // onReadable may have closed it
		if ("failed" !== state.kind) return;
		this.#state = { kind: "over" };
		this.#onError?.call(this, state.error);
	}

	/** The SDK's native classes throw SyntaxError for a receiver that is not an instance, or is closed. */
	static #check(listener: unknown): void {
		if (!Listener.#isListener(listener)) throw new SyntaxError("not a Listener");
		if ("closed" === listener.#state.kind) throw new SyntaxError("the Listener is closed");
	}

	static #isListener(value: unknown): value is Listener {
		return "object" === typeof value && null !== value && #state in value;
	}
}

export default Listener;

/** Sums of a clock and a counter that both only grow: no two are alike until the range is used up. */
function ephemeralPort(link: ListenerLink): number {
	const given = link.portsGiven ?? 0;
	link.portsGiven = given + 1;
	return FIRST_DYNAMIC_PORT + ((link.clock.nowMs() + given) & (DYNAMIC_PORTS - 1));
}

/*
 * Resolves host names to addresses, in the contract of the Moddable SDK's resolvers: passed to its clients as
 * `dns: { io: Resolver, link: modem }`.
 *
 * The modem asks the operator's name server. The driver keeps the answers for a while, for all resolvers together, because
 * the clients construct one for each connection.
 */
import type { TimerId } from "../core/clock.js";
import { isAddress } from "../core/ip.js";
import type { SocketLink } from "./link.js";
import { checkCallbacks, linkOf } from "./options.js";

export interface ResolverLink extends Pick<SocketLink, "clock"> {
	/** @throws {TypeError | RangeError} not a host name */
	resolve(host: string): Promise<string>;
}

export interface ResolverOptions {
	readonly link?: ResolverLink | undefined;
}

export interface ResolveOptions {
	readonly host: string;
	readonly onResolved?: ((this: Resolver, host: string, address: string) => void) | null | undefined;
	/** `error`: a ModemError. */
	readonly onError?: ((this: Resolver, host: string, error: unknown) => void) | null | undefined;
}

/** Of one resolver at once; more are a mistake of the application. */
const MOST_QUESTIONS = 16;

export class Resolver {
	/** Undefined once closed. */
	#link: ResolverLink | undefined;
	/** Their answers were not told yet. */
	#questions = 0;
	readonly #timers = new Set<TimerId>();

	/** @throws {Error} no link  @throws {TypeError} wrong type */
	constructor(options: ResolverOptions) {
		this.#link = linkOf(options.link);
	}

	/**
	 * Calls back once, after it has returned.
	 *
	 * @throws {Error} closed, no host, no callback, sixteen questions are open already  @throws {TypeError | RangeError} not a host name
	 */
	resolve(options: ResolveOptions): void {
		const link = this.#link;
		const { onError, onResolved } = options;
		if (!link) throw new Error("the resolver is closed");
		if (undefined === options.host) throw new Error("host required");
		if (!onResolved && !onError) throw new Error("onResolved or onError required");
		checkCallbacks(options, ["onResolved", "onError"]);
		const host = String(options.host);
		if (this.#questions >= MOST_QUESTIONS) throw new Error(`${MOST_QUESTIONS} questions are open already: wait for an answer`);
		const resolved = (address: string) => this.#tell(() => onResolved?.call(this, host, address));
		const answer = isAddress(host) ? undefined : link.resolve(host);
		this.#questions++;
		if (!answer) return resolved(host);
		answer.then(resolved, error => this.#tell(() => onError?.call(this, host, error)));
	}

	/** Nothing is called back any more. May be called twice. */
	close(): void {
		for (const timer of this.#timers) this.#link?.clock.clearTimer(timer);
		this.#timers.clear();
		this.#link = undefined;
	}

	/** From a timer, so that an exception of the application reaches the host, as with a native resolver. */
	#tell(callback: () => void): void {
		if (!this.#link) return;
		const timer = this.#link.clock.setTimer(() => {
			this.#timers.delete(timer);
			this.#questions--;
			callback();
		}, 0);
		this.#timers.add(timer);
	}
}

export default Resolver;

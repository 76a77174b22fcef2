/*
 * UDP over the modem, in the contract of ECMA-419 and of the Moddable SDK, with the limits that such a modem has:
 *
 * - It has no socket without a remote. Each remote that is written to gets a connection of its own, up to four; when one
 *   more is needed, or the modem has no slot left, the one that was used least recently is closed.
 * - Only from those remotes does something come. `port` is accepted and means nothing: the modem chooses its own.
 * - It joins datagrams of the same remote that wait in it together, and one of more than 1460 bytes comes in pieces: a
 *   protocol that asks and waits for the answer does not meet with either.
 * - What is written goes out at some time, or not; more than four datagrams that wait for one remote are refused.
 */
import { elapsedMs, type TimerId } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { SocketLink } from "./link.js";
import { type ByteBuffer, bytesOf, checkCallbacks, formatOf, linkOf, portOf } from "./options.js";
import { Remote } from "./remote.js";

export type Datagram = ArrayBuffer & { address: string; port: number };

export interface UDPOptions {
	/** The modem. */
	link?: SocketLink | undefined;
	/** Of no effect. */
	port?: number | string | undefined;
	format?: "buffer" | undefined;
	target?: unknown;
	/** `packets`: how many can be read now. */
	onReadable?: ((this: UDP, packets: number) => void) | undefined;
	/** What was on its way to one remote is lost; the socket can still be used. */
	onError?: ((this: UDP, error: ModemError) => void) | undefined;
}

const FORMATS = Object.freeze(["buffer"] as const);
const MOST_REMOTES = 4;
const MOST_BYTES = 1_460;
/** Received and not read; what comes then is lost. */
const MOST_PACKETS = 8;

export class UDP {
	declare readonly target?: unknown;
	/** Undefined once closed. */
	#link: SocketLink | undefined;
	readonly #onReadable: UDPOptions["onReadable"];
	readonly #onError: UDPOptions["onError"];
	readonly #remotes: Remote[] = [];
	/** Connections that are being closed to make room. */
	#closing = 0;
	readonly #packets: Datagram[] = [];
	readonly #errors: ModemError[] = [];
	#telling: TimerId;
	#news = false;

	/** @throws {Error} no link  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	constructor(options: UDPOptions) {
		const { onError, onReadable, port, target } = options;
		formatOf(options.format, FORMATS);
		checkCallbacks(options, ["onReadable", "onError"]);
		if (undefined !== port) portOf(port, 0);
		this.#link = linkOf(options.link);
		this.#onReadable = onReadable;
		this.#onError = onError;
		if (undefined !== target) this.target = target;
	}

	get format(): "buffer" {
		UDP.#check(this);
		return "buffer";
	}

	set format(format: "buffer") {
		UDP.#check(this);
		if ("buffer" !== format) throw new RangeError('format must be "buffer"');
	}

	/** The first of what has come, with `address` and `port` of its sender; undefined when there is none. */
	read(): Datagram | undefined {
		UDP.#check(this);
		return this.#packets.shift();
	}

	/** @throws {Error} too many wait already, or longer than 1460 bytes  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	write(data: ByteBuffer, address: string, port: number): void {
		const link = UDP.#check(this);
		const bytes = bytesOf(data).slice();
		if ("string" !== typeof address) throw new TypeError("address must be a string");
		const to = portOf(port, 1);
		link.check({ protocol: "UDP", host: address, port: to });
		if (bytes.length > MOST_BYTES) throw new Error(`a datagram has at most ${MOST_BYTES} bytes, not ${bytes.length}`);
		const remote = this.#remotes.find(known => known.address === address && known.port === to) ?? this.#add(link, address, to);
		if (!remote.send(bytes)) throw new Error(`too many datagrams for ${address}:${to} wait already`);
		this.#connect();
	}

	/** What was written still goes out. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!UDP.#isUDP(this)) throw new SyntaxError("not a UDP");
		if (undefined !== this.#telling) this.#link?.clock.clearTimer(this.#telling);
		this.#link = undefined;
		for (const remote of this.#remotes.splice(0)) void remote.close();
	}

	#add(link: SocketLink, address: string, port: number): Remote {
		const remote: Remote = new Remote(link, address, port, {
			onDatagram: bytes => this.#onDatagram(bytes, remote),
			onEnd: error => {
				if (this.#drop(remote)) this.#fail(error);
			},
		});
		this.#remotes.push(remote);
		return remote;
	}

	/** Opens what is not open yet, as far as there are slots. */
	#connect(): void {
		for (const remote of [...this.#remotes]) {
			if (remote.isConnected || this.#closing > 0) continue;
			try {
				if (this.#remotes.filter(one => one.isConnected).length >= MOST_REMOTES) throw noSlot();
				remote.connect();
			} catch (error) {
				if ("NO_SLOT" === (error as ModemError).code && this.#makeRoom()) return;
				this.#drop(remote);
				this.#fail(error as ModemError);
			}
		}
	}

	/** Closes the connection that was used least recently. False: none can be closed. */
	#makeRoom(): boolean {
		const nowMs = this.#link!.clock.nowMs();
		let oldest: Remote | undefined;
		for (const remote of this.#remotes) {
			if (!remote.isIdle) continue;
			if (!oldest || elapsedMs(remote.usedMs, nowMs) > elapsedMs(oldest.usedMs, nowMs)) oldest = remote;
		}
		if (!oldest) return false;
		this.#drop(oldest);
		this.#closing++;
		void oldest.close().then(() => {
			this.#closing--;
			if (this.#link) this.#connect();
		});
		return true;
	}

	#drop(remote: Remote): boolean {
		const index = this.#remotes.indexOf(remote);
		if (index >= 0) this.#remotes.splice(index, 1);
		return index >= 0;
	}

	#onDatagram(bytes: Uint8Array, { address, port }: Remote): void {
		if (!this.#link || this.#packets.length >= MOST_PACKETS) return;
		this.#packets.push(Object.assign(bytes.buffer as ArrayBuffer, { address, port }));
		this.#news = true;
		this.#tellSoon();
	}

	#fail(error: ModemError | undefined): void {
		if (!this.#link || !error) return;
		this.#errors.push(error);
		this.#tellSoon();
	}

	/** From a timer, so that an exception of the application ends up where a native socket's would. */
	#tellSoon(): void {
		this.#telling ??= this.#link?.clock.setTimer(() => {
			this.#telling = undefined;
			if (this.#news && this.#packets.length > 0) {
				this.#news = false;
				this.#onReadable?.call(this, this.#packets.length);
			}
			for (let error = this.#errors.shift(); error && this.#link; error = this.#errors.shift()) this.#onError?.call(this, error);
		}, 0);
	}

	/** The SDK's native classes throw SyntaxError for a receiver that is none of theirs, or is closed. */
	static #check(udp: unknown): SocketLink {
		if (!UDP.#isUDP(udp)) throw new SyntaxError("not a UDP");
		if (undefined === udp.#link) throw new SyntaxError("the UDP is closed");
		return udp.#link;
	}

	static #isUDP(value: unknown): value is UDP {
		return "object" === typeof value && null !== value && #link in value;
	}
}

export default UDP;

function noSlot(): ModemError {
	return new ModemError("NO_SLOT", `${MOST_REMOTES} remotes are in use, each with something to send`);
}

/*
 * UDP over the modem, in the contract of ECMA-419 and of the Moddable SDK, with the limits that such a modem has:
 *
 * - It has no socket without a remote. Each remote that is written to gets a connection of its own, up to four; when one
 *   more is needed, or the modem has no slot left, the one that was used least recently is closed.
 * - Only from those remotes does something come, and only until nothing has gone or come for a minute: then the connection
 *   is closed, for its slot may be of use to others, and the next write opens one anew. `port` is accepted and means
 *   nothing: the modem chooses its own.
 * - It joins datagrams of the same remote that wait in it together, and one of more than 1460 bytes comes in pieces: a
 *   protocol that asks and waits for the answer does not meet with either.
 * - What is written goes out at some time, or not. A datagram has 1 to 1380 bytes: the modem takes no others. Of more than
 *   four that wait for one remote the oldest is dropped, and of more than eight that nobody reads the newest.
 */
import { elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { MOST_DATAGRAM_BYTES } from "../core/ip.js";
import type { SocketLink } from "./link.js";
import { Notifier } from "./notifier.js";
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
	/** Something that was on its way, there or here, is lost; the socket can still be used. */
	onError?: ((this: UDP, error: ModemError) => void) | undefined;
}

const FORMATS = Object.freeze(["buffer"] as const);
/** With a connection. */
const MOST_REMOTES = 4;
/** With those that wait for one. */
const MOST_KNOWN = 8;
/** Not told yet; what fails then is much the same. */
const MOST_ERRORS = 8;
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
	readonly #notifier: Notifier;
	#news = false;
	/** Something was lost, and told, since the application has last read. */
	#overflown = false;

	/** @throws {Error} no link  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	constructor(options: UDPOptions) {
		const { onError, onReadable, port, target } = options;
		formatOf(options.format, FORMATS);
		checkCallbacks(options, ["onReadable", "onError"]);
		if (undefined !== port) portOf(port, 0);
		const link = linkOf(options.link);
		this.#link = link;
		this.#notifier = new Notifier(link.clock, () => this.#tell());
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
		this.#overflown = false;
		return this.#packets.shift();
	}

	/** @throws {Error} eight remotes are in use  @throws {TypeError} wrong type  @throws {RangeError} bad value, not 1 to 1380 bytes */
	write(data: ByteBuffer, address: string, port: number): void {
		const link = UDP.#check(this);
		const bytes = bytesOf(data).slice();
		if ("string" !== typeof address) throw new TypeError("address must be a string");
		const to = portOf(port, 1);
		link.check({ protocol: "UDP", host: address, port: to });
		if (0 === bytes.length || bytes.length > MOST_DATAGRAM_BYTES)
			throw new RangeError(`the modem takes datagrams of 1 to ${MOST_DATAGRAM_BYTES} bytes, not of ${bytes.length}`);
		const remote = this.#remotes.find(known => known.address === address && known.port === to) ?? this.#add(link, address, to);
		if (!remote.send(bytes))
			this.#fail(new ModemError("SEND_FAILED", `too many datagrams wait for ${address}:${to}: the oldest is dropped`));
		this.#connect();
	}

	/** What was written still goes out. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!UDP.#isUDP(this)) throw new SyntaxError("not a UDP");
		this.#notifier.stop();
		this.#link = undefined;
		for (const remote of this.#remotes.splice(0)) void remote.close();
	}

	/** @throws {Error} eight remotes are in use */
	#add(link: SocketLink, address: string, port: number): Remote {
		if (this.#remotes.length >= MOST_KNOWN) throw new Error(`${MOST_KNOWN} remotes are in use: wait, or close the socket`);
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
		if (!this.#link) return;
		if (this.#packets.length >= MOST_PACKETS) return this.#overflow();
		this.#packets.push(Object.assign(bytes.buffer as ArrayBuffer, { address, port }));
		this.#news = true;
		this.#notifier.soon();
	}

	/** Told once, until the application reads again. */
	#overflow(): void {
		if (!this.#overflown)
			this.#fail(new ModemError("BYTES_LOST", `${MOST_PACKETS} datagrams wait to be read: what comes is lost`));
		this.#overflown = true;
	}

	#fail(error: ModemError | undefined): void {
		if (!this.#link || !error || this.#errors.length >= MOST_ERRORS) return;
		this.#errors.push(error);
		this.#notifier.soon();
	}

	#tell(): void {
		const isNews = this.#news;
		this.#news = false;
		if (isNews && this.#packets.length > 0) this.#onReadable?.call(this, this.#packets.length);
		for (let error = this.#errors.shift(); error && this.#link; error = this.#errors.shift()) this.#onError?.call(this, error);
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

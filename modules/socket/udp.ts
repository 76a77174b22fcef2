/*
 * UDP over the modem, in the contract of ECMA-419 and of the Moddable SDK, within the limits of such a modem:
 *
 * - It has no socket without a remote. Each remote that is written to gets a connection of its own, at most four. When one
 *   more is needed, or the modem has no free slot, the least recently used connection is closed.
 * - Data comes only from these remotes, and only until nothing was sent or received for a minute: then the connection is
 *   closed, because its slot may be useful to others, and the next write opens a new one. `port` is accepted and has no
 *   effect: the modem chooses its own.
 * - The modem joins datagrams of one remote that wait in it, and splits one of more than 1460 bytes. A protocol that asks
 *   and waits for the answer meets neither.
 * - Delivery is not guaranteed. A datagram has 1 to 1380 bytes: the modem takes no others, an empty one neither. When more
 *   than four wait for one remote the oldest is dropped; when eight are not read yet the next one is dropped.
 */
import { elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { MOST_DATAGRAM_BYTES } from "../core/ip.js";
import type { SocketLink } from "./link.js";
import { Notifier } from "./notifier.js";
import { type ByteBuffer, bytesOf, checkCallbacks, formatOf, linkOf, portOf } from "./options.js";
import { Remote, type RemoteOwner } from "./remote.js";

export type Datagram = ArrayBuffer & { address: string; port: number };

export interface UDPOptions {
	/** The modem. */
	link?: SocketLink | undefined;
	/** Has no effect. */
	port?: number | string | undefined;
	format?: "buffer" | null | undefined;
	target?: unknown;
	/** `packets`: how many can be read now. */
	onReadable?: ((this: UDP, packets: number) => void) | null | undefined;
	/** Datagrams were lost, sent or received; the socket can still be used. */
	onError?: ((this: UDP, error: ModemError) => void) | null | undefined;
}

const FORMATS = Object.freeze(["buffer"] as const);
/** With a connection. */
const MOST_REMOTES = 4;
/** Including those that wait for a connection. */
const MOST_KNOWN = 8;
/** Not told yet; further ones are not kept. */
const MOST_ERRORS = 8;
/** Received and not read; further ones are dropped. */
const MOST_PACKETS = 8;

export class UDP {
	declare readonly target?: unknown;
	/** Undefined once closed. */
	#link: SocketLink | undefined;
	readonly #onReadable: UDPOptions["onReadable"];
	readonly #onError: UDPOptions["onError"];
	readonly #remotes: Remote[] = [];
	readonly #remoteOwner: RemoteOwner;
	/** Connections that are being closed to make room. */
	#closing = 0;
	readonly #packets: Datagram[] = [];
	readonly #errors: ModemError[] = [];
	readonly #notifier: Notifier;
	/** Packets have come that `onReadable` has not told yet. */
	#hasNew = false;
	/** A dropped packet was told, and the application has not read since. */
	#overflowTold = false;

	/** @throws {Error} no link  @throws {TypeError} wrong type  @throws {RangeError} bad value */
	constructor(options: UDPOptions) {
		const { onError, onReadable, port, target } = options;
		formatOf(options.format, FORMATS);
		checkCallbacks(options, ["onReadable", "onError"]);
		if (undefined !== port) portOf(port, 0);
		const link = linkOf(options.link);
		this.#link = link;
		this.#notifier = new Notifier(link.clock, () => this.#tell());
		this.#remoteOwner = {
			onDatagram: (remote, bytes) => this.#onDatagram(remote, bytes),
			onEnd: (remote, error) => {
				if (this.#drop(remote)) this.#fail(error);
			},
		};
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

	/** The oldest datagram that was received, with `address` and `port` of its sender; undefined when there is none. */
	read(): Datagram | undefined {
		UDP.#check(this);
		this.#overflowTold = false;
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
			this.#fail(
				new ModemError(
					"DATAGRAM_DROPPED",
					`too many datagrams wait for ${address}:${to}: the oldest was dropped, write less often`,
				),
			);
		this.#connect();
	}

	/** What waits for a remote that has a connection still goes out. Nothing is called back any more. May be called twice. */
	close(): void {
		if (!UDP.#isUDP(this)) throw new SyntaxError("not a UDP");
		this.#notifier.stop();
		this.#link = undefined;
		for (const remote of this.#remotes.splice(0)) void remote.close();
	}

	/** @throws {Error} eight remotes are in use */
	#add(link: SocketLink, address: string, port: number): Remote {
		if (this.#remotes.length >= MOST_KNOWN) throw new Error(`${MOST_KNOWN} remotes are in use: wait, or close the socket`);
		const remote = new Remote(link, address, port, this.#remoteOwner);
		this.#remotes.push(remote);
		return remote;
	}

	/** Opens the connections that are missing, as far as there are slots. */
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

	/** Closes the least recently used connection. False: none can be closed. */
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

	#onDatagram({ address, port }: Remote, bytes: Uint8Array): void {
		if (!this.#link) return;
		if (this.#packets.length >= MOST_PACKETS) return this.#onOverflow();
		this.#packets.push(Object.assign(bytes.buffer as ArrayBuffer, { address, port }));
		this.#hasNew = true;
		this.#notifier.soon();
	}

	/** Told once, until the application reads again. */
	#onOverflow(): void {
		if (!this.#overflowTold)
			this.#fail(
				new ModemError("DATAGRAM_DROPPED", `${MOST_PACKETS} datagrams wait to be read: further ones are dropped, read sooner`),
			);
		this.#overflowTold = true;
	}

	#fail(error: ModemError | undefined): void {
		if (!this.#link || !error || this.#errors.length >= MOST_ERRORS) return;
		this.#errors.push(error);
		this.#notifier.soon();
	}

	#tell(): void {
		const hasNew = this.#hasNew;
		this.#hasNew = false;
		if (hasNew && this.#packets.length > 0) this.#onReadable?.call(this, this.#packets.length);
		for (let error = this.#errors.shift(); error && this.#link; error = this.#errors.shift()) this.#onError?.call(this, error);
	}

	/** The SDK's native classes throw SyntaxError for a receiver that is not an instance, or is closed. */
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

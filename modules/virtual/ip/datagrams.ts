/* A datagram socket over the air: any number of peers, each datagram in one piece. */
import type { DatagramCallbacks, DatagramPeer, Network, Peer } from "../network.js";
import { type Air, HEADER_BYTES } from "../radio/air.js";

export class Datagrams {
	readonly #air: Air;
	readonly #peer: DatagramPeer;
	#closed = false;

	constructor(air: Air, network: Network, port: number, callbacks: DatagramCallbacks) {
		this.#air = air;
		const arrive = (bytes: number, callback: () => void) => air.down(bytes + HEADER_BYTES, () => this.#closed || callback());
		const late: DatagramCallbacks = {
			onData: (bytes, address, from) => arrive(bytes.length, () => callbacks.onData(bytes, address, from)),
			onFailure: reason => arrive(0, () => callbacks.onFailure(reason)),
		};
		this.#peer = network.bind?.({ port }, late) ?? new PeerEach(network, port, late);
		air.streams.add(this);
	}

	send(bytes: Uint8Array, host: string, port: number): void {
		this.#air.up(bytes.length + HEADER_BYTES, () => this.#closed || this.#peer.send(bytes, host, port));
	}

	/** A datagram that finds no room is lost: nobody waits. */
	credit(): void {}

	close(): void {
		this.abort();
	}

	abort(): void {
		this.#closed = true;
		this.#air.streams.delete(this);
		this.#peer.close();
	}
}

/** On a host that can't bind: a socket for each whom something is sent. */
class PeerEach implements DatagramPeer {
	readonly #network: Network;
	readonly #callbacks: DatagramCallbacks;
	readonly #peers = new Map<string, { peer: Peer; waiting: Uint8Array[] | undefined }>();
	#localPort: number;

	constructor(network: Network, localPort: number, callbacks: DatagramCallbacks) {
		this.#network = network;
		this.#localPort = localPort;
		this.#callbacks = callbacks;
	}

	send(bytes: Uint8Array, host: string, port: number): void {
		const name = `${host}:${port}`;
		const known = this.#peers.get(name);
		if (!known) this.#connect(name, bytes, host, port);
		else if (known.waiting) known.waiting.push(bytes);
		else known.peer.send(bytes);
	}

	close(): void {
		for (const { peer } of this.#peers.values()) peer.close();
	}

	#connect(name: string, first: Uint8Array, host: string, port: number): void {
		let from = host;
		const localPort = this.#localPort;
		this.#localPort = 0; // only one socket can have it
		const peer = this.#network.connect(
			{ protocol: "UDP", host, port, ...(localPort > 0 ? { localPort } : {}) },
			{
				onConnect: address => {
					from = address;
					const entry = this.#peers.get(name)!;
					for (const bytes of entry.waiting ?? []) peer.send(bytes);
					entry.waiting = undefined;
				},
				onData: bytes => this.#callbacks.onData(bytes, from, port),
				onAcknowledged: () => {},
				onEnd: () => {},
				onFailure: () => this.#peers.delete(name),
			},
		);
		this.#peers.set(name, { peer, waiting: [first] });
	}
}

/*
 * The Internet for a virtual modem, on Node's sockets.
 *
 * "Acknowledged" is what this machine's own TCP has taken: Node does not tell what the peer's TCP has acknowledged. IPv4
 * only, as the modem.
 */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { lookup } from "node:dns";
import { connect, createServer, type Socket } from "node:net";
import type {
	ListenerCallbacks,
	Network,
	NetworkFailure,
	NetworkListener,
	Peer,
	PeerCallbacks,
} from "../../modules/virtual/network.js";

/** After our close, how long a peer may take to close its side before the connection is cut. */
const LINGER_MS = 2000;

const FAILURES: Record<string, NetworkFailure> = {
	ENOTFOUND: "dns",
	ENODATA: "dns",
	EAI_AGAIN: "dns",
	EAI_FAIL: "dns",
	EAI_NONAME: "dns",
	ECONNREFUSED: "refused",
	ECONNRESET: "reset",
	ECONNABORTED: "reset",
	EPIPE: "reset",
};

function failureOf(error: NodeJS.ErrnoException): NetworkFailure {
	return FAILURES[error.code ?? ""] ?? "unreachable";
}

class TcpPeer implements Peer {
	readonly #socket: Socket;
	/** Undefined after the last callback. */
	#callbacks: PeerCallbacks | undefined;

	constructor(socket: Socket, callbacks: PeerCallbacks | undefined) {
		this.#socket = socket;
		this.#callbacks = callbacks;
		socket.setNoDelay(true);
		socket.once("connect", () => this.#callbacks?.onConnect(socket.remoteAddress ?? ""));
		socket.on("data", bytes => this.#callbacks?.onData(new Uint8Array(bytes)));
		socket.once("end", () => this.#last()?.onEnd());
		socket.once("close", () => this.#last()?.onEnd());
		socket.on("error", error => this.#last()?.onFailure(failureOf(error)));
	}

	/** For a peer that came by itself: from now on it is told of what happens. */
	accept(callbacks: PeerCallbacks): void {
		this.#callbacks = callbacks;
	}

	send(bytes: Uint8Array): void {
		const { length } = bytes;
		if (!this.#callbacks || !this.#socket.writable) return;
		this.#socket.write(bytes, error => {
			if (!error) this.#callbacks?.onAcknowledged(length);
		});
	}

	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#callbacks = undefined;
		if (this.#socket.connecting) {
			this.#socket.destroy();
			return;
		}
		// What was sent still leaves, then the FIN; what still comes is read and thrown away, or closing would reset the peer.
		this.#socket.end();
		this.#socket.resume();
		this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
		this.#socket.unref();
	}

	#last(): PeerCallbacks | undefined {
		const callbacks = this.#callbacks;
		this.#callbacks = undefined;
		return callbacks;
	}
}

class UdpPeer implements Peer {
	readonly #socket: DatagramSocket = createSocket("udp4");
	readonly #port: number;
	#address = "";
	#paused = false;
	#callbacks: PeerCallbacks | undefined;

	constructor({ host, port, localPort }: { host: string; port: number; localPort?: number }, callbacks: PeerCallbacks) {
		this.#port = port;
		this.#callbacks = callbacks;
		this.#socket.on("error", error => this.#fail(failureOf(error)));
		this.#socket.on("message", (bytes, from) => {
			// A datagram that finds no room, or comes from somebody else, is lost, as with the modem.
			if (this.#paused || from.port !== port || from.address !== this.#address) return;
			this.#callbacks?.onData(new Uint8Array(bytes));
		});
		lookup(host, { family: 4 }, (error, address) => {
			if (error) this.#fail(failureOf(error));
			else if (this.#callbacks) this.#bind(address, localPort);
		});
	}

	send(bytes: Uint8Array): void {
		if ("" === this.#address || !this.#callbacks) return;
		this.#socket.send(bytes.slice(), this.#port, this.#address, () => {}); // nobody hears of a lost datagram
	}

	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
	}

	close(): void {
		if (!this.#callbacks) return;
		this.#callbacks = undefined;
		this.#socket.close();
	}

	#bind(address: string, localPort = 0): void {
		this.#socket.bind(localPort, () => {
			this.#address = address;
			this.#callbacks?.onConnect(address);
		});
	}

	#fail(reason: NetworkFailure): void {
		const callbacks = this.#callbacks;
		this.close();
		callbacks?.onFailure(reason);
	}
}

export class NodeNetwork implements Network {
	readonly #listenAddress: string;

	/** `listenAddress`: where a modem that listens can be reached, default only from this machine. */
	constructor({ listenAddress = "127.0.0.1" }: { listenAddress?: string } = {}) {
		this.#listenAddress = listenAddress;
	}

	connect(options: { protocol: "TCP" | "UDP"; host: string; port: number; localPort?: number }, callbacks: PeerCallbacks): Peer {
		const { protocol, host, port, localPort } = options;
		if ("UDP" === protocol) return new UdpPeer(options, callbacks);
		const local = undefined === localPort ? {} : { localPort };
		return new TcpPeer(connect({ host, port, family: 4, ...local }), callbacks);
	}

	listen({ port }: { port: number }, { onAccept, onFailure }: ListenerCallbacks): NetworkListener {
		let open = true;
		const server = createServer(socket => {
			const peer = new TcpPeer(socket, undefined);
			const callbacks = open ? onAccept(peer, socket.remoteAddress ?? "", socket.remotePort ?? 0) : undefined;
			if (callbacks) peer.accept(callbacks);
			else socket.resetAndDestroy();
		});
		server.on("error", error => open && onFailure(failureOf(error)));
		server.listen(port, this.#listenAddress);
		return {
			close() {
				open = false;
				server.close();
			},
		};
	}

	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		lookup(host, { family: 4, all: true }, (error, found) => onDone(error ? [] : found.map(({ address }) => address)));
	}
}

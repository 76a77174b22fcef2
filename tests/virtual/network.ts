/*
 * An Internet in memory, for tests: servers by "host:port" that answer, stall, close and reset on demand.
 *
 * Everything takes `latencyMs` of the clock's time (default 0: the next turn of the clock), and nothing is called back
 * before the call that it belongs to has returned.
 */
import type { Clock } from "../../modules/core/clock.js";
import type {
	DatagramCallbacks,
	DatagramPeer,
	ListenerCallbacks,
	Network,
	NetworkFailure,
	NetworkListener,
	Peer,
	PeerCallbacks,
	Protocol,
} from "../../modules/virtual/network.js";

type Data = string | Uint8Array;

export interface FakeServerOptions {
	/** Default "TCP". */
	protocol?: Protocol;
	/** A client has come. */
	onConnect?(connection: FakeConnection): void;
	/** Data has come; what is returned is sent back. */
	onData?(data: Uint8Array, connection: FakeConnection): Data | undefined;
	/** The client has closed. */
	onClose?(connection: FakeConnection): void;
	/** Default true: data is acknowledged as soon as it is here. */
	acknowledges?: boolean;
}

/** One connection, as the server sees it. */
export class FakeConnection {
	/** All that has come. */
	received: Uint8Array = new Uint8Array(0);
	/** How much of that was acknowledged. */
	acknowledged = 0;
	/** The modem takes no more for now. */
	paused = false;
	/** Either side has ended it. */
	closed = false;
	/** Datagrams, or pieces, in which the data came. */
	readonly pieces: Uint8Array[] = [];
	readonly server: FakeServer;
	readonly #later: (callback: () => void) => void;
	readonly #callbacks: PeerCallbacks;
	readonly #waiting: Uint8Array[] = [];
	#ending = false;
	/** The modem wants to hear no more. */
	detached = false;

	constructor(server: FakeServer, later: (callback: () => void) => void, callbacks: PeerCallbacks) {
		this.server = server;
		this.#later = later;
		this.#callbacks = callbacks;
	}

	/** `received` as text, a character a byte. */
	get text(): string {
		return String.fromCharCode(...this.received);
	}

	/** To the modem. Waits while the modem has paused it. */
	send(data: Data): void {
		const bytes = bytesOf(data);
		this.#toModem(() => {
			this.#waiting.push(bytes);
			this.#flush();
		});
	}

	/** The server ends the connection, behind all that it has sent. */
	end(): void {
		this.#toModem(() => {
			this.#ending = true;
			this.#flush();
		});
	}

	/** The server breaks it. */
	reset(reason: NetworkFailure = "reset"): void {
		this.#toModem(() => {
			this.closed = true;
			this.#callbacks.onFailure(reason);
		});
	}

	/** For a server that does not acknowledge by itself: so many bytes more, or all. */
	acknowledge(bytes: number = this.received.length - this.acknowledged): void {
		this.acknowledged += bytes;
		this.#toModem(() => this.#callbacks.onAcknowledged(bytes));
	}

	/** The peer that the modem holds. */
	peer(): Peer {
		return {
			send: bytes => this.#later(() => this.#take(bytes)),
			pause: () => {
				this.paused = true;
			},
			resume: () => {
				this.paused = false;
				this.#toModem(() => this.#flush());
			},
			close: () => {
				if (this.detached) return;
				this.detached = true;
				this.#later(() => this.#closedByModem());
			},
		};
	}

	#toModem(callback: () => void): void {
		this.#later(() => {
			if (!this.closed && !this.detached) callback();
		});
	}

	#closedByModem(): void {
		if (this.closed) return;
		this.closed = true;
		this.server.options.onClose?.(this);
	}

	#take(bytes: Uint8Array): void {
		if (this.closed) return;
		const all = new Uint8Array(this.received.length + bytes.length);
		all.set(this.received);
		all.set(bytes, this.received.length);
		this.received = all;
		this.pieces.push(bytes);
		if (this.server.options.acknowledges ?? true) this.acknowledge();
		const reply = this.server.options.onData?.(bytes, this);
		if (undefined !== reply) this.send(reply);
	}

	#flush(): void {
		while (!this.paused && this.#waiting.length > 0) this.#callbacks.onData(this.#waiting.shift()!);
		if (this.paused || !this.#ending) return;
		this.closed = true;
		this.#callbacks.onEnd();
	}
}

export class FakeServer {
	readonly options: FakeServerOptions;
	/** All that ever came, closed ones too. */
	readonly connections: FakeConnection[] = [];

	constructor(options: FakeServerOptions) {
		this.options = options;
	}

	/** The newest connection. */
	get last(): FakeConnection {
		const last = this.connections.at(-1);
		if (!last) throw new Error("nobody has connected");
		return last;
	}
}

/** A client of the modem's own server. */
export interface FakeClient {
	received: string;
	ended: boolean;
	send(data: Data): void;
	end(): void;
}

export class FakeNetwork implements Network {
	/** How long everything takes. */
	latencyMs = 0;
	/** Names that are not addresses, and what they resolve to. */
	readonly names = new Map<string, string[]>();
	/** Targets for which nothing answers: "host:port". */
	readonly silent = new Set<string>();
	/** What was asked for, in order: "TCP host:port". */
	readonly asked: string[] = [];
	readonly #clock: Clock;
	readonly #servers = new Map<string, FakeServer>();
	readonly #listeners = new Map<number, ListenerCallbacks>();
	readonly #bound = new Map<number, DatagramCallbacks>();
	#freePort = 50_000;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** `target`: "host:port". A host that is no address gets one of its own. */
	server(target: string, options: FakeServerOptions | FakeServerOptions["onData"] = {}): FakeServer {
		const server = new FakeServer("function" === typeof options ? { onData: options } : (options ?? {}));
		const host = target.slice(0, target.lastIndexOf(":"));
		if (!isAddress(host) && !this.names.has(host)) this.names.set(host, [`192.0.2.${this.names.size + 1}`]);
		this.#servers.set(`${server.options.protocol ?? "TCP"} ${target}`, server);
		return server;
	}

	/** From now on connections to it are refused. */
	removeServer(target: string): void {
		this.#servers.delete(`TCP ${target}`);
		this.#servers.delete(`UDP ${target}`);
	}

	connect(
		{ protocol, host, port }: { protocol: Protocol; host: string; port: number; localPort?: number },
		callbacks: PeerCallbacks,
	): Peer {
		const target = `${host}:${port}`;
		this.asked.push(`${protocol} ${target}`);
		const server = this.#servers.get(`${protocol} ${target}`) ?? new FakeServer({});
		const connection = new FakeConnection(server, callback => this.#later(callback), callbacks);
		const address = isAddress(host) ? host : this.names.get(host)?.[0];
		this.#later(() => {
			if (connection.detached || this.silent.has(target)) return;
			if (undefined === address) return callbacks.onFailure("dns");
			if (!this.#servers.has(`${protocol} ${target}`) && "TCP" === protocol) return callbacks.onFailure("refused");
			server.connections.push(connection);
			callbacks.onConnect(address);
			server.options.onConnect?.(connection);
		});
		return connection.peer();
	}

	listen({ port }: { port: number }, callbacks: ListenerCallbacks): NetworkListener {
		this.#listeners.set(port, callbacks);
		return { close: () => this.#listeners.delete(port) };
	}

	bind({ port }: { port: number }, callbacks: DatagramCallbacks): DatagramPeer {
		const localPort = port || this.#freePort++;
		const connections = new Map<string, FakeConnection>();
		this.#bound.set(localPort, callbacks);
		return {
			send: (bytes, host, to) => {
				const target = `${host}:${to}`;
				const server = this.#servers.get(`UDP ${target}`);
				const address = isAddress(host) ? host : this.names.get(host)?.[0];
				this.asked.push(`UDP ${target}`);
				if (!server || undefined === address) return; // nobody hears of it
				const connection = connections.get(target) ?? this.#datagramConnection(server, address, to, callbacks);
				connections.set(target, connection);
				connection.peer().send(bytes);
			},
			close: () => this.#bound.delete(localPort),
		};
	}

	/** Anybody sends a datagram to a port of the modem's. */
	datagram(toPort: number, data: Data, address = "198.51.100.7", port = 40_000): void {
		this.#later(() => this.#bound.get(toPort)?.onData(bytesOf(data), address, port));
	}

	#datagramConnection(server: FakeServer, address: string, port: number, callbacks: DatagramCallbacks): FakeConnection {
		const connection = new FakeConnection(server, callback => this.#later(callback), {
			onConnect: () => {},
			onData: bytes => callbacks.onData(bytes, address, port),
			onAcknowledged: () => {},
			onEnd: () => {},
			onFailure: () => {},
		});
		server.connections.push(connection);
		return connection;
	}

	/** Someone connects to the modem's server. Undefined: the modem does not listen there, or refuses. */
	client(port: number, address = "198.51.100.7", clientPort = 40_000): FakeClient | undefined {
		const listener = this.#listeners.get(port);
		if (!listener) return undefined;
		const client = { received: "", ended: false } as FakeClient;
		const server = new FakeServer({
			onData: data => {
				client.received += String.fromCharCode(...data);
				return undefined;
			},
			onClose: () => {
				client.ended = true;
			},
		});
		const late: PeerCallbacks = {
			onConnect: () => {},
			onData: bytes => callbacks?.onData(bytes),
			onAcknowledged: bytes => callbacks?.onAcknowledged(bytes),
			onEnd: () => callbacks?.onEnd(),
			onFailure: reason => callbacks?.onFailure(reason),
		};
		const connection = new FakeConnection(server, callback => this.#later(callback), late);
		const callbacks = listener.onAccept(connection.peer(), address, clientPort);
		if (!callbacks) return undefined;
		client.send = data => connection.send(data);
		client.end = () => connection.end();
		return client;
	}

	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		this.#later(() => onDone(isAddress(host) ? [host] : (this.names.get(host) ?? [])));
	}

	#later(callback: () => void): void {
		this.#clock.setTimer(callback, this.latencyMs);
	}
}

function isAddress(host: string): boolean {
	return /^[0-9.]+$/.test(host);
}

function bytesOf(data: Data): Uint8Array {
	if ("string" !== typeof data) return data;
	return Uint8Array.from(data, character => character.charCodeAt(0));
}

/* The Internet with faults: names that are not found, servers that refuse, reset, stall or close half way. */
import type {
	DatagramCallbacks,
	DatagramPeer,
	ListenerCallbacks,
	Network,
	NetworkListener,
	Peer,
	PeerCallbacks,
} from "../network.js";
import type { Schedule } from "../schedule.js";
import type { Injector } from "./injector.js";

type Target = Parameters<Network["connect"]>[0];

export class FaultyNetwork implements Network {
	readonly secure: boolean;
	/** Only what the host's network can. */
	readonly bind?: NonNullable<Network["bind"]>;
	readonly #network: Network;
	readonly #faults: Injector;
	readonly #schedule: Schedule;

	constructor(network: Network, faults: Injector, schedule: Schedule) {
		this.secure = network.secure ?? false;
		this.#network = network;
		this.#faults = faults;
		this.#schedule = schedule;
		if (network.bind) this.bind = (options, callbacks) => this.#bind(network.bind!(options, this.#heard(callbacks)));
	}

	connect(target: Target, callbacks: PeerCallbacks): Peer {
		const named = !/^[0-9.]+$/.test(target.host);
		if (named && this.#faults.chance(this.#faults.nameRate)) return this.#refuse(callbacks, "dns");
		if ("TCP" === target.protocol && this.#faults.chance(this.#faults.refuseRate)) return this.#refuse(callbacks, "refused");
		const connection = new FaultyConnection(this.#faults, callbacks);
		return connection.wrap(this.#network.connect(target, connection.callbacks));
	}

	listen(options: { port: number }, callbacks: ListenerCallbacks): NetworkListener {
		return this.#network.listen(options, callbacks);
	}

	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		if (!this.#faults.chance(this.#faults.nameRate)) return this.#network.resolve(host, onDone);
		this.#schedule.after(0, () => onDone([]));
	}

	#bind(peer: DatagramPeer): DatagramPeer {
		return {
			send: (bytes, host, port) => {
				if (!this.#faults.blackHole) peer.send(bytes, host, port);
			},
			close: () => peer.close(),
		};
	}

	#heard({ onData, onFailure }: DatagramCallbacks): DatagramCallbacks {
		return {
			onData: (bytes, address, port) => {
				if (!this.#faults.blackHole) onData(bytes, address, port);
			},
			onFailure,
		};
	}

	#refuse(callbacks: PeerCallbacks, reason: "dns" | "refused"): Peer {
		let closed = false;
		this.#schedule.after(0, () => {
			if (!closed) callbacks.onFailure(reason);
		});
		const close = () => {
			closed = true;
		};
		return { send() {}, pause() {}, resume() {}, close };
	}
}

class FaultyConnection {
	readonly #faults: Injector;
	readonly #callbacks: PeerCallbacks;
	#peer: Peer | undefined;
	#received = 0;
	#over = false;

	constructor(faults: Injector, callbacks: PeerCallbacks) {
		this.#faults = faults;
		this.#callbacks = callbacks;
	}

	get callbacks(): PeerCallbacks {
		const { onConnect, onEnd, onFailure } = this.#callbacks;
		return {
			onConnect: address => {
				onConnect(address);
				this.#act();
			},
			onData: bytes => this.#take(bytes),
			onAcknowledged: bytes => {
				if (!this.#lost) this.#callbacks.onAcknowledged(bytes);
			},
			onEnd: () => {
				if (!this.#lost) onEnd();
			},
			onFailure: reason => {
				if (!this.#lost) onFailure(reason);
			},
		};
	}

	wrap(peer: Peer): Peer {
		this.#peer = peer;
		return {
			send: bytes => {
				if (!this.#lost) peer.send(bytes);
			},
			pause: () => peer.pause(),
			resume: () => peer.resume(),
			close: () => peer.close(),
		};
	}

	get #lost(): boolean {
		return this.#over || this.#faults.blackHole;
	}

	#take(bytes: Uint8Array): void {
		if (this.#lost) return;
		const { server } = this.#faults;
		const left = server ? Math.max(0, server.afterBytes - this.#received) : bytes.length;
		this.#received += bytes.length;
		if (left > 0) this.#callbacks.onData(bytes.subarray(0, left));
		this.#act();
	}

	/** As the server's fault has it, when its time has come. */
	#act(): void {
		const { server } = this.#faults;
		if (!server || this.#over || this.#received < server.afterBytes) return;
		this.#over = true;
		if ("stall" === server.act) return;
		this.#peer?.close();
		if ("reset" === server.act) this.#callbacks.onFailure("reset");
		else this.#callbacks.onEnd();
	}
}

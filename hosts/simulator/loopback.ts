/*
 * An Internet of the computer's own servers: each name is 127.0.0.1, and ports that a table names are other ports there.
 *
 * Programs that ask for pool.ntp.org, port 123, or example.com, port 80, run with it unchanged and without a network.
 */
import type { Clock } from "../../modules/core/clock.js";
import type { ListenerCallbacks, Network, NetworkListener, Peer, PeerCallbacks } from "../../modules/virtual/network.js";
import { SocketNetwork } from "./network.js";

const LOOPBACK = "127.0.0.1";

export class LoopbackNetwork implements Network {
	readonly #network: SocketNetwork;
	readonly #clock: Clock;
	readonly #ports: ReadonlyMap<number, number>;

	/** `ports`: from the port that is asked for to the one on the computer; others stay as they are. */
	constructor(clock: Clock, ports: ReadonlyMap<number, number>) {
		this.#network = new SocketNetwork(clock);
		this.#clock = clock;
		this.#ports = ports;
	}

	connect(options: Parameters<Network["connect"]>[0], callbacks: PeerCallbacks): Peer {
		const port = this.#ports.get(options.port) ?? options.port;
		// The answers of a UDP peer come from the port that was asked for, as far as the modem can see.
		return this.#network.connect({ ...options, host: LOOPBACK, port }, callbacks);
	}

	listen(options: { port: number }, callbacks: ListenerCallbacks): NetworkListener {
		return this.#network.listen({ port: this.#ports.get(options.port) ?? options.port }, callbacks);
	}

	resolve(_host: string, onDone: (addresses: readonly string[]) => void): void {
		this.#clock.setTimer(() => onDone([LOOPBACK]), 0);
	}
}

/** "80=8080,123=10123" @throws {Error} anything else */
export function readPorts(text: string): ReadonlyMap<number, number> {
	const ports = new Map<number, number>();
	for (const pair of text.split(",")) {
		const [from, to] = pair.split("=").map(Number);
		if (!isPort(from) || !isPort(to))
			throw new Error(`config.loopback is ${JSON.stringify(text)}, must be like 80=8080,123=10123`);
		ports.set(from, to);
	}
	return ports;
}

function isPort(value: number | undefined): value is number {
	return Number.isInteger(value) && value! > 0 && value! < 65_536;
}

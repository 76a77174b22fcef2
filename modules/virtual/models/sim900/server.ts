/* AT+CIPSERVER: the modem listens on a port, and clients take its slots. */
import type { NetworkListener, Peer, PeerCallbacks } from "../../network.js";
import type { Session } from "../../session.js";
import type { Ip } from "./ip.js";

export class Server {
	port = 0;
	readonly #session: Session;
	readonly #ip: Ip;
	#listener: NetworkListener | undefined;

	constructor(session: Session, ip: Ip) {
		this.#session = session;
		this.#ip = ip;
	}

	get listening(): boolean {
		return undefined !== this.#listener;
	}

	start(port: number): void {
		this.port = port;
		this.#listener = this.#session.world.network.listen(
			{ port },
			{
				onAccept: (peer, address, clientPort) => this.#accept(peer, address, clientPort),
				onFailure: () => this.stop(),
			},
		);
	}

	stop(): void {
		this.#listener?.close();
		this.#listener = undefined;
	}

	#accept(peer: Peer, address: string, port: number): PeerCallbacks | undefined {
		const slot = this.#ip.connections.find(({ state }) => "INITIAL" === state || "CLOSED" === state);
		if (!slot) return undefined;
		const callbacks = slot.accept(peer, address, port);
		this.#ip.says(slot, `REMOTE IP: ${address}`);
		return callbacks;
	}
}

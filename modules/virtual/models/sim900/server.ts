/* AT+CIPSERVER: the modem listens on a port, and clients take its slots. */
import type { NetworkListener, Peer, PeerCallbacks } from "../../network.js";
import type { Session } from "../../session.js";

export class Server {
	port = 0;
	readonly #session: Session;
	#listener: NetworkListener | undefined;

	constructor(session: Session) {
		this.#session = session;
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
		const { ip } = this.#session;
		const slot = ip.connections.find(({ state }) => "INITIAL" === state || "CLOSED" === state);
		if (!slot) return undefined;
		const callbacks = slot.accept(peer, address, port);
		ip.says(slot, `REMOTE IP: ${address}`);
		return callbacks;
	}
}

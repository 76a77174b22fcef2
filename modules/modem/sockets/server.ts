/*
 * The modem's own server: it listens on one port, and each client that comes takes one of its slots.
 *
 * Source: SIM900 AT Command Manual 8.2.18; TCPIP Application Note 2.1.3, 3.2.
 */
import type { AtClient } from "../../at/client.js";
import { ModemError } from "../../core/errors.js";
import { LISTEN_NO_MORE, listen } from "../commands.js";
import type { Connection, ConnectionEvents } from "./connection.js";

export interface ServerEvents {
	/** A client has come. During the call, and once, `accept` gives its connection; who is not accepted is closed. */
	onClient(address: string, accept: (events: ConnectionEvents) => Connection): void;
	/** No client comes any more. Never before `listen` has returned. */
	onEnd(error: ModemError): void;
}

export class Server {
	readonly #client: AtClient;
	#events: ServerEvents | undefined;

	constructor(client: AtClient) {
		this.#client = client;
	}

	get isListening(): boolean {
		return undefined !== this.#events;
	}

	/** Gives what ends it. @throws {ModemError} NO_SLOT: it listens already  @throws {RangeError} no port */
	listen(port: number, events: ServerEvents): () => void {
		const command = listen(port);
		if (this.#events) throw new ModemError("NO_SLOT", "the modem listens on one port only: close that listener first");
		this.#events = events;
		this.#client.send(command).catch(error => {
			if (events === this.#events) this.onLost(error as ModemError);
		});
		return () => {
			if (events !== this.#events) return;
			this.#events = undefined;
			this.#client.send(LISTEN_NO_MORE).catch(() => {}); // refused: it had not begun
		};
	}

	/** False: nobody wants it. */
	onClient(address: string, accept: (events: ConnectionEvents) => Connection): boolean {
		let accepted = false;
		this.#events?.onClient(address, events => {
			accepted = true;
			return accept(events);
		});
		return accepted;
	}

	/** The bearer is gone, or the modem has restarted: it listens no more. */
	onLost(error: ModemError): void {
		const events = this.#events;
		this.#events = undefined;
		events?.onEnd(error);
	}
}

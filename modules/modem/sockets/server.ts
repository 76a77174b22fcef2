/*
 * The modem's own server: it listens on one port, and each client that comes takes one of its slots.
 *
 * Whether it listens is never concluded from one refusal: the line may have lost a byte. And it may have lost a digit of
 * the port, so the modem is asked where it listens.
 *
 * Source: SIM900 AT Command Manual 8.2.12, 8.2.18; TCPIP Application Note 2.1.3, 3.2.
 */
import type { AtClient } from "../../at/client.js";
import { type Command, Refusal } from "../../at/command.js";
import { ModemError } from "../../core/errors.js";
import { LISTEN_NO_MORE, listen, serverPort } from "../commands.js";
import type { Connection, ConnectionEvents } from "./connection.js";

export interface ServerEvents {
	/** A client has come. During the call, and once, `accept` gives its connection; who is not accepted is closed. */
	onClient(address: string, accept: (events: ConnectionEvents) => Connection): void;
	/** No client comes any more. Never before `listen` has returned. */
	onEnd(error: ModemError): void;
}

const TRIES = 3;

export class Server {
	private readonly client: AtClient;
	/** The modem tells where it listens, when it has several connections. */
	private readonly slots: { readonly size: number };
	private events: ServerEvents | undefined;

	constructor(client: AtClient, slots: { readonly size: number }) {
		this.client = client;
		this.slots = slots;
	}

	get isListening(): boolean {
		return undefined !== this.events;
	}

	/** Gives what ends it. @throws {ModemError} LISTENING  @throws {RangeError} no port */
	listen(port: number, events: ServerEvents): () => void {
		const command = listen(port);
		if (this.events) throw new ModemError("LISTENING", "the modem listens on one port only: close that listener first");
		this.events = events;
		void this.begin(command, port, events);
		return () => {
			if (events !== this.events) return;
			this.events = undefined;
			void this.stop();
		};
	}

	/** False: nobody wants it. */
	onClient(address: string, accept: (events: ConnectionEvents) => Connection): boolean {
		let accepted = false;
		this.events?.onClient(address, events => {
			accepted = true;
			return accept(events);
		});
		return accepted;
	}

	/** The bearer is gone, or the modem has restarted: it listens no more. */
	onLost(error: ModemError): void {
		const { events } = this;
		this.events = undefined;
		events?.onEnd(error);
	}

	/** The first try is queued at once: what the caller sends next goes out behind it. */
	private async begin(command: Command, port: number, events: ServerEvents): Promise<void> {
		let error: ModemError | undefined;
		for (let tries = 0; tries < TRIES; tries++) {
			error = await this.try(command, port);
			if (events !== this.events || !error) return;
			if ("REFUSED" !== error.code && "TIMEOUT" !== error.code && "MALFORMED" !== error.code) break;
			await this.stop(events); // it may listen still, or on another port
			if (events !== this.events) return;
		}
		this.onLost(error!);
	}

	/** Why it does not listen on `port`; undefined: it does, as far as the modem tells. */
	private async try(command: Command, port: number): Promise<ModemError | undefined> {
		try {
			const answer = await this.client.ask(command);
			if (answer instanceof Refusal) return answer.toError();
		} catch (error) {
			return error as ModemError;
		}
		if (1 === this.slots.size) return undefined;
		const told = await this.client.ask(serverPort(this.slots.size)).catch(() => undefined);
		if (undefined === told || told instanceof Refusal || port === told) return undefined;
		return new ModemError("MALFORMED", "the modem listens on another port than it was told: check wiring and baud rate");
	}

	/** Refused twice: it does not listen. Whoever listens meanwhile (not `events`) makes sure of it. */
	private async stop(events?: ServerEvents): Promise<void> {
		let refusals = 0;
		for (let tries = 0; tries < TRIES && refusals < 2; tries++) {
			const answer = await this.client.ask(LISTEN_NO_MORE).catch(() => undefined);
			if (answer instanceof Refusal) refusals++;
			else if (undefined !== answer) return;
			if (events !== this.events) return;
		}
	}
}

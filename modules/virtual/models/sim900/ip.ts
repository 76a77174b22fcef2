/* The TCP/IP application of the modem: the state that AT+CIPSTATUS tells, its context and its connection slots. */

import { Connection, type ConnectionState } from "../../ip/connection.js";
import type { StreamTarget } from "../../ip/stream.js";
import type { NetworkFailure } from "../../network.js";
import { Air, HEADER_BYTES } from "../../radio/air.js";
import type { Access } from "../../radio/packet-data.js";
import type { Session } from "../../session.js";
import type { IpSettings } from "./ip-settings.js";
import { Receiver } from "./receiver.js";
import { Server } from "./server.js";

export type IpState = "IP INITIAL" | "IP START" | "IP CONFIG" | "IP GPRSACT" | "IP STATUS" | "PDP DEACT";

const CONTEXT = "cip";
const SLOTS = { sim900: 8, sim800: 6 } as const;

export class Ip {
	state: IpState = "IP INITIAL";
	/** By AT+CSTT; undefined: what is stored. */
	access: Access | undefined;
	readonly settings: IpSettings;
	readonly air: Air;
	readonly receiver: Receiver;
	readonly server: Server;
	readonly #session: Session;
	#round = 0; // of activations
	readonly #connections: readonly Connection[];

	constructor(session: Session, settings: IpSettings) {
		this.#session = session;
		this.settings = settings;
		this.air = new Air(session.world);
		this.receiver = new Receiver(session, settings);
		this.server = new Server(session);
		const callbacks = {
			onConnected: (connection: Connection) => this.#connected(connection),
			onConnectFailed: (connection: Connection, reason: NetworkFailure) => this.#connectFailed(connection, reason),
			onData: (connection: Connection, first: boolean) => this.receiver.arrived(connection, first),
			onClosing: (connection: Connection) => this.#closing(connection),
		};
		const create = (_: unknown, id: number) => new Connection(id, session.world, this.air, callbacks);
		this.#connections = Array.from({ length: SLOTS[session.world.model] }, create);
	}

	/** All slots, or the only one there is with AT+CIPMUX=0. */
	get connections(): readonly Connection[] {
		return this.settings.mux ? this.#connections : this.#connections.slice(0, 1);
	}

	get single(): Connection {
		return this.#connections[0]!;
	}

	/** The text behind STATE: */
	get status(): string {
		if ("IP STATUS" !== this.state) return this.state;
		if (this.settings.mux) return this.#processing ? "IP PROCESSING" : "IP STATUS";
		if (this.server.listening && !this.single.open) return "SERVER LISTENING";
		return singleStatus(this.single.protocol, this.single.state);
	}

	get #processing(): boolean {
		return this.server.listening || this.#connections.some(({ state }) => "INITIAL" !== state);
	}

	get address(): string | undefined {
		return this.#session.packetData.address(CONTEXT);
	}

	/** `n, TEXT` in mux mode. */
	says(connection: Connection, text: string): void {
		this.#session.urc(this.settings.mux ? `${connection.id}, ${text}` : text);
	}

	/** AT+CIICR. */
	activate(onDone: (up: boolean) => void): void {
		const round = ++this.#round;
		this.state = "IP CONFIG";
		this.#session.packetData.activate(
			CONTEXT,
			this.access ?? this.settings.access,
			up => {
				if (round !== this.#round) return this.#session.packetData.deactivate(CONTEXT); // shut in the meantime
				this.state = up ? "IP GPRSACT" : "PDP DEACT";
				onDone(up);
			},
			() => this.#lost(),
		);
	}

	/** In single mode from IP INITIAL: everything that was left out, up to IP STATUS. */
	activateAll(onDone: (up: boolean) => void): void {
		this.activate(up => {
			if (up) this.state = "IP STATUS";
			onDone(up);
		});
	}

	/** AT+CIPSTART from IP INITIAL. */
	startAll(target: StreamTarget): void {
		this.activateAll(up => {
			if (up) this.single.connect(target);
			else this.#connectFailed(this.single, "unreachable");
		});
	}

	/** Asks the name server behind the air. */
	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		const { network, schedule, timing } = this.#session.world;
		this.air.up(HEADER_BYTES, () => {
			network.resolve(host, addresses => {
				const late = 0 === addresses.length ? timing.nameUnknownMs : 0;
				this.air.down(HEADER_BYTES, () => schedule.after(late, () => onDone(addresses)));
			});
		});
	}

	/** AT+CIPSHUT. */
	shut(): void {
		this.#round++;
		this.#session.packetData.deactivate(CONTEXT);
		this.server.stop();
		for (const connection of this.#connections) connection.abort("INITIAL");
		this.state = "IP INITIAL";
		this.access = undefined;
	}

	close(): void {
		this.server.stop();
		for (const connection of this.#connections) connection.abort("CLOSED");
		this.air.close();
	}

	#lost(): void {
		this.server.stop();
		for (const connection of this.#connections) {
			if ("INITIAL" !== connection.state) connection.abort("CLOSED");
		}
		this.state = "PDP DEACT";
		this.#session.transparent.leave();
		this.#session.urc("+PDP: DEACT");
	}

	#connected(connection: Connection): void {
		this.#session.world.faults.moment("connected");
		if (this.settings.transparent && !this.settings.mux) this.#session.transparent.enter();
		else this.says(connection, "CONNECT OK");
	}

	#connectFailed(connection: Connection, reason: NetworkFailure): void {
		if ("dns" === reason) connection.abort("INITIAL");
		if (!this.settings.mux) this.#session.urc(`STATE: ${this.status}`);
		this.says(connection, "CONNECT FAIL");
	}

	#closing(connection: Connection): void {
		const { mux, remoteCloseMuxMs, remoteCloseSingleMs } = this.settings;
		this.#session.world.schedule.after(mux ? remoteCloseMuxMs : remoteCloseSingleMs, () => {
			this.receiver.whenPrinted(connection, () => {
				if ("REMOTE CLOSING" !== connection.state) return;
				connection.closed();
				this.#session.transparent.leave();
				this.says(connection, "CLOSED");
			});
		});
	}
}

function singleStatus(protocol: string, state: ConnectionState): string {
	switch (state) {
		case "INITIAL":
			return "IP STATUS";
		case "CONNECTING":
			return `${protocol} CONNECTING`;
		case "CONNECTED":
			return "CONNECT OK";
		case "REMOTE CLOSING":
		case "CLOSING":
			return `${protocol} CLOSING`;
		case "CLOSED":
			return `${protocol} CLOSED`;
	}
}

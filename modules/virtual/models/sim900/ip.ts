/* The TCP/IP application of the modem: the state that AT+CIPSTATUS tells, its context and its connection slots. */
import { Connection, type ConnectionState } from "../../ip/connection.js";
import type { IpStack } from "../../ip/stack.js";
import type { StreamTarget } from "../../ip/stream.js";
import type { NetworkFailure } from "../../network.js";
import type { Access } from "../../radio/packet-data.js";
import type { HttpClient } from "../../services/http.js";
import { AppBearer } from "../../services/sapbr.js";
import type { Session } from "../../session.js";
import { factoryIpSettings, type IpSettings } from "./ip-settings.js";
import { Receiver } from "./receiver.js";
import { Server } from "./server.js";
import { Transparent } from "./transparent.js";

export type IpState = "IP INITIAL" | "IP START" | "IP CONFIG" | "IP GPRSACT" | "IP STATUS" | "PDP DEACT";

const CONTEXT = "cip";

/** In what the models differ. */
export interface CipRules {
	readonly slots: number;
	/** Of AT+CDNSGIP: how many addresses it tells, and the number for none. */
	readonly addresses: number;
	readonly nameUnknown: number;
	/** Behind the colon of +CIPRXGET:1, +HTTPACTION: and +HTTPREAD: */
	readonly blank: "" | " ";
	/** Where pushed data comes from (AT+CIPSRIP=1): in a line of its own, or in the header of +RECEIVE. */
	readonly from: "line" | "header";
}

/** For the commands of these models: no other one has this application. */
export function ipOf(session: Session): Ip {
	return session.ip as Ip;
}

export class Ip implements IpStack {
	state: IpState = "IP INITIAL";
	/** By AT+CSTT; undefined: what is stored. */
	access: Access | undefined;
	readonly settings: IpSettings;
	readonly rules: CipRules;
	readonly receiver: Receiver;
	readonly server: Server;
	readonly transparent: Transparent;
	/** AT+SAPBR, from cid 1 on. */
	readonly bearers: readonly AppBearer[];
	/** From AT+HTTPINIT to AT+HTTPTERM. */
	http: HttpClient | undefined;
	readonly #session: Session;
	#round = 0; // of activations
	readonly #connections: readonly Connection[];

	constructor(session: Session, rules: CipRules) {
		this.#session = session;
		this.rules = rules;
		this.settings = { ...factoryIpSettings(session.world.timing.remoteCloseMs), ...session.memory.ip };
		this.receiver = new Receiver(session, this);
		this.server = new Server(session, this);
		this.transparent = new Transparent(session, this);
		this.bearers = [1, 2, 3].map(id => new AppBearer(session, id));
		const callbacks = {
			onConnected: (connection: Connection) => this.#connected(connection),
			onConnectFailed: (connection: Connection, reason: NetworkFailure) => this.#connectFailed(connection, reason),
			onData: (connection: Connection, first: boolean) => this.receiver.arrived(connection, first),
			onClosing: (connection: Connection) => this.#closing(connection),
		};
		const create = (_: unknown, id: number) => new Connection(id, session.world, session.air, callbacks);
		this.#connections = Array.from({ length: rules.slots }, create);
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
	}

	/** In transparent mode. */
	hold(text: string): boolean {
		if (this.transparent.active) this.transparent.hold(text);
		return this.transparent.active;
	}

	escape(): void {
		this.transparent.escape();
	}

	#lost(): void {
		this.server.stop();
		for (const connection of this.#connections) {
			if ("INITIAL" !== connection.state) connection.abort("CLOSED");
		}
		this.state = "PDP DEACT";
		this.transparent.leave();
		this.#session.urc("+PDP: DEACT");
	}

	#connected(connection: Connection): void {
		this.#session.world.faults.moment("connected");
		if (this.settings.transparent && !this.settings.mux) this.transparent.enter();
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
			this.receiver.printer.whenPrinted(connection, () => {
				if ("REMOTE CLOSING" !== connection.state) return;
				connection.closed();
				this.transparent.leave();
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

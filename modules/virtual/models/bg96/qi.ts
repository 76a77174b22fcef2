/* The TCP/IP application of the Quectel modules: contexts, and twelve sockets that are taken until they are given back. */
import { Connection } from "../../ip/connection.js";
import { Printer } from "../../ip/printer.js";
import type { IpStack } from "../../ip/stack.js";
import type { NetworkFailure, NetworkListener, Peer, PeerCallbacks } from "../../network.js";
import type { Session } from "../../session.js";
import { QI } from "./errors.js";
import { quirksOf } from "./quirks.js";

const SOCKETS = 12;
const ACTIVE_MAX = 3;

export type SocketKind = "TCP" | "UDP" | "TCP LISTENER" | "TCP INCOMING" | "UDP SERVICE";

/** What a socket that is taken is. */
export interface Socket {
	readonly kind: SocketKind;
	readonly context: number;
	readonly localPort: number;
	/** 0 buffer, 1 push. */
	readonly mode: number;
	/** Of a client: the listener. */
	readonly server: number;
	readonly listener?: NetworkListener;
}

export interface Context {
	type: number;
	apn: string;
	user: string;
	password: string;
	auth: number;
	/** "stale": lost, or not to be had: AT+QIDEACT has to come first. */
	state: "down" | "up" | "stale";
}

export function qiOf(session: Session): Qi {
	return session.ip as Qi;
}

export class Qi implements IpStack {
	lastError: number = QI.ok;
	/** AT+QISDE: data behind the prompt comes back as ATE has it. */
	dataEcho = 1;
	/** AT+QICFG="viewmode": pushed data stands in the header's line. */
	viewMode = 0;
	/** AT+QCFG and AT+QICFG, as given. */
	readonly config = new Map<string, string>();
	readonly connections: readonly Connection[];
	/** By id; undefined: free. */
	readonly sockets: (Socket | undefined)[];
	readonly printer: Printer;
	readonly #session: Session;
	readonly #contexts = new Map<number, Context>();

	constructor(session: Session) {
		this.#session = session;
		session.framing.errorDetail = quirksOf(session).cmee;
		const callbacks = {
			onConnected: (connection: Connection) => this.#opened(connection),
			onConnectFailed: (connection: Connection, reason: NetworkFailure) => this.#openFailed(connection, reason),
			onData: (connection: Connection, first: boolean) => this.#arrived(connection, first),
			onClosing: (connection: Connection) => this.#closing(connection),
		};
		this.connections = Array.from({ length: SOCKETS }, (_, id) => new Connection(id, session.world, session.air, callbacks));
		this.sockets = this.connections.map(() => undefined);
		this.printer = new Printer(session, {
			connections: () => this.connections,
			pushes: ({ id }) => 1 === this.sockets[id]?.mode,
			header: (connection, length) => this.#header(connection, length),
		});
	}

	/** AT+QURCCFG, kept in flash. */
	get urcPort(): string {
		return (this.#session.memory.ip as { urcPort?: string }).urcPort ?? quirksOf(this.#session).urcPort;
	}

	set urcPort(urcPort: string) {
		this.#session.memory.ip = { urcPort };
	}

	/** What goes to another port is not heard here. */
	hold(): boolean {
		return "uart1" !== this.urcPort && "all" !== this.urcPort;
	}

	context(id: number): Context {
		let found = this.#contexts.get(id);
		if (!found) {
			found = { type: 1, apn: "", user: "", password: "", auth: 0, state: "down" };
			this.#contexts.set(id, found);
		}
		return found;
	}

	/** Those that are up. */
	get active(): number[] {
		return [...this.#contexts.keys()].filter(id => "up" === this.context(id).state).sort((a, b) => a - b);
	}

	address(context: number): string | undefined {
		return this.#session.packetData.address(`qi${context}`);
	}

	/** AT+QIACT. */
	activate(id: number, onDone: (up: boolean) => void): void {
		const context = this.context(id);
		if ("down" !== context.state || this.active.length >= ACTIVE_MAX) return onDone(false);
		this.#session.packetData.activate(
			`qi${id}`,
			context,
			up => {
				context.state = up ? "up" : "stale";
				onDone(up);
			},
			() => this.#lost(id),
		);
	}

	/** AT+QIDEACT: gives all of the context's sockets back. */
	deactivate(id: number): void {
		this.context(id).state = "down";
		this.#session.packetData.deactivate(`qi${id}`);
		for (const [socket, found] of this.sockets.entries()) if (found?.context === id) this.free(socket);
	}

	/** The id can be used again. */
	free(id: number): void {
		this.sockets[id]?.listener?.close();
		this.sockets[id] = undefined;
		this.connections[id]!.abort("INITIAL");
	}

	/** "TCP LISTENER": its clients take free ids. */
	listen(id: number, socket: Socket): void {
		const listener = this.#session.world.network.listen(
			{ port: socket.localPort },
			{
				onAccept: (peer, address, port) => this.#accept(id, socket, peer, address, port),
				onFailure: () => this.free(id),
			},
		);
		this.sockets[id] = { ...socket, listener };
	}

	/** The result of AT+QIOPEN. */
	tellOpened(id: number, result: number): void {
		this.lastError = result;
		this.#session.urc(`+QIOPEN: ${id},${result}`);
	}

	close(): void {
		for (const id of this.sockets.keys()) this.free(id);
	}

	#lost(id: number): void {
		this.context(id).state = "stale";
		for (const [socket, found] of this.sockets.entries()) {
			if (found?.context !== id) continue;
			found.listener?.close();
			this.connections[socket]!.abort("CLOSED");
		}
		if (quirksOf(this.#session).lossTold) this.#session.urc(`+QIURC: "pdpdeact",${id}`);
	}

	#accept(server: number, socket: Socket, peer: Peer, address: string, port: number): PeerCallbacks | undefined {
		const id = this.sockets.indexOf(undefined);
		if (id < 0) {
			this.#session.urc('+QIURC: "incoming full"');
			return undefined;
		}
		this.sockets[id] = { ...socket, kind: "TCP INCOMING", server };
		const callbacks = this.connections[id]!.accept(peer, address, port);
		this.#session.urc(`+QIURC: "incoming",${id},${server},"${address}",${port}`);
		return callbacks;
	}

	#opened({ id }: Connection): void {
		this.#session.world.faults.moment("connected");
		this.tellOpened(id, QI.ok);
	}

	#openFailed({ id }: Connection, reason: NetworkFailure): void {
		if (!quirksOf(this.#session).failedOpenKeepsId) this.free(id);
		this.tellOpened(id, "dns" === reason ? QI.dns : QI.connect);
	}

	#arrived(connection: Connection, first: boolean): void {
		if (1 === this.sockets[connection.id]?.mode) this.printer.pump();
		else if (first) this.#session.urc(`+QIURC: "recv",${connection.id}`);
	}

	#closing(connection: Connection): void {
		const { world } = this.#session;
		world.schedule.after(world.timing.remoteCloseMs, () => {
			this.printer.whenPrinted(connection, () => {
				if ("REMOTE CLOSING" !== connection.state) return;
				connection.closed();
				if (!quirksOf(this.#session).readableAfterClose) connection.inbox.clear();
				this.#session.urc(`+QIURC: "closed",${connection.id}`);
			});
		});
	}

	#header(connection: Connection, length: number): string {
		const { address, port } = connection.inbox.nextTag ?? connection;
		const from = connection.unbound ? `,"${address}",${port}` : "";
		return `\r\n+QIURC: "recv",${connection.id},${length}${from}${1 === this.viewMode ? "," : "\r\n"}`;
	}
}

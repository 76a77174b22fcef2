/* The TCP/IP application of the NETOPEN family: the network, ten links, and four servers that share them. */
import { apnOf } from "../../commands/network.js";
import { Connection, type EndReason } from "../../ip/connection.js";
import { Printer } from "../../ip/printer.js";
import type { IpStack } from "../../ip/stack.js";
import type { NetworkFailure, NetworkListener, Peer, PeerCallbacks } from "../../network.js";
import type { Session } from "../../session.js";
import { RESULT } from "./errors.js";
import { quirksOf } from "./quirks.js";

/** In what the models differ. */
export interface NetRules {
	readonly links: number;
	/** How many addresses AT+CDNSGIP tells. */
	readonly addresses: number;
	/** The number of +IP ERROR: No data. */
	readonly noData: number;
	/** AT+CIPRXGET=5, datagrams one by one (AT+CIPCCFG), "UDP SERVER". */
	readonly datagrams: boolean;
}

export interface NetSettings {
	manualReceive: boolean; // CIPRXGET
	/** AT+CIPRXGET=5: +CIPRXGETIP behind the report. */
	reportAddress: boolean;
	/** AT+CIPCCFG. */
	errorTexts: boolean;
	receiveHeader: boolean;
	datagramReads: boolean;
	config: readonly number[];
	showAddress: boolean; // CIPSRIP
	header: boolean; // CIPHEAD
	waitsForPeer: boolean; // CIPSENDMODE
	timeoutsMs: readonly number[]; // CIPTIMEOUT: NETOPEN, CIPOPEN, CIPSEND
	dataEcho: boolean; // CIPCFG
	/** AT+CGAUTH. */
	user: string;
	password: string;
	authType: number;
}

const CONTEXT = "net";
const SERVERS = 4;
const CLIENT = -1;

export function netOf(session: Session): Net {
	return session.ip as Net;
}

export class Net implements IpStack {
	state: "closed" | "opening" | "open" | "lost" = "closed";
	readonly rules: NetRules;
	readonly links: readonly Connection[];
	readonly printer: Printer;
	readonly settings: NetSettings;
	/** Of each link: the server that it is a client of. */
	readonly serverOf: number[];
	/** Links that have taken less than was asked for: they can't be used any more. */
	readonly stuck = new Set<number>();
	readonly servers: ({ readonly port: number; readonly listener: NetworkListener } | undefined)[];
	readonly #session: Session;
	#round = 0; // of openings

	constructor(session: Session, rules: NetRules) {
		this.#session = session;
		this.rules = rules;
		this.settings = {
			...{ manualReceive: false, reportAddress: false, errorTexts: true, receiveHeader: false, datagramReads: false },
			...{ config: [10, 0, 0, 1, 0, 0, 500, 0], showAddress: true, header: true, waitsForPeer: false },
			timeoutsMs: [120_000, 120_000, 120_000],
			dataEcho: quirksOf(session).dataEcho,
			...{ user: "", password: "", authType: 0 },
		};
		const callbacks = {
			onConnected: (link: Connection) => this.#opened(link),
			onConnectFailed: (link: Connection, reason: NetworkFailure) => this.#openFailed(link, reason),
			onData: (link: Connection, first: boolean) => this.#arrived(link, first),
			onClosing: (link: Connection, reason: EndReason) => this.#closing(link, reason),
		};
		this.links = Array.from({ length: rules.links }, (_, id) => new Connection(id, session.world, session.air, callbacks));
		this.serverOf = this.links.map(() => CLIENT);
		this.servers = Array.from({ length: SERVERS }, () => undefined);
		this.printer = new Printer(session, {
			connections: () => this.links,
			pushes: () => !this.settings.manualReceive,
			header: (link, length) => this.#header(link, length),
		});
	}

	get address(): string | undefined {
		return "open" === this.state ? this.#session.packetData.address(CONTEXT) : undefined;
	}

	/** AT+NETOPEN; gives the result that is told behind the OK. */
	open(onDone: (result: number) => void): void {
		const { user, password } = this.settings;
		const { packetData } = this.#session;
		const round = ++this.#round;
		this.state = "opening";
		packetData.activate(
			CONTEXT,
			{ apn: apnOf(this.#session, 1), user, password },
			up => {
				if (round !== this.#round) return packetData.deactivate(CONTEXT); // closed in the meantime
				this.state = up ? "open" : "closed";
				onDone(up ? RESULT.ok : RESULT.networkFailure);
			},
			() => this.#lost(),
		);
	}

	/** AT+NETCLOSE: all that is still open has to be closed and told by then. */
	shut(): void {
		this.#round++;
		this.#session.packetData.deactivate(CONTEXT);
		this.#abortAll();
		this.state = "closed";
	}

	/** A client of no server, or of this one, takes the link. */
	take(link: Connection, server = CLIENT): void {
		this.serverOf[link.id] = server;
		this.stuck.delete(link.id);
	}

	/** AT+SERVERSTART. */
	listen(index: number, port: number): void {
		const listener = this.#session.world.network.listen(
			{ port },
			{
				onAccept: (peer, address, clientPort) => this.#accept(index, peer, address, clientPort),
				onFailure: () => this.stopListening(index),
			},
		);
		this.servers[index] = { port, listener };
	}

	stopListening(index: number): void {
		this.servers[index]?.listener.close();
		this.servers[index] = undefined;
	}

	close(): void {
		this.#abortAll();
	}

	#abortAll(): void {
		for (const index of this.servers.keys()) this.stopListening(index);
		for (const link of this.links) if (!isFree(link)) link.abort("INITIAL");
	}

	#lost(): void {
		this.#abortAll();
		this.state = "open" === quirksOf(this.#session).netopenAfterLoss ? "lost" : "closed";
		this.#session.urc("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
	}

	#accept(index: number, peer: Peer, address: string, port: number): PeerCallbacks | undefined {
		const link = this.links.find(isFree);
		if (!link) return undefined;
		this.take(link, index);
		const callbacks = link.accept(peer, address, port);
		this.#session.urc(`+CLIENT: ${link.id},${index},${address}:${port}`);
		return callbacks;
	}

	#opened({ id }: Connection): void {
		this.#session.world.faults.moment("connected");
		this.#session.urc(`+CIPOPEN: ${id},${RESULT.ok}`);
	}

	#openFailed(link: Connection, reason: NetworkFailure): void {
		link.abort("INITIAL");
		const results = {
			dns: RESULT.dns,
			unreachable: RESULT.timeout,
			refused: RESULT.networkFailure,
			reset: RESULT.networkFailure,
		};
		this.#session.urc(`+CIPOPEN: ${link.id},${results[reason]}`);
	}

	#arrived(link: Connection, first: boolean): void {
		if (!this.settings.manualReceive) return this.printer.pump();
		if (!first) return;
		const { address, port } = link.inbox.nextTag ?? link;
		this.#session.urc(`+CIPRXGET: 1,${link.id}`);
		if (this.settings.reportAddress) this.#session.urc(`+CIPRXGETIP:${address}:${port}`);
	}

	#closing(link: Connection, reason: EndReason): void {
		const { world } = this.#session;
		const { ipcloseColon, readableAfterClose } = quirksOf(this.#session);
		world.schedule.after(world.timing.remoteCloseMs, () => {
			this.printer.whenPrinted(link, () => {
				if ("REMOTE CLOSING" !== link.state) return;
				if (readableAfterClose) link.closed();
				else link.abort("INITIAL");
				this.#session.urc(`+IPCLOSE${ipcloseColon ? ":" : ""} ${link.id},${"silent" === reason ? 2 : 1}`);
			});
		});
	}

	#header(link: Connection, length: number): string {
		const { receiveHeader, showAddress, header } = this.settings;
		const { address, port } = link.inbox.nextTag ?? link;
		const from = showAddress ? `\r\nRECV FROM:${address}:${port}` : "";
		if (receiveHeader) return `${from}\r\n+RECEIVE,${link.id},${length}:\r\n`;
		return from || header ? `${from}${header ? `\r\n+IPD${length}` : ""}\r\n` : "";
	}
}

/** Whether the link can be opened. */
export function isFree({ state }: Connection): boolean {
	return "INITIAL" === state || "CLOSED" === state;
}

/*
 * What happens to data that has come: printed as it comes (push), or announced once and kept until it is asked for.
 *
 * Pushed data is cut into blocks as it came over the air, and the next block starts when the one before has left the
 * port: what is not printed yet stays in the inbox, and the peer waits.
 */
import { bytesOf, concat } from "../../bytes.js";
import type { Connection } from "../../ip/connection.js";
import { SEGMENT_BYTES } from "../../ip/stream.js";
import type { Session } from "../../session.js";
import type { Ip } from "./ip.js";
import type { IpSettings } from "./ip-settings.js";

export class Receiver {
	readonly #session: Session;
	readonly #ip: Ip;
	readonly #settings: IpSettings;
	#pumping = false;
	#waiting: { connection: Connection; callback: () => void }[] = [];

	constructor(session: Session, ip: Ip) {
		this.#session = session;
		this.#ip = ip;
		this.#settings = ip.settings;
	}

	arrived(connection: Connection, first: boolean): void {
		if (this.#settings.manualReceive) {
			if (first) this.#announce(connection);
		} else this.pump();
	}

	/** Calls back when nothing of this connection is left to be printed. */
	whenPrinted(connection: Connection, callback: () => void): void {
		if (this.#settings.manualReceive || 0 === connection.inbox.length) callback();
		else this.#waiting.push({ connection, callback });
	}

	/** Prints the next block, as soon as the port is free. */
	pump(): void {
		if (this.#pumping || this.#settings.manualReceive) return;
		this.#pumping = true;
		this.#session.uart.whenSent(() => {
			this.#pumping = false;
			if (!this.#settings.manualReceive) this.#printNext();
		});
	}

	#announce({ id, address, port }: Connection): void {
		const slot = this.#settings.mux ? `,${id}` : "";
		const from = this.#settings.showAddress ? `,${address}:${port}` : "";
		this.#session.urc(`+CIPRXGET:${this.#ip.rules.blank}1${slot}${from}`);
	}

	#printNext(): void {
		const connection = this.#ip.connections.find(({ inbox }) => inbox.length > 0);
		if (!connection || this.#ip.transparent.holding) return;
		this.#print(connection, connection.read(Math.min(connection.inbox.nextLength, SEGMENT_BYTES)));
		this.#tellPrinted();
		this.pump();
	}

	#print(connection: Connection, bytes: Uint8Array): void {
		const header = this.#ip.transparent.active ? "" : this.#header(connection, bytes.length);
		this.#session.framing.raw(concat(bytesOf(header), bytes));
	}

	#header(connection: Connection, length: number): string {
		const { mux, header, showProtocol } = this.#settings;
		if (mux) return this.#muxHeader(connection, length);
		const from = this.#settings.showAddress ? this.#from(connection) : "";
		if (!header) return from;
		return `${from}\r\n+IPD,${length}${showProtocol ? `,${connection.protocol}` : ""}:`;
	}

	#muxHeader(connection: Connection, length: number): string {
		const { id, address, port } = connection;
		if ("header" === this.#ip.rules.from) {
			const from = this.#settings.showAddress ? `,${address}:${port}` : "";
			return `\r\n+RECEIVE,${id},${length}${from}:\r\n`;
		}
		return `${this.#settings.showAddress ? this.#from(connection) : ""}\r\n+RECEIVE,${id},${length}:\r\n`;
	}

	#from({ address, port }: Connection): string {
		const sign = "header" === this.#ip.rules.from ? "+" : "";
		return `\r\n${sign}RECV FROM:${address}:${port}\r\n`;
	}

	#tellPrinted(): void {
		const printed = this.#waiting.filter(({ connection }) => 0 === connection.inbox.length);
		this.#waiting = this.#waiting.filter(({ connection }) => connection.inbox.length > 0);
		for (const { callback } of printed) callback();
	}
}

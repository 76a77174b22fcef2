/* What happens to data that has come: printed as it comes (push), or announced once and kept until it is asked for. */
import type { Connection } from "../../ip/connection.js";
import { Printer } from "../../ip/printer.js";
import type { Session } from "../../session.js";
import type { Ip } from "./ip.js";

export class Receiver {
	readonly printer: Printer;
	readonly #session: Session;
	readonly #ip: Ip;

	constructor(session: Session, ip: Ip) {
		this.#session = session;
		this.#ip = ip;
		this.printer = new Printer(session, {
			connections: () => ip.connections,
			pushes: () => !ip.settings.manualReceive,
			paused: () => ip.transparent.holding,
			header: (connection, length) => this.#header(connection, length),
		});
	}

	arrived(connection: Connection, first: boolean): void {
		if (!this.#ip.settings.manualReceive) this.printer.pump();
		else if (first) this.#announce(connection);
	}

	#announce({ id, address, port }: Connection): void {
		const { mux, showAddress } = this.#ip.settings;
		const slot = mux ? `,${id}` : "";
		const from = showAddress ? `,${address}:${port}` : "";
		this.#session.urc(`+CIPRXGET:${this.#ip.rules.blank}1${slot}${from}`);
	}

	#header(connection: Connection, length: number): string {
		const { mux, header, showProtocol, showAddress } = this.#ip.settings;
		if (this.#ip.transparent.active) return "";
		if (mux) return this.#muxHeader(connection, length);
		const from = showAddress ? this.#from(connection) : "";
		if (!header) return from;
		return `${from}\r\n+IPD,${length}${showProtocol ? `,${connection.protocol}` : ""}:`;
	}

	#muxHeader(connection: Connection, length: number): string {
		const { id, address, port } = connection;
		const { showAddress } = this.#ip.settings;
		if ("line" === this.#ip.rules.from) return `${showAddress ? this.#from(connection) : ""}\r\n+RECEIVE,${id},${length}:\r\n`;
		return `\r\n+RECEIVE,${id},${length}${showAddress ? `,${address}:${port}` : ""}:\r\n`;
	}

	#from({ address, port }: Connection): string {
		const sign = "header" === this.#ip.rules.from ? "+" : "";
		return `\r\n${sign}RECV FROM:${address}:${port}\r\n`;
	}
}

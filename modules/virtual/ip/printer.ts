/*
 * Pushed data: printed as it comes, block by block.
 *
 * A block is what came over the air in one piece, and the next one starts when the one before has left the port: what is
 * not printed yet stays in the inbox, and the peer waits.
 */
import { bytesOf, concat } from "../bytes.js";
import type { Session } from "../session.js";
import type { Connection } from "./connection.js";
import { SEGMENT_BYTES } from "./stream.js";

export interface PrinterOptions {
	readonly connections: () => readonly Connection[];
	/** Whether its data is pushed; otherwise it waits to be asked for. */
	pushes(connection: Connection): boolean;
	/** What stands before a block. */
	header(connection: Connection, length: number): string;
	/** Nothing is printed for now. */
	paused?(): boolean;
}

export class Printer {
	readonly #session: Session;
	readonly #options: PrinterOptions;
	#pumping = false;
	#waiting: { connection: Connection; callback: () => void }[] = [];

	constructor(session: Session, options: PrinterOptions) {
		this.#session = session;
		this.#options = options;
	}

	/** Calls back when nothing of this connection is left to be printed. */
	whenPrinted(connection: Connection, callback: () => void): void {
		if (!this.#options.pushes(connection) || 0 === connection.inbox.length) callback();
		else this.#waiting.push({ connection, callback });
	}

	/** Prints the next block, as soon as the port is free. */
	pump(): void {
		if (this.#pumping || !this.#next()) return;
		this.#pumping = true;
		this.#session.uart.whenSent(() => {
			this.#pumping = false;
			this.#print();
		});
	}

	#next(): Connection | undefined {
		if (this.#options.paused?.()) return undefined;
		return this.#options.connections().find(one => one.inbox.length > 0 && this.#options.pushes(one));
	}

	#print(): void {
		const connection = this.#next();
		if (!connection) return;
		const length = Math.min(connection.inbox.nextLength, SEGMENT_BYTES);
		const header = this.#options.header(connection, length);
		this.#session.framing.raw(concat(bytesOf(header), connection.read(length)));
		this.#tellPrinted();
		this.pump();
	}

	#tellPrinted(): void {
		const printed = this.#waiting.filter(({ connection }) => 0 === connection.inbox.length);
		this.#waiting = this.#waiting.filter(({ connection }) => connection.inbox.length > 0);
		for (const { callback } of printed) callback();
	}
}

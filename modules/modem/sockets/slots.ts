/*
 * The modem's connection slots: who has which, and which may be used next.
 *
 * A slot is given on only when the modem has said that it is free. The numbers rotate, so that what is said late of a
 * connection does not meet its successor.
 */
import { ModemError } from "../../core/errors.js";
import type { Connection } from "./connection.js";

export class Slots {
	/** CIPMUX=1; otherwise there is one connection, which has no number. */
	private readonly multiplex: boolean;
	private readonly connections: (Connection | undefined)[];
	/** How many the modem has. */
	private count: number;
	private last = -1;

	/** `count`: the most that any modem of this kind has. */
	constructor(multiplex: boolean, count: number) {
		this.multiplex = multiplex;
		this.count = multiplex ? count : 1;
		this.connections = new Array<Connection | undefined>(this.count).fill(undefined);
	}

	/** How many this modem has: at most as many as were said at construction. */
	set size(count: number) {
		if (this.multiplex) this.count = Math.min(count, this.connections.length);
	}

	get size(): number {
		return this.count;
	}

	/** Whose slot it is. */
	get(slot: number | undefined): Connection | undefined {
		return this.connections[slot ?? 0];
	}

	set(slot: number | undefined, connection: Connection): void {
		this.connections[slot ?? 0] = connection;
	}

	/** The modem has said that it is free. */
	release(slot: number | undefined, connection: Connection): void {
		if (connection === this.get(slot)) this.connections[slot ?? 0] = undefined;
	}

	/** As it is now: what is opened or closed meanwhile does not change it. */
	all(): Connection[] {
		const all: Connection[] = [];
		for (let at = 0; at < this.connections.length; at++) {
			const connection = this.connections[at];
			if (connection) all.push(connection);
		}
		return all;
	}

	/**
	 * A free slot, or a connection that is being closed and whose slot can be waited for.
	 *
	 * `listening`: the modem's server gives its clients the first free slot, so keep out of its way and leave it one.
	 *
	 * @throws {ModemError} NO_SLOT
	 */
	next(listening: boolean): { readonly slot: number | undefined } | Connection {
		const first = this.multiplex && listening ? 1 : 0;
		const count = this.count - first;
		for (let step = 1; step <= count; step++) {
			const at = first + ((listening ? count - step : this.last + step - first + count) % count);
			if (this.connections[at]) continue;
			this.last = at;
			return { slot: this.multiplex ? at : undefined };
		}
		for (let at = first; at < this.count; at++) if (this.connections[at]?.mayBeFollowed) return this.connections[at]!;
		throw new ModemError("NO_SLOT", `all ${this.count} connections of the modem are in use: close one first`);
	}
}

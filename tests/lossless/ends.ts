/* The two ends of a connection: an application on a TCP socket, and a server; both send and check at the same time. */
import type { HandClock } from "../../hosts/node/clock.js";
import type { Clock } from "../../modules/core/clock.js";
import type { Random } from "../../modules/core/random.js";
import type { SocketLink } from "../../modules/socket/link.js";
import { TCP } from "../../modules/socket/tcp.js";
import type { FakeConnection } from "../virtual/network.js";
import { Ledger } from "./ledger.js";
import type { Plan } from "./plan.js";

const SEGMENT_BYTES = 1_460;
const LATE_MS = 2_000;

/** Both directions of one connection. */
export interface Ledgers {
	readonly up: Ledger;
	readonly down: Ledger;
}

export function ledgersOf({ closes, seed }: Plan, socket: number, bytes: number): Ledgers {
	const first = 1_000 * seed + 2 * socket;
	return { up: new Ledger(`up ${socket}`, first + 1, closes ? 0 : bytes), down: new Ledger(`down ${socket}`, first + 2, bytes) };
}

export class Application {
	/** How the socket ended: a code, or "in order". */
	ended: string | undefined;
	readonly #ledgers: Ledgers;
	readonly #plan: Plan;
	readonly #random: Random;
	readonly #clock: Clock;
	readonly #socket: TCP;
	#sent = 0;
	#waiting = false; // a timer will read

	constructor(link: SocketLink, peer: { host: string; port: number }, ledgers: Ledgers, plan: Plan, random: Random) {
		const application = this;
		this.#ledgers = ledgers;
		this.#plan = plan;
		this.#random = random;
		this.#clock = link.clock;
		this.#socket = new TCP({
			link,
			...peer,
			format: "number" === plan.reads ? "number" : "buffer",
			onWritable: writable => application.#write(writable),
			onReadable: readable => application.#read(readable),
			onError(error) {
				application.ended = error?.code ?? "in order";
			},
		});
	}

	get isWhole(): boolean {
		return this.#ledgers.up.isWhole && this.#ledgers.down.isWhole;
	}

	/** Nothing more is to be expected: all is there, it has ended, or something came that is wrong. */
	get isOver(): boolean {
		const { down, up } = this.#ledgers;
		return this.isWhole || undefined !== (this.ended ?? up.fault ?? down.fault);
	}

	close(): void {
		this.#socket.close();
	}

	#write(writable: number): void {
		const { data } = this.#ledgers.up;
		while (writable > 0 && this.#sent < data.length) {
			const count = Math.min(writable, data.length - this.#sent, this.#partBytes(writable));
			const part = data.slice(this.#sent, this.#sent + count);
			this.#sent += count;
			writable = "number" === this.#plan.reads ? this.#writeNumbers(part) : this.#socket.write(part, this.#hint());
		}
	}

	/** A socket in the format "number" writes byte by byte. */
	#writeNumbers(part: Uint8Array): number {
		let writable = 0;
		for (const byte of part) writable = this.#socket.write(byte);
		return writable;
	}

	#hint(): { more: boolean } | undefined {
		return "parts" === this.#plan.writes ? { more: this.#random.next() < 0.3 } : undefined;
	}

	#partBytes(writable: number): number {
		if ("all" === this.#plan.writes) return writable;
		return this.#random.between(1, "parts" === this.#plan.writes ? 700 : 24);
	}

	#read(readable: number): void {
		const { down } = this.#ledgers;
		switch (this.#plan.reads) {
			case "all":
				return this.#readAll();
			case "parts":
				down.take(new Uint8Array(this.#socket.read(this.#random.between(1, readable)) as ArrayBuffer));
				return this.#readLater();
			case "late":
				return this.#readLater();
			case "view":
				for (let left = readable; left > 0; ) {
					const view = new Uint8Array(Math.min(left, this.#random.between(1, 200)));
					left -= this.#socket.read(view)!;
					down.take(view);
				}
				return;
			case "number":
				for (let byte = this.#socket.read(); undefined !== byte; byte = this.#socket.read())
					down.take(Uint8Array.of(byte as number));
		}
	}

	#readAll(): void {
		const bytes = this.#socket.read() as ArrayBuffer | undefined;
		if (bytes) this.#ledgers.down.take(new Uint8Array(bytes));
	}

	#readLater(): void {
		if (this.#waiting) return;
		this.#waiting = true;
		this.#clock.setTimer(
			() => {
				this.#waiting = false;
				this.#readAll();
			},
			this.#random.next() < 0.9 ? 1 : this.#random.between(1, LATE_MS),
		);
	}
}

/** Sends all that goes down, in segments of any size, at a pace of its own. */
export function serve(connection: FakeConnection, { down }: Ledgers, plan: Plan, random: Random, clock: HandClock): void {
	const { data } = down;
	let sent = 0;
	const next = () => {
		if (connection.closed || connection.detached) return;
		const segments = "flood" === plan.serves ? data.length : "bursts" === plan.serves ? random.between(1, 8) : 1;
		for (let segment = 0; segment < segments && sent < data.length; segment++) {
			const count = random.between(1, SEGMENT_BYTES);
			connection.send(data.subarray(sent, sent + count));
			sent += count;
		}
		if (sent === data.length && plan.closes) connection.end();
		if (sent < data.length) clock.setTimer(next, random.between(20, "bursts" === plan.serves ? 2_000 : 350));
	};
	next();
}

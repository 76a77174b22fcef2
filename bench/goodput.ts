/*
 * How much of what UART and radio allow arrives at the other end: bytes through TCP over the virtual modem, both ways, on
 * a clock moved by hand.
 */
import { HandClock } from "../hosts/node/clock.js";
import { Modem } from "../modules/modem/modem.js";
import { TCP } from "../modules/socket/tcp.js";
import { VirtualBoard } from "../modules/virtual/board.js";
import { EngineClock } from "../tests/support/engine-clock.js";
import { FakeNetwork } from "../tests/virtual/network.js";
import { limitOf, pieceLimitOf, type Transfer } from "./limits.js";
import { stallAtRandom } from "./stalls.js";

export interface GoodputOptions extends Transfer {
	/** In all, divided among the sockets. */
	readonly bytes: number;
	readonly sockets: number;
	/** JavaScript goes away for up to so long, again and again; undefined: never. */
	readonly longestStallMs?: number | undefined;
}

export interface Goodput extends GoodputOptions {
	readonly bytesPerSecond: number;
	/** Of the narrower of UART and radio. */
	readonly share: number;
	/** The same, with each piece's command, answer and turnaround taken off. */
	readonly shareOfPieces: number;
	/** Bytes that came otherwise than they were sent: none, or the figures mean nothing. */
	readonly wrong: number;
}

export const HOST = "192.0.2.1";
export const PORT = 7;
export const BAUDS = [9_600, 57_600, 115_200] as const;
export const LIMIT_MS = 3_600_000;
/** What the server sends at once. */
export const SEGMENT_BYTES = 1_460;

/** Byte `at` of socket `number`. */
export function byteAt(number: number, at: number): number {
	return (at * 7 + (at >> 8) + number) & 0xff;
}

/** Sends its share, as much at once as is taken, and counts what comes back. */
class Client {
	received = 0;
	wrong = 0;
	#sent = 0;
	#started = false;
	#writable = 0;
	readonly #socket: TCP;
	readonly #number: number;
	readonly #toSend: number;

	constructor(link: Modem, number: number, toSend: number, onReceived: () => void) {
		const client = this;
		this.#number = number;
		this.#toSend = toSend;
		this.#socket = new TCP({
			link,
			address: HOST,
			port: PORT + number,
			onWritable(bytes) {
				client.#writable = bytes;
				client.#write();
			},
			onReadable() {
				for (const byte of new Uint8Array(this.read() as ArrayBuffer)) {
					if (byte !== byteAt(number, client.received++)) client.wrong++;
				}
				onReceived();
			},
			onError(error) {
				throw error ?? new Error("the server has closed");
			},
		});
	}

	get isOpen(): boolean {
		return this.#writable > 0;
	}

	start(): void {
		this.#started = true;
		this.#write();
	}

	#write(): void {
		if (!this.#started) return;
		const length = Math.min(this.#writable, this.#toSend - this.#sent);
		if (0 === length) return;
		this.#writable = this.#socket.write(Uint8Array.from({ length }, (_, at) => byteAt(this.#number, this.#sent + at)));
		this.#sent += length;
	}
}

export async function goodput(options: GoodputOptions): Promise<Goodput> {
	const { baud, bytes, direction, longestStallMs, receiveBuffer, sockets } = options;
	const clock = new HandClock();
	const engineClock = new EngineClock(clock);
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, on: true, baud, hostBaud: baud, receiveBuffer });
	const modem = new Modem({
		clock: engineClock,
		serial: board.serial,
		powerKey: board.powerKey,
		status: board.status,
		apn: "internet",
		multiplex: true,
	});
	const each = Math.ceil(bytes / sockets);
	let missing = each * sockets;
	let arrived: () => void = () => {};
	const all = new Promise<void>(resolve => {
		arrived = resolve;
	});
	const count = (length: number) => {
		missing -= length;
		if (0 === missing) arrived();
	};
	const clients: Client[] = [];
	const servers = Array.from({ length: sockets }, (_, number) =>
		network.server(`${HOST}:${PORT + number}`, {
			onData(data, connection) {
				const from = connection.received.length - data.length;
				for (const [at, byte] of data.entries()) if (byte !== byteAt(number, from + at)) clients[number]!.wrong++;
				count(data.length);
				return undefined;
			},
		}),
	);
	await clock.run(modem.up());
	for (let number = 0; number < sockets; number++) {
		let seen = 0;
		const client: Client = new Client(modem, number, "up" === direction ? each : 0, () => {
			count(client.received - seen);
			seen = client.received;
		});
		clients.push(client);
	}
	while (!clients.every(client => client.isOpen)) await clock.advance(100);
	await clock.advance(1_000);
	const endStalls = stallAtRandom(clock, longestStallMs, board.uart, engineClock);
	const sinceMs = clock.elapsedMs;
	if ("up" === direction) for (const client of clients) client.start();
	else
		for (const [number, server] of servers.entries()) {
			for (let from = 0; from < each; from += SEGMENT_BYTES) {
				const length = Math.min(SEGMENT_BYTES, each - from);
				server.last.send(Uint8Array.from({ length }, (_, at) => byteAt(number, from + at)));
			}
		}
	await clock.run(all, LIMIT_MS);
	const bytesPerSecond = (each * sockets * 1_000) / (clock.elapsedMs - sinceMs);
	endStalls();
	modem.close();
	board.close();
	const wrong = clients.reduce((sum, client) => sum + client.wrong, 0);
	return {
		...options,
		bytesPerSecond,
		share: bytesPerSecond / limitOf(options),
		shareOfPieces: bytesPerSecond / pieceLimitOf(options),
		wrong,
	};
}

/** Every row of the table. */
export async function goodputFigures(): Promise<Goodput[]> {
	const figures: Goodput[] = [];
	for (const direction of ["up", "down"] as const)
		for (const receiveBuffer of [128, 4_096])
			for (const baud of BAUDS)
				for (const sockets of [1, 8])
					for (const bytes of [1_000, 10_000, 100_000])
						figures.push(await goodput({ direction, bytes, sockets, baud, receiveBuffer }));
	return figures;
}

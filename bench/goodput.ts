/*
 * How much of what UART and radio allow arrives at the other end: bytes through TCP over the virtual modem, both ways, on
 * a clock moved by hand.
 */
import { HandClock } from "../hosts/node/clock.js";
import { Modem } from "../modules/modem/modem.js";
import { TCP } from "../modules/socket/tcp.js";
import { VirtualBoard } from "../modules/virtual/board.js";
import { FakeNetwork } from "../tests/virtual/network.js";

export interface GoodputOptions {
	readonly direction: "up" | "down";
	/** In all, divided among the sockets. */
	readonly bytes: number;
	readonly sockets: number;
	readonly baud: number;
	readonly receiveBuffer: number;
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

const HOST = "192.0.2.1";
const PORT = 7;
/** GPRS class 10, as the virtual modem has it by default. */
const RADIO_BPS = { up: 42_800, down: 85_600 } as const;
const SEGMENT_BYTES = 1_460;
/** What the modem takes at once, and sends as a segment. */
const PIECE_BYTES = 1_380;
const HEADER_BYTES = 40;
/** Of the receive buffer, what the driver keeps free for all but the data. */
const FRAME_BYTES = 64;
/** "AT+CIPSEND=0,1380", "> " and "DATA ACCEPT:0,1380"; "AT+CIPRXGET=2,0,64", "+CIPRXGET: 2,0,64,0" and OK. */
const SEND_BYTES = 44;
const FETCH_BYTES = 50;
const BAUDS = [9_600, 57_600, 115_200] as const;
const LIMIT_MS = 3_600_000;

/** Byte `at` of socket `number`. */
function byteAt(number: number, at: number): number {
	return (at * 7 + (at >> 8) + number) & 0xff;
}

/** Bytes a second: the UART's without any command, the radio's without the TCP/IP header of each segment. */
export function limitOf({ baud, direction }: GoodputOptions): number {
	const segmentBytes = "up" === direction ? PIECE_BYTES : SEGMENT_BYTES;
	return Math.min(baud / 10, (RADIO_BPS[direction] / 8) * (segmentBytes / (segmentBytes + HEADER_BYTES)));
}

/** What is left of that for pieces that fit, one command each: what no driver can do better. */
export function pieceLimitOf(options: GoodputOptions): number {
	const { baud, direction, receiveBuffer } = options;
	const fits = Math.min(SEGMENT_BYTES, receiveBuffer - FRAME_BYTES);
	const [bytes, overheadBytes, modemMs] = "up" === direction ? [PIECE_BYTES, SEND_BYTES, 8] : [fits, FETCH_BYTES, 3];
	return Math.min(limitOf(options), bytes / (((bytes + overheadBytes) * 10) / baud + modemMs / 1_000));
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
	const { baud, bytes, direction, receiveBuffer, sockets } = options;
	const clock = new HandClock();
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, on: true, baud, hostBaud: baud, receiveBuffer });
	const modem = new Modem({
		clock,
		serial: board.serial,
		powerKey: board.powerKey,
		status: board.status,
		apn: "internet",
		several: true,
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

export interface Latency {
	readonly baud: number;
	/** From the constructor to a connection that can be written to. */
	readonly setUpMs: number;
	/** Of 20 bytes, from the write to the read of what came back. */
	readonly roundTripMs: number;
}

export async function latency(baud: number): Promise<Latency> {
	const clock = new HandClock();
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, on: true, baud, hostBaud: baud });
	const modem = new Modem({ clock, serial: board.serial, powerKey: board.powerKey, status: board.status, apn: "internet" });
	network.server(`${HOST}:${PORT}`, data => data);
	await clock.run(modem.up());
	const sinceMs = clock.elapsedMs;
	let openMs = 0;
	const echoed = new Promise<number>(resolve => {
		new TCP({
			link: modem,
			address: HOST,
			port: PORT,
			onWritable() {
				if (openMs > 0) return;
				openMs = clock.elapsedMs;
				this.write(new Uint8Array(20));
			},
			onReadable: () => resolve(clock.elapsedMs),
		});
	});
	const backMs = await clock.run(echoed);
	modem.close();
	board.close();
	return { baud, setUpMs: openMs - sinceMs, roundTripMs: backMs - openMs };
}

export async function latencyFigures(): Promise<Latency[]> {
	const figures: Latency[] = [];
	for (const baud of BAUDS) figures.push(await latency(baud));
	return figures;
}

/* A driver on a virtual modem whose Internet is this machine's loopback, on a clock that runs fast. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { assert } from "chai";
import { NodeNetwork } from "../../hosts/node/network.js";
import { RealClock } from "../../hosts/node/real-clock.js";
import { Modem } from "../../modules/modem/modem.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import { TcpStream } from "./stream.js";

/** So many times as fast as a modem is. */
const SPEED = 100;
/** Of an ESP32, and of hosts with memory to spare. */
export const RECEIVE_BUFFERS = [128, 4_096] as const;
export const LOOPBACK = "127.0.0.1";

export class Loopback {
	readonly clock = new RealClock(SPEED);
	readonly board: VirtualBoard;
	readonly modem: Modem;
	readonly #unexplained: string[] = [];

	private constructor(receiveBuffer: number) {
		const { clock } = this;
		this.board = new VirtualBoard({ clock, network: new NodeNetwork(), on: true, receiveBuffer });
		this.modem = new Modem({
			clock,
			serial: this.board.serial,
			powerKey: this.board.powerKey,
			status: this.board.status,
			apn: "internet",
			multiplex: true,
			onEvent: event => {
				if ("unexplained" === event.kind) this.#unexplained.push(event.line);
			},
		});
	}

	/** One whose bearer is up. */
	static async up(receiveBuffer: number = RECEIVE_BUFFERS[1]): Promise<Loopback> {
		const loopback = new Loopback(receiveBuffer);
		try {
			await loopback.modem.up();
		} catch (error) {
			loopback.#end();
			throw error;
		}
		return loopback;
	}

	stream(port: number, address = LOOPBACK): TcpStream {
		return new TcpStream({ link: this.modem, address, port });
	}

	/** Nothing may have come that nobody explains, and nothing been lost at the serial port. */
	close(): void {
		this.#end();
		assert.deepEqual(this.#unexplained, []);
		assert.equal(this.board.uart.overruns, 0, "bytes lost at the serial port");
	}

	#end(): void {
		this.modem.close();
		this.board.close();
	}
}

/** A server on a free port of loopback, ended with all its connections. */
export async function serve(onConnection: (socket: Socket) => void): Promise<{ port: number; close(): void }> {
	const sockets = new Set<Socket>();
	const server: Server = createServer(socket => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => {});
		onConnection(socket);
	});
	await new Promise<void>(resolve => server.listen(0, LOOPBACK, resolve));
	return {
		port: (server.address() as AddressInfo).port,
		close() {
			for (const socket of sockets) socket.destroy();
			server.close();
		},
	};
}

/** Bytes that tell when one is lost, doubled or moved. */
export function pattern(length: number, seed: number): Buffer {
	let state = seed >>> 0 || 1;
	return Buffer.from(
		Uint8Array.from({ length }, () => {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			return state & 0xff;
		}),
	);
}

/** Byte for byte; a failure names the first that differs. */
export function assertSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
	const differs = expected.findIndex((byte, at) => byte !== actual[at]);
	assert.equal(differs, -1, `${what}: the first byte that differs`);
	assert.equal(actual.length, expected.length, `${what}: length`);
}

/** All that comes until the other side ends, or the first `count` bytes; the stream is gone then. */
export async function collect(stream: AsyncIterable<Uint8Array>, count = Number.POSITIVE_INFINITY): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for await (const part of stream) {
		parts.push(part);
		bytes += part.length;
		if (bytes >= count) break;
	}
	return Buffer.concat(parts);
}

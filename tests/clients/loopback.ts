/* A driver on a virtual modem whose Internet is this machine's loopback, on a clock that runs fast. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { NodeNetwork } from "../../hosts/node/network.js";
import { RealClock } from "../../hosts/node/real-clock.js";
import { Modem } from "../../modules/modem/modem.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import { TcpStream } from "./stream.js";

/** So many times as fast as a modem is. */
const SPEED = 100;
export const LOOPBACK = "127.0.0.1";

export class Loopback {
	readonly clock = new RealClock(SPEED);
	readonly board: VirtualBoard;
	readonly modem: Modem;
	readonly unexplained: string[] = [];

	constructor(receiveBuffer = 4_096) {
		const { clock } = this;
		this.board = new VirtualBoard({ clock, network: new NodeNetwork(), on: true, receiveBuffer });
		this.modem = new Modem({
			clock,
			serial: this.board.serial,
			powerKey: this.board.powerKey,
			status: this.board.status,
			apn: "internet",
			several: true,
			onEvent: event => {
				if ("unexplained" === event.kind) this.unexplained.push(event.line);
			},
		});
	}

	stream(port: number): TcpStream {
		return new TcpStream({ link: this.modem, address: LOOPBACK, port });
	}

	close(): void {
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

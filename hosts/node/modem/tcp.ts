/*
 * The modem's serial line on a TCP port of this machine, for emulators and serial bridges: bytes as they are, no protocol.
 *
 * It is one line: while a program has it, another one is sent away. What the modem says meanwhile to nobody is lost.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A program that does not read: what is more than this is lost, as in any serial port. */
const MOST_WAITING_BYTES = 65_536;

export class TcpLine {
	readonly #server: Server;
	#client: Socket | undefined;

	private constructor(onBytes: (bytes: Uint8Array) => void) {
		this.#server = createServer({ noDelay: true }, socket => {
			socket.on("error", () => {}); // its close comes behind
			if (this.#client) socket.destroy();
			else this.#serve(socket, onBytes);
		});
	}

	/** On the loopback interface; 0: any port that is free. */
	static async listen(port: number, onBytes: (bytes: Uint8Array) => void): Promise<TcpLine> {
		const line = new TcpLine(onBytes);
		line.#server.listen(port, "127.0.0.1");
		await once(line.#server, "listening");
		return line;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	#serve(socket: Socket, onBytes: (bytes: Uint8Array) => void): void {
		this.#client = socket;
		socket.on("data", bytes => onBytes(new Uint8Array(bytes)));
		socket.on("close", () => {
			this.#client = undefined;
		});
	}

	/** To the program that is connected, if there is one. */
	write(bytes: Uint8Array): void {
		const client = this.#client;
		if (client?.writable && client.writableLength < MOST_WAITING_BYTES) client.write(bytes);
	}

	close(): void {
		this.#server.close();
		this.#client?.destroy();
	}
}

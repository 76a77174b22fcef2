/*
 * The server on this machine that the firmware's messages are for: it checks that each arrives unchanged, once and in
 * order, and answers so that the firmware knows.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export interface ServerOptions {
	/** What has to arrive, in this order. */
	readonly messages: readonly Uint8Array[];
	/** Bytes have come; `total`: how many so far. */
	onBytes(total: number): void;
	/** `index`: which of the messages. */
	onMessage(index: number): void;
	/** Something has come that should not have, or not now. */
	onProblem(text: string): void;
}

export class MessageServer {
	static readonly host = "127.0.0.1";
	receivedBytes = 0;
	readonly #options: ServerOptions;
	readonly #expected: readonly Buffer[];
	readonly #arrived = new Set<number>();
	/** The one behind the last that has arrived. */
	#next = 0;
	readonly #sockets = new Set<Socket>();
	readonly #server: Server;

	private constructor(options: ServerOptions) {
		this.#options = options;
		this.#expected = options.messages.map(message => Buffer.from(message));
		this.#server = createServer({ noDelay: true }, socket => this.#onConnection(socket));
	}

	static async open(options: ServerOptions): Promise<MessageServer> {
		const server = new MessageServer(options);
		server.#server.listen(0, MessageServer.host);
		await once(server.#server, "listening");
		return server;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** How many of the messages have arrived unchanged. */
	get delivered(): number {
		return this.#arrived.size;
	}

	close(): void {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#onConnection(socket: Socket): void {
		let received: Buffer = Buffer.alloc(0);
		this.#sockets.add(socket);
		socket.on("data", bytes => {
			this.receivedBytes += bytes.length;
			this.#options.onBytes(this.receivedBytes);
			received = this.#take(Buffer.concat([received, bytes]), socket);
		});
		socket.on("error", () => {}); // what has not arrived is missed in the end
		socket.on("close", () => {
			this.#sockets.delete(socket);
			if (received.length > 0) this.#options.onProblem(`a message ended after ${received.length} bytes`);
		});
	}

	/** Gives what is left: the beginning of a message. */
	#take(received: Buffer, socket: Socket): Buffer {
		while (received.length > 0) {
			const index = this.#indexOf(received);
			if (undefined === index) {
				this.#options.onProblem(`${received.length} bytes came that are no message that was still to come`);
				return Buffer.alloc(0);
			}
			const message = this.#expected[index]!;
			if (received.length < message.length) return received;
			if (index < this.#next) this.#options.onProblem(`message ${index + 1} came out of order`);
			this.#arrived.add(index);
			this.#next = Math.max(this.#next, index + 1);
			this.#options.onMessage(index);
			socket.write(`got ${message.length} bytes`);
			received = received.subarray(message.length);
		}
		return received;
	}

	/** A message still to come that begins so, or that these bytes begin with; a failed cycle's is passed over. */
	#indexOf(received: Buffer): number | undefined {
		const count = this.#expected.length;
		for (let step = 0; step < count; step++) {
			const index = (this.#next + step) % count;
			const message = this.#expected[index]!;
			const length = Math.min(message.length, received.length);
			if (!this.#arrived.has(index) && message.subarray(0, length).equals(received.subarray(0, length))) return index;
		}
		return undefined;
	}
}

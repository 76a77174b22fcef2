/* A megabyte up and another down over one connection at the same time, byte for byte. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { assertSame, collect, Loopback, pattern, RECEIVE_BUFFERS, serve } from "./loopback.js";

const BYTES = 2 ** 20;
const GIVE_UP_MS = 120_000;

describe("clients: a megabyte", function () {
	this.timeout(GIVE_UP_MS);
	let loopback: Loopback | undefined;
	let server: { port: number; close(): void } | undefined;

	afterEach(() => {
		server?.close();
		loopback?.close();
	});

	for (const receiveBuffer of RECEIVE_BUFFERS) {
		it(`up and another down at once, with ${receiveBuffer} bytes of receive buffer`, async () => {
			const [up, down] = [pattern(BYTES, 3), pattern(BYTES, 4)];
			const arrived: Buffer[] = [];
			let closed: Promise<unknown> | undefined;
			server = await serve((socket: Socket) => {
				closed = once(socket, "close");
				let bytes = 0;
				socket.on("data", part => {
					arrived.push(part);
					bytes += part.length;
					if (bytes >= BYTES) socket.end();
				});
				socket.write(down);
			});
			loopback = await Loopback.up(receiveBuffer);
			const stream = loopback.stream(server.port);
			stream.write(up);
			assertSame(await collect(stream), down, "down");
			await closed;
			assertSame(Buffer.concat(arrived), up, "up");
		});
	}
});

/* Node's HTTP client over the modem: long bodies and chunked ones, both ways; and eight connections at once. */
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { assert } from "chai";
import { LOOPBACK, Loopback, pattern, serve } from "./loopback.js";

const LONG_BYTES = 100_000;

async function bodyOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of stream) parts.push(part);
	return Buffer.concat(parts);
}

describe("clients: HTTP", () => {
	let loopback: Loopback;
	let server: Server;
	let port = 0;
	const received: Buffer[] = [];

	before(async () => {
		loopback = new Loopback();
		server = createServer(async (incoming, response) => {
			received.push(await bodyOf(incoming));
			if ("/long" === incoming.url) response.setHeader("content-length", LONG_BYTES);
			const body = pattern(LONG_BYTES, 5); // without content-length it goes in chunks
			for (let at = 0; at < body.length; at += 7_777) response.write(body.subarray(at, at + 7_777));
			response.end();
		});
		await new Promise<void>(resolve => server.listen(0, LOOPBACK, resolve));
		port = (server.address() as AddressInfo).port;
		await loopback.modem.up();
	});

	after(() => {
		server?.closeAllConnections();
		server?.close();
		loopback?.close();
		assert.deepEqual(loopback.unexplained, []);
	});

	function exchange(path: string, headers: Record<string, string | number>, body?: Buffer): Promise<IncomingMessage> {
		return new Promise((resolve, reject) => {
			const createConnection = () => loopback.stream(port) as never;
			const method = body ? "POST" : "GET";
			const outgoing = request({ path, method, headers: { host: LOOPBACK, connection: "close", ...headers }, createConnection });
			outgoing.on("response", resolve);
			outgoing.on("error", reject);
			outgoing.end(body);
		});
	}

	for (const path of ["/long", "/chunked"]) {
		it(`GET ${path}: 100 kB, byte for byte`, async () => {
			const response = await exchange(path, {});
			assert.equal(response.headers["transfer-encoding"], "/chunked" === path ? "chunked" : undefined);
			assert.isTrue((await bodyOf(response)).equals(pattern(LONG_BYTES, 5)));
		});
	}

	for (const chunked of [false, true]) {
		it(`POST ${chunked ? "in chunks" : "of known length"}: 100 kB there and 100 kB back`, async () => {
			const body = pattern(LONG_BYTES, 9);
			const headers = chunked ? { "transfer-encoding": "chunked" } : { "content-length": body.length };
			const response = await exchange("/long", headers as Record<string, string | number>, body);
			assert.isTrue((await bodyOf(response)).equals(pattern(LONG_BYTES, 5)));
			assert.isTrue(received.pop()!.equals(body));
		});
	}
});

describe("clients: eight connections at once", () => {
	for (const receiveBuffer of [128, 4_096]) {
		it(`each get back what they sent, with ${receiveBuffer} bytes of receive buffer`, async () => {
			const loopback = new Loopback(receiveBuffer);
			const server = await serve(socket => socket.pipe(socket));
			try {
				await loopback.modem.up();
				await Promise.all(
					Array.from({ length: 8 }, async (_, number) => {
						const stream = loopback.stream(server.port);
						const data = pattern(4_000 + 1_000 * number, number + 1);
						stream.write(data);
						const got: Uint8Array[] = [];
						let bytes = 0;
						for await (const part of stream) {
							got.push(part as Uint8Array);
							bytes += (part as Uint8Array).length;
							if (bytes >= data.length) break;
						}
						assert.isTrue(Buffer.concat(got).equals(data), `connection ${number}`);
					}),
				);
				assert.equal(loopback.board.uart.overruns, 0);
				assert.deepEqual(loopback.unexplained, []);
			} finally {
				server.close();
				loopback.close();
			}
		});
	}
});

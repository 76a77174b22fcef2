/* Node's HTTP client over the modem: long bodies and chunked ones, both ways. */
import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { assert } from "chai";
import { exchange } from "./http.js";
import { assertSame, collect, LOOPBACK, Loopback, pattern } from "./loopback.js";

const LONG_BYTES = 100_000;
const GIVE_UP_MS = 60_000;

describe("clients: HTTP", function () {
	this.timeout(GIVE_UP_MS);
	let loopback: Loopback;
	let server: Server;
	let port = 0;
	const received: Buffer[] = [];

	before(async () => {
		loopback = await Loopback.up();
		server = createServer(async (incoming, response) => {
			received.push(await collect(incoming));
			if ("/long" === incoming.url) response.setHeader("content-length", LONG_BYTES);
			const body = pattern(LONG_BYTES, 5); // without content-length it goes in chunks
			for (let at = 0; at < body.length; at += 7_777) response.write(body.subarray(at, at + 7_777));
			response.end();
		});
		await new Promise<void>(resolve => server.listen(0, LOOPBACK, resolve));
		port = (server.address() as AddressInfo).port;
	});

	after(() => {
		server?.closeAllConnections();
		server?.close();
		loopback?.close();
	});

	for (const path of ["/long", "/chunked"]) {
		it(`GET ${path}: 100 kB, byte for byte`, async () => {
			const response = await exchange(loopback, { port, path });
			assert.equal(response.headers["transfer-encoding"], "/chunked" === path ? "chunked" : undefined);
			assertSame(await collect(response), pattern(LONG_BYTES, 5), "response");
		});
	}

	for (const chunked of [false, true]) {
		it(`POST ${chunked ? "in chunks" : "of known length"}: 100 kB there and 100 kB back`, async () => {
			const body = pattern(LONG_BYTES, 9);
			const headers: OutgoingHttpHeaders = chunked ? { "transfer-encoding": "chunked" } : { "content-length": body.length };
			const response = await exchange(loopback, { port, path: "/long", headers, body });
			assertSame(await collect(response), pattern(LONG_BYTES, 5), "response");
			assertSame(received.pop()!, body, "request");
		});
	}
});

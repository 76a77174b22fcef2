/* NodeNetwork against real sockets of the loopback interface. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { assert } from "chai";
import { NodeNetwork } from "../../../hosts/node/network.js";
import type { Peer } from "../../../modules/virtual/network.js";
import { Recorder } from "./recorder.js";

const HOST = "127.0.0.1";
const network = new NodeNetwork();

const codeOf = (error: NodeJS.ErrnoException) => error.code;
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0, HOST);
	await once(server, "listening");
	const port = portOf(server);
	server.close();
	await once(server, "close");
	return port;
}

describe("hosts/node/network", () => {
	describe("TCP", () => {
		let server: Server;
		let recorder: Recorder;
		let peer: Peer;
		/** The server's side of the connection. */
		let remote: Socket;

		async function open(callbacks: Recorder): Promise<[Peer, Socket]> {
			const accepted = once(server, "connection");
			const opened = network.connect({ protocol: "TCP", host: HOST, port: portOf(server) }, callbacks);
			assert.isEmpty(callbacks.calls, "called back before connect() returned");
			const [socket] = await accepted;
			await callbacks.called(`connect ${HOST}`);
			socket.on("error", () => {});
			return [opened, socket];
		}

		/** When this is over, what was sent earlier on other connections has arrived as well. */
		async function fence(): Promise<void> {
			const other = new Recorder();
			const [otherPeer, otherRemote] = await open(other);
			otherRemote.write("x");
			await other.called("data");
			otherPeer.close();
			otherRemote.destroy();
		}

		beforeEach(async () => {
			server = createServer({ noDelay: true }).listen(0, HOST);
			await once(server, "listening");
			recorder = new Recorder();
			[peer, remote] = await open(recorder);
		});
		afterEach(() => {
			peer.close();
			remote.destroy();
			server.close();
		});

		it("carries all 256 values both ways and says what was taken", async () => {
			const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
			remote.on("data", data => remote.write(data));
			peer.send(bytes);
			await recorder.until(() => 256 === recorder.receivedBytes && 256 === recorder.acknowledgedBytes);
			assert.deepEqual(new Uint8Array(recorder.received), bytes);
		});

		it("tells of the peer's end after its last data, and then no more", async () => {
			const closed = once(remote, "close");
			remote.resume();
			remote.end("goodbye");
			await recorder.called("end");
			peer.send(Uint8Array.of(1));
			await closed;
			await fence();
			assert.equal(recorder.received.toString(), "goodbye");
			assert.deepEqual(recorder.calls, [`connect ${HOST}`, "data", "end"]);
		});

		it("takes nothing while paused, and everything after it", async () => {
			peer.pause();
			remote.write("held back");
			await fence();
			assert.equal(recorder.receivedBytes, 0);
			peer.resume();
			await recorder.called("data");
			assert.equal(recorder.received.toString(), "held back");
		});

		it("lets the window close while paused", async () => {
			const bytes = Buffer.alloc(16 * 1024 * 1024, 7); // more than both kernels' buffers hold
			peer.pause();
			remote.write(bytes);
			await fence();
			assert.isAbove(remote.writableLength, 0);
			peer.resume();
			await recorder.until(() => bytes.length === recorder.receivedBytes);
			assert.isTrue(recorder.received.equals(bytes));
		});

		it("tells of a reset", async () => {
			remote.resetAndDestroy();
			await recorder.called("failure reset");
			assert.equal(recorder.calls.at(-1), "failure reset");
		});

		it("calls nothing back after close(), and what was sent before it still arrives", async () => {
			let arrivedBytes = 0;
			remote.on("data", data => {
				arrivedBytes += data.length;
			});
			const ended = once(remote, "end");
			const bytes = Buffer.alloc(16 * 1024 * 1024); // more than both kernels' buffers hold
			peer.send(bytes);
			peer.close();
			remote.write("too late");
			const calls = recorder.calls.length;
			await ended;
			await fence();
			assert.equal(arrivedBytes, bytes.length);
			assert.lengthOf(recorder.calls, calls);
		});

		it("opens from the local port that is asked for", async () => {
			const localPort = await freePort();
			const accepted = once(server, "connection");
			const other = new Recorder();
			const otherPeer = network.connect({ protocol: "TCP", host: HOST, port: portOf(server), localPort }, other);
			const [socket] = await accepted;
			assert.equal(socket.remotePort, localPort);
			otherPeer.close();
			socket.destroy();
		});
	});

	describe("TCP that fails", () => {
		async function failure(host: string, port: number): Promise<readonly string[]> {
			const recorder = new Recorder();
			network.connect({ protocol: "TCP", host, port }, recorder);
			await recorder.until(() => recorder.calls.length > 0);
			return recorder.calls;
		}

		it("is refused where nobody listens", async () => {
			assert.deepEqual(await failure(HOST, await freePort()), ["failure refused"]);
		});
		it("says dns for a name that is none", async () => {
			assert.deepEqual(await failure(`${"x".repeat(64)}.invalid`, 80), ["failure dns"]);
		});
		it("says unreachable for an address that no connection can have", async () => {
			assert.deepEqual(await failure("255.255.255.255", 80), ["failure unreachable"]);
		});
	});

	describe("UDP", () => {
		it("carries datagrams of the peer and of nobody else", async () => {
			const server = createSocket("udp4").bind(0, HOST);
			const stranger = createSocket("udp4").bind(0, HOST);
			await Promise.all([once(server, "listening"), once(stranger, "listening")]);
			const recorder = new Recorder();
			const peer = network.connect({ protocol: "UDP", host: "localhost", port: server.address().port }, recorder);
			assert.isEmpty(recorder.calls);
			await recorder.called(`connect ${HOST}`);

			const arrived = once(server, "message");
			peer.send(Buffer.from("ping"));
			const [bytes, from] = await arrived;
			assert.equal(String(bytes), "ping");
			stranger.send("from a stranger", from.port, HOST);
			await new Promise(resolve => stranger.send("again", from.port, HOST, resolve));
			server.send("pong", from.port, HOST);
			await recorder.called("data");
			assert.equal(recorder.received.toString(), "pong");

			peer.close();
			server.close();
			stranger.close();
		});

		it("says dns for a name that is none", async () => {
			const recorder = new Recorder();
			network.connect({ protocol: "UDP", host: `${"x".repeat(64)}.invalid`, port: 80 }, recorder);
			await recorder.called("failure dns");
			assert.lengthOf(recorder.calls, 1);
		});
	});

	describe("listen", () => {
		/** Asks again until the listener is there. */
		async function client(port: number): Promise<Socket> {
			for (;;) {
				const socket = connect({ port, host: HOST });
				const connected = await new Promise(resolve => {
					socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
				});
				if (connected) return socket;
			}
		}

		it("hands over who comes, with data in both directions", async () => {
			const port = await freePort();
			const recorder = new Recorder();
			let accepted: Peer | undefined;
			const listener = network.listen(
				{ port },
				{
					onAccept(peer, address) {
						accepted = peer;
						assert.equal(address, HOST);
						return recorder;
					},
					onFailure: reason => assert.fail(reason),
				},
			);
			const socket = await client(port);
			socket.write("hello");
			await recorder.called("data");
			const answered = once(socket, "data");
			accepted!.send(Buffer.from("welcome"));
			assert.equal(String((await answered)[0]), "welcome");
			socket.end();
			await recorder.called("end");
			accepted!.close();
			listener.close();
		});

		it("resets who is refused", async () => {
			const port = await freePort();
			const listener = network.listen({ port }, { onAccept: () => undefined, onFailure: reason => assert.fail(reason) });
			let code: string | undefined;
			do {
				code = await new Promise(resolve => connect({ port, host: HOST }).once("error", error => resolve(codeOf(error))));
			} while ("ECONNREFUSED" === code); // it is not listening yet
			assert.equal(code, "ECONNRESET");
			listener.close();
		});

		it("fails when the port is taken", async () => {
			const taken = createServer().listen(0, HOST);
			await once(taken, "listening");
			const reason = await new Promise(resolve => {
				network.listen({ port: portOf(taken) }, { onAccept: () => undefined, onFailure: resolve });
			});
			assert.equal(reason, "unreachable");
			taken.close();
		});
	});

	it("resolves names to dotted addresses, and none for what is no name", async () => {
		const resolve = (host: string) => new Promise<readonly string[]>(done => network.resolve(host, done));
		assert.deepEqual(await resolve("127.0.0.9"), ["127.0.0.9"]);
		assert.include(await resolve("localhost"), HOST);
		assert.deepEqual(await resolve(`${"x".repeat(64)}.invalid`), []);
	});
});

/* The listener: accepting clients, data both ways, and how many clients can wait. */

import { assert } from "chai";
import { ModemError } from "../../modules/core/errors.js";
import { Listener, type ListenerLink, type ListenerOptions } from "../../modules/socket/listener.js";
import { TCP } from "../../modules/socket/tcp.js";
import { ascii, Stage, text } from "../support/stage.js";
import { tapHeard } from "../support/wire.js";

const PORT = 8_080;
const CLIENT = "198.51.100.7";

for (const multiplex of [true, false]) {
	describe(`socket/listener, ${multiplex ? "several connections" : "single connection"}`, () => {
		let stage: Stage;
		beforeEach(async () => {
			stage = await Stage.up({}, { modem: { multiplex } });
		});
		afterEach(() => stage.end());

		it("tells of a client, read gives its TCP, and data goes both ways", async () => {
			const requests: number[] = [];
			const listener = new Listener({ link: stage.modem, port: PORT, onReadable: count => requests.push(count) });
			await stage.clock.advance(2_000);
			assert.isUndefined(listener.read(), "nobody has come");
			const client = stage.network.client(PORT, CLIENT)!;
			await stage.clock.advance(2_000);
			assert.deepEqual(requests, [1]);
			const accepted = listener.read()!;
			assert.instanceOf(accepted, TCP);
			assert.equal(accepted.remoteAddress, CLIENT);
			assert.equal(accepted.format, "buffer");
			assert.isUndefined(listener.read());
			const calls: string[] = [];
			const socket = new TCP({
				from: accepted,
				onReadable() {
					calls.push(text(this.read()));
				},
				onWritable(bytes) {
					if (0 === calls.push(`writable ${bytes}`) - 1) this.write(ascii("hello"));
				},
				onError: error => calls.push(`error ${error?.code}`),
			});
			await stage.clock.advance(5_000);
			assert.equal(client.received, "hello");
			client.send("GET /");
			await stage.clock.advance(5_000);
			assert.equal(calls.pop(), "GET /");
			socket.close();
			await stage.clock.advance(5_000);
			assert.isTrue(client.ended);
			listener.close();
			await stage.clock.advance(5_000);
			assert.isUndefined(stage.network.client(PORT));
		});
	});
}

describe("socket/listener", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up({});
	});
	afterEach(() => stage.end());

	async function listen(options: Partial<ListenerOptions> = {}): Promise<{ listener: Listener; calls: string[] }> {
		const calls: string[] = [];
		const listener = new Listener({
			link: stage.modem,
			port: PORT,
			onReadable: requests => calls.push(`readable ${requests}`),
			onError: (error: ModemError) => calls.push(`error ${error.code}`),
			...options,
		});
		assert.deepEqual(calls, [], "nothing is called back before the constructor has returned");
		await stage.clock.advance(2_000);
		return { listener, calls };
	}

	/** The modem, and actions to run directly after a client has come, before any callback. */
	function lateLink() {
		const ends: ((onEnd: (error: ModemError) => void) => void)[] = [];
		const link: ListenerLink = {
			clock: stage.clock,
			listen: (port, events) =>
				stage.modem.listen(port, {
					onClient(address, accept) {
						events.onClient(address, accept);
						for (const does of ends.splice(0)) does(error => events.onEnd(error));
					},
					onEnd: error => events.onEnd(error),
				}),
		};
		return { link, ends };
	}

	it("constructor-port: digits count, 0 and none give one of the dynamic ports, the rest is refused", async () => {
		const { listener } = await listen({ port: "8080" });
		assert.equal(listener.port, PORT);
		listener.close();
		for (const options of [{ port: "0" }, { port: 0 }]) {
			const { calls, listener } = await listen(options);
			assert.isTrue(listener.port >= 49_152 && listener.port <= 65_535);
			assert.isDefined(stage.network.client(listener.port));
			await stage.clock.advance(1_000);
			assert.deepEqual(calls, ["readable 1"]);
			listener.close();
			await stage.clock.advance(1_000);
		}
		const any = new Listener({ link: stage.modem });
		assert.isAtLeast(any.port, 49_152);
		for (const [port, kind] of [
			[undefined, Error],
			[-1, RangeError],
			[65_536, RangeError],
			[Symbol.match, TypeError],
		] as const)
			assert.throws(() => new Listener({ link: stage.modem, port: port as never }), kind);
		assert.throws(() => new Listener({ port: 1 }), Error);
	});

	it("format and target are as asked for", async () => {
		const target = {};
		const { listener } = await listen({ target });
		assert.strictEqual(listener.target, target);
		assert.equal(listener.format, "socket/tcp");
		assert.throws(() => {
			listener.format = "123" as never;
		}, RangeError);
		assert.throws(() => new Listener({ link: stage.modem, format: "buffer" as never }), RangeError);
	});

	it("invalid-receiver is refused with SyntaxError", async () => {
		const { listener } = await listen();
		for (const receiver of ["a string", [], {}, undefined]) {
			assert.throws(() => listener.read.call(receiver as never), SyntaxError);
			assert.throws(() => listener.close.call(receiver as never), SyntaxError);
		}
	});

	it("of clients that nobody reads seven wait, and more are closed", async () => {
		const { calls, listener } = await listen();
		const clients = Array.from({ length: 8 }, (_, number) => stage.network.client(PORT, `198.51.100.${number}`));
		await stage.clock.advance(5_000);
		assert.deepEqual(
			clients.map(client => client?.ended ?? true),
			[...Array(7).fill(false), true],
		);
		assert.equal(calls.pop(), "readable 7");
		const addresses: (string | undefined)[] = [];
		for (let socket = listener.read(); socket; socket = listener.read()) addresses.push(socket.remoteAddress);
		assert.deepEqual(
			addresses,
			Array.from({ length: 7 }, (_, number) => `198.51.100.${number}`),
		);
	});

	it("seven clients at once, more than a browser has, are each answered", async () => {
		const { listener } = await listen({
			onReadable() {
				for (let from = this.read(); from; from = this.read())
					new TCP({
						from,
						onReadable() {
							this.write(this.read() as ArrayBuffer);
						},
					});
			},
		});
		const clients = Array.from({ length: 7 }, () => stage.network.client(PORT)!);
		for (const [number, client] of clients.entries()) client.send(`request ${number}`);
		await stage.clock.advance(30_000);
		assert.deepEqual(
			clients.map(({ received }) => received),
			clients.map((_, number) => `request ${number}`),
		);
		listener.close();
	});

	it("two of the same millisecond have different ephemeral ports", () => {
		const ports = Array.from({ length: 20 }, () => new Listener({ link: stage.modem }).port);
		assert.equal(new Set(ports).size, 20);
	});

	it("null is no callback, and the default format", async () => {
		const { listener } = await listen({ onReadable: null, onError: null, format: null });
		assert.equal(listener.format, "socket/tcp");
		stage.network.client(PORT)!.send("hello");
		await stage.clock.advance(5_000);
		assert.equal(text(listener.read()?.read()), "hello");
	});

	it("leaves the slots that the modem gives to clients alone, and gets on when they meet", async () => {
		await listen();
		const out = stage.told();
		await stage.clock.advance(5_000);
		assert.deepEqual(out.calls, ["writable 2920"]);
		assert.include(stage.sent.join("\n"), "AT+CIPSTART=7,");
		const clients = Array.from({ length: 3 }, () => stage.network.client(PORT)!);
		await stage.clock.advance(5_000);
		assert.isTrue(clients.every(({ ended }) => !ended));
		assert.deepEqual(out.calls, ["writable 2920"]);
	});

	it("a client in a slot whose end was lost on the wire ends what was there", async () => {
		const out = await stage.open();
		const end = tapHeard(stage.board, (bytes, receive) => {
			if (!String.fromCharCode(...bytes).includes("CLOSED")) receive(bytes);
		});
		stage.server.last.end();
		await stage.clock.advance(2_000);
		end();
		const { listener } = await listen();
		stage.network.client(PORT)!.send("hello");
		await stage.clock.advance(5_000);
		assert.deepEqual(out.calls, ["writable 2920", "error CONNECTION_LOST"]);
		assert.equal(text(listener.read()?.read()), "hello");
	});

	it("close: waiting clients are closed, those that were read stay, nothing is called back", async () => {
		const { calls, listener } = await listen();
		const [first, second] = [stage.network.client(PORT)!, stage.network.client(PORT)!];
		await stage.clock.advance(5_000);
		const socket = listener.read()!;
		listener.close();
		listener.close();
		await stage.clock.advance(5_000);
		assert.deepEqual([first.ended, second.ended], [false, true]);
		assert.isUndefined(stage.network.client(PORT));
		assert.deepEqual(calls, ["readable 1", "readable 2"]);
		socket.write(ascii("still here"));
		await stage.clock.advance(5_000);
		assert.equal(first.received, "still here");
		assert.throws(() => listener.read(), SyntaxError);
		assert.throws(() => listener.port, SyntaxError);
		assert.throws(() => listener.format, SyntaxError);
		assert.deepEqual((await listen()).calls, [], "the port is free again");
		assert.isDefined(stage.network.client(PORT));
	});

	it("a second one at once is told LISTENING, one without a bearer BEARER_DOWN", async () => {
		const { listener } = await listen();
		assert.deepEqual((await listen({ port: 81 })).calls, ["error LISTENING"]);
		listener.close();
		await stage.clock.run(stage.modem.down());
		assert.deepEqual((await listen()).calls, ["error BEARER_DOWN"]);
	});

	it("a bearer that goes away ends it, and its clients", async () => {
		const { calls, listener } = await listen();
		stage.network.client(PORT);
		await stage.clock.advance(2_000);
		await stage.clock.run(stage.modem.down());
		await stage.clock.advance(1_000);
		assert.deepEqual(calls, ["readable 1", "error BEARER_DOWN"]);
		const errors: unknown[] = [];
		new TCP({ from: listener.read()!, onError: error => errors.push(error?.code) });
		await stage.clock.advance(1_000);
		assert.deepEqual(errors, ["BEARER_DOWN"]);
	});

	it("a modem that listens already, for nobody, is made to listen here", async () => {
		const { listener } = await listen();
		stage.modem.client.send({ line: "AT+CIPSERVER=0", timeoutMs: 1_000 });
		await stage.clock.advance(1_000);
		listener.close();
		await stage.clock.advance(1_000);
		stage.modem.client.send({ line: "AT+CIPSERVER=1,9", timeoutMs: 1_000 });
		await stage.clock.advance(1_000);
		assert.isTrue(stage.network.client(9) !== undefined);
		await stage.clock.advance(5_000);
		assert.include(stage.sent, "AT+CIPCLOSE=0", "a client for whom nobody waits is closed");
		const { calls } = await listen();
		await stage.clock.advance(5_000);
		assert.isUndefined(stage.network.client(9));
		stage.network.client(PORT);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["readable 1"]);
	});

	it("an exception of onReadable reaches the host, and loses no error", async () => {
		const { calls } = await listen({
			onReadable() {
				throw new Error("of the application");
			},
		});
		stage.network.client(PORT);
		let thrown = 0;
		await stage.clock.advance(1_000).catch(() => thrown++);
		const down = stage.modem.down();
		for (let second = 0; second < 10; second++) await stage.clock.advance(1_000).catch(() => thrown++);
		await down;
		assert.equal(thrown, 1);
		assert.deepEqual(calls, ["error BEARER_DOWN"]);
	});

	it("an exception of onReadable loses no error that came with the client", async () => {
		const { link, ends } = lateLink();
		const { calls } = await listen({
			link,
			onReadable() {
				throw new Error("of the application");
			},
		});
		ends.push(onEnd => onEnd(new ModemError("BEARER_LOST", "a test")));
		stage.network.client(PORT);
		const thrown: unknown[] = [];
		for (let second = 0; second < 5; second++) await stage.clock.advance(1_000).catch(error => thrown.push(error));
		assert.lengthOf(thrown, 1);
		assert.deepEqual(calls, ["error BEARER_LOST"]);
	});

	it("close: what is not told yet is not told, and leaves no timer", async () => {
		const calls: string[] = [];
		let end!: (error: ModemError) => void;
		const { clock } = stage;
		const listen: ListenerLink["listen"] = (_port, { onEnd }) => {
			end = onEnd;
			return () => {};
		};
		const listener = new Listener({ link: { clock, listen }, onError: ({ code }) => calls.push(code) });
		const { pending } = clock;
		end(new ModemError("BEARER_LOST", "a test"));
		assert.equal(clock.pending, pending + 1);
		listener.close();
		assert.equal(clock.pending, pending);
		await clock.advance(1_000);
		assert.deepEqual(calls, []);
	});

	it("leaves no timer behind", async () => {
		const { listener } = await listen();
		stage.network.client(PORT);
		await stage.clock.advance(5_000);
		listener.close();
		await stage.clock.advance(5_000);
		stage.close();
		await stage.clock.advance(1);
		assert.equal(stage.clock.pending, 0);
	});

	it("that can't begin does not spin when the application tries again each time", async () => {
		const stage = await Stage.up();
		const first = new Listener({ link: stage.modem, port: 80 });
		let tries = 0;
		const again = () => {
			if (++tries < 1_000) new Listener({ link: stage.modem, port: 81, onError: again });
		};
		again();
		await stage.clock.advance(5_000);
		assert.closeTo(tries, 10, 2);
		tries = 1_000;
		await stage.clock.advance(1_000);
		first.close();
		await stage.end();
	});
});

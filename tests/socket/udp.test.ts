/* UDP: datagrams to and from several remotes, each with a connection of its own, and the limits. */

import { assert } from "chai";
import type { ModemError } from "../../modules/core/errors.js";
import type { SocketLink } from "../../modules/socket/link.js";
import { type Datagram, UDP, type UDPOptions } from "../../modules/socket/udp.js";
import { ascii, pattern, Stage, text } from "../support/stage.js";
import { tapHeard } from "../support/wire.js";
import type { FakeServer } from "../virtual/network.js";

const ADDRESS = "192.0.2.53";

describe("socket/udp", () => {
	let stage: Stage;
	let server: FakeServer;
	beforeEach(async () => {
		stage = await Stage.up();
		server = echo(ADDRESS);
	});
	afterEach(() => stage.end());

	const echo = (address: string, port = 53) =>
		stage.network.server(`${address}:${port}`, { protocol: "UDP", onData: data => data });
	const starts = () => stage.sent.filter(line => line.startsWith("AT+CIPSTART")).length;

	/** Reads all datagrams and records them: "address:port text", "error CODE". */
	function udp(options: Partial<UDPOptions> = {}): { socket: UDP; calls: string[] } {
		const calls: string[] = [];
		const socket = new UDP({
			link: stage.modem,
			onReadable(packets) {
				for (; packets > 0; packets--) {
					const packet = this.read() as Datagram;
					calls.push(`${packet.address}:${packet.port} ${text(packet)}`);
				}
			},
			onError: (error: ModemError) => calls.push(`error ${error.code}`),
			...options,
		});
		return { socket, calls };
	}

	/** The modem, but `does` runs directly after a datagram has come, before the callback. */
	function afterNews(does: () => void): SocketLink {
		let done = false;
		return {
			clock: stage.clock,
			check: peer => stage.modem.check(peer),
			connect: (peer, events) =>
				stage.modem.connect(peer, {
					onOpen: () => events.onOpen(),
					onEnd: error => events.onEnd(error),
					onProgress() {
						const pending = stage.clock.pending;
						events.onProgress();
						if (done || stage.clock.pending <= pending) return;
						done = true;
						does();
					},
				}),
		};
	}

	it("constructor takes nothing but the link, and a port; opens nothing", async () => {
		for (const port of [undefined, 0, 1_234, "1234"]) udp({ port }).socket.close();
		const { socket } = udp({ target: server });
		assert.strictEqual(socket.target, server);
		assert.isUndefined(socket.read());
		assert.throws(() => udp({ port: Symbol() as never }), TypeError);
		assert.throws(() => udp({ port: 65_536 }), RangeError);
		assert.throws(() => udp({ onReadable: 7 as never }), TypeError);
		assert.throws(() => new UDP({}), Error);
		await stage.clock.advance(5_000);
		assert.equal(starts(), 0);
	});

	it("format is buffer and nothing else", () => {
		const { socket } = udp({ format: "buffer" });
		assert.equal(socket.format, "buffer");
		for (const format of ["number", "INVALID FORMAT"]) {
			assert.throws(() => udp({ format: format as never }), RangeError);
			assert.throws(() => {
				socket.format = format as never;
			}, RangeError);
		}
	});

	it("write opens a connection, datagrams wait until it is open, and the answers are read with address and port", async () => {
		const { calls, socket } = udp();
		socket.write(ascii("one"), ADDRESS, 53);
		socket.write(ascii("__two__").subarray(2, -2), ADDRESS, 53);
		assert.deepEqual(calls, []);
		await stage.clock.advance(5_000);
		assert.deepEqual(
			server.last.pieces.map(piece => String.fromCharCode(...piece)),
			["one", "two"],
		);
		assert.equal(calls.join(""), calls.length > 1 ? `${ADDRESS}:53 one${ADDRESS}:53 two` : `${ADDRESS}:53 onetwo`);
		socket.write(ascii("three").buffer, ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.equal(calls.pop(), `${ADDRESS}:53 three`);
		assert.equal(starts(), 1);
	});

	it("write keeps the datagram as it was when it was written", async () => {
		const { calls, socket } = udp();
		const data = ascii("before");
		socket.write(data, ADDRESS, 53);
		data.fill(0);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [`${ADDRESS}:53 before`]);
	});

	it("write refuses wrong arguments, and what is too long", async () => {
		const { socket } = udp();
		assert.throws(() => socket.write(new ArrayBuffer(1), ADDRESS, Symbol() as never), TypeError);
		assert.throws(() => socket.write(new ArrayBuffer(1), Symbol() as never, 53), TypeError);
		assert.throws(() => socket.write(Symbol() as never, ADDRESS, 53), TypeError);
		assert.throws(() => socket.write(new ArrayBuffer(1), ADDRESS, 0), RangeError);
		assert.throws(() => socket.write(new ArrayBuffer(1), 'a"\r', 53), RangeError);
		for (const length of [0, 1_381, 1_460]) {
			assert.throws(() => socket.write(new ArrayBuffer(length), ADDRESS, 53), RangeError, "1 to 1380 bytes");
		}
		await stage.clock.advance(5_000);
		assert.equal(starts(), 0);
		socket.write(pattern(1_380), ADDRESS, 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(server.last.pieces, [pattern(1_380)]);
	});

	it("write refuses an empty datagram at once, and sends nothing: the modem can't", async () => {
		const { calls, socket } = udp();
		socket.write(ascii("one"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		const before = stage.sent.length;
		for (const empty of [new ArrayBuffer(0), new Uint8Array(0)])
			assert.throws(() => socket.write(empty, ADDRESS, 53), RangeError, "1 to 1380 bytes");
		await stage.clock.advance(1_000);
		assert.equal(stage.sent.length, before);
		socket.write(ascii("two"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [`${ADDRESS}:53 one`, `${ADDRESS}:53 two`]);
	});

	it("null is no callback, and the default format", async () => {
		const { socket } = udp({ onReadable: null, onError: null, format: null });
		assert.equal(socket.format, "buffer");
		for (let count = 0; count < 5; count++) socket.write(ascii(`${count}`), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.equal(server.last.text, "1234");
		let all = "";
		for (let packet = socket.read(); packet; packet = socket.read()) all += text(packet);
		assert.equal(all, "1234");
	});

	it("a datagram of 1460 bytes comes in one piece, with 128 bytes of receive buffer and whatever a connection keeps", async () => {
		stage.close();
		stage = await Stage.up(undefined, { modem: { receiveBytes: 64 } });
		server = echo(ADDRESS);
		const { socket } = udp({ onReadable: undefined });
		socket.write(ascii("?"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		socket.read();
		server.last.send(pattern(1_460));
		await stage.clock.advance(10_000);
		assert.deepEqual(new Uint8Array(socket.read()!), pattern(1_460));
	});

	it("of more than four that wait for one remote the oldest is dropped, which onError tells", async () => {
		const { calls, socket } = udp();
		for (let count = 0; count < 6; count++) socket.write(ascii(`${count}`), ADDRESS, 53);
		assert.deepEqual(calls, []);
		await stage.clock.advance(5_000);
		assert.equal(server.last.text, "2345");
		assert.deepEqual(calls.slice(0, 2), ["error DATAGRAM_DROPPED", "error DATAGRAM_DROPPED"]);
	});

	it("a client that repeats its question while the modem does not answer, as the SDK's NTP client, is told by onError alone", async () => {
		const { calls, socket } = udp();
		tapHeard(stage.board, (bytes, receive) => {
			if (!stage.sent.at(-1)?.startsWith("AT+CIPSTART")) receive(bytes);
		});
		for (let retry = 0; retry < 5; retry++) {
			socket.write(new Uint8Array(48), ADDRESS, 123);
			await stage.clock.advance(2_000);
		}
		assert.equal(calls[0], "error DATAGRAM_DROPPED");
	});

	it("errors that nobody has been told yet are bounded, too", async () => {
		const { calls, socket } = udp();
		for (let count = 0; count < 1_000; count++) socket.write(ascii("x"), ADDRESS, 53);
		await stage.clock.advance(1);
		assert.deepEqual(calls, Array(8).fill("error DATAGRAM_DROPPED"));
	});

	it("write refuses a ninth remote while room is being made", async () => {
		const { socket } = udp();
		for (let number = 0; number < 4; number++) socket.write(ascii("x"), echo(`192.0.2.${number}`) && `192.0.2.${number}`, 53);
		await stage.clock.advance(5_000);
		let taken = 0;
		const flood = () => {
			for (; taken < 100; taken++) socket.write(pattern(1_380), `198.51.100.${taken}`, 53);
		};
		assert.throws(flood, Error, "8 remotes");
		assert.equal(taken, 5, "three are left of the four before");
	});

	it("close: what was written goes out, nothing is called back, methods throw SyntaxError", async () => {
		const { calls, socket } = udp();
		socket.write(ascii("last"), ADDRESS, 53);
		socket.close();
		socket.close();
		await stage.clock.advance(10_000);
		assert.equal(server.last.text, "last");
		assert.isTrue(server.last.closed);
		assert.deepEqual(calls, []);
		assert.throws(() => socket.read(), SyntaxError);
		assert.throws(() => socket.write(ascii("x"), ADDRESS, 53), SyntaxError);
		assert.throws(() => socket.format, SyntaxError);
	});

	it("close: many that wait go out, one after another", async () => {
		const { socket } = udp();
		for (let count = 0; count < 4; count++) socket.write(pattern(1_380, 7 + count), ADDRESS, 53);
		socket.close();
		await stage.clock.advance(60_000);
		assert.deepEqual(
			server.last.pieces,
			[7, 8, 9, 10].map(seed => pattern(1_380, seed)),
		);
		assert.isTrue(server.last.closed);
	});

	it("close: what is here and not told yet is not told, and leaves no timer", async () => {
		const calls: string[] = [];
		let timers = 0;
		const { socket } = udp({
			link: afterNews(() => {
				timers = stage.clock.pending;
				socket.close();
				timers -= stage.clock.pending;
			}),
			onReadable: () => calls.push("readable"),
		});
		socket.write(ascii("one"), ADDRESS, 53);
		await stage.clock.advance(10_000);
		assert.isAtLeast(timers, 2, "to tell, and to look for data");
		assert.deepEqual(calls, []);
	});

	it("an exception of the application reaches the host, and loses nothing that is still to be told", async () => {
		let told = 0;
		const { socket } = udp({
			onError() {
				told++;
				throw new Error("of the application");
			},
		});
		for (const host of ["192.0.2.1", "192.0.2.2"]) socket.write(ascii("x"), host, 53);
		await stage.clock.advance(5_000);
		await stage.clock.run(stage.modem.down()).catch(() => {});
		let thrown = 0;
		for (let second = 0; second < 10; second++) await stage.clock.advance(1_000).catch(() => thrown++);
		assert.equal(told, 2);
		assert.isAtLeast(thrown, 1);
	});

	it("an exception of onReadable loses no error", async () => {
		const calls: string[] = [];
		const { socket } = udp({
			link: afterNews(() => {
				for (let count = 0; count < 5; count++) socket.write(ascii("x"), "192.0.2.1", 53);
			}),
			onReadable() {
				calls.push("readable");
				throw new Error("of the application");
			},
			onError: error => calls.push(error.code),
		});
		socket.write(ascii("?"), ADDRESS, 53);
		let thrown = 0;
		for (let second = 0; second < 10; second++) await stage.clock.advance(1_000).catch(() => thrown++);
		assert.equal(thrown, 1);
		assert.deepEqual(calls, ["readable", "DATAGRAM_DROPPED"]);
	});

	it("invalid-receiver is refused with SyntaxError", () => {
		const { socket } = udp();
		for (const receiver of ["a string", [], {}, undefined]) {
			assert.throws(() => socket.write.call(receiver as never, ascii("x"), ADDRESS, 53), SyntaxError);
			assert.throws(() => socket.read.call(receiver as never), SyntaxError);
			assert.throws(() => socket.close.call(receiver as never), SyntaxError);
		}
	});

	it("read outside a callback gives the datagrams in order, and what comes beyond eight is lost", async () => {
		const { calls, socket } = udp({ onReadable: undefined });
		socket.write(ascii("?"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), "?");
		for (let number = 0; number < 10; number++) {
			server.last.send(`${number}`);
			await stage.clock.advance(5_000);
		}
		assert.deepEqual(calls, ["error DATAGRAM_DROPPED"], "once, though two are lost");
		let all = "";
		for (let packet = socket.read(); packet; packet = socket.read()) all += text(packet);
		assert.equal(all, "01234567");
		server.last.send("again");
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), "again");
		for (let number = 0; number < 9; number++) {
			server.last.send(`${number}`);
			await stage.clock.advance(5_000);
		}
		assert.deepEqual(calls, ["error DATAGRAM_DROPPED", "error DATAGRAM_DROPPED"], "and once more after it was read");
	});

	it("a fifth remote closes the one that was used least recently", async () => {
		const { calls, socket } = udp();
		const servers = [1, 2, 3, 4, 5].map(number => echo(`192.0.2.${number}`));
		for (const number of [1, 2, 3, 4]) {
			socket.write(ascii(`${number}`), `192.0.2.${number}`, 53);
			await stage.clock.advance(5_000);
		}
		socket.write(ascii("1"), "192.0.2.1", 53);
		await stage.clock.advance(5_000);
		socket.write(ascii("5"), "192.0.2.5", 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(
			calls,
			[1, 2, 3, 4, 1, 5].map(number => `192.0.2.${number}:53 ${number}`),
		);
		assert.deepEqual(
			servers.map(({ last }) => last.closed),
			[false, true, false, false, false],
		);
	});

	it("an answer that is coming in is not thrown away to make room", async () => {
		const { calls, socket } = udp();
		const servers = [1, 2, 3, 4, 5].map(number => stage.network.server(`192.0.2.${number}:53`, { protocol: "UDP" }));
		for (const number of [1, 2, 3, 4]) {
			socket.write(ascii("?"), `192.0.2.${number}`, 53);
			await stage.clock.advance(1_000);
		}
		servers[0]!.last.send(pattern(1_000));
		while (!stage.trace.at(-1)!.includes("CIPRXGET=2,0")) await stage.clock.advance(1);
		socket.write(ascii("?"), "192.0.2.5", 53);
		await stage.clock.advance(10_000);
		assert.lengthOf(calls, 1);
		assert.equal(calls[0]?.slice(0, 13), "192.0.2.1:53 ");
		assert.deepEqual(
			servers.map(({ last }) => last.closed),
			[false, true, false, false, false],
		);
	});

	it("remotes with something to send are not closed to make room: NO_SLOT is told", async () => {
		const { calls, socket } = udp();
		const servers = [1, 2, 3, 4].map(number => echo(`192.0.2.${number}`));
		const all = () => {
			for (const number of [1, 2, 3, 4]) socket.write(ascii("x"), `192.0.2.${number}`, 53);
		};
		all();
		await stage.clock.advance(15_500);
		calls.length = 0;
		all();
		socket.write(ascii("x"), "192.0.2.5", 53);
		await stage.clock.advance(5_000);
		assert.lengthOf(calls, 5);
		assert.include(calls, "error NO_SLOT");
		assert.isTrue(servers.every(({ last }) => !last.closed));
	});

	it("a remote without traffic for a minute gives its slot back, and the next write opens a new connection", async () => {
		const { calls, socket } = udp();
		for (const pause of [50_000, 50_000]) {
			socket.write(ascii("x"), ADDRESS, 53);
			await stage.clock.advance(pause);
			server.last.send("y");
			await stage.clock.advance(5_000);
		}
		assert.equal(starts(), 1, "each of them is traffic");
		await stage.clock.advance(50_000);
		assert.isFalse(server.last.closed);
		await stage.clock.advance(25_000);
		assert.isTrue(server.last.closed);
		assert.isFalse(calls.some(call => call.startsWith("error")));
		calls.length = 0;
		socket.write(ascii("again"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [`${ADDRESS}:53 again`]);
		assert.equal(starts(), 2);
	});

	it("does not poll while datagrams come", async () => {
		const { calls, socket } = udp();
		socket.write(ascii("?"), ADDRESS, 53);
		await stage.clock.advance(2_000);
		calls.length = 0;
		const looks = () => stage.sent.filter(line => line.startsWith("AT+CIPRXGET=2")).length;
		const before = looks();
		for (let count = 0; count < 12; count++) {
			server.last.send(`${count}`);
			await stage.clock.advance(4_000);
		}
		assert.lengthOf(calls, 12);
		assert.equal(looks() - before, 12);
		await stage.clock.advance(20_000);
		assert.isAbove(looks() - before, 12, "but then");
	});

	it("a modem without a free slot: the oldest of its own is closed, and without one NO_SLOT is told", async () => {
		const others = Array.from({ length: 7 }, () => stage.tcp());
		await stage.clock.advance(20_000);
		const { calls, socket } = udp();
		echo("192.0.2.1");
		socket.write(ascii("first"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		socket.write(ascii("second"), "192.0.2.1", 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(calls.splice(0), [`${ADDRESS}:53 first`, "192.0.2.1:53 second"]);
		socket.close();
		await stage.clock.advance(5_000);
		others.push(stage.tcp());
		await stage.clock.advance(10_000);
		const { calls: none, socket: late } = udp();
		late.write(ascii("third"), ADDRESS, 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(none, ["error NO_SLOT"]);
		others[0]!.close();
		await stage.clock.advance(5_000);
		late.write(ascii("fourth"), ADDRESS, 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(none, ["error NO_SLOT", `${ADDRESS}:53 fourth`]);
	});

	it("a bearer that is lost is told, and after the next one it goes on", async () => {
		const { calls, socket } = udp();
		socket.write(ascii("one"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		await stage.clock.run(stage.modem.down());
		await stage.clock.advance(1);
		socket.write(ascii("two"), ADDRESS, 53);
		await stage.clock.advance(1);
		assert.deepEqual(calls.splice(0), [`${ADDRESS}:53 one`, "error BEARER_DOWN", "error BEARER_DOWN"]);
		await stage.clock.run(stage.modem.up());
		socket.write(ascii("three"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [`${ADDRESS}:53 three`]);
		socket.close();
		await stage.clock.advance(5_000);
		stage.close();
		await stage.clock.advance(1);
		assert.equal(stage.clock.pending, 0);
	});

	it("leaves no timer behind", async () => {
		const { socket } = udp();
		socket.write(ascii("one"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		server.last.send("two");
		socket.close();
		await stage.clock.advance(5_000);
		stage.close();
		await stage.clock.advance(1);
		assert.equal(stage.clock.pending, 0);
	});
});

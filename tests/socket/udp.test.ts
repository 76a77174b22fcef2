/* UDP: datagrams to and from several remotes, each with a connection of its own, and the bounds of all that. */
import { assert } from "chai";
import type { ModemError } from "../../modules/core/errors.js";
import { type Datagram, UDP, type UDPOptions } from "../../modules/socket/udp.js";
import type { FakeServer } from "../virtual/network.js";
import { ascii, pattern, Stage, text } from "./stage.js";

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

	/** Reads all that comes, and notes it: "address:port text", "error CODE". */
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
		assert.throws(() => socket.write(new ArrayBuffer(1_461), ADDRESS, 53), Error);
		await stage.clock.advance(5_000);
		assert.equal(starts(), 0);
		socket.write(pattern(1_380), ADDRESS, 53);
		await stage.clock.advance(10_000);
		assert.deepEqual(server.last.pieces, [pattern(1_380)]);
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

	it("write refuses more than four that wait for one remote", () => {
		const { socket } = udp();
		for (let count = 0; count < 4; count++) socket.write(ascii("x"), ADDRESS, 53);
		assert.throws(() => socket.write(ascii("x"), ADDRESS, 53), Error);
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

	it("invalid-receiver is refused with SyntaxError", () => {
		const { socket } = udp();
		for (const receiver of ["a string", [], {}, undefined]) {
			assert.throws(() => socket.write.call(receiver as never, ascii("x"), ADDRESS, 53), SyntaxError);
			assert.throws(() => socket.read.call(receiver as never), SyntaxError);
			assert.throws(() => socket.close.call(receiver as never), SyntaxError);
		}
	});

	it("read outside a callback gives the datagrams in order, and what comes beyond eight is lost", async () => {
		const { socket } = udp({ onReadable: undefined });
		socket.write(ascii("?"), ADDRESS, 53);
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), "?");
		for (let number = 0; number < 10; number++) {
			server.last.send(`${number}`);
			await stage.clock.advance(5_000);
		}
		let all = "";
		for (let packet = socket.read(); packet; packet = socket.read()) all += text(packet);
		assert.equal(all, "01234567");
		server.last.send("again");
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), "again");
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
		assert.deepEqual(calls.splice(0), [`${ADDRESS}:53 one`, "error CLOSED", "error BEARER_LOST"]);
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

/* Reading: in a callback and outside; by count, all, into a buffer, by number; never more than there is. */
import { assert } from "chai";
import type { TCP } from "../../../modules/socket/tcp.js";
import { ascii, pattern, Stage, text } from "../../support/stage.js";

const GREETING = "HTTP/1.1 200 OK";

describe("socket/tcp read", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up({ onConnect: connection => connection.send(GREETING), onData: data => data });
	});
	afterEach(() => stage.end());

	it("onReadable says how much there is, and read gives it: by count, into a view, by number, all", async () => {
		const { calls, socket } = await stage.open();
		assert.deepEqual(calls, ["writable 2920", "readable 15"]);
		assert.throws(() => socket.read(Symbol.match as never), TypeError);
		assert.throws(() => socket.read(Math.sin as never), TypeError);
		assert.throws(() => socket.read(Uint16Array.of(2) as never), TypeError);
		assert.throws(() => socket.read({} as never), TypeError);
		const first = socket.read(4);
		assert.equal(text(first), "HTTP");
		assert.equal(first!.byteLength, 4);
		const view = new Uint8Array(4);
		assert.equal(socket.read(view), 4);
		assert.equal(text(view.buffer), "/1.1");
		socket.format = "number";
		assert.equal(socket.read(), 0x20);
		socket.format = "buffer";
		assert.equal(text(socket.read()), "200 OK");
		assert.isUndefined(socket.read(), "all was read");
		assert.isUndefined(socket.read(1), "all was read");
		socket.format = "number";
		assert.isUndefined(socket.read());
	});

	it("read-beyond-available throws, and takes nothing away", async () => {
		const { socket } = await stage.open();
		for (const count of [16, 60, 0, -1, 1.5, Number.NaN]) assert.throws(() => socket.read(count), Error);
		assert.throws(() => socket.read(new Uint8Array(16)), Error);
		assert.throws(() => socket.read(new Uint8Array(0)), Error);
		assert.equal(text(socket.read(15)), GREETING);
	});

	it("read-into-view writes where the view is and nowhere else", async () => {
		const { socket } = await stage.open();
		const all = new Uint8Array(64).fill(0xee);
		assert.equal(socket.read(new DataView(all.buffer, 32, 8)), 8);
		assert.equal(text(all.slice(32, 40).buffer), "HTTP/1.1");
		assert.isTrue(all.every((byte, at) => (at >= 32 && at < 40) || 0xee === byte));
		const buffer = new ArrayBuffer(3);
		assert.equal(socket.read(buffer), 3);
		assert.equal(text(buffer), " 20");
	});

	it("read before it is connected gives undefined", () => {
		assert.isUndefined(stage.tcp().read(Uint8Array.of(1)));
		assert.isUndefined(stage.tcp().read());
	});

	it("no-callbacks: can be written and read all the same", async () => {
		const socket = stage.tcp();
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), GREETING);
		socket.write(ascii("more"));
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read()), "more");
	});

	it("is told again only when more has come, and then of all that is there", async () => {
		const { calls, socket } = await stage.open();
		await stage.clock.advance(60_000);
		assert.deepEqual(calls.splice(0), ["writable 2920", "readable 15"]);
		socket.read(5);
		stage.server.last.send("12345");
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["readable 15"]);
	});

	it("what was told can be read even while more of the same burst comes in", async () => {
		const { calls, socket } = await stage.open();
		socket.read();
		const data = pattern(4_000);
		stage.server.last.send(data);
		await stage.clock.advance(20_000);
		assert.equal(calls.pop(), "readable 1460", "no more is taken from the modem than there is room for");
		const got: number[] = [];
		for (let at = 0; at < 1_460; at += 146) {
			const part = socket.read(146);
			assert.equal(part?.byteLength, 146);
			got.push(...new Uint8Array(part!));
			await stage.clock.advance(1);
		}
		while (got.length < data.length) {
			await stage.clock.advance(10_000);
			got.push(...new Uint8Array(socket.read() as ArrayBuffer));
		}
		assert.deepEqual(Uint8Array.from(got), data);
	});
});

describe("socket/tcp poll", () => {
	/** The first announcement of data is lost on the wire; `act` is done each 250 ms, as an MQTT client may publish. */
	async function findsLost(act: (socket: TCP) => void): Promise<void> {
		const stage = await Stage.up({});
		const { received, socket } = await stage.open({}, true);
		const transmit = stage.board.uart.receive.bind(stage.board.uart);
		let lost = "";
		stage.board.uart.receive = bytes => {
			const chunk = String.fromCharCode(...bytes);
			const isLosing = "" === lost ? chunk.includes("+CIPRXGET:") : lost.length < 16 && !lost.endsWith("\n");
			if (isLosing) lost += chunk;
			else transmit(bytes);
		};
		const passQuarters = async (count: number) => {
			for (; count > 0; count--) {
				act(socket);
				await stage.clock.advance(250);
			}
		};
		stage.server.last.send("unannounced");
		await passQuarters(8);
		assert.deepEqual(received, []);
		assert.equal(lost, "\r\n+CIPRXGET:1,0\r\n", "all of the line was lost, and nothing else");
		await passQuarters(40);
		assert.equal(String.fromCharCode(...received), "unannounced");
		stage.close();
	}

	it("finds data whose announcement was lost on the wire", () => findsLost(() => {}));

	it("finds it while the application writes four times a second", () => findsLost(socket => socket.write(ascii("publish"))));
});

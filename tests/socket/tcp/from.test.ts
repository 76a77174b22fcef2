/* `from`: a TCP takes over the connection of another, with all that was received. */
import { assert } from "chai";
import { TCP, type TCPOptions } from "../../../modules/socket/tcp.js";
import { ascii, Stage, text } from "../../support/stage.js";

describe("socket/tcp from", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up();
	});
	afterEach(() => stage.end());

	it("takes a connection over before it is open; the old one is never called and is closed", async () => {
		const { calls, socket: from } = stage.told({ format: "number" });
		const writable: number[] = [];
		const socket = new TCP({ from, onWritable: bytes => writable.push(bytes) });
		assert.equal(socket.format, "buffer");
		assert.throws(() => new TCP({ from }), SyntaxError);
		from.close();
		from.close();
		assert.throws(() => from.read(), SyntaxError);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, []);
		assert.deepEqual(writable, [2_920]);
		assert.equal(stage.server.connections.length, 1);
		assert.isFalse(stage.server.last.closed);
		assert.equal(socket.remotePort, 80);
	});

	it("takes what was received along, and tells it anew", async () => {
		const { socket: from } = await stage.open();
		from.write(ascii("hello, world"));
		await stage.clock.advance(5_000);
		assert.equal(text(from.read(5)), "hello");
		const calls: string[] = [];
		const socket = new TCP({
			from,
			onWritable: () => calls.push("writable"),
			onReadable(bytes) {
				calls.push(`readable ${bytes} ${text(this.read())}`);
			},
		});
		assert.deepEqual(calls, [], "not before the constructor has returned");
		await stage.clock.advance(1);
		assert.deepEqual(calls, ["writable", "readable 7 , world"]);
		socket.write(ascii("!"));
		await stage.clock.advance(5_000);
		assert.equal(calls.pop(), "readable 1 !");
	});

	it("takes an end along that was told to the other already", async () => {
		const { calls, socket: from } = await stage.open();
		stage.server.last.end();
		await stage.clock.advance(5_000);
		assert.equal(calls.pop(), "error");
		let told = 0;
		new TCP({ from, onError: () => told++ });
		await stage.clock.advance(5_000);
		assert.equal(told, 1);
	});

	it("closed in one callback, is not called for what else there was to tell", async () => {
		const { socket: from } = await stage.open();
		from.write(ascii("hello"));
		await stage.clock.advance(5_000);
		const calls: string[] = [];
		new TCP({
			from,
			onWritable() {
				calls.push("writable");
				this.close();
			},
			onReadable: () => calls.push("readable"),
		});
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["writable"]);
	});

	it("may be closed at once, as when a server upgrades a connection", async () => {
		const { socket: from } = await stage.open();
		const next = new TCP({ from });
		next.close();
		await stage.clock.advance(5_000);
		assert.isTrue(stage.server.last.closed);
	});

	for (const wrong of [[], {}, "socket", 7, new Uint8Array(1)]) {
		it(`refuses ${JSON.stringify(wrong)} with SyntaxError`, () => {
			assert.throws(() => new TCP({ from: wrong } as unknown as TCPOptions), SyntaxError);
		});
	}
});

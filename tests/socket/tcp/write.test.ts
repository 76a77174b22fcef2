/* Writing: what fits and no more; small writes go out together; onWritable when there is room again. */
import { assert } from "chai";
import { ascii, pattern, Stage } from "../../support/stage.js";

describe("socket/tcp write", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up({});
	});
	afterEach(() => stage.end());

	const sends = () => stage.sent.filter(line => line.startsWith("AT+CIPSEND=")).map(line => line.slice(11));

	it("onWritable says how much can be written, once, and write takes buffers, views and numbers", async () => {
		const { calls, socket } = await stage.open();
		assert.deepEqual(calls, ["writable 2920"]);
		assert.equal(socket.write(ascii("a")), 2_919);
		assert.equal(socket.write(ascii("bc").buffer), 2_917);
		assert.equal(socket.write(new DataView(ascii("xdex").buffer, 1, 2)), 2_915);
		assert.equal(socket.write(Int8Array.of(0x66)), 2_914);
		for (const wrong of [32, Symbol.match, "text", undefined, null, {}, Uint16Array.of(1), Math.sin])
			assert.throws(() => socket.write(wrong as never), TypeError);
		socket.format = "number";
		assert.equal(socket.write(0x67), 2_913);
		for (const wrong of [Symbol.match, "7", ascii("x")]) assert.throws(() => socket.write(wrong as never), TypeError);
		await stage.clock.advance(5_000);
		assert.equal(stage.server.last.text, "abcdefg");
	});

	it("write before it is connected throws", async () => {
		const socket = stage.tcp();
		assert.throws(() => socket.write(Uint8Array.of(1)), Error);
		await stage.clock.advance(5_000);
		assert.equal(stage.server.last.received.length, 0);
		socket.write(Uint8Array.of(1));
	});

	it("onWritable-overflow: more than is writable throws, and nothing of it is written", async () => {
		const { socket } = await stage.open();
		assert.throws(() => socket.write(new ArrayBuffer(2_921)), Error);
		socket.format = "number";
		for (let count = 0; count < 2_919; count++) socket.write(count & 0xff);
		socket.format = "buffer";
		assert.equal(socket.write(Uint8Array.of(32)), 0);
		assert.throws(() => socket.write(Uint8Array.of(33)), Error);
		await stage.clock.advance(30_000);
		assert.equal(stage.server.last.received.length, 2_920);
		assert.deepEqual(
			stage.server.last.received,
			Uint8Array.from({ length: 2_920 }, (_, at) => (at < 2_919 ? at & 0xff : 32)),
		);
	});

	it("onWritable comes again when there is more room than was known", async () => {
		const { calls, socket } = await stage.open();
		socket.write(pattern(2_920));
		await stage.clock.advance(30_000);
		assert.equal(calls.pop(), "writable 2920");
		assert.isAbove(calls.length, 1);
		const before = calls.length;
		await stage.clock.advance(60_000);
		assert.equal(calls.length, before);
	});

	it("more: the five parts of a packet go out as one", async () => {
		const { socket } = await stage.open();
		const more = { more: true };
		socket.write(Uint8Array.of(0x32), { more: true, byteLength: 17 });
		socket.write(Uint8Array.of(15), more);
		socket.write(ascii("\0\x05topic"), more);
		socket.write(Uint8Array.of(0, 1), more);
		socket.write(ascii("hello,"));
		await stage.clock.advance(5_000);
		assert.deepEqual(sends(), ["0,17"]);
		assert.equal(stage.server.last.text, "\x32\x0f\0\x05topic\0\x01hello,");
	});

	it("more: in turns of their own too, and what nothing follows is not held for ever", async () => {
		const { socket } = await stage.open();
		socket.write(ascii("one "), { more: true });
		await stage.clock.advance(5);
		socket.write(ascii("two "), { more: true });
		await stage.clock.advance(5);
		assert.deepEqual(sends(), []);
		socket.write(ascii("three"));
		await stage.clock.advance(5);
		assert.deepEqual(sends(), ["0,13"]);
		await stage.clock.advance(1_000);
		socket.write(ascii("four"), { more: true });
		await stage.clock.advance(1_000);
		assert.equal(stage.server.last.text, "one two threefour");
	});

	it("more: a full buffer does not wait", async () => {
		const { socket } = await stage.open();
		assert.equal(socket.write(new Uint8Array(2_920), { more: true }), 0);
		await stage.clock.advance(5);
		assert.isAbove(sends().length, 0);
	});

	it("byteLength: a group that would not fit is refused with its first part", async () => {
		const { socket } = await stage.open();
		assert.throws(() => socket.write(Uint8Array.of(1), { more: true, byteLength: 2_921 }), Error);
		assert.equal(socket.write(Uint8Array.of(1), { more: true, byteLength: 2_920 }), 2_919);
	});

	it("what is written in one turn goes out together, without more", async () => {
		const { socket } = await stage.open();
		for (const line of ["GET / HTTP/1.1\r\n", "host: a\r\n", "\r\n"]) socket.write(ascii(line));
		await stage.clock.advance(5_000);
		assert.deepEqual(sends(), ["0,27"]);
	});
});

describe("socket/tcp memory", () => {
	it("is fixed: a peer that acknowledges nothing is sent the window, and the buffer stays full", async () => {
		const stage = await Stage.up({ acknowledges: false });
		let written = 0;
		const { socket } = await stage.open({
			onWritable(bytes) {
				written += bytes;
				this.write(new Uint8Array(bytes));
			},
		});
		await stage.clock.advance(120_000);
		assert.isAtMost(written, 2_920 + 8_760);
		assert.throws(() => socket.write(Uint8Array.of(1)), Error);
		await stage.end();
	});
});

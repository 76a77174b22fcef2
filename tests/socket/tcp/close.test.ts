/* After close() nothing is called back and methods throw, as they do for a receiver that is not a TCP. */
import { assert } from "chai";
import { TCP } from "../../../modules/socket/tcp.js";
import { ascii, Stage } from "../../support/stage.js";

describe("socket/tcp close", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up();
	});
	afterEach(() => stage.end());

	function isClosed(socket: TCP): void {
		assert.throws(() => socket.write(Uint8Array.of(1)), SyntaxError);
		assert.throws(() => socket.read(), SyntaxError);
		assert.throws(() => socket.remoteAddress, SyntaxError);
		assert.throws(() => socket.remotePort, SyntaxError);
		assert.throws(() => socket.format, SyntaxError);
		assert.throws(() => {
			socket.format = "number";
		}, SyntaxError);
	}

	it("leaves no timer for a callback that was due", async () => {
		await stage.clock.run(stage.modem.down());
		await stage.clock.advance(1);
		const { pending } = stage.clock;
		const { calls, socket } = stage.told();
		assert.equal(stage.clock.pending, pending + 1, "to tell that there is no bearer");
		socket.close();
		assert.equal(stage.clock.pending, pending);
		assert.deepEqual(calls, []);
	});

	it("may be called twice; then methods throw SyntaxError, and nothing is called back", async () => {
		const calls: string[] = [];
		const socket = stage.tcp({
			onWritable() {
				calls.push("writable");
				this.write(ascii("x"));
				this.close();
				this.close();
				isClosed(this);
			},
			onReadable: () => calls.push("readable"),
			onError: () => calls.push("error"),
		});
		await stage.clock.advance(10_000);
		assert.deepEqual(calls, ["writable"]);
		isClosed(socket);
		assert.isTrue(stage.server.last.closed);
	});

	it("still sends what was written before it", async () => {
		const { socket } = await stage.open();
		const data = new Uint8Array(2_920).fill(0x55);
		assert.equal(socket.write(data), 0);
		socket.close();
		await stage.clock.advance(30_000);
		assert.deepEqual(stage.server.last.received, data);
		assert.isTrue(stage.server.last.closed);
	});

	it("frees the slot: nine can be had one after the other, and a ninth at once can't", async () => {
		for (let turn = 0; turn < 9; turn++) {
			const { calls, socket } = await stage.open();
			assert.deepEqual(calls, ["writable 2920"]);
			socket.close();
			await stage.clock.advance(2_000);
		}
		const eight = Array.from({ length: 8 }, () => stage.told());
		const ninth = stage.told();
		await stage.clock.advance(20_000);
		for (const { calls } of eight) assert.deepEqual(calls, ["writable 2920"]);
		assert.deepEqual(ninth.calls, ["error NO_SLOT"]);
	});

	it("right after construction, or while it connects, leaves nothing", async () => {
		const { calls, socket } = stage.told();
		socket.close();
		const later = stage.told();
		await stage.clock.advance(5);
		later.socket.close();
		await stage.clock.advance(100_000);
		assert.deepEqual([...calls, ...later.calls], []);
		for (const connection of stage.server.connections) assert.isTrue(connection.closed);
		assert.include((await stage.open()).calls, "writable 2920");
	});

	it("leaves no timer behind", async () => {
		const { socket } = await stage.open();
		socket.write(ascii("held"), { more: true });
		socket.close();
		await stage.clock.advance(5);
		stage.close();
		await stage.clock.advance(1);
		assert.equal(stage.clock.pending, 0);
	});
});

describe("socket/tcp invalid-receiver", () => {
	it("is refused with SyntaxError by every method", async () => {
		const stage = await Stage.up();
		const { socket } = await stage.open();
		const accessors = Object.getOwnPropertyDescriptor(TCP.prototype, "format")!;
		for (const receiver of ["a string", [], {}, undefined, null, Object.create(socket)]) {
			for (const [name, ...values] of [["write", ascii("x")], ["read"], ["close"]] as const) {
				const method = socket[name] as (...values: unknown[]) => unknown;
				assert.throws(() => method.apply(receiver, values), SyntaxError);
			}
			assert.throws(() => accessors.get!.call(receiver), SyntaxError);
			assert.throws(() => accessors.set!.call(receiver, "number"), SyntaxError);
		}
		assert.equal(socket.write(ascii("x")), 2_919);
		await stage.end();
	});
});

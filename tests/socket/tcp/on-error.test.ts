/* onError: once, with the reason, and only when all that was received has been read. */
import { assert } from "chai";
import { ascii, pattern, Stage, text } from "../../support/stage.js";

function fail(): never {
	throw new Error("not for me");
}

describe("socket/tcp onError", () => {
	let stage: Stage;
	afterEach(() => stage.end());

	it("comes after the peer's close when all was read, with no error", async () => {
		const data = pattern(3_000);
		stage = await Stage.up({
			onConnect(connection) {
				connection.send(data);
				connection.end();
			},
		});
		const { calls, socket } = await stage.open();
		await stage.clock.advance(60_000);
		assert.isTrue(stage.server.last.closed);
		assert.notInclude(calls, "error");
		const got: number[] = [];
		while (got.length < data.length) {
			got.push(...new Uint8Array(socket.read() as ArrayBuffer));
			await stage.clock.advance(10_000);
		}
		assert.deepEqual(Uint8Array.from(got), data);
		assert.equal(calls.filter(call => "error" === call).length, 1);
		assert.equal(calls.pop(), "error");
		assert.isUndefined(socket.read());
	});

	it("comes when the last byte is read by hand, and not before that call has returned", async () => {
		stage = await Stage.up({
			onConnect(connection) {
				connection.send("bye");
				connection.end();
			},
		});
		const { calls, socket } = await stage.open();
		await stage.clock.advance(5_000);
		assert.equal(text(socket.read(2)), "by");
		await stage.clock.advance(5_000);
		assert.notInclude(calls, "error");
		assert.equal(text(socket.read(1)), "e");
		assert.notInclude(calls, "error");
		await stage.clock.advance(1);
		assert.equal(calls.pop(), "error");
	});

	it("comes when the last byte is read as a number", async () => {
		stage = await Stage.up({
			onConnect(connection) {
				connection.send("bye");
				connection.end();
			},
		});
		const { calls, socket } = await stage.open({ format: "number" });
		await stage.clock.advance(5_000);
		for (const character of "bye") {
			await stage.clock.advance(5_000);
			assert.notInclude(calls, "error");
			assert.equal(socket.read(), character.charCodeAt(0));
		}
		assert.isUndefined(socket.read());
		await stage.clock.advance(1);
		assert.equal(calls.pop(), "error");
	});

	it("says that a write was not sent which came after the peer's close, while there was something to read", async () => {
		stage = await Stage.up({
			onConnect(connection) {
				connection.send("bye");
				connection.end();
			},
		});
		const { calls, socket } = await stage.open();
		assert.equal(calls[0], "writable 2920");
		assert.equal(socket.write(ascii("late")), 2_916);
		assert.equal(socket.write(pattern(2_916)), 0);
		assert.throws(() => socket.write(ascii("x")), Error);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["writable 2920", "readable 3"]);
		socket.read();
		await stage.clock.advance(1);
		assert.equal(calls.pop(), "error CONNECTION_LOST");
		assert.throws(() => socket.write(ascii("x")), Error);
		assert.equal(stage.server.last.received.length, 0);
	});

	for (const [name, callbacks] of [
		["onWritable", { onWritable: fail }],
		["onReadable", { onReadable: fail }],
	] as const) {
		it(`tells of an exception out of ${name}, and that connection is closed`, async () => {
			stage = await Stage.up({ onConnect: connection => connection.send("hello") });
			const { calls, socket } = await stage.open(callbacks);
			assert.equal(calls.pop(), "error CALLBACK_FAILED");
			assert.isUndefined(socket.read());
			await stage.clock.advance(5_000);
			assert.isTrue(stage.server.last.closed);
			for (let turn = 0; turn < 12; turn++) assert.include((await stage.open(callbacks)).calls, "error CALLBACK_FAILED");
		});
	}

	it("gives what a callback has thrown as the cause, and does not quote it", async () => {
		stage = await Stage.up();
		const errors: unknown[] = [];
		await stage.open({ onWritable: fail, onError: error => errors.push(error) });
		assert.lengthOf(errors, 1);
		const { cause, message } = errors[0] as Error;
		assert.equal((cause as Error).message, "not for me");
		assert.notInclude(message, "not for me");
	});

	it("does not spin when the application opens anew each time, and nothing can be opened", async () => {
		stage = await Stage.up();
		await stage.clock.run(stage.modem.down());
		let opened = 0;
		const open = () => {
			opened++;
			stage.tcp({
				onError() {
					this.close();
					if (opened < 1_000) open();
				},
			});
		};
		open();
		await stage.clock.advance(10_000);
		assert.closeTo(opened, 20, 2);
		opened = 1_000;
	});

	it("frees the slot, whether or not the application closes", async () => {
		stage = await Stage.up({ onConnect: connection => connection.end() });
		for (let turn = 0; turn < 12; turn++) assert.include((await stage.open()).calls, "error");
	});

	const failures: [string, string, (stage: Stage) => Promise<string[]>][] = [
		[
			"the bearer is down",
			"BEARER_DOWN",
			async () => {
				await stage.clock.run(stage.modem.down());
				return (await stage.open()).calls;
			},
		],
		["nobody listens", "CONNECT_FAILED", async () => (await stage.open({ port: 81 })).calls],
		["there is no such name", "CONNECT_FAILED", async () => (await stage.open({ host: "nowhere.example" })).calls],
		[
			"the peer does not answer",
			"CONNECT_FAILED",
			async () => {
				stage.network.silent.add("host.example:80");
				const { calls } = await stage.open();
				assert.deepEqual(calls, []);
				await stage.clock.advance(90_000);
				return calls;
			},
		],
		[
			"the network takes the bearer away",
			"BEARER_LOST",
			async () => {
				const { calls } = await stage.open();
				await stage.clock.advance(60_000);
				return calls.slice(1);
			},
		],
		[
			"all slots are in use",
			"NO_SLOT",
			async () => {
				for (let slot = 0; slot < 8; slot++) stage.tcp();
				return (await stage.open()).calls;
			},
		],
		[
			"the modem restarts",
			"MODEM_RESTARTED",
			async () => {
				const { calls } = await stage.open();
				stage.modem.client.send({ line: "AT+CFUN=1,1", timeoutMs: 10_000 }).catch(() => {});
				await stage.clock.advance(20_000);
				stage.events.length = 0; // what a modem prints while it starts is unexplained
				return calls.slice(1);
			},
		],
		[
			"the driver is closed",
			"CLOSED",
			async () => {
				const { calls } = await stage.open();
				stage.modem.close();
				await stage.clock.advance(1);
				return calls.slice(1);
			},
		],
	];
	for (const [what, code, act] of failures) {
		it(`says ${code} when ${what}`, async () => {
			stage = await Stage.up(
				{},
				"the network takes the bearer away" === what ? { board: { radio: { dropContextAfterMs: 50_000 } } } : {},
			);
			assert.deepEqual(await act(stage), [`error ${code}`]);
		});
	}

	it("says BYTES_LOST when a stall of JavaScript costs bytes, after what came before was read", async () => {
		stage = await Stage.up({}, { board: { receiveBuffer: 4_096 } });
		const { calls, received } = await stage.open({}, true);
		const transmit = stage.board.uart.receive.bind(stage.board.uart);
		const data = pattern(1_400);
		let losing = false;
		let arrivals = 0;
		stage.board.uart.receive = bytes => transmit(losing && 0 === ++arrivals % 8 ? bytes.slice(1) : bytes);
		stage.server.last.send(data);
		await stage.clock.advance(10_000);
		losing = true;
		stage.server.last.send(data);
		await stage.clock.advance(60_000);
		assert.equal(calls.pop(), "error BYTES_LOST");
		const all = [...data, ...data];
		assert.deepEqual(received, all.slice(0, received.length));
		assert.include(stage.sent, "AT+CIPCLOSE=0", "an application that forgets to close does not keep the slot");
		stage.events.length = 0; // what came damaged is unexplained
	});

	it("without a callback for it, nothing happens", async () => {
		stage = await Stage.up({ onConnect: connection => connection.end() });
		stage.tcp();
		await stage.clock.advance(10_000);
	});
});

describe("socket/tcp single connection", () => {
	it("works the same: one is had, a second is refused, and another after close", async () => {
		const stage = await Stage.up({ onData: data => data }, { modem: { multiplex: false } });
		const first = await stage.open({}, true);
		assert.deepEqual((await stage.open()).calls, ["error NO_SLOT"]);
		first.socket.write(ascii("echo"));
		await stage.clock.advance(5_000);
		assert.equal(String.fromCharCode(...first.received), "echo");
		first.socket.close();
		await stage.clock.advance(5_000);
		assert.deepEqual((await stage.open()).calls, ["writable 2920"]);
		await stage.end();
	});
});

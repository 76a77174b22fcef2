/* How connections come to their end, and their slots free again: whatever the modem says late, twice or not at all. */
import { assert } from "chai";
import { Listener } from "../../../modules/socket/listener.js";
import { parseFault } from "../../../modules/virtual/faults.js";
import { ascii, pattern, Stage } from "../../support/stage.js";
import { changeHeard, changeSent } from "../../support/wire.js";

const HOUR_MS = 3_600_000;

/** So many commands of the application that its queue has no room for another. */
function fillQueue({ modem }: Stage): void {
	for (let count = 0; count < 17; count++) modem.client.send({ line: "AT", timeoutMs: 1_000 }).catch(() => {});
}

describe("modem: ends of connections", () => {
	let stage: Stage;
	afterEach(() => stage?.close());

	describe("a close", () => {
		it("that is read together with the OK of AT+CIPSTART is told, and frees the slot", async () => {
			stage = await Stage.up({ onConnect: connection => connection.end() });
			for (let turn = 0; turn < 9; turn++) {
				const { calls } = stage.told({}, true);
				await stage.clock.advance(2);
				stage.board.uart.stall(500);
				await stage.clock.advance(5_000);
				assert.deepEqual(calls, ["error"], `turn ${turn}`);
			}
		});

		for (const multiplex of [false, true]) {
			it(`whose word was lost is found by the slow look, ${multiplex ? "several connections" : "single connection"}`, async () => {
				stage = await Stage.up(undefined, { modem: { multiplex } });
				const { calls, received } = await stage.open({}, true);
				changeHeard(stage, multiplex ? "0, CLOSED\r\n" : "CLOSED\r\n", "");
				stage.server.last.send("bye");
				await stage.clock.advance(5_000);
				stage.server.last.end();
				await stage.clock.advance(60_000);
				assert.deepEqual(received, [...ascii("bye")]);
				assert.equal(calls.pop(), "error");
			});
		}

		it("before all that was written is sent is no end in order", async () => {
			const options = { modem: { sendBytes: 20_000 } };
			stage = await Stage.up({ acknowledges: false, onData: (_data, connection) => void connection.end() }, options);
			const { calls, socket } = await stage.open();
			assert.equal(socket.write(pattern(20_000)), 0);
			await stage.clock.advance(60_000);
			assert.isBelow(stage.server.last.received.length, 20_000);
			assert.equal(calls.pop(), "error CONNECTION_LOST");
		});

		it("before all that was sent is acknowledged leaves its fate open", async () => {
			stage = await Stage.up({ acknowledges: false, onData: (_data, connection) => void connection.end() });
			const { calls, socket } = await stage.open();
			socket.write(ascii("hello"));
			await stage.clock.advance(60_000);
			assert.equal(calls.pop(), "error SEND_UNKNOWN");
		});

		it("right behind the last acknowledgement is one in order", async () => {
			stage = await Stage.up({ onData: (_data, connection) => void connection.end() });
			const { calls, socket } = await stage.open();
			socket.write(ascii("hello"));
			await stage.clock.advance(60_000);
			assert.equal(calls.pop(), "error");
		});
	});

	describe("a bearer whose +PDP: DEACT was lost", () => {
		async function lose(): Promise<void> {
			stage = await Stage.up({}, { board: { faults: [parseFault("pdp-deact=60")] } });
			changeHeard(stage, "+PDP: DEACT\r\n", "");
		}

		it("is found by the slow look of a socket", async () => {
			await lose();
			const { calls } = await stage.open();
			await stage.clock.advance(120_000);
			assert.match(calls.pop()!, /^error (MODEM_RESTARTED|BEARER_LOST)$/);
			assert.isUndefined(stage.modem.address);
		});

		it("is found when the identity of the network are asked for", async () => {
			await lose();
			await stage.clock.advance(120_000);
			await stage.clock.run(stage.modem.identity());
			assert.isUndefined(stage.modem.address);
		});
	});

	describe("a slot", () => {
		it("is free though CLOSE OK was lost", async () => {
			stage = await Stage.up();
			const living = await stage.open();
			for (let turn = 0; turn < 9; turn++) {
				const { socket } = await stage.open();
				changeHeard(stage, ", CLOSE OK\r\n", "");
				socket.close();
				await stage.clock.advance(30_000);
			}
			assert.deepEqual((await stage.open()).calls, ["writable 2920"]);
			assert.deepEqual(living.calls, ["writable 2920"]);
		});

		it("is free though CLOSE OK was lost, and the bearer stays, with a single connection", async () => {
			stage = await Stage.up(undefined, { modem: { multiplex: false } });
			const { address } = stage.modem;
			const { socket } = await stage.open();
			changeHeard(stage, "CLOSE OK\r\n", "");
			socket.close();
			await stage.clock.advance(60_000);
			assert.deepEqual((await stage.open()).calls, ["writable 2920"]);
			assert.equal(stage.modem.address, address);
		});

		for (const multiplex of [false, true]) {
			it(`that is being closed is waited for, ${multiplex ? "with all in use" : "single connection"}`, async () => {
				stage = await Stage.up(undefined, { modem: { multiplex } });
				const all = [await stage.open()];
				while (multiplex && all.length < 8) all.push(await stage.open());
				all[0]!.socket.write(ascii("last words"));
				all[0]!.socket.close();
				const next = stage.told({}, true);
				const oneMore = stage.told();
				await stage.clock.advance(10_000);
				assert.equal(String.fromCharCode(...stage.server.connections[0]!.received), "last words");
				assert.deepEqual(next.calls, ["writable 2920"]);
				assert.deepEqual(oneMore.calls, ["error NO_SLOT"]);
				next.socket.write(ascii("hello"));
				await stage.clock.advance(5_000);
				assert.deepEqual(next.received, [...ascii("hello")]);
			});
		}

		it("that was waited for is not taken by who has closed meanwhile, and the bearer's end is told", async () => {
			stage = await Stage.up(undefined, { modem: { multiplex: false } });
			const { socket } = await stage.open();
			socket.close();
			const dropped = stage.told();
			dropped.socket.close();
			await stage.clock.advance(5_000);
			assert.deepEqual((await stage.open()).calls, ["writable 2920"]);
			const opened = stage.server.connections.length;
			assert.equal(opened, 2);
			const last = stage.told();
			assert.deepEqual(last.calls, []);
			await stage.clock.run(stage.modem.down());
			await stage.clock.advance(5_000);
			assert.match(last.calls.join(), /^error (NO_SLOT|BEARER_LOST)$/);
		});

		it("is left to the clients of a listener", async () => {
			stage = await Stage.up();
			const listener = new Listener({ link: stage.modem, port: 8080 });
			await stage.clock.advance(2_000);
			for (let count = 0; count < 7; count++) assert.deepEqual((await stage.open()).calls, ["writable 2920"]);
			assert.deepEqual((await stage.open()).calls, ["error NO_SLOT"]);
			assert.isDefined(stage.network.client(8080));
			listener.close();
		});
	});

	describe("a command queue that an application has filled", () => {
		it("ends no connection", async () => {
			stage = await Stage.up();
			const { calls, received, socket } = await stage.open({}, true);
			fillQueue(stage);
			socket.write(ascii("x"));
			await stage.clock.advance(5_000);
			fillQueue(stage);
			socket.close();
			await stage.clock.advance(5_000);
			assert.deepEqual(
				calls.filter(call => call.startsWith("error")),
				[],
			);
			assert.deepEqual(received, [...ascii("x")]);
			assert.isTrue(stage.server.last.closed);
		});

		it("keeps no bearer up and no listener listening", async () => {
			stage = await Stage.up();
			const listener = new Listener({ link: stage.modem, port: 8080 });
			await stage.clock.advance(2_000);
			fillQueue(stage);
			listener.close();
			await stage.clock.advance(5_000);
			assert.isUndefined(stage.network.client(8080));
			fillQueue(stage);
			await stage.clock.run(stage.modem.down());
			assert.isUndefined(stage.modem.address);
		});
	});

	it("what comes damaged out of a stream is in no event", async () => {
		stage = await Stage.up();
		await stage.open({}, true);
		changeHeard(stage, "+CIPRXGET: 2,0,64", "+CIPRXGET: 2,0,6");
		stage.server.last.send("Set-Cookie: token=secret\r\n".repeat(20));
		await stage.clock.advance(60_000);
		const lines = stage.of("unexplained").map(({ line }) => line);
		assert.isNotEmpty(lines);
		for (const line of lines) assert.match(line, /^\(\d+ characters\)$/);
	});

	it("old firmware that pushes: a full port ends the stream, with what came before it right", async () => {
		const data = pattern(3_000);
		stage = new Stage({}, { board: { hostBaud: 9_600, baud: 9_600 } });
		changeSent(stage, text => text.replace("CIPRXGET=1", "CIPRXXXX=1"));
		await stage.clock.run(stage.modem.up());
		const { calls, received } = await stage.open({}, true);
		for (let at = 0; at < data.length; at += 500) stage.server.last.send(data.slice(at, at + 500));
		await stage.clock.advance(300);
		stage.board.uart.stall(1_000);
		await stage.clock.advance(HOUR_MS);
		assert.isAbove(received.length, 0);
		assert.deepEqual(received, [...data.slice(0, received.length)]);
		assert.equal(calls.pop(), "error BYTES_LOST");
	});

	it("who reads byte by byte does not fetch byte by byte", async () => {
		stage = await Stage.up({ onConnect: connection => connection.send(pattern(6_000)) });
		const socket = stage.tcp({ format: "number" });
		await stage.clock.advance(20_000);
		const before = stage.sent.length;
		const got: number[] = [];
		while (got.length < 6_000) {
			const byte = socket.read();
			if (undefined !== byte) got.push(byte as number);
			await stage.clock.advance(20);
		}
		assert.deepEqual(Uint8Array.from(got), pattern(6_000));
		assert.isBelow(stage.sent.slice(before).filter(line => line.startsWith("AT+CIPRXGET=2")).length, 100);
	});
});

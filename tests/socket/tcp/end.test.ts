/*
 * Writing when the peer has closed. A native socket takes what it has announced, whatever the peer does; so do ours, and the
 * application is told that it did not arrive.
 */
import { assert } from "chai";
import { TCP, type TCPOptions } from "../../../modules/socket/tcp.js";
import { ascii, pattern, Stage, text } from "../../support/stage.js";

const ANNOUNCED = 2_920;
const GREETING = pattern(3_000);

/** Writes all that was announced in two parts, and a byte more. */
function writeAnnounced(socket: TCP, announced = ANNOUNCED): void {
	assert.equal(socket.write(ascii("late")), announced - 4);
	assert.equal(socket.write(pattern(announced - 4), { more: true, byteLength: announced - 4 }), 0);
	assert.throws(() => socket.write(ascii("x")), Error, "can't be written now");
}

describe("socket/tcp write when the peer has closed", () => {
	let stage: Stage;
	let calls: string[];
	let received: number;
	beforeEach(async () => {
		calls = [];
		received = 0;
		stage = await Stage.up({});
	});
	afterEach(() => stage.end());

	/** Open; notes what it is told, does `acts` there, and reads what comes if it `reads`. */
	async function open(acts: Partial<TCPOptions> = {}, reads = true): Promise<TCP> {
		const socket = stage.tcp({
			onWritable: bytes => calls.push(`writable ${bytes}`),
			onReadable(bytes) {
				acts.onReadable?.call(this, bytes);
				if (reads) received += (this.read() as ArrayBuffer).byteLength;
			},
			onError(error) {
				calls.push(`error ${error?.code}`);
				acts.onError?.call(this, error);
			},
		});
		await stage.clock.advance(5_000);
		assert.deepEqual(calls.splice(0), [`writable ${ANNOUNCED}`]);
		return socket;
	}

	function endOf(call: string): void {
		assert.deepEqual(calls, [call]);
		assert.equal(stage.server.last.received.length, 0);
	}

	it("in onReadable, while the modem still holds data: told as CONNECTION_LOST after all was read", async () => {
		let written = false;
		await open({
			onReadable() {
				if (!stage.server.last.closed || written) return;
				written = true;
				assert.isBelow(received, GREETING.length);
				writeAnnounced(this);
			},
		});
		stage.server.last.send(GREETING);
		stage.server.last.end();
		await stage.clock.advance(60_000);
		assert.isTrue(written);
		assert.equal(received, GREETING.length);
		endOf("error CONNECTION_LOST");
	});

	it("outside a callback, before anything that the peer has sent was read", async () => {
		const socket = await open({}, false);
		stage.server.last.send(GREETING);
		stage.server.last.end();
		await stage.clock.advance(60_000);
		writeAnnounced(socket);
		await stage.clock.advance(60_000);
		assert.deepEqual(calls, []);
		for (let got = socket.read(); got; got = socket.read()) {
			received += (got as ArrayBuffer).byteLength;
			await stage.clock.advance(10_000);
		}
		assert.equal(received, GREETING.length);
		endOf("error CONNECTION_LOST");
	});

	it("inside onError, where the SDK's HTTP client writes its next request: told already, and not told twice", async () => {
		await open({
			onError() {
				writeAnnounced(this);
			},
		});
		stage.server.last.send("HTTP/1.1 204 No Content\r\n\r\n");
		stage.server.last.end();
		await stage.clock.advance(60_000);
		assert.equal(received, 27);
		endOf("error undefined");
	});

	it("after onError, as on a native socket", async () => {
		const socket = await open();
		stage.server.last.end();
		await stage.clock.advance(5_000);
		writeAnnounced(socket);
		await stage.clock.advance(5_000);
		endOf("error undefined");
		socket.close();
		assert.throws(() => socket.write(ascii("x")), SyntaxError);
	});

	it("nothing in it is no write: the end stays in order", async () => {
		const socket = await open();
		stage.server.last.end();
		await stage.clock.advance(50);
		assert.equal(socket.write(new Uint8Array(0)), ANNOUNCED);
		await stage.clock.advance(5_000);
		assert.equal(socket.write(new Uint8Array(0)), ANNOUNCED);
		endOf("error undefined");
	});

	const failures: [string, string, (stage: Stage) => void][] = [
		["the driver was closed", "CLOSED", ({ modem }) => modem.close()],
		[
			"the modem has restarted",
			"MODEM_RESTARTED",
			({ modem }) => modem.client.send({ line: "AT+CFUN=1,1", timeoutMs: 10_000 }).catch(() => {}),
		],
	];
	for (const [what, code, act] of failures) {
		it(`inside onError, when ${what}`, async () => {
			const socket = await open({
				onError() {
					writeAnnounced(this);
				},
			});
			socket.write(ascii("before"));
			await stage.clock.advance(5_000);
			assert.deepEqual(calls.splice(0), [`writable ${ANNOUNCED}`]);
			act(stage);
			await stage.clock.advance(20_000);
			assert.deepEqual(calls, [`error ${code}`]);
			assert.equal(stage.server.last.text, "before");
			stage.events.length = 0; // what a modem prints while it starts is unexplained
		});
	}

	it("inside onError, when a callback has thrown", async () => {
		await open({
			onReadable() {
				throw new Error("of the application");
			},
			onError() {
				writeAnnounced(this);
			},
		});
		stage.server.last.send("hello");
		await stage.clock.advance(5_000);
		endOf("error CALLBACK_FAILED");
	});

	it("by a new owner of the connection", async () => {
		const from = await open({}, false);
		stage.server.last.send("bye");
		stage.server.last.end();
		await stage.clock.advance(5_000);
		const told: string[] = [];
		const socket = new TCP({
			from,
			onReadable() {
				told.push(text(this.read()));
			},
			onError: error => told.push(`error ${error?.code}`),
		});
		writeAnnounced(socket);
		await stage.clock.advance(5_000);
		assert.equal(told.pop(), "error CONNECTION_LOST");
		assert.equal(stage.server.last.received.length, 0);
	});

	it("when nothing was announced, as before the connection is open, throws", async () => {
		const socket = stage.tcp({ port: 81, onError: () => calls.push("error") });
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["error"]);
		assert.throws(() => socket.write(ascii("x")), Error, "can't be written now");
	});
});

/* The server of `npm start` is what says that every message arrived unchanged: it must not be easy to please. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { assert } from "chai";
import { MessageServer } from "../../tools/start/server.js";

describe("tools/start/server", () => {
	const problems: string[] = [];
	const arrived: number[] = [];
	const totals: number[] = [];
	let onBytes: () => void = () => {};
	let server: MessageServer;

	async function open(...messages: string[]): Promise<void> {
		server = await MessageServer.open({
			messages: messages.map(message => Buffer.from(message)),
			onBytes(total) {
				totals.push(total);
				onBytes();
			},
			onMessage: index => arrived.push(index),
			onProblem: text => problems.push(text),
		});
	}

	async function client(): Promise<Socket> {
		const socket = connect(server.port, MessageServer.host);
		await once(socket, "connect");
		return socket;
	}

	/** Sends each piece when the one before has arrived, closes, and gives what was answered. */
	async function send(...pieces: string[]): Promise<string> {
		const socket = await client();
		let answer = "";
		socket.on("data", data => {
			answer += data;
		});
		for (const piece of pieces) {
			const came = new Promise<void>(resolve => {
				onBytes = resolve;
			});
			socket.write(piece);
			await came;
		}
		socket.end();
		await once(socket, "close");
		return answer;
	}

	beforeEach(() => {
		totals.length = 0;
		problems.length = 0;
		arrived.length = 0;
	});
	afterEach(() => server.close());

	it("answers each message and counts it", async () => {
		await open("first", "second");
		assert.equal(await send("first"), "got 5 bytes");
		assert.equal(await send("second"), "got 6 bytes");
		assert.deepEqual([arrived, problems, server.delivered, server.receivedBytes], [[0, 1], [], 2, 11]);
	});

	it("takes a message in pieces, and two in one", async () => {
		await open("first", "second", "third");
		assert.equal(await send("f", "ir", "st"), "got 5 bytes");
		await send("secondthird");
		assert.deepEqual([arrived, problems], [[0, 1, 2], []]);
	});

	it("takes equal messages, and one that begins like another", async () => {
		await open("a 1", "a 1", "a 10");
		for (const text of ["a 1", "a 1", "a 10"]) await send(text);
		assert.deepEqual([arrived, problems], [[0, 1, 2], []]);
	});

	it("sees a changed byte", async () => {
		await open("first");
		assert.equal(await send("fIrst"), "");
		assert.deepEqual([server.delivered, problems.length], [0, 1]);
	});

	it("sees a message that comes twice", async () => {
		await open("first", "second");
		await send("first");
		await send("first");
		assert.deepEqual([server.delivered, problems], [1, ["5 bytes came that are no message that was still to come"]]);
	});

	it("sees bytes behind a message", async () => {
		await open("first");
		await send("first", "!");
		assert.deepEqual([server.delivered, problems.length], [1, 1]);
	});

	it("sees messages in the wrong order", async () => {
		await open("first", "second");
		await send("second");
		assert.equal(await send("second"), "", "twice, while the first is still to come");
		await send("first");
		const unknown = "6 bytes came that are no message that was still to come";
		assert.deepEqual([server.delivered, problems], [2, [unknown, "message 1 came out of order"]]);
	});

	it("sees a message that was cut short", async () => {
		await open("first");
		await send("fir");
		assert.deepEqual([server.delivered, problems], [0, ["a message ended after 3 bytes"]]);
	});

	it("tells of every byte, whatever it is", async () => {
		await open("first");
		await send("f", "oo");
		assert.deepEqual(totals, [1, 3]);
	});
});

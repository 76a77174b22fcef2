/* Connections: opened, written, read to the end, closed; and what happens when the other side does not play along. */
import { assert } from "chai";
import type { AsyncConnection } from "../../../modules/modem/sockets/async-connection.js";
import { bytesOf, textOf } from "../../support/line.js";
import { World, type WorldOptions } from "../../support/world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;

async function ready(options: WorldOptions = {}): Promise<World> {
	const world = new World(options);
	await world.clock.run(world.modem.up());
	return world;
}

async function readText(world: World, connection: AsyncConnection, bytes: number): Promise<string> {
	let text = "";
	while (text.length < bytes) text += textOf((await world.clock.run(connection.receive(30_000)))!);
	return text;
}

async function readAll(world: World, connection: AsyncConnection): Promise<string> {
	let text = "";
	for (;;) {
		const bytes = await world.clock.run(connection.receive(30_000));
		if (!bytes) return text;
		text += textOf(bytes);
	}
}

function bytes(length: number, seed = 7): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8)) & 0xff);
}

for (const multiplex of [false, true]) {
	describe(`modem: ${multiplex ? "one of several connections" : "the single connection"}`, () => {
		let world: World;
		afterEach(() => {
			world.close();
			assert.deepEqual(world.of("unexplained"), []);
		});

		it("carries all 256 byte values both ways, unchanged", async () => {
			world = await ready({ modem: { multiplex } });
			const data = bytes(3_000);
			const server = world.network.server("host.example:80", received => received);
			const connection = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(connection.send(data));
			assert.deepEqual(server.last.received, data);
			assert.equal(await readText(world, connection, data.length), textOf(data));
			await world.clock.run(connection.close());
			await world.clock.advance(1_000);
			assert.isTrue(server.last.closed);
		});

		it("never asks for an answer that the serial buffer does not hold", async () => {
			world = await ready({ modem: { multiplex } });
			world.network.server("host.example:80", () => bytes(2_000));
			const connection = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(connection.send(bytes(1)));
			for (let got = 0; got < 2_000; ) got += (await world.clock.run(connection.receive(30_000)))!.length;
			const asked = world.sent.filter(line => line.startsWith("AT+CIPRXGET=2")).map(line => Number(line.split(",").pop()));
			assert.isAbove(asked.length, 30);
			assert.isAtMost(Math.max(...asked), 64);
			assert.equal(world.board.uart.overruns, 0);
		});

		it("gives what came before the peer closed, and then the end", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80", (_, connection) => {
				connection.send(bytes(1_000));
				connection.end();
				return undefined;
			});
			const connection = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(connection.send(bytes(1)));
			await world.clock.advance(20_000); // the end is known long before it is read
			assert.isTrue(server.last.closed);
			assert.equal(await readAll(world, connection), textOf(bytes(1_000)));
			await world.clock.run(connection.close());
			const slots = new Set<number | undefined>();
			for (let count = 0; count < (multiplex ? 8 : 1); count++) slots.add((await world.clock.run(world.modem.open(PEER))).slot);
			assert.isTrue(slots.has(connection.slot), "its slot is free again");
		});

		it("is refused with CONNECT_FAILED where nobody listens, and frees its slot", async () => {
			world = await ready({ modem: { multiplex } });
			for (let attempt = 0; attempt < 10; attempt++) {
				const error = await world.clock.run(world.modem.open({ ...PEER, port: 81 }).catch(caught => caught));
				assert.equal(error.code, "CONNECT_FAILED");
				assert.match(error.message, /host\.example:81/);
			}
		});

		it("ends with BEARER_LOST when the network takes the bearer away, whatever it was doing", async () => {
			world = await ready({ modem: { multiplex }, board: { radio: { dropContextAfterMs: 30_000 } } });
			world.network.server("host.example:80");
			const connection = await world.clock.run(world.modem.open(PEER));
			const error = await world.clock.run(connection.receive(60_000).catch(caught => caught));
			assert.equal(error.code, "BEARER_LOST");
			const unsent = await world.clock.run(connection.send(bytes(1)).catch(caught => caught));
			assert.equal(unsent.code, "BEARER_LOST");
		});

		it("waits for an answer so long and no longer", async () => {
			world = await ready({ modem: { multiplex } });
			world.network.server("host.example:80");
			const connection = await world.clock.run(world.modem.open(PEER));
			const sinceMs = world.clock.elapsedMs;
			const error = await world.clock.run(connection.receive(25_000).catch(caught => caught));
			assert.equal(error.code, "NO_ANSWER");
			assert.closeTo(world.clock.elapsedMs - sinceMs, 25_000, 100);
		});

		it("rejects what waits with CLOSED when the driver is closed", async () => {
			world = await ready({ modem: { multiplex } });
			world.network.server("host.example:80");
			const connection = await world.clock.run(world.modem.open(PEER));
			const receiving = connection.receive(25_000).catch(caught => caught.code);
			const opening = world.modem.open({ ...PEER, port: 81 }).catch(caught => caught.code);
			world.modem.close();
			assert.equal(await world.clock.run(receiving), "CLOSED");
			assert.include(["CLOSED", "NO_SLOT"], await world.clock.run(opening));
			world.board.close();
			await world.clock.advance(1);
			assert.equal(world.clock.pending, 0, "no timer is left");
		});
	});
}

/** Firmware that does not know some commands: they reach the modem misspelt. */
function withoutCommand(world: World, name: string): void {
	const { modem } = world.board;
	const receive = modem.receive.bind(modem);
	let line = "";
	modem.receive = sent => {
		// The UART hands on what it is given, a command line at a time or in pieces: judge whole lines.
		line += textOf(sent);
		const end = line.lastIndexOf("\r") + 1;
		const whole = line.startsWith("AT") ? line.slice(0, end) : line;
		line = line.slice(whole.length);
		if (line.startsWith("AT+CIPSTART")) {
			receive(bytesOf(line)); // its end follows behind the echo
			line = "";
		}
		if (whole.length > 0) receive(bytesOf(whole.replaceAll(name, "+XXX")));
	};
}

describe("modem: old firmware", () => {
	for (const multiplex of [false, true]) {
		for (const name of ["+CIPQSEND", "+CIPRXGET", "+CIPSRIP"]) {
			it(`without ${name.slice(1)}, ${multiplex ? "several connections carry" : "the single connection carries"} data both ways`, async () => {
				const world = new World({ modem: { multiplex }, board: { receiveBuffer: 4_096 } });
				withoutCommand(world, name);
				await world.clock.run(world.modem.up());
				const data = bytes(1_200);
				const server = world.network.server("host.example:80", received => received);
				const connection = await world.clock.run(world.modem.open(PEER));
				await world.clock.run(connection.send(data));
				assert.deepEqual(server.last.received, data);
				assert.equal(await readText(world, connection, data.length), textOf(data));
				assert.equal(
					world.sent.some(line => line.startsWith("AT+CIPACK")),
					"+CIPQSEND" !== name,
				);
				world.close();
			});
		}
	}

	it("that pushes data is refused on a port that can't bear it, and taken at a lower rate", async () => {
		for (const [baud, code] of [
			[115_200, "BAUD_TOO_HIGH"],
			[9_600, undefined],
		] as const) {
			const world = new World({ board: { receiveBuffer: 128, baud, hostBaud: baud } });
			withoutCommand(world, "+CIPRXGET");
			const outcome = await world.clock.run(
				world.modem.up().then(
					() => undefined,
					error => error,
				),
			);
			assert.equal(outcome?.code, code);
			if (code) assert.include(outcome.message, "up to 12800 baud");
			world.close();
		}
	});
});

/** Changes what the modem says, once. */
function changed(world: World, from: string, to: string): void {
	const { uart } = world.board;
	const receive = uart.receive.bind(uart);
	let text = "";
	let done = false;
	uart.receive = said => {
		if (done) return receive(said);
		text += textOf(said);
		done = text.includes(from);
		// What may be the start of it waits for the rest.
		const keep = done ? 0 : Math.min(text.length, from.length - 1);
		receive(bytesOf(text.slice(0, text.length - keep).replace(from, to)));
		text = text.slice(text.length - keep);
	};
	world.clock.setTimer(function flush() {
		if (!done && text.length > 0) {
			receive(bytesOf(text));
			text = "";
		}
		if (!done) world.clock.setTimer(flush, 50);
	}, 50);
}

for (const multiplex of [false, true]) {
	const slot = multiplex ? "0, " : "";
	describe(`modem: words of the modem that get lost, ${multiplex ? "several connections" : "single connection"}`, () => {
		for (const [name, from, to] of [
			["OK before CONNECT OK", `\r\nOK\r\n\r\n${slot}CONNECT OK`, `\r\n${slot}CONNECT OK`],
			["DATA ACCEPT", "DATA ACCEPT", "DATA ACCET"],
			["the > of a prompt", "> ", " "],
			["+CIPACK", "+CIPACK:", "+CIPAK:"],
			["+CIPRXGET: 1", multiplex ? "+CIPRXGET:1,0" : "+CIPRXGET:1\r", "+CIPRXGT:1"],
		] as const) {
			it(`${name}: the message arrives all the same, once, and so does its answer`, async () => {
				const world = await ready({ modem: { multiplex } });
				const server = world.network.server("host.example:80", received => received);
				changed(world, from, to);
				const connection = await world.clock.run(world.modem.open(PEER));
				await world.clock.run(connection.send(bytesOf("hello")));
				assert.equal(server.last.text, "hello");
				assert.equal(textOf((await world.clock.run(connection.receive(60_000)))!), "hello");
				world.close();
			});
		}

		it("+PDP: DEACT: found out at the next connection", async () => {
			const world = await ready({ modem: { multiplex }, board: { radio: { dropContextAfterMs: 30_000 } } });
			world.network.server("host.example:80", () => "ok");
			changed(world, "+PDP: DEACT", "+PDP: DEAT");
			await world.clock.run(
				world.loop({ mode: multiplex ? "multi" : "single", destinations: [PEER], cycles: 8, intervalMs: 10_000 }).run(),
			);
			assert.equal(world.of("answered").at(-1)?.cycle, 8);
			assert.isAtLeast(world.of("bearer-up").length, 2);
			world.close();
		});
	});
}

describe("modem: several connections", () => {
	it("a slot whose peer has closed is not given to another before its data has been read", async () => {
		const world = await ready({ modem: { multiplex: true } });
		world.network.server("host.example:80", (_, connection) => {
			connection.send(bytes(4_000));
			connection.end();
			return undefined;
		});
		world.network.server("host.example:81");
		const first = await world.clock.run(world.modem.open(PEER));
		await world.clock.run(first.send(bytes(1)));
		await world.clock.advance(30_000);
		const second = await world.clock.run(world.modem.open({ ...PEER, port: 81 }));
		assert.notEqual(second.slot, first.slot);
		assert.equal(await readAll(world, first), textOf(bytes(4_000)));
		await world.clock.run(first.close());
		const slots = new Set<number | undefined>();
		while (slots.size < 7) slots.add((await world.clock.run(world.modem.open({ ...PEER, port: 81 }))).slot);
		assert.isTrue(slots.has(first.slot));
		world.close();
	});

	it("a peer's reset while its data goes out at 9600 baud leaves the others alone", async () => {
		const world = await ready({ modem: { multiplex: true }, board: { baud: 9_600, hostBaud: 9_600 } });
		const server = world.network.server("host.example:80");
		world.network.server("host.example:81", received => received);
		const first = await world.clock.run(world.modem.open(PEER));
		const second = await world.clock.run(world.modem.open({ ...PEER, port: 81 }));
		const sending = first.send(bytes(1_300)).catch(error => error.code);
		while (!world.trace.includes("> (1300 bytes)")) await world.clock.advance(1);
		server.last.reset();
		assert.include(["SEND_UNKNOWN", "CONNECTION_LOST", "SEND_FAILED"], await world.clock.run(sending));
		await world.clock.run(second.send(bytesOf("still here")));
		assert.equal(textOf((await world.clock.run(second.receive(10_000)))!), "still here");
		assert.deepEqual(world.of("bearer-down"), []);
		world.close();
	});

	it("CLOSED that comes late, for the slot's former owner, does not touch the new one", async () => {
		const world = await ready({ modem: { multiplex: true } });
		world.network.server("host.example:80", received => received);
		world.network.latencyMs = 200;
		await world.clock.run((await world.clock.run(world.modem.open(PEER))).close());
		const opening = world.modem.open(PEER);
		world.board.uart.receive(bytesOf("\r\n0, CLOSED\r\n"));
		const connection = await world.clock.run(opening);
		await world.clock.run(connection.send(bytesOf("hello")));
		assert.equal(textOf((await world.clock.run(connection.receive(10_000)))!), "hello");
		world.close();
	});

	for (const [model, slots] of [
		["sim900", 8],
		["sim800", 6],
	] as const) {
		it(`${slots} at once on a ${model}, each with its own data, one more refused with NO_SLOT`, async () => {
			const world = await ready({ modem: { multiplex: true }, board: { model } });
			const peers = Array.from({ length: slots + 1 }, (_, index) => ({ ...PEER, port: 8_000 + index }));
			for (const { port } of peers) {
				world.network.server(`host.example:${port}`, received => `${port} got ${received.length}`);
			}
			const connections = await world.clock.run(Promise.all(peers.slice(0, slots).map(peer => world.modem.open(peer))));
			const error = await world.clock.run(world.modem.open(peers[slots]!).catch(caught => caught));
			assert.equal(error.code, "NO_SLOT");
			const answers = await world.clock.run(
				Promise.all(
					connections.map(async (connection, index) => {
						await connection.send(bytes(10 + index));
						return textOf((await connection.receive(30_000))!);
					}),
				),
			);
			assert.deepEqual(
				answers,
				connections.map((_, index) => `${8_000 + index} got ${10 + index}`),
			);
			world.close();
		});
	}

	it("UDP carries a datagram each way", async () => {
		const world = await ready({ modem: { multiplex: true } });
		const server = world.network.server("host.example:5000", { protocol: "UDP", onData: received => received });
		const connection = await world.clock.run(world.modem.open({ protocol: "UDP", host: "host.example", port: 5_000 }));
		await world.clock.run(connection.send(bytes(100)));
		assert.equal(textOf((await world.clock.run(connection.receive(10_000)))!), textOf(bytes(100)));
		assert.lengthOf(server.last.pieces, 1);
		world.close();
	});
});

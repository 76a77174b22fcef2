/* Connections: opened, written, read to the end, closed; and what happens when the other side does not play along. */
import { assert } from "chai";
import type { Conversation } from "../../modules/modem/conversation.js";
import { bytesOf, textOf } from "../at/line.js";
import { World, type WorldOptions } from "../world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;

async function ready(options: WorldOptions = {}): Promise<World> {
	const world = new World(options);
	await world.clock.run(world.modem.up());
	return world;
}

async function readAll(world: World, connection: Conversation): Promise<string> {
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

for (const several of [false, true]) {
	describe(`modem: ${several ? "one of several connections" : "the single connection"}`, () => {
		let world: World;
		afterEach(() => {
			world.close();
			assert.deepEqual(world.of("unexplained"), []);
		});

		it("carries all 256 byte values both ways, unchanged", async () => {
			world = await ready({ modem: { several } });
			const data = bytes(3_000);
			const server = world.network.server("host.example:80", received => received);
			const connection = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(connection.send(data));
			assert.deepEqual(server.last.received, data);
			let text = "";
			while (text.length < data.length) text += textOf((await world.clock.run(connection.receive(30_000)))!);
			assert.equal(text, textOf(data));
			await world.clock.run(connection.close());
			await world.clock.advance(1_000);
			assert.isTrue(server.last.closed);
		});

		it("never asks for an answer that the serial buffer does not hold", async () => {
			world = await ready({ modem: { several } });
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
			world = await ready({ modem: { several } });
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
			const next = await world.clock.run(world.modem.open(PEER));
			assert.equal(next.slot, connection.slot, "its slot is free again");
		});

		it("is refused with CONNECT_FAILED where nobody listens, and frees its slot", async () => {
			world = await ready({ modem: { several } });
			for (let attempt = 0; attempt < 10; attempt++) {
				const error = await world.clock.run(world.modem.open({ ...PEER, port: 81 }).catch(caught => caught));
				assert.equal(error.code, "CONNECT_FAILED");
				assert.match(error.message, /host\.example:81/);
			}
		});

		it("ends with BEARER_LOST when the network takes the bearer away, whatever it was doing", async () => {
			world = await ready({ modem: { several }, board: { radio: { dropContextAfterMs: 30_000 } } });
			world.network.server("host.example:80");
			const connection = await world.clock.run(world.modem.open(PEER));
			const error = await world.clock.run(connection.receive(60_000).catch(caught => caught));
			assert.equal(error.code, "BEARER_LOST");
			const unsent = await world.clock.run(connection.send(bytes(1)).catch(caught => caught));
			assert.equal(unsent.code, "BEARER_LOST");
		});

		it("waits for an answer so long and no longer", async () => {
			world = await ready({ modem: { several } });
			world.network.server("host.example:80");
			const connection = await world.clock.run(world.modem.open(PEER));
			const sinceMs = world.clock.elapsedMs;
			const error = await world.clock.run(connection.receive(25_000).catch(caught => caught));
			assert.equal(error.code, "NO_ANSWER");
			assert.closeTo(world.clock.elapsedMs - sinceMs, 25_000, 100);
		});

		it("rejects what waits with CLOSED when the driver is closed", async () => {
			world = await ready({ modem: { several } });
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
		if (whole.length > 0) receive(bytesOf(whole.replaceAll(name, "+XXX")));
	};
}

describe("modem: old firmware", () => {
	for (const several of [false, true]) {
		for (const name of ["+CIPQSEND", "+CIPRXGET", "+CIPSRIP"]) {
			it(`without ${name.slice(1)}, ${several ? "several connections carry" : "the single connection carries"} data both ways`, async () => {
				const world = new World({ modem: { several }, board: { receiveBuffer: 4_096 } });
				withoutCommand(world, name);
				await world.clock.run(world.modem.up());
				const data = bytes(1_200);
				const server = world.network.server("host.example:80", received => received);
				const connection = await world.clock.run(world.modem.open(PEER));
				await world.clock.run(connection.send(data));
				assert.deepEqual(server.last.received, data);
				let text = "";
				while (text.length < data.length) text += textOf((await world.clock.run(connection.receive(30_000)))!);
				assert.equal(text, textOf(data));
				assert.equal(
					world.sent.some(line => line.startsWith("AT+CIPACK")),
					"+CIPQSEND" !== name,
				);
				world.close();
			});
		}
	}
});

describe("modem: several connections", () => {
	for (const [model, slots] of [
		["sim900", 8],
		["sim800", 6],
	] as const) {
		it(`${slots} at once on a ${model}, each with its own data, one more refused with NO_SLOT`, async () => {
			const world = await ready({ modem: { several: true }, board: { model } });
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
		const world = await ready({ modem: { several: true } });
		const server = world.network.server("host.example:5000", { protocol: "UDP", onData: received => received });
		const connection = await world.clock.run(world.modem.open({ protocol: "UDP", host: "host.example", port: 5_000 }));
		await world.clock.run(connection.send(bytes(100)));
		assert.equal(textOf((await world.clock.run(connection.receive(10_000)))!), textOf(bytes(100)));
		assert.lengthOf(server.last.pieces, 1);
		world.close();
	});
});

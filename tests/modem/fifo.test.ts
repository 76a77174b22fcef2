/* 128 bytes of FIFO, no flow control, and an client that goes away for up to half a second at the worst moments. */

import { assert } from "chai";
import { Random } from "../../modules/core/random.js";
import type { AsyncConnection } from "../../modules/modem/sockets/async-connection.js";
import { tapHeard } from "../support/wire.js";
import { World } from "../support/world.js";

const PEERS = [80, 81, 82].map(port => ({ protocol: "TCP", host: "host.example", port }) as const);
const BYTES = 4_000;

function payload(seed: number): Uint8Array {
	const random = new Random(seed);
	return Uint8Array.from({ length: BYTES }, () => random.between(0, 255));
}

/** JavaScript goes away at random, for 1 to 500 ms each time, until what this gives is called. */
function stallAtRandom(world: World, random: Random): () => void {
	let ended = false;
	const again = () => {
		if (ended) return;
		world.board.uart.stall(random.between(1, 500));
		world.clock.setTimer(again, random.between(1, 900));
	};
	again();
	return () => {
		ended = true;
	};
}

async function readUntil(connection: AsyncConnection, bytes: number): Promise<Uint8Array> {
	const all = new Uint8Array(bytes);
	for (let length = 0; length < bytes; ) {
		const piece = await connection.receive(120_000);
		if (!piece) throw new Error(`ended after ${length} bytes`);
		all.set(piece, length);
		length += piece.length;
	}
	return all;
}

/** Every peer sends and gets its payload back, all at once. */
async function exchangeAll(world: World, seed: number): Promise<void> {
	const connections = await Promise.all(PEERS.map(peer => world.modem.open(peer)));
	await Promise.all(
		connections.map(async (connection, index) => {
			const data = payload(seed * 3 + index);
			for (let at = 0; at < BYTES; at += 1_000) await connection.send(data.subarray(at, at + 1_000));
			assert.deepEqual(await readUntil(connection, BYTES), data);
		}),
	);
}

/** On a wire that loses nothing any more all is well again, with the next connection at the latest. */
async function goOn(world: World, connection: AsyncConnection, data: Uint8Array): Promise<void> {
	await connection.close();
	await world.modem.up();
	const next = await world.modem.open(PEERS[0]!);
	await next.send(data);
	assert.deepEqual(await readUntil(next, BYTES), data);
	await next.close();
}

describe("modem: a serial port of 128 bytes", () => {
	for (let seed = 1; seed <= 8; seed++) {
		it(`loses, doubles and moves nothing on three connections while JavaScript stalls (seed ${seed})`, async () => {
			const world = new World({ modem: { multiplex: true } });
			for (const { port } of PEERS) world.network.server(`host.example:${port}`, data => data);
			await world.clock.run(world.modem.up());
			const end = stallAtRandom(world, new Random(seed));
			await world.clock.run(exchangeAll(world, seed));
			end();
			assert.equal(world.board.uart.overruns, 0, "no answer that was asked for was too long");
			world.close();
		});

		it(`never makes wrong data of bytes that the wire loses (seed ${seed})`, async () => {
			const world = new World({ modem: { multiplex: true } });
			const random = new Random(seed);
			const server = world.network.server("host.example:80", data => data);
			await world.clock.run(world.modem.up());
			const connection = await world.clock.run(world.modem.open(PEERS[0]!));
			let lost = 0;
			let whole = false;
			tapHeard(world.board, (bytes, receive) => {
				const kept = bytes.filter(() => whole || random.next() > 0.002);
				lost += bytes.length - kept.length;
				receive(kept);
			});
			const data = payload(seed);
			const got: number[] = [];
			const error = await world.clock.run(
				(async () => {
					await connection.send(data.subarray(0, 1_000));
					for (;;) got.push(...((await connection.receive(10_000)) ?? []));
				})().catch(caught => caught),
			);
			assert.include(["BYTES_LOST", "SEND_UNKNOWN", "NO_ANSWER", "CONNECTION_LOST", "SEND_FAILED", "NO_MODEM"], error.code);
			assert.isAbove(lost, 0);
			assert.deepEqual(got, [...server.last.received.subarray(0, got.length)], "what was delivered is right");
			if ("BYTES_LOST" === error.code) assert.isAbove(world.modem.client.damagedLines, 0, "it was counted");
			assert.isAbove(server.last.received.length, 0, "something has arrived before");
			whole = true;
			await world.clock.run(goOn(world, connection, data));
			world.close();
		});
	}
});

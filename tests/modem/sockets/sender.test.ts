/* Accepted is not delivered: what a connection says of the bytes that it was given. */
import { assert } from "chai";
import type { Connection, ConnectionEvents } from "../../../modules/modem/sockets/connection.js";
import { bytesOf, textOf } from "../../support/line.js";
import { changeHeard, changeSent, tapSent } from "../../support/wire.js";
import { World, type WorldOptions } from "../../support/world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;

async function ready(options: WorldOptions = {}): Promise<World> {
	const world = new World(options);
	await world.clock.run(world.modem.up());
	return world;
}

/** A connection by events, open, and what it tells. */
async function opened(world: World, protocol: "TCP" | "UDP" = "TCP"): Promise<{ connection: Connection; told: string[] }> {
	const told: string[] = [];
	const events: ConnectionEvents = {
		onOpen: () => told.push("open"),
		onProgress: () => told.push("progress"),
		onEnd: error => told.push(`end ${error?.code ?? "in order"}`),
	};
	const connection = world.modem.connect({ ...PEER, protocol }, events);
	assert.deepEqual(told, [], "nothing is called back before the call has returned");
	while (0 === told.length) await world.clock.advance(100);
	assert.deepEqual(told, ["open"]);
	return { connection, told };
}

function bytes(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

for (const multiplex of [false, true]) {
	describe(`modem/sender: ${multiplex ? "one of several connections" : "the single connection"}`, () => {
		let world: World;
		afterEach(() => world.close());

		it("a message is sent when the peer has acknowledged it, and not when the modem has taken it", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80", { acknowledges: false });
			const conversation = await world.clock.run(world.modem.open(PEER));
			let sent = false;
			void conversation.send(bytes(100)).then(() => {
				sent = true;
			});
			await world.clock.advance(20_000);
			assert.lengthOf(server.last.received, 100);
			assert.isFalse(sent);
			server.last.acknowledge(99);
			await world.clock.advance(2_000);
			assert.isFalse(sent, "one byte is missing");
			server.last.acknowledge(1);
			await world.clock.advance(2_000);
			assert.isTrue(sent);
		});

		it("a connection that breaks with bytes under way leaves their fate unknown, whoever breaks it", async () => {
			for (const break_ of ["reset", "end", "bearer"] as const) {
				world?.close();
				world = await ready({ modem: { multiplex } });
				const server = world.network.server("host.example:80", { acknowledges: false });
				const conversation = await world.clock.run(world.modem.open(PEER));
				const code = conversation.send(bytes(100)).then(
					() => "sent",
					error => error.code,
				);
				await world.clock.advance(5_000);
				if ("reset" === break_) server.last.reset();
				else if ("end" === break_) server.last.end();
				else world.board.modem.receive(bytesOf("AT+CGATT=0\r"));
				assert.include(["SEND_UNKNOWN", "BEARER_LOST"], await world.clock.run(code), break_);
			}
		});

		it("no more than a window is ever under way", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80", { acknowledges: false });
			const { connection, told } = await opened(world);
			for (let tries = 0; tries < 400; tries++) {
				connection.write(bytes(Math.min(500, connection.writable)));
				await world.clock.advance(100);
			}
			const underWay = server.last.received.length;
			assert.isAtLeast(underWay, 4_000);
			assert.isBelow(underWay, 8_760 + 1_460);
			assert.equal(connection.writable, 0, "full is an answer");
			assert.notInclude(told.join(), "end");
			server.last.acknowledge();
			await world.clock.advance(5_000);
			assert.isAbove(server.last.received.length, underWay, "and it goes on from there");
		});

		it("what was written before close() still arrives, in order, and nothing is called back", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80");
			const { connection, told } = await opened(world);
			connection.write(bytes(1_000));
			connection.write(bytes(1_500));
			const closed = connection.close();
			told.length = 0;
			await world.clock.run(closed);
			await world.clock.advance(3_000);
			assert.equal(textOf(server.last.received), textOf(bytes(1_000)) + textOf(bytes(1_500)));
			assert.isTrue(server.last.closed);
			assert.deepEqual(told, []);
		});

		it("has as much room as `sendBytes` says, but never less than a datagram", async () => {
			world = await ready({ modem: { multiplex, sendBytes: 5_000 } });
			world.network.server("host.example:80");
			assert.equal((await opened(world)).connection.writable, 5_000);
			assert.throws(() => new World({ modem: { sendBytes: 100 } }), RangeError, "sendBytes");
		});

		for (const [says, then] of [
			["536", 536],
			["1380", 690],
			["0", 690],
		] as const) {
			it(`a piece that is refused as too long is sent in shorter ones: the modem says ${says}`, async () => {
				world = await ready({ modem: { multiplex } });
				const slot = multiplex ? "0," : "";
				let refuses = true;
				changeSent(world, text => {
					if (!refuses || !text.startsWith(`AT+CIPSEND=${slot}1380`)) return text;
					refuses = false;
					return text.replace("CIPSEND=", "CIPSENX=");
				});
				const server = world.network.server("host.example:80");
				const { connection } = await opened(world);
				changeHeard(world, `+CIPSEND: ${slot}1380`, `+CIPSEND: ${slot}${says}`);
				connection.write(bytes(2_000));
				await world.clock.advance(20_000);
				assert.equal(textOf(server.last.received), textOf(bytes(2_000)));
				const pieces = world.sent.filter(line => line.startsWith("AT+CIPSEND="));
				assert.deepEqual(pieces.slice(0, 2), [`AT+CIPSEND=${slot}1380`, `AT+CIPSEND=${slot}${then}`]);
			});
		}

		it("takes no more than it has room for, and then nothing of it", async () => {
			world = await ready({ modem: { multiplex } });
			world.network.server("host.example:80");
			const { connection } = await opened(world);
			const room = connection.writable;
			assert.isFalse(connection.write(bytes(room + 1)));
			assert.equal(connection.writable, room);
			assert.isTrue(connection.write(bytes(room)));
			assert.equal(connection.writable, 0);
		});

		it("goes on in smaller pieces with a modem that takes no long ones", async () => {
			world = await ready({ modem: { multiplex } });
			tapSent(world.board, (sent, receive) => {
				const tooLong =
					textOf(sent).startsWith("AT+CIPSEND") &&
					Number(
						textOf(sent)
							.split(/[=,\r]/)
							.at(-2),
					) > 400;
				receive(tooLong ? bytesOf("AT+XXX\r") : sent);
			});
			const server = world.network.server("host.example:80");
			const conversation = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(conversation.send(bytes(2_000)));
			assert.deepEqual(server.last.received, bytes(2_000));
		});

		it("keeps datagrams apart", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80", { protocol: "UDP" });
			const { connection } = await opened(world, "UDP");
			for (const length of [3, 500, 1, 1_000]) assert.isTrue(connection.write(bytes(length)));
			await world.clock.advance(5_000);
			assert.deepEqual(
				server.last.pieces.map(piece => piece.length),
				[3, 500, 1, 1_000],
			);
			assert.isTrue(connection.isDelivered);
		});

		it("writes that others follow go out as one", async () => {
			world = await ready({ modem: { multiplex } });
			const server = world.network.server("host.example:80");
			const { connection } = await opened(world);
			for (const part of ["one ", "two "]) connection.write(bytesOf(part), true);
			await world.clock.advance(1_000);
			assert.equal(server.last.text, "");
			connection.write(bytesOf("three"));
			await world.clock.advance(1_000);
			assert.deepEqual(server.last.pieces.map(textOf), ["one two three"]);
		});
	});
}

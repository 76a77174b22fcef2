/* One byte lost in a setting or a number must not make of a whole modem an old one, or of half a stream a whole one. */

import { assert } from "chai";
import { bytesOf, textOf } from "../support/line.js";
import { tapSent } from "../support/wire.js";
import { World } from "../support/world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;
const BYTES = 138;

function bytes(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

describe("modem: a byte is lost", () => {
	let world: World;
	afterEach(() => world.close());

	for (const setting of ["AT+CIPQSEND=1", "AT+CIPRXGET=1"]) {
		it(`in ${setting}: it is given once more`, async () => {
			world = new World();
			const { modem } = world.board;
			const receive = modem.receive.bind(modem);
			let lost = false;
			modem.receive = sent => {
				const loses = !lost && textOf(sent).startsWith(setting);
				lost ||= loses;
				receive(loses ? sent.filter((_, at) => 5 !== at) : sent);
			};
			world.network.server("host.example:80", data => data);
			await world.clock.run(world.modem.up());
			assert.isTrue(lost);
			const conversation = await world.clock.run(world.modem.open(PEER));
			await world.clock.run(conversation.send(bytesOf("hello")));
			assert.equal(textOf((await world.clock.run(conversation.receive(10_000)))!), "hello");
			assert.include(world.sent, "AT+CIPACK", "it sends quickly");
			assert.isTrue(
				world.sent.some(line => line.startsWith("AT+CIPRXGET=2")),
				"and asks for its data",
			);
		});
	}

	it("of the count that is left, when the peer has closed: nothing is missing at the end", async () => {
		world = new World({ modem: { receiveBytes: 64 } });
		const server = world.network.server("host.example:80", {
			onConnect(connection) {
				connection.send(bytes(BYTES));
				connection.end();
			},
		});
		await world.clock.run(world.modem.up());
		const { uart } = world.board;
		const receive = uart.receive.bind(uart);
		let line = "";
		let lost = false;
		uart.receive = said =>
			receive(
				said.filter(byte => {
					line = 0x0a === byte ? "" : line + String.fromCharCode(byte);
					// Of "10", what is left behind the second piece, the 1 is lost.
					const loses = !lost && /^\+CIPRXGET: ?2,64,1$/.test(line) && server.last.closed;
					lost ||= loses;
					return !loses;
				}),
			);
		const conversation = await world.clock.run(world.modem.open(PEER));
		await world.clock.advance(5_000);
		const got: number[] = [];
		for (;;) {
			const piece = await world.clock.run(conversation.receive(10_000));
			if (!piece) break;
			got.push(...piece);
		}
		assert.isTrue(lost);
		assert.deepEqual(got, [...bytes(BYTES)]);
	});

	it("of CONNECT OK: data that the peer sends tells that it is connected", async () => {
		world = new World({ modem: { multiplex: true } });
		world.network.server("host.example:80", { onConnect: connection => connection.send("hello") });
		await world.clock.run(world.modem.up());
		const { uart } = world.board;
		const receive = uart.receive.bind(uart);
		let heard = "";
		uart.receive = said => {
			receive(
				said.filter(byte => {
					heard += String.fromCharCode(byte);
					return !heard.endsWith("0, CONNECT");
				}),
			);
		};
		const conversation = await world.clock.run(world.modem.open(PEER), 10_000);
		assert.equal(textOf((await world.clock.run(conversation.receive(10_000)))!), "hello");
	});

	it("because the receive buffer is full, from old firmware: nothing that comes behind the gap is read", async () => {
		world = new World({ board: { receiveBuffer: 4_096 }, modem: { receiveBytes: 100 } });
		tapSent(world.board, (sent, receive) => receive(textOf(sent).startsWith("AT+CIPRXGET") ? bytesOf("AT+XXX\r") : sent));
		const parts = [90, 20, 5];
		world.network.server("host.example:80", {
			onConnect(connection) {
				for (let at = 0, part = 0; part < parts.length; at += parts[part++]!)
					connection.send(bytes(200).slice(at, at + parts[part]!));
			},
		});
		await world.clock.run(world.modem.up());
		const connection = world.modem.connect(PEER, { onOpen() {}, onProgress() {}, onEnd() {} });
		await world.clock.advance(5_000);
		const got = connection.read();
		assert.isAtLeast(got.length, 90);
		assert.deepEqual([...got], [...bytes(got.length)]);
	});
});

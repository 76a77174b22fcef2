/* Data that comes to the modem short: the stream ends with an error, and the peer never gets wrong bytes. */

import { assert } from "chai";
import { bytesOf, textOf } from "../../support/line.js";
import { tapSent } from "../../support/wire.js";
import { World } from "../../support/world.js";
import type { FakeServer } from "../../virtual/network.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;
const FIRST_BYTES = 200;

function bytes(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

/** Sends `length` bytes behind some that arrive; `change` sees what goes to the modem meanwhile. Gives the error's code. */
async function send(world: World, length: number, change: (sent: Uint8Array) => Uint8Array): Promise<string> {
	const conversation = await world.clock.run(world.modem.open(PEER));
	await world.clock.run(conversation.send(bytes(FIRST_BYTES)));
	tapSent(world.board, (sent, receive) => receive(change(sent)));
	const sent = conversation.send(bytes(length)).then(
		() => "sent",
		error => error.code,
	);
	const code = await world.clock.run(sent);
	await world.clock.advance(30_000);
	return code;
}

for (const multiplex of [false, true]) {
	describe(`modem: data that comes short, ${multiplex ? "one of several connections" : "the single connection"}`, () => {
		let world: World;
		let server: FakeServer;

		beforeEach(async () => {
			world = new World({ modem: { multiplex } });
			server = world.network.server("host.example:80");
			await world.clock.run(world.modem.up());
		});
		afterEach(() => world.close());

		for (const length of [1, 5, 50, 1_380]) {
			it(`a byte of ${length} is lost: ends with SEND_UNKNOWN, and nothing of them goes out`, async () => {
				let lost = false;
				const code = await send(world, length, sent => {
					if (lost || textOf(sent).startsWith("AT")) return sent;
					lost = true;
					return sent.subarray(1);
				});
				assert.equal(code, "SEND_UNKNOWN");
				assert.deepEqual(server.last.received, bytes(FIRST_BYTES));
				assert.isTrue(server.last.closed);
				await world.clock.run(world.modem.open(PEER));
				assert.lengthOf(server.connections, 2, "and the modem is well");
			});
		}

		it("a byte is lost, and a line of news with it: this is not taken for the answer", async () => {
			let lost = false;
			const code = await send(world, 1_000, sent => {
				if (lost || textOf(sent).startsWith("AT")) return sent;
				lost = true;
				world.clock.setTimer(() => world.board.uart.receive(bytesOf("\r\n7, CONN\r\n")), 2_000);
				return sent.subarray(1);
			});
			assert.equal(code, "SEND_UNKNOWN");
			assert.deepEqual(server.last.received, bytes(FIRST_BYTES));
		});

		it("a digit of the count is lost: the rest follows, and nothing of it is a command", async () => {
			const code = await send(world, 1_300, sent => {
				const line = textOf(sent);
				return line.startsWith("AT+CIPSEND") ? Uint8Array.from(line.replace("1300", "130"), c => c.charCodeAt(0)) : sent;
			});
			assert.equal(code, "sent");
			assert.equal(textOf(server.last.received), textOf(bytes(FIRST_BYTES)) + textOf(bytes(1_300)));
		});

		for (const damage of ["DATA ACCEPT", "1300"] as const) {
			it(`the answer loses a byte of "${damage}": the modem's counts tell, and it goes on`, async () => {
				const { uart } = world.board;
				const receive = uart.receive.bind(uart);
				let heard = "";
				uart.receive = said => {
					// What the modem says comes in parts: the byte that makes the text whole is lost.
					const kept = said.filter(byte => {
						heard += String.fromCharCode(byte);
						return !heard.endsWith(damage);
					});
					receive(kept);
				};
				assert.equal(await send(world, 1_300, sent => sent), "sent");
				assert.equal(textOf(server.last.received), textOf(bytes(FIRST_BYTES)) + textOf(bytes(1_300)));
				assert.isFalse(server.last.closed);
			});
		}
	});
}

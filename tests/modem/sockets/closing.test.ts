/* close() in every state of a connection, while one line around it is damaged: the slot is free in the end. */
import { assert } from "chai";
import type { ConnectionEvents } from "../../../modules/modem/sockets/connection.js";
import { changeHeard, changeSent } from "../../support/wire.js";
import { World } from "../../support/world.js";

const PEER = { protocol: "TCP", host: "192.0.2.50", port: 50 } as const;
const NOBODY: ConnectionEvents = { onOpen() {}, onProgress() {}, onEnd() {} };
/** From AT+CIPSTART on: while it is out, while it connects, while the peer is asked for, open. */
const MOMENTS_MS = [0, 2, 10, 150, 203, 206, 210, 215, 400] as const;

const DAMAGE: Readonly<Record<string, (world: World) => void>> = {
	"AT+CIPCLOSE": world => {
		let left = 1;
		changeSent(world, text => (text.startsWith("AT+CIPCLOSE") && left-- > 0 ? text.replace("CLOSE", "CLSE") : text));
	},
	"OK of AT+CIPSTART": world => changeHeard(world, "OK\r\n", "0K\r\n"),
	"CONNECT OK": world => changeHeard(world, "0, CONNECT OK", "0, CONNECT K"),
	"CLOSE OK": world => changeHeard(world, "0, CLOSE OK", "0, CLOSE K"),
};

describe("modem/sockets: close()", () => {
	for (const [what, damage] of Object.entries(DAMAGE))
		for (const afterMs of MOMENTS_MS)
			it(`${afterMs} ms after AT+CIPSTART, ${what} damaged: the slot is free again`, async () => {
				const world = new World({ modem: { multiplex: true } });
				world.network.latencyMs = 100;
				const server = world.network.server("192.0.2.50:50");
				await world.clock.run(world.modem.up());
				damage(world);
				const connection = world.modem.connect(PEER, NOBODY);
				while (!world.sent.some(line => line.startsWith("AT+CIPSTART"))) await world.clock.advance(1);
				await world.clock.advance(afterMs);
				await world.clock.run(connection.close());
				await world.clock.advance(60_000);
				assert.isTrue(connection.isStale);
				for (let count = 0; count < 8; count++) await world.clock.run(world.modem.open(PEER));
				assert.isAtLeast(server.connections.length, 8, "all slots can be used");
				world.close();
			});
});

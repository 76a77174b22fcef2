/* The driver comes back by itself: from a modem that goes deaf, that forgets to close, that restarts at any moment. */

import { assert } from "chai";
import { bytesOf, textOf } from "../support/line.js";
import { tapSent } from "../support/wire.js";
import { World } from "../support/world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;

/** Ten cycles of a loop on a world in which `disturb` has done something; what the server got. */
async function tenCycles(world: World, multiplex: boolean): Promise<string[]> {
	const messages: string[] = [];
	world.network.server("host.example:80", data => {
		messages.push(textOf(data));
		return "ok";
	});
	const loop = world.loop({ destinations: [PEER], cycles: 10, intervalMs: 10_000, mode: multiplex ? "multi" : "single" });
	await world.clock.run(loop.run(), 3_600_000);
	return messages;
}

/** Swallows what is sent to the modem while `deaf` says so. */
function deafen(world: World, deaf: (text: string) => boolean): void {
	tapSent(world.board, (bytes, receive) => {
		if (!deaf(textOf(bytes))) receive(bytes);
	});
}

for (const multiplex of [false, true]) {
	describe(`modem: recovery, ${multiplex ? "several connections" : "single connection"}`, () => {
		let world: World;
		beforeEach(() => {
			world = new World({ modem: { multiplex } });
		});
		afterEach(() => world.close());

		it("from a modem that hangs: it is switched off and on", async () => {
			let hangs = false;
			world.clock.setTimer(() => {
				hangs = true;
			}, 30_000);
			deafen(world, () => {
				if (0 === world.board.modem.status) hangs = false;
				return hangs;
			});
			const messages = await tenCycles(world, multiplex);
			assert.equal(messages.at(-1), "message 10");
			assert.isAtLeast(messages.length, 8);
			assert.equal(new Set(messages).size, messages.length, "none twice");
			assert.lengthOf(world.of("bearer-up"), 2);
		});

		it("from a connection that the modem does not close", async () => {
			let ignored = 0;
			deafen(world, text => text.startsWith("AT+CIPCLOSE") && ++ignored <= 9);
			const messages = await tenCycles(world, multiplex);
			assert.equal(messages.at(-1), "message 10");
			assert.equal(new Set(messages).size, messages.length, "none twice");
			assert.isAtLeast(ignored, 5);
		});

		for (let atMs = 11_000; atMs <= 16_000; atMs += 500) {
			it(`from a restart of the modem after ${atMs} ms`, async () => {
				world.clock.setTimer(() => world.board.modem.receive(bytesOf("AT+CFUN=1,1\r")), atMs);
				const messages = await tenCycles(world, multiplex);
				assert.equal(messages.at(-1), "message 10");
				assert.isAtLeast(messages.length, 8);
				assert.equal(new Set(messages).size, messages.length, "none twice");
			});
		}
	});
}

/* The window of what is accepted and not acknowledged bounds what may be lost, and does not slow a link that keeps up. */
import { assert } from "chai";
import { World } from "../../support/world.js";

describe("modem: the window of what is not acknowledged", () => {
	it("full of what has been acknowledged long since, it is asked about at once and holds nothing up", async () => {
		const idleMs: number[] = [];
		let sinceMs = 0;
		const world: World = new World({
			board: { on: true, baud: 57_600, hostBaud: 57_600 },
			modem: {
				onTrace(direction, line) {
					const nowMs = world.clock.elapsedMs;
					if (">" === direction && line.startsWith("AT") && sinceMs > 0) idleMs.push(nowMs - sinceMs);
					sinceMs = line.startsWith("DATA ACCEPT") || "OK" === line ? nowMs : 0;
				},
			},
		});
		const server = world.network.server("host.example:80");
		await world.clock.run(world.modem.up());
		const connection = await world.clock.run(world.modem.open({ protocol: "TCP", host: "host.example", port: 80 }));
		idleMs.length = 0;
		const data = new Uint8Array(30_000);
		const sent = connection.send(data);
		while (server.last.received.length < data.length) await world.clock.advance(100);
		const whileSending = idleMs.slice(0, 20);
		await world.clock.run(sent);
		world.close();
		assert.isAtLeast(whileSending.length, 20);
		assert.isBelow(Math.max(...whileSending), 1, whileSending.join(" "));
	});
});

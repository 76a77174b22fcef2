/* The two loops of the sketches: a message each cycle, an answer, an interval; and what a failure does to them. */
import { assert } from "chai";
import { textOf } from "../support/line.js";
import { World, type WorldOptions } from "../support/world.js";

const HOSTS = ["a.example", "b.example", "c.example"];
const destinations = HOSTS.map((host, index) => ({ protocol: "TCP", host, port: 1_000 + index }) as const);

/** A world whose servers write down each message and answer it. */
class Servers {
	readonly world: World;
	/** What each destination got, in order. */
	readonly received: string[][] = [];

	constructor(options: WorldOptions = {}) {
		this.world = new World(options);
		for (const { host, port } of destinations) {
			const messages: string[] = [];
			this.received.push(messages);
			this.world.network.server(`${host}:${port}`, data => {
				messages.push(textOf(data));
				return `got ${data.length}`;
			});
		}
	}
}

for (const mode of ["single", "multi"] as const) {
	describe(`uplink/loop: ${mode} connection`, () => {
		it("delivers each message once, in order, and reads each answer", async () => {
			const { received, world } = new Servers({ modem: { multiplex: "multi" === mode } });
			await world.clock.run(world.loop({ mode, destinations }).run());
			for (let index = 0; index < HOSTS.length; index++) {
				assert.deepEqual(received[index]!, ["message 1", "message 2", "message 3"]);
			}
			assert.deepEqual(new Set(world.of("answered").map(({ answer }) => textOf(answer))), new Set(["got 9"]));
			assert.lengthOf(world.of("answered"), 9);
			assert.deepEqual(world.of("finished"), [{ kind: "finished", cycles: 3, failures: 0, error: undefined }]);
			world.close();
		});

		it("keeps the bearer up between cycles", async () => {
			const { world } = new Servers({ modem: { multiplex: "multi" === mode } });
			await world.clock.run(world.loop({ mode, destinations }).run());
			assert.lengthOf(world.of("bearer-up"), 1);
			world.close();
		});

		it("tears the bearer down after each cycle when asked to", async () => {
			const { received, world } = new Servers({ modem: { multiplex: "multi" === mode } });
			await world.clock.run(world.loop({ mode, destinations, keepBearer: false }).run());
			assert.lengthOf(world.of("bearer-up"), 3);
			assert.lengthOf(world.of("bearer-down"), 3);
			assert.lengthOf(received[2]!, 3);
			world.close();
		});

		it("goes on with the others when one destination is not there, and with the next cycle", async () => {
			const { received, world } = new Servers({ modem: { multiplex: "multi" === mode } });
			world.network.removeServer("b.example:1001");
			await world.clock.run(world.loop({ mode, destinations }).run());
			assert.lengthOf(received[0]!, 3);
			assert.lengthOf(received[2]!, 3);
			assert.deepEqual(
				world.of("failed").map(({ cycle, destination, error }) => [cycle, destination?.host, error.code]),
				[1, 2, 3].map(cycle => [cycle, "b.example", "CONNECT_FAILED"]),
			);
			world.close();
		});

		it("comes back by itself after the network has taken the bearer away", async () => {
			const { received, world } = new Servers({
				modem: { multiplex: "multi" === mode },
				board: { radio: { dropContextAfterMs: 20_000 } },
			});
			await world.clock.run(world.loop({ mode, destinations, cycles: 10, intervalMs: 7_000 }).run());
			assert.isAbove(world.of("bearer-down").length, 1);
			assert.isAtLeast(received[0]!.length, 9);
			assert.equal(new Set(received[0]!).size, received[0]!.length, "none twice");
			world.close();
		});
	});
}

describe("uplink/loop", () => {
	it("starts each cycle an interval after the end of the one before", async () => {
		const { world } = new Servers();
		const startedMs: number[] = [];
		const doneMs: number[] = [];
		const loop = world.loop({
			destinations: destinations.slice(0, 1),
			intervalMs: 60_000,
			onEvent: event => {
				if ("cycle" === event.kind) startedMs.push(world.clock.elapsedMs);
				if ("cycle-done" === event.kind) doneMs.push(world.clock.elapsedMs);
			},
		});
		await world.clock.run(loop.run());
		assert.closeTo(startedMs[1]! - doneMs[0]!, 60_000, 0.001);
		assert.closeTo(startedMs[2]! - doneMs[1]!, 60_000, 0.001);
		world.close();
	});

	it("runs for weeks, across the wrap of the clock, without a timer or an event too many", async () => {
		const { world } = new Servers();
		const loop = world.loop({ destinations: destinations.slice(0, 1), cycles: 60, intervalMs: 24 * 3_600_000 });
		await world.clock.run(loop.run(), 61 * 24 * 3_600_000);
		assert.lengthOf(world.of("answered"), 60);
		assert.isAbove(world.clock.elapsedMs, 2 ** 32);
		world.close();
	});

	it("stops at once for a PIN that the SIM refuses, and spends no further try", async () => {
		const { world } = new Servers({ board: { sim: { pin: "4711" } }, modem: { pin: "1234" } });
		await world.clock.run(world.loop({ destinations, cycles: undefined }).run());
		const [finished] = world.of("finished");
		assert.equal(finished?.error?.code, "PIN_WRONG");
		assert.equal(finished?.cycles, 1);
		world.close();
	});

	it("gives up after as many failed cycles in a row as it was told", async () => {
		const world = new World();
		await world.clock.run(world.loop({ destinations, cycles: undefined, failureLimit: 4 }).run());
		assert.equal(world.of("finished")[0]?.cycles, 4);
		assert.equal(world.of("finished")[0]?.error?.code, "CONNECT_FAILED");
		world.close();
	});

	for (const afterMs of [0, 500, 2_000, 5_000, 9_000, 11_900, 12_050, 12_500, 13_000, 14_000]) {
		it(`close() after ${afterMs} ms leaves no promise, timer or callback behind`, async () => {
			const { world } = new Servers();
			const loop = world.loop({ destinations, intervalMs: 100 });
			const run = loop.run();
			await world.clock.advance(afterMs);
			loop.close();
			world.modem.close();
			const events = world.events.length;
			await world.clock.run(run, 1);
			world.board.close();
			await world.clock.advance(1);
			assert.equal(world.clock.pending, 0);
			await world.clock.advance(600_000);
			assert.equal(world.events.length, events);
		});
	}

	for (const [name, options] of [
		["destinations", { destinations: [] }],
		["port", { destinations: [{ protocol: "TCP", host: "a.example", port: 0 }] }],
		["host", { destinations: [{ protocol: "TCP", host: 'a"b', port: 1 }] }],
		["message", { destinations, message: "" }],
		["cycles", { destinations, cycles: 0 }],
		["intervalMs", { destinations, intervalMs: -1 }],
		["mode", { destinations, mode: "both" as "multi" }],
	] as const) {
		it(`refuses bad ${name} at once`, () => {
			const world = new World();
			assert.throws(() => world.loop(options), RangeError, name);
			world.close();
		});
	}
});

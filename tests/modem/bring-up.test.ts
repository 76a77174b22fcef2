/* From the power key to the bearer, and back up after what the network and the supply take away. */
import { assert } from "chai";
import { World, type WorldOptions } from "../support/world.js";

async function ready(options: WorldOptions = {}): Promise<World> {
	const world = new World(options);
	await world.clock.run(world.modem.up());
	return world;
}

function fail(): void {
	throw new Error("of the application");
}

describe("modem: from power key to bearer", () => {
	it("goes through every step once, in order", async () => {
		const world = await ready();
		const kinds = world.events.map(({ kind }) => kind);
		assert.deepEqual(kinds, [
			"power-key",
			"power-key",
			"powered",
			"identified",
			"sim",
			"searching",
			"registered",
			"attached",
			"bearer-up",
		]);
		assert.match(world.modem.address!, /^10\./);
		world.close();
	});

	it("takes at most 1.05 times the modem's own time", async () => {
		const world = await ready();
		assert.isBelow(world.clock.elapsedMs / world.board.modem.ownMs, 1.05);
		world.close();
	});

	it("works when roaming, which is not home", async () => {
		const world = await ready({ board: { radio: { registers: "roaming" } } });
		assert.equal(world.of("registered")[0]?.roaming, true);
		world.close();
	});

	it("waits for a network so long and no longer", async () => {
		const world = new World({ board: { radio: { registers: "never" } }, modem: { registrationTimeoutMs: 60_000 } });
		const error = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.equal(error.code, "NO_NETWORK");
		assert.isBelow(world.clock.elapsedMs, 70_000);
		world.close();
	});

	it("tells a refusal from an absence", async () => {
		const world = new World({ board: { radio: { registers: "denied" } }, modem: { registrationTimeoutMs: 30_000 } });
		const error = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.equal(error.code, "REGISTRATION_DENIED");
		world.close();
	});

	it("says BEARER_FAILED for an APN that the operator does not know, and comes up with the right one", async () => {
		const world = new World({ board: { radio: { apn: "other" } } });
		const error = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.equal(error.code, "BEARER_FAILED");
		assert.match(error.message, /apn/);
		world.close();
		await ready({ board: { radio: { apn: "internet" } } }).then(other => other.close());
	});

	it("asked twice at once, does it once; asked again, does nothing", async () => {
		const world = new World();
		await world.clock.run(Promise.all([world.modem.up(), world.modem.up()]));
		assert.lengthOf(world.of("bearer-up"), 1);
		const sent = world.sent.length;
		await world.clock.run(world.modem.up());
		assert.equal(world.sent.length, sent);
		world.close();
	});

	it("builds up only the bearer after the network took it away", async () => {
		const world = await ready({ board: { radio: { dropContextAfterMs: 60_000 } } });
		await world.clock.advance(61_000);
		assert.deepEqual(world.of("bearer-down"), [{ kind: "bearer-down", code: "BEARER_LOST" }]);
		assert.isUndefined(world.modem.address);
		await world.clock.run(world.modem.up());
		assert.lengthOf(world.of("powered"), 1);
		assert.lengthOf(world.of("bearer-up"), 2);
		world.close();
	});

	it("starts from the power key after the modem has switched itself off", async () => {
		const world = await ready();
		world.board.modem.powerKey(0);
		await world.clock.advance(1_500);
		world.board.modem.powerKey(1);
		await world.clock.advance(5_000);
		assert.equal(world.board.modem.status, 0);
		assert.deepEqual(world.of("warning"), [{ kind: "warning", text: "NORMAL POWER DOWN" }]);
		await world.clock.run(world.modem.up());
		assert.lengthOf(world.of("bearer-up"), 2);
		assert.equal(world.of("powered")[1]?.pulses, 1);
		world.close();
	});

	it("finds a modem that a reboot of the microcontroller left with its bearer up and connections open", async () => {
		const first = await ready({ modem: { multiplex: true } });
		first.network.server("host.example:80");
		await first.clock.run(first.modem.open({ protocol: "TCP", host: "host.example", port: 80 }));
		first.modem.close();
		const second = new World({
			modem: { serial: first.board.serial, clock: first.clock },
			wired: { powerKey: false, status: false },
		});
		await first.clock.run(second.modem.up());
		assert.match(second.modem.address!, /^10\./);
		second.close();
		first.close();
	});

	for (const [name, modem] of [
		["onEvent", { onEvent: fail }],
		["onTrace", { onTrace: fail }],
		["who watches it", {}],
	] as const) {
		it(`comes up though ${name} throws each time, and each error is seen`, async () => {
			const world = new World({ modem });
			if ("who watches it" === name) world.modem.watch(fail);
			const up = world.modem.up();
			let seen = 0;
			while (world.clock.elapsedMs < 15_000) {
				await world.clock.advance(100).catch(error => {
					assert.equal(error.message, "of the application");
					seen++;
				});
			}
			await world.clock.run(up);
			assert.isAtLeast(seen, 9);
			world.close();
		});
	}

	for (const [field, modem] of [
		["apn", { apn: 'a"b' }],
		["password", { password: "a\rAT+CPOWD=1" }],
		["pin", { pin: "12" }],
		["pin", { pin: "12ab" }],
	] as const) {
		it(`refuses a bad ${field} in the constructor, and leaves nothing open`, () => {
			let error: Error | undefined;
			try {
				new World({ modem }).close();
			} catch (caught) {
				error = caught as Error;
			}
			assert.instanceOf(error, RangeError);
			assert.match(error!.message, new RegExp(`^${field} `));
		});
	}
});

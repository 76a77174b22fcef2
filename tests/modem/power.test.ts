/* The power key toggles: pressed when, how often, and with what check. Against the virtual modem's own timing. */
import { assert } from "chai";
import { changeSent } from "../support/wire.js";
import { World, type WorldOptions } from "../support/world.js";

interface Press {
	readonly atMs: number;
	readonly forMs: number;
}

/** The world with every press of the modem's key written down. */
function watched(options: WorldOptions = {}): { world: World; presses: Press[] } {
	const world = new World(options);
	const presses: Press[] = [];
	const { modem } = world.board;
	const powerKey = modem.powerKey.bind(modem);
	let pressedMs: number | undefined;
	modem.powerKey = level => {
		if (0 === level) pressedMs ??= world.clock.elapsedMs;
		else if (undefined !== pressedMs) {
			presses.push({ atMs: pressedMs, forMs: world.clock.elapsedMs - pressedMs });
			pressedMs = undefined;
		}
		powerKey(level);
	};
	return { world, presses };
}

describe("modem/power", () => {
	it("presses the key once, for 1.1 s, when STATUS says off, and asks no longer than half a second before", async () => {
		const { presses, world } = watched();
		await world.clock.run(world.modem.up());
		assert.deepEqual(presses, [{ atMs: 500, forMs: 1_100 }]);
		assert.equal(world.of("powered")[0]?.pulses, 1);
		world.close();
	});

	it("never presses it on a running modem, with STATUS or without", async () => {
		for (const status of [true, false]) {
			const { presses, world } = watched({ board: { on: true }, wired: { status } });
			await world.clock.run(world.modem.up());
			assert.deepEqual(presses, []);
			assert.equal(world.board.modem.status, 1);
			world.close();
		}
	});

	it("without STATUS, asks in every way for longer than a modem needs to start, and then presses the key", async () => {
		const { presses, world } = watched({ wired: { status: false } });
		await world.clock.run(world.modem.up());
		assert.lengthOf(presses, 1);
		assert.isAtLeast(presses[0]!.atMs, 2_500);
		assert.isAtMost(presses[0]!.atMs, 9_000);
		world.close();
	});

	it("leaves a modem alone that was switched on a moment ago by somebody else", async () => {
		const { presses, world } = watched({ wired: { status: false } });
		world.board.modem.powerKey(0);
		await world.clock.advance(1_100);
		world.board.modem.powerKey(1);
		presses.length = 0;
		await world.clock.run(world.modem.up());
		assert.deepEqual(presses, []);
		world.close();
	});

	it("never presses it on a running modem whose STATUS reads low, for the pin is not wired", async () => {
		const { presses, world } = watched({ board: { on: true } });
		Object.defineProperty(world.board.status.io.prototype, "read", { value: () => 0 });
		await world.clock.run(world.modem.up());
		assert.deepEqual(presses, []);
		world.close();
	});

	it("never presses it on a modem that is at work for somebody else", async () => {
		for (const status of [true, false]) {
			const { presses, world } = watched({ board: { on: true }, wired: { status } });
			const search = world.modem.client.send({ line: "AT+COPS=?", timeoutMs: 45_000 });
			await world.clock.run(world.modem.up());
			assert.deepEqual(presses, []);
			await world.clock.run(search); // it has got its answer
			world.close();
		}
	});

	it("does not press it on a modem that speaks, before it has asked it in every way twice", async () => {
		const { presses, world } = watched({ board: { on: true }, wired: { status: false } });
		changeSent(world, text => (world.clock.elapsedMs < 10_000 ? "" : text));
		world.clock.setTimer(() => world.board.modem.ring("+491"), 5_000);
		await world.clock.run(world.modem.up());
		assert.deepEqual(presses, []);
		world.close();
	});

	it("does not wait for ever for somebody else's command", async () => {
		const { world } = watched({ board: { on: true } });
		changeSent(world, text => text.replace("AT+COPS=?", "")); // nothing answers it
		const search = world.modem.client.send({ line: "AT+COPS=?", timeoutMs: 3_000_000 }).catch(error => error.code);
		await world.clock.run(world.modem.up(), 120_000);
		assert.equal(await search, "CANCELLED");
		world.close();
	});

	it("releases it, and goes on, when the application throws at the event; the error is seen", async () => {
		const levels: number[] = [];
		const world = new World({
			modem: {
				onEvent: event => {
					if ("power-key" === event.kind && event.pressed) throw new Error("of the application");
				},
			},
		});
		const { modem } = world.board;
		const powerKey = modem.powerKey.bind(modem);
		modem.powerKey = level => {
			levels.push(level);
			powerKey(level);
		};
		const up = world.modem.up();
		let thrown: Error | undefined;
		await world.clock.advance(1_000).catch(error => {
			thrown = error;
		});
		assert.equal(thrown?.message, "of the application");
		await world.clock.run(up);
		assert.deepEqual(levels, [0, 1]);
		world.close();
	});

	it("presses longer when the first press had no effect", async () => {
		const { presses, world } = watched({ board: { timing: { keyOnMs: 1_500 } } });
		await world.clock.run(world.modem.up());
		assert.deepEqual(
			presses.map(({ forMs }) => forMs),
			[1_100, 2_000],
		);
		world.close();
	});

	it("gives up after three presses, in bounded time, with the code POWER_KEY_FAILED and the key released", async () => {
		const { presses, world } = watched({ board: { timing: { keyOnMs: 60_000 } } });
		const error = await world.clock.run(
			world.modem.up().catch(caught => caught),
			60_000,
		);
		assert.equal(error.code, "POWER_KEY_FAILED");
		assert.match(error.message, /supply/);
		assert.lengthOf(presses, 3);
		assert.isBelow(world.clock.elapsedMs, 40_000);
		world.close();
	});

	it("restarts a modem that hangs: the first press turns it off, the second on", async () => {
		const { presses, world } = watched({ board: { on: true } });
		world.board.modem.receive = () => {}; // deaf, as after a brown-out, until it has been off
		const { modem } = world.board;
		const heal = setInterval0(world, () => {
			if (0 === modem.status) Reflect.deleteProperty(modem, "receive");
		});
		await world.clock.run(world.modem.up(), 120_000);
		heal();
		assert.lengthOf(presses, 2);
		assert.equal(modem.status, 1);
		world.close();
	});

	it("says NO_MODEM when there is no key to press", async () => {
		const { world } = watched({ wired: { powerKey: false } });
		const error = await world.clock.run(
			world.modem.up().catch(caught => caught),
			60_000,
		);
		assert.equal(error.code, "NO_MODEM");
		world.close();
	});

	it("wired straight, without a transistor, works with `pressed: 0`", async () => {
		const { world } = watched({ board: { invertedKey: false } });
		await world.clock.run(world.modem.up());
		assert.equal(world.of("powered")[0]?.pulses, 1);
		world.close();
	});

	it("close() in the middle of a press releases the key, and leaves no timer of its own", async () => {
		const { world } = watched();
		const up = world.modem.up().catch(caught => caught.code);
		await world.clock.advance(500);
		world.modem.close();
		assert.equal(await world.clock.run(up), "CLOSED");
		world.board.close();
		assert.equal(world.clock.pending, 0);
		await world.clock.advance(10_000);
		assert.equal(world.board.modem.status, 0, "it was not pressed long enough");
	});
});

/** Calls `task` every 100 ms of the world's clock until what this gives is called. */
function setInterval0(world: World, task: () => void): () => void {
	let ended = false;
	const again = () => {
		if (ended) return;
		task();
		world.clock.setTimer(again, 100);
	};
	again();
	return () => {
		ended = true;
	};
}

/* The network interface: what it says on the way up, when the bearer goes away, and when there is nothing to be had. */
import { assert } from "chai";
import { ModemError } from "../../modules/core/errors.js";
import { Cellular, type CellularLink, type CellularOptions, type CellularProperty } from "../../modules/socket/cellular.js";
import { World, type WorldOptions } from "../world.js";

interface Told {
	readonly cellular: Cellular;
	/** "connection 500", "operator undefined"... */
	readonly changes: string[];
	readonly errors: { code: string; forMs: number; atMs: number }[];
}

describe("socket/cellular", () => {
	let world: World;
	afterEach(() => world.close());

	function told(options: WorldOptions = {}, link?: CellularLink): Told {
		world = new World(options);
		const changes: string[] = [];
		const errors: Told["errors"] = [];
		const cellular = new Cellular({
			link: link ?? world.modem,
			onChanged(property: CellularProperty) {
				changes.push(`${property} ${this[property]}`);
			},
			onError: (error, forMs) => errors.push({ code: error.code, forMs, atMs: world.clock.elapsedMs }),
		});
		return { cellular, changes, errors };
	}

	it("is disconnected until connect, which brings everything up and says so step by step", async () => {
		const { cellular, changes } = told();
		await world.clock.advance(1_000);
		assert.equal(cellular.connection, 200);
		assert.isUndefined(cellular.address);
		assert.deepEqual(changes, []);
		cellular.connect();
		assert.equal(cellular.connection, 300);
		assert.deepEqual(changes, [], "nothing is called back before connect has returned");
		await world.clock.advance(60_000);
		assert.deepEqual(
			changes.filter(change => change.startsWith("connection")),
			["connection 300", "connection 400", "connection 500"],
		);
		assert.equal(cellular.address, world.modem.address);
		assert.include(changes, `address ${cellular.address}`);
		assert.isTrue(cellular.isRegistered);
		assert.isFalse(cellular.isRoaming);
		assert.equal(cellular.imei, "860000000000017");
		assert.match(cellular.iccid ?? "", /^[0-9]{18,20}[0-9A-F]?$/);
		assert.isAtLeast(cellular.operator?.length ?? 0, 1);
		assert.isTrue(cellular.rssiDbm! >= -115 && cellular.rssiDbm! <= -52);
		assert.throws(() => cellular.connect(), Error);
	});

	it("disconnect ends the bearer, also while it is being brought up, and connect brings it back", async () => {
		const { cellular, changes } = told();
		cellular.connect();
		await world.clock.advance(60_000);
		cellular.disconnect();
		await world.clock.advance(10_000);
		assert.equal(cellular.connection, 200);
		assert.isUndefined(world.modem.address);
		cellular.connect();
		await world.clock.advance(500);
		cellular.disconnect();
		assert.equal(cellular.connection, 200);
		await world.clock.advance(60_000);
		assert.isUndefined(world.modem.address);
		cellular.connect();
		await world.clock.advance(60_000);
		assert.equal(cellular.connection, 500);
		assert.equal(changes.filter(change => "connection 500" === change).length, 2);
	});

	it("brings a bearer up again that the network took away", async () => {
		const { cellular, changes, errors } = told({ board: { radio: { dropContextAfterMs: 100_000 } } });
		cellular.connect();
		await world.clock.advance(200_000);
		assert.deepEqual(
			errors.map(({ code }) => code),
			["BEARER_LOST"],
		);
		assert.isAtMost(errors[0]!.forMs, 2_000);
		assert.equal(cellular.connection, 500);
		assert.deepEqual(changes.filter(change => change.startsWith("connection")).slice(-3), [
			"connection 500",
			"connection 400",
			"connection 500",
		]);
	});

	it("goes on trying with growing pauses, at most five minutes, and gives up when told", async () => {
		const { cellular, errors } = told({ board: { radio: { apn: "another" } } });
		cellular.connect();
		await world.clock.advance(3 * 3_600_000);
		assert.isAbove(errors.length, 12);
		for (const [index, { forMs }] of errors.entries()) {
			const longestMs = Math.min(300_000, 2_000 * 2 ** index);
			assert.isTrue(forMs <= longestMs && forMs >= 0.75 * longestMs, `${index}: ${forMs}`);
		}
		const before = errors.length;
		cellular.disconnect();
		await world.clock.advance(3_600_000);
		assert.equal(errors.length, before);
	});

	/** Of a modem with that number, whose bearer is lost after each `upMs` and comes back at the third try: each pause. */
	async function pausesOf(options: Partial<CellularOptions>, imei: string, upMs = 1_000): Promise<number[]> {
		world = new World();
		const { clock } = world;
		const pauses: number[] = [];
		let watcher = () => {};
		let tries = 0;
		let wanted: boolean | undefined;
		const link = {
			clock,
			address: undefined as string | undefined,
			registration: 1,
			get wanted() {
				return wanted;
			},
			set wanted(value) {
				wanted = value;
				watcher();
			},
			async up() {
				if (tries++ % 3 > 0) throw new ModemError("BEARER_FAILED", "a test");
				link.address = "10.0.0.1";
				watcher();
				clock.setTimer(() => {
					link.address = undefined;
					watcher();
				}, upMs);
			},
			async down() {},
			identity: async () => ({ operator: undefined, rssiDbm: undefined, imei, iccid: undefined }),
			watch(onChanged: () => void) {
				watcher = onChanged;
				return () => {};
			},
		};
		const cellular = new Cellular({ link, onError: (_error, forMs) => pauses.push(forMs), ...options });
		cellular.connect();
		while (pauses.length < 6) await clock.advance(1_000);
		cellular.close();
		return pauses;
	}

	it("of each pause a quarter is left to chance", async () => {
		assert.deepEqual(await pausesOf({ random: () => 0 }, "1"), [2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
		assert.deepEqual(await pausesOf({ random: () => 1 }, "1"), [1_500, 3_000, 6_000, 12_000, 24_000, 48_000]);
		assert.throws(() => new Cellular({ link: world.modem, random: 0.5 as never }), TypeError);
	});

	it("without a chance of its own the modem's number decides: two neighbours do not come back at the same moment", async () => {
		const one = await pausesOf({}, "860000000000017");
		assert.deepEqual(await pausesOf({}, "860000000000017"), one, "chance is seeded");
		const other = await pausesOf({}, "860000000000018");
		const apart = one.filter((forMs, index) => Math.abs(forMs - other[index]!) > 0.01 * forMs);
		assert.isAtLeast(apart.length, 4, `${one} and ${other}`);
	});

	it("a bearer that was up for a minute makes the pauses short again, one that was not does not", async () => {
		const chance = { random: () => 0 };
		assert.deepEqual(await pausesOf(chance, "1", 60_000), [2_000, 4_000, 8_000, 2_000, 4_000, 8_000]);
		assert.deepEqual(await pausesOf(chance, "1", 59_000), [2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
	});

	it("a bearer that goes away at once makes the pauses grow, too", async () => {
		const { cellular, errors } = told({ board: { radio: { dropContextAfterMs: 3_000 } } });
		cellular.connect();
		await world.clock.advance(300_000);
		assert.isAbove(errors.at(-1)!.forMs, 10_000);
	});

	it("asks for signal and operator each minute while connected, and not after close", async () => {
		const { cellular, changes } = told();
		cellular.connect();
		await world.clock.advance(60_000);
		const asked = () => world.sent.filter(line => "AT+CSQ" === line).length;
		const before = asked();
		await world.clock.advance(600_000);
		assert.closeTo(asked() - before, 10, 1);
		cellular.close();
		cellular.close();
		const seen = [changes.length, asked()];
		await world.clock.run(world.modem.down());
		await world.clock.advance(600_000);
		assert.deepEqual([changes.length, asked()], seen);
		assert.throws(() => cellular.connect(), Error);
		world.close();
		await world.clock.advance(1);
		assert.equal(world.clock.pending, 0);
	});

	it("an exception of onError reaches the host, and the next try comes all the same", async () => {
		world = new World({ board: { radio: { apn: "another" } } });
		let errors = 0;
		const cellular = new Cellular({
			link: world.modem,
			onError() {
				errors++;
				throw new Error("of the application");
			},
		});
		cellular.connect();
		for (let turn = 1; turn <= 2; turn++) {
			const error = await world.clock.advance(300_000).catch(caught => caught);
			assert.equal((error as Error | undefined)?.message, "of the application");
			assert.equal(errors, turn);
		}
		cellular.close();
	});

	it("an exception of onChanged reaches the host, and what has changed besides is told all the same", async () => {
		world = new World();
		const changes: string[] = [];
		const cellular = new Cellular({
			link: world.modem,
			onChanged(property) {
				changes.push(`${property} ${this[property]}`);
				throw new Error("of the application");
			},
		});
		cellular.connect();
		for (let second = 0; second < 60; second++) await world.clock.advance(1_000).catch(() => {});
		const { connection, imei, operator } = cellular;
		assert.includeMembers(changes, [`connection ${connection}`, `imei ${imei}`, `operator ${operator}`]);
		assert.isDefined(imei);
	});

	it("one that did not connect says how it is: the board's own brings the bearer up", async () => {
		const { cellular, changes } = told();
		const own = new Cellular({ link: world.modem });
		own.connect();
		await world.clock.advance(60_000);
		assert.equal(cellular.connection, 500);
		assert.include(changes, "connection 500");
		const late = new Cellular({ link: world.modem });
		assert.equal(late.connection, 500);
		await world.clock.advance(5_000);
		assert.equal(late.imei, own.imei);
		assert.isDefined(late.imei);
	});

	for (const alsoConnects of [false, true]) {
		it(`disconnect is for all who share the modem, and lasts${alsoConnects ? ", also of one that has connected, too" : ""}`, async () => {
			const { cellular, changes, errors } = told();
			cellular.connect();
			await world.clock.advance(60_000);
			changes.length = 0;
			const other = new Cellular({ link: world.modem });
			if (alsoConnects) other.connect();
			other.disconnect();
			await world.clock.advance(3_600_000);
			assert.isUndefined(world.modem.address);
			assert.deepEqual([cellular.connection, other.connection], [200, 200]);
			assert.include(changes, "connection 200");
			assert.deepEqual(errors, []);
			other.connect();
			await world.clock.advance(60_000);
			assert.deepEqual([cellular.connection, other.connection], [500, 500]);
			other.close();
			await world.clock.run(world.modem.down());
			await world.clock.advance(60_000);
			assert.equal(cellular.connection, 500, "it goes on keeping the bearer up");
			assert.deepEqual(
				errors.map(({ code }) => code),
				["BEARER_LOST"],
			);
		});
	}

	it("disconnect of another one ends trying, and is told", async () => {
		const { cellular, changes, errors } = told({ board: { radio: { apn: "another" } } });
		cellular.connect();
		await world.clock.advance(60_000);
		const before = errors.length;
		new Cellular({ link: world.modem }).disconnect();
		await world.clock.advance(3_600_000);
		assert.isAtMost(errors.length, before + 1);
		assert.equal(changes.at(-1), "connection 200");
	});

	it("disconnect and connect at once are no lost bearer", async () => {
		const { cellular, changes, errors } = told();
		const own = new Cellular({ link: world.modem, onError: ({ code }, forMs) => errors.push({ code, forMs, atMs: 0 }) });
		own.connect();
		cellular.connect();
		await world.clock.advance(60_000);
		changes.length = 0;
		cellular.disconnect();
		cellular.connect();
		await world.clock.advance(60_000);
		assert.deepEqual(errors, []);
		assert.equal(cellular.connection, 500);
		assert.equal(world.of("bearer-up").length, 2, "it was ended, and came back");
		assert.includeMembers(changes, ["connection 200", "connection 500"]);
	});

	it("a driver that was closed is not tried again, and nothing ticks", async () => {
		const { cellular } = told();
		cellular.connect();
		await world.clock.advance(60_000);
		world.close();
		await world.clock.advance(3_600_000);
		assert.equal(world.clock.pending, 0);
		assert.equal(cellular.connection, 200);
	});

	it("closed, it keeps nothing up, and leaves no timer; others then say so", async () => {
		const { cellular, changes } = told();
		await world.clock.advance(1_000);
		const { pending } = world.clock;
		const own = new Cellular({ link: world.modem });
		own.connect();
		await world.clock.advance(60_000);
		own.close();
		assert.equal(cellular.connection, 500);
		await world.clock.run(world.modem.down());
		await world.clock.advance(600_000);
		assert.equal(changes.filter(change => change.startsWith("connection")).at(-1), "connection 200");
		assert.equal(world.clock.pending, pending);
		new Cellular({ link: world.modem }).close();
		assert.equal(world.clock.pending, pending);
	});

	it("may be closed in onChanged; nothing comes after it", async () => {
		world = new World();
		const changes: string[] = [];
		const cellular = new Cellular({
			link: world.modem,
			onChanged(property) {
				changes.push(property);
				if (500 === this.connection) this.close();
			},
		});
		cellular.connect();
		await world.clock.advance(60_000);
		assert.equal(changes.at(-1), "connection");
	});

	it("refuses a link that is none, callbacks that are none, and what can't be configured", () => {
		const { cellular } = told();
		assert.throws(() => new Cellular({}), Error);
		assert.throws(() => new Cellular({ link: world.modem, onChanged: 1 } as unknown as CellularOptions), TypeError);
		cellular.configure({});
		assert.throws(() => cellular.configure({ hostname: "x" }), RangeError);
	});
});

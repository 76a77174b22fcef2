/* The network interface: what it says on the way up, when the bearer goes away, and when there is nothing to be had. */
import { assert } from "chai";
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
		assert.isAbove(new Set(errors.slice(-5).map(({ forMs }) => forMs)).size, 2, "chance has its part");
		const before = errors.length;
		cellular.disconnect();
		await world.clock.advance(3_600_000);
		assert.equal(errors.length, before);
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

/* The network interface: what it says on the way up, when the bearer goes away, and when there is nothing to be had. */
import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import { ModemError, type ModemErrorCode } from "../../modules/core/errors.js";
import { Cellular, type CellularLink, type CellularOptions, type CellularProperty } from "../../modules/socket/cellular.js";
import { World, type WorldOptions } from "../support/world.js";

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

	it("goes on trying when the modem says that it makes sense, tells it, and gives up when told", async () => {
		const { cellular, errors } = told({ board: { radio: { apn: "another" } } });
		cellular.connect();
		await world.clock.advance(3 * 3_600_000);
		assert.isAbove(errors.length, 6);
		for (let at = 1; at < errors.length; at++) {
			assert.isAtMost(errors[at]!.forMs, 25 * 60_000);
			const sinceMs = errors[at]!.atMs - errors[at - 1]!.atMs;
			assert.isAtLeast(sinceMs, errors[at - 1]!.forMs, `${at}: not before its time`);
		}
		for (const { atMs } of errors) {
			const inAnHour = errors.filter(other => other.atMs >= atMs && other.atMs < atMs + 3_600_000);
			assert.isAtMost(inAnHour.length, 11, "the first, and ten tries again");
		}
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
		for (const call of [() => cellular.connect(), () => cellular.disconnect(), () => cellular.configure({})])
			assert.throws(call, Error, "closed");
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

/** A modem of which only what this class uses is there. */
class Link implements CellularLink {
	readonly clock = new HandClock();
	address: string | undefined;
	registration = 1;
	waitMs = 0;
	why = "a test";
	/** What the next calls of up() end with; none: the bearer comes up. */
	readonly ups: ModemErrorCode[] = [];
	readonly upMs: number[] = [];
	downs = 0;
	/** How long up() takes; down() ends one that is under way. */
	upTakesMs = 0;
	private want: boolean | undefined;
	private cancel: ((error: ModemError) => void) | undefined;
	private readonly watchers = new Set<() => void>();

	get next(): { waitMs: number; why: string } {
		return { waitMs: this.waitMs, why: this.why };
	}

	get wanted(): boolean | undefined {
		return this.want;
	}

	set wanted(wanted: boolean | undefined) {
		this.want = wanted;
		this.changed();
	}

	async up(): Promise<void> {
		this.upMs.push(this.clock.elapsedMs);
		if (this.upTakesMs > 0) await this.take(this.upTakesMs);
		const code = this.ups.shift();
		if (code) throw new ModemError(code, "a test");
		this.address = "10.0.0.1";
		this.changed();
	}

	async down(): Promise<void> {
		this.downs++;
		this.cancel?.(new ModemError("BEARER_DOWN", "a test"));
		this.lose();
		await this.take(100);
	}

	async identity() {
		await this.take(50);
		return { operator: undefined, rssiDbm: undefined, imei: "1", iccid: undefined };
	}

	watch(onChanged: () => void): () => void {
		this.watchers.add(onChanged);
		return () => this.watchers.delete(onChanged);
	}

	/** The network takes the bearer away. */
	lose(): void {
		this.address = undefined;
		this.changed();
	}

	changed(): void {
		for (const watcher of [...this.watchers]) watcher();
	}

	private take(ms: number): Promise<void> {
		return new Promise((resolve, reject) => {
			this.cancel = reject;
			this.clock.setTimer(resolve, ms);
		});
	}
}

describe("socket/cellular: the modem says when to try again", () => {
	function connecting(link: Link, errors: string[] = []): Cellular {
		const cellular = new Cellular({ link, onError: ({ code }, forMs) => errors.push(`${code} ${forMs}`) });
		cellular.connect();
		return cellular;
	}

	it("a wait is told once, and is over when the modem says so, earlier or later", async () => {
		const link = new Link();
		const errors: string[] = [];
		link.ups.push("BEARER_FAILED", "BACKOFF");
		link.waitMs = 90_000;
		connecting(link, errors);
		await link.clock.advance(70_000);
		assert.deepEqual(errors, ["BEARER_FAILED 90000"]);
		link.waitMs = 30_000; // of which the modem has counted more than the clock
		await link.clock.advance(51_000);
		link.waitMs = 600_000;
		await link.clock.advance(60_000);
		assert.deepEqual(link.upMs, [0]);
		link.waitMs = 0;
		await link.clock.advance(60_000);
		assert.deepEqual(link.upMs, [0, 210_000, 210_500]);
		assert.deepEqual(errors, ["BEARER_FAILED 90000", "BACKOFF 0"]);
	});

	it("no time to wait still leaves the device half a second", async () => {
		const link = new Link();
		for (let times = 0; times < 10; times++) link.ups.push("BEARER_FAILED");
		connecting(link);
		await link.clock.advance(4_999);
		assert.deepEqual(link.upMs, [0, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 4_500]);
		await link.clock.advance(1_000);
		assert.isDefined(link.address);
	});

	it("a bearer that is lost comes back after the wait", async () => {
		const link = new Link();
		const errors: string[] = [];
		connecting(link, errors);
		await link.clock.advance(10_000);
		link.waitMs = 1_250;
		link.lose();
		await link.clock.advance(1_249);
		assert.lengthOf(link.upMs, 1);
		link.waitMs = 0;
		await link.clock.advance(1);
		assert.deepEqual(link.upMs, [0, 11_250]);
		assert.deepEqual(errors, ["BEARER_LOST 1250"]);
	});

	it("disconnect ends what is under way at once, and connect right after it begins anew, without an error", async () => {
		const link = new Link();
		const errors: string[] = [];
		link.upTakesMs = 300_000;
		const cellular = connecting(link, errors);
		await link.clock.advance(10_000);
		cellular.disconnect();
		await link.clock.settle();
		assert.equal(link.downs, 1);
		link.upTakesMs = 1_000;
		cellular.connect();
		await link.clock.advance(2_000);
		assert.equal(cellular.connection, 500);
		assert.deepEqual(link.upMs, [0, 10_100]);
		assert.deepEqual(errors, []);
		cellular.disconnect();
		await link.clock.advance(600_000);
		assert.equal(cellular.connection, 200);
		assert.equal(link.clock.pending, 0);
	});

	it("what somebody else's down() ends is begun anew: nobody has disconnected", async () => {
		const link = new Link();
		const errors: string[] = [];
		link.upTakesMs = 10_000;
		const cellular = connecting(link, errors);
		await link.clock.advance(5_000);
		await link.clock.run(link.down());
		await link.clock.advance(20_000);
		assert.equal(cellular.connection, 500);
		assert.deepEqual(errors, []);
	});

	it("closed while it brings the bearer up, or waits, it does nothing any more", async () => {
		for (const waitMs of [0, 90_000]) {
			const link = new Link();
			const errors: string[] = [];
			link.waitMs = waitMs;
			link.upTakesMs = 10_000;
			link.ups.push("BEARER_FAILED");
			const cellular = connecting(link, errors);
			await link.clock.advance(waitMs > 0 ? 20_000 : 5_000);
			errors.length = 0;
			cellular.close();
			await link.clock.advance(600_000);
			assert.lengthOf(link.upMs, 1);
			assert.equal(link.downs, 0);
			assert.isUndefined(link.wanted);
			assert.deepEqual(errors, []);
			assert.equal(link.clock.pending, 0);
			assert.throws(() => cellular.disconnect(), Error);
			assert.equal(link.downs, 0, "a closed one takes nothing down");
		}
	});
});

describe("socket/cellular: disconnect and close", () => {
	it("disconnect twice takes the bearer down once", async () => {
		const link = new Link();
		const cellular = new Cellular({ link });
		cellular.connect();
		await link.clock.advance(1_000);
		cellular.disconnect();
		cellular.disconnect();
		await link.clock.advance(1_000);
		assert.equal(link.downs, 1);
		cellular.disconnect();
		assert.equal(link.downs, 2, "and later again");
	});

	it("one that has not connected does nothing about a bearer that is lost", async () => {
		const link = new Link();
		link.address = "10.0.0.1";
		const cellular = new Cellular({ link });
		await link.clock.advance(1_000);
		link.lose();
		await link.clock.advance(1_000);
		assert.equal(cellular.connection, 200);
		assert.deepEqual(link.upMs, []);
		link.waitMs = 5_000;
		link.address = "10.0.0.2";
		link.changed();
		await link.clock.advance(100);
		link.lose();
		await link.clock.advance(100);
		assert.equal(link.clock.pending, 0, "nor does it wait for anything");
	});

	it("closed while it reads who the modem is, it leaves no timer", async () => {
		const link = new Link();
		const cellular = new Cellular({ link });
		cellular.connect();
		await link.clock.advance(10);
		assert.equal(cellular.connection, 500);
		cellular.close();
		await link.clock.advance(1_000);
		assert.equal(link.clock.pending, 0);
	});

	it("closed while it brings the bearer up, it does not take it down later, whoever wants it down", async () => {
		const link = new Link();
		link.upTakesMs = 10_000;
		const cellular = new Cellular({ link });
		cellular.connect();
		await link.clock.advance(5_000);
		cellular.close();
		link.wanted = false;
		await link.clock.advance(10_000);
		assert.isDefined(link.address);
		assert.equal(link.downs, 0);
	});
});

describe("socket/cellular: options as ECMA-419 has them", () => {
	it("keeps target, and takes null for a callback that is not there", async () => {
		const link = new Link();
		const target = {};
		const cellular = new Cellular({ link, target, onChanged: null, onError: null });
		assert.strictEqual(cellular.target, target);
		assert.isUndefined(new Cellular({ link }).target);
		link.ups.push("BEARER_FAILED");
		cellular.connect();
		await link.clock.advance(10_000);
		assert.equal(cellular.connection, 500);
	});
});

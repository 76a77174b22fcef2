/* When the loop tries again is the link's to say: the loop waits, tells it, goes on after a disconnect, and ends for a PIN. */
import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import { ModemError, type ModemErrorCode } from "../../modules/core/errors.js";
import type { UplinkEvent } from "../../modules/delivery/events.js";
import type { LinkConnection } from "../../modules/delivery/link.js";
import { ConnectionLoop, type LoopOptions } from "../../modules/delivery/loop.js";

const DESTINATION = { protocol: "TCP", host: "host.example", port: 80 } as const;

/** A link whose failures are given: the codes of the next calls of up() and open(); then all goes well. */
class Link {
	readonly clock = new HandClock();
	readonly ups: ModemErrorCode[] = [];
	readonly opens: ModemErrorCode[] = [];
	readonly sends: ModemErrorCode[] = [];
	/** When up() was called. */
	readonly upMs: number[] = [];
	readonly openMs: number[] = [];
	readonly events: UplinkEvent[] = [];
	waitMs = 0;
	downs = 0;

	get next(): { waitMs: number; why: string } {
		return { waitMs: this.waitMs, why: "a test" };
	}

	async up(): Promise<void> {
		this.upMs.push(this.clock.elapsedMs);
		this.fail(this.ups);
	}

	async down(): Promise<void> {
		this.downs++;
		this.waitMs = 0;
	}

	check(): void {}

	async open(): Promise<LinkConnection> {
		this.openMs.push(this.clock.elapsedMs);
		this.fail(this.opens);
		return {
			send: async () => this.fail(this.sends),
			receive: async () => new Uint8Array(1),
			close: async () => {},
		};
	}

	loop(options: Partial<LoopOptions> = {}): ConnectionLoop {
		const onEvent = (event: UplinkEvent) => void this.events.push(event);
		const settings = {
			message: "a",
			intervalMs: 1_000,
			answerTimeoutMs: 1_000,
			destinations: [DESTINATION],
			mode: "single",
		} as const;
		return new ConnectionLoop({ ...settings, clock: this.clock, link: this, onEvent, ...options });
	}

	/** The events of the loop in short. */
	get told(): string[] {
		return this.events.map(event => {
			if ("waiting" === event.kind) return `waiting ${event.forMs} ${event.why}`;
			if ("failed" === event.kind) return `failed ${event.error.code}`;
			return event.kind;
		});
	}

	private fail(codes: ModemErrorCode[]): void {
		const code = codes.shift();
		if (code) throw new ModemError(code, "a test");
	}
}

describe("uplink/loop: waits", () => {
	it("a BACKOFF is waited out as the link says, told once, and is no failure", async () => {
		const link = new Link();
		link.waitMs = 150_000;
		link.up = async () => {
			link.upMs.push(link.clock.elapsedMs);
			if (link.waitMs > 0) throw new ModemError("BACKOFF", "a test");
		};
		link.clock.setTimer(() => {
			link.waitMs = 30_000;
		}, 119_999);
		link.clock.setTimer(() => {
			link.waitMs = 0;
		}, 149_999);
		await link.clock.run(link.loop({ cycles: 1 }).run());
		assert.deepEqual(link.told, ["cycle", "waiting 150000 a test", "connected", "sent", "answered", "cycle-done", "finished"]);
		assert.deepEqual(link.upMs, [0, 60_000, 120_000, 150_000]);
	});

	it("one that ends early is noticed within a minute, and one without a time is not asked all the time", async () => {
		const early = new Link();
		early.waitMs = 3_600_000;
		early.ups.push("BACKOFF");
		early.clock.setTimer(() => {
			early.waitMs = 0;
		}, 10_000);
		await early.clock.run(early.loop({ cycles: 1 }).run());
		assert.deepEqual(early.upMs, [0, 60_000]);
		const without = new Link();
		without.ups.push("BACKOFF", "BACKOFF", "BACKOFF");
		await without.clock.run(without.loop({ cycles: 1 }).run());
		assert.deepEqual(without.upMs, [0, 1_000, 2_000, 3_000]);
	});

	it("close() ends a wait at once, and nothing is told afterwards", async () => {
		const link = new Link();
		link.waitMs = 3_600_000;
		link.ups.push("BACKOFF", "BACKOFF");
		const loop = link.loop();
		const run = loop.run();
		await link.clock.advance(70_000);
		loop.close();
		await link.clock.run(run, 1);
		assert.equal(link.clock.pending, 0);
		assert.deepEqual(link.told, ["cycle", "waiting 3600000 a test"]);
	});

	it("with the server away the next cycle comes when the link says so, if that is later", async () => {
		const link = new Link();
		link.opens.push("CONNECT_FAILED", "CONNECT_FAILED");
		link.waitMs = 64_000;
		await link.clock.run(link.loop({ cycles: 4 }).run());
		assert.deepEqual(link.openMs, [0, 64_000, 128_000, 129_000]);
		assert.deepEqual(
			link.told.filter(told => told.startsWith("failed")),
			["failed CONNECT_FAILED", "failed CONNECT_FAILED"],
		);
	});

	it("also when the bearer is taken down between cycles; and one server that answers is enough", async () => {
		const away = new Link();
		away.opens.push("CONNECT_FAILED");
		away.waitMs = 64_000;
		await away.clock.run(away.loop({ cycles: 2, keepBearer: false }).run());
		assert.deepEqual(away.openMs, [0, 64_000]);
		assert.equal(away.downs, 2);
		const one = new Link();
		one.opens.push("CONNECT_FAILED");
		one.waitMs = 64_000;
		await one.clock.run(one.loop({ cycles: 2, destinations: [DESTINATION, DESTINATION] }).run());
		assert.deepEqual(one.openMs, [0, 0, 1_000, 1_000]);
	});
});

describe("uplink/loop: ends", () => {
	for (const code of ["PIN_REQUIRED", "PIN_WRONG", "PIN_NOT_TRIED", "PUK_REQUIRED", "CLOSED"] as const)
		it(`${code} ends it, and says why`, async () => {
			const link = new Link();
			link.ups.push(code);
			await link.clock.run(link.loop().run());
			const finished = link.events.at(-1)!;
			assert.equal("finished" === finished.kind && finished.error?.code, code);
			assert.lengthOf(link.upMs, 1);
		});

	it("nothing else does: the next cycle comes, and delivers", async () => {
		const passing: ModemErrorCode[] = ["TIMEOUT", "REFUSED", "MALFORMED", "MODEM_RESTARTED", "CANCELLED", "BUSY", "PORT_FAILED"];
		passing.push("NO_MODEM", "POWER_KEY_FAILED", "SIM_MISSING", "SIM_NOT_READY", "REGISTRATION_DENIED", "NO_NETWORK");
		passing.push("ATTACH_FAILED", "BEARER_FAILED", "BEARER_DOWN", "BEARER_LOST");
		const link = new Link();
		link.ups.push(...passing);
		await link.clock.run(link.loop({ cycles: passing.length + 1 }).run());
		assert.deepEqual(
			link.told.filter(told => told.startsWith("failed")),
			passing.map(code => `failed ${code}`),
		);
		assert.deepEqual(link.told.slice(-4), ["sent", "answered", "cycle-done", "finished"]);
	});

	it("a disconnect of somebody else in the middle is told; the next cycle brings the bearer up again", async () => {
		const link = new Link();
		link.sends.push("BEARER_DOWN");
		await link.clock.run(link.loop({ cycles: 2 }).run());
		assert.deepEqual(link.told, [
			...["cycle", "connected", "failed BEARER_DOWN", "cycle-done"],
			...["cycle", "connected", "sent", "answered", "cycle-done", "finished"],
		]);
		assert.lengthOf(link.upMs, 2);
	});

	it("a bearer that is down when a connection is to be opened is brought up in the same cycle, once", async () => {
		const link = new Link();
		link.opens.push("BEARER_DOWN");
		await link.clock.run(link.loop({ cycles: 1 }).run());
		assert.deepEqual(link.told, ["cycle", "connected", "sent", "answered", "cycle-done", "finished"]);
		assert.lengthOf(link.upMs, 2);
		link.opens.push("BEARER_LOST", "BEARER_LOST");
		await link.clock.run(link.loop({ cycles: 1 }).run());
		assert.include(link.told, "failed BEARER_LOST");
	});
});

describe("uplink/loop: options", () => {
	const NUMBERS = ["cycles", "intervalMs", "answerTimeoutMs", "failureLimit"] as const;
	for (const name of NUMBERS)
		it(`${name} must be a whole number that a timer takes`, () => {
			const link = new Link();
			for (const value of [1.5, Number.NaN, Infinity, -1, 2 ** 31, "1", null])
				assert.throws(() => link.loop({ [name]: value }), RangeError, name, `${value}`);
			link.loop({ [name]: 1 });
			link.loop({ [name]: 2 ** 31 - 1 });
		});

	it("destinations must be an array with something in it", () => {
		const link = new Link();
		for (const value of [undefined, null, "a", DESTINATION])
			assert.throws(() => link.loop({ destinations: value as never }), TypeError);
		assert.throws(() => link.loop({ destinations: [] }), RangeError);
	});
});

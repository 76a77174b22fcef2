/* The time before main: it is set, or it is not, but main starts. */
import { assert } from "chai";
import { type NtpClient, setClock } from "../../hosts/network/set-clock.js";
import { HandClock } from "../../hosts/node/clock.js";

type Told = (error: Error | null, unixMs: number) => void;

describe("hosts/network/set-clock", () => {
	let clock: HandClock;
	beforeEach(() => {
		clock = new HandClock();
	});

	function run(getTime: (told: Told) => void): { calls: string[] } {
		const calls: string[] = [];
		const create = (): NtpClient => ({ getTime, close: () => calls.push("close") });
		setClock(
			clock,
			create,
			unixMs => calls.push(`set ${unixMs}`),
			error => calls.push(`done ${error ?? "well"}`),
		);
		assert.notInclude(calls.join(), "done", "not before it has returned");
		return { calls };
	}

	it("sets the clock, closes the client, and is done", async () => {
		const { calls } = run(told => clock.setTimer(() => told(null, 1_800_000_000_000), 500));
		await clock.advance(1_000);
		assert.deepEqual(calls, ["set 1800000000000", "close", "done well"]);
		assert.equal(clock.pending, 0);
	});

	it("is done when the client fails", async () => {
		const { calls } = run(told => told(new Error("no server"), 0));
		await clock.advance(1_000);
		assert.deepEqual(calls, ["close", "done Error: no server"]);
	});

	it("is done when the client throws", async () => {
		const { calls } = run(() => {
			throw new Error("a client of its own");
		});
		await clock.advance(1_000);
		assert.deepEqual(calls, ["close", "done Error: a client of its own"]);
	});

	it("is done when there can be no client", async () => {
		const errors: unknown[] = [];
		const create = () => {
			throw new Error("no io");
		};
		setClock(
			clock,
			create,
			() => assert.fail(),
			error => errors.push(error),
		);
		await clock.advance(1_000);
		assert.lengthOf(errors, 1);
	});

	it("is done after half a minute when nobody answers, and what comes later does nothing", async () => {
		let told!: Told;
		const { calls } = run(callback => {
			told = callback;
		});
		await clock.advance(29_999);
		assert.deepEqual(calls, []);
		await clock.advance(2);
		assert.deepEqual(calls, ["close", "done Error: no answer in 30 s"]);
		told(null, 1_800_000_000_000);
		await clock.advance(60_000);
		assert.lengthOf(calls, 2);
		assert.equal(clock.pending, 0);
	});
});

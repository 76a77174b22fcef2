/* The ladder, pure: which rung after which failure and how long before it, what operators allow, and what survives a reboot. */
import { assert } from "chai";
import type { Counters } from "../../modules/core/counters.js";
import { ModemError, type ModemErrorCode } from "../../modules/core/errors.js";
import { Random } from "../../modules/core/random.js";
import { LIMITS, Recovery, type RecoveryOptions, type SocketEvent, type Step } from "../../modules/modem/recovery.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

class Memory implements Counters {
	text: string | undefined;
	writes = 0;

	read(): string | undefined {
		return this.text;
	}

	write(text: string): void {
		this.text = text;
		this.writes++;
	}
}

/** A recovery whose time passes by hand; chance adds nothing unless it is given. */
class Bench {
	nowMs = 2 ** 31 - 5_000; // just below the wrap of a signed counter
	readonly memory = new Memory();
	recovery: Recovery;

	private readonly options: Partial<RecoveryOptions>;

	constructor(options: Partial<RecoveryOptions> = {}) {
		this.options = options;
		this.recovery = this.boot();
	}

	boot(options: Partial<RecoveryOptions> = {}): Recovery {
		this.recovery = new Recovery({
			nowMs: this.nowMs,
			chance: () => 0,
			counters: this.memory,
			hasPowerKey: true,
			startSpreadMs: 0,
			...this.options,
			...options,
		});
		return this.recovery;
	}

	pass(ms: number): void {
		this.nowMs = (this.nowMs + ms) | 0;
	}

	fail(step: Step, code: ModemErrorCode, cause?: number): void {
		this.recovery.onFailure(step, new ModemError(code, "a test"), this.nowMs, cause);
	}

	/** Waits as it is told, and does it: "bearer 60" with the seconds. */
	act(): string {
		const { rung, waitMs } = this.recovery.next(this.nowMs);
		this.pass(waitMs);
		const then = this.recovery.next(this.nowMs);
		assert.deepEqual([then.rung, then.waitMs], [rung, 0], "what was told still holds when its time has come");
		this.recovery.begin(rung, this.nowMs);
		return `${rung} ${Math.round(waitMs / 1_000)}`;
	}

	/** `times` failures of the same kind, each after what the one before has asked for; the network is asked where bring-up would. */
	ladder(times: number, step: Step, code: ModemErrorCode, cause?: number): string[] {
		return Array.from({ length: times }, () => {
			if ("bearer" === step) assert.equal(this.recovery.request("activation", this.nowMs), 0);
			this.fail(step, code, cause);
			return this.act();
		});
	}

	up(): void {
		this.recovery.onSuccess("registration", this.nowMs);
		assert.equal(this.recovery.request("activation", this.nowMs), 0);
		this.recovery.onSuccess("bearer", this.nowMs);
	}

	next(): string {
		const { rung, waitMs } = this.recovery.next(this.nowMs);
		return `${rung} ${Math.round(waitMs / 1_000)}`;
	}
}

describe("modem/recovery: each stuck state", () => {
	const TABLE: [string, Step, ModemErrorCode, number | undefined, string[]][] = [
		[
			"silent",
			"modem",
			"NO_MODEM",
			undefined,
			[
				"power-key 0",
				"power-key 10",
				"power-key 30",
				"power-key 60",
				"power-key 120",
				"power-key 300",
				"power-key 600",
				"power-key 1200",
				"power-key 1200",
			],
		],
		["a key that does nothing", "modem", "POWER_KEY_FAILED", undefined, ["power-key 0", "power-key 10", "power-key 30"]],
		["port", "modem", "PORT_FAILED", undefined, ["wait 1", "wait 2", "wait 5", "wait 15", "wait 60", "wait 60"]],
		[
			"answers AT only",
			"modem",
			"TIMEOUT",
			undefined,
			[
				"wait 2",
				"wait 5",
				"wait 15",
				"restart 60",
				"wait 120",
				"wait 300",
				"wait 600",
				"wait 1200",
				"wait 1200",
				"power-key 1200",
			],
		],
		["PIN", "sim", "PIN_WRONG", undefined, ["wait 60", "wait 300", "wait 1200", "wait 1200"]],
		[
			"no SIM",
			"sim",
			"SIM_MISSING",
			undefined,
			["wait 10", "wait 30", "restart 60", "wait 300", "wait 600", "wait 1200", "wait 1200", "power-key 1200"],
		],
		[
			"no network",
			"registration",
			"NO_NETWORK",
			undefined,
			["wait 5", "radio 30", "wait 60", "restart 120", "wait 300", "wait 600", "wait 1200", "wait 1200", "power-key 1200"],
		],
		["denied", "registration", "REGISTRATION_DENIED", undefined, ["wait 60", "wait 120", "radio 300", "wait 600", "restart 900"]],
		["not here (12)", "registration", "REGISTRATION_DENIED", 12, ["wait 60", "wait 120", "radio 300"]],
		[
			"IMSI unknown (2)",
			"registration",
			"REGISTRATION_DENIED",
			2,
			["restart 3600", "power-key 7200", "restart 14400", "power-key 14400"],
		],
		["no data (7)", "registration", "ATTACH_FAILED", 7, ["restart 3600", "power-key 7200"]],
		[
			"no attachment",
			"registration",
			"ATTACH_FAILED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "radio 240", "restart 780"],
		],
		[
			"congestion (22)",
			"registration",
			"REGISTRATION_DENIED",
			22,
			["bearer 720", "bearer 720", "bearer 900", "bearer 1200", "bearer 1200"],
		],
		[
			"no bearer",
			"bearer",
			"BEARER_FAILED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "radio 240", "restart 780", "bearer 1200", "bearer 1200"],
		],
		[
			"not subscribed (33)",
			"bearer",
			"BEARER_FAILED",
			33,
			["bearer 720", "bearer 720", "bearer 900", "bearer 1200", "bearer 1200"],
		],
		["context ended (36)", "bearer", "BEARER_FAILED", 36, ["bearer 60", "bearer 60"]],
		["hangs in AT+CIICR", "bearer", "TIMEOUT", undefined, ["bearer 60", "radio 120", "restart 300", "bearer 600", "bearer 1200"]],
		[
			"brown-out at the activation",
			"bearer",
			"MODEM_RESTARTED",
			undefined,
			["bearer 60", "bearer 60", "bearer 60", "bearer 120", "bearer 300", "restart 600"],
		],
	];
	for (const [name, step, code, cause, rungs] of TABLE)
		it(`${name}: ${rungs.join(", ")}`, () => {
			assert.deepEqual(new Bench().ladder(rungs.length, step, code, cause), rungs);
		});
});

/** A run of `days` with failures of every kind, reboots and successes as chance has it; what happened, in real time. */
class Life {
	readonly random: Random;
	readonly memory = new Memory();
	recovery: Recovery;
	realMs = 0;
	nowMs = 0;
	readonly activations: number[] = [];
	readonly retries: number[] = [];
	readonly restarts: number[] = [];
	tries = 0;
	successes = 0;
	longestWaitMs = 0;
	private waitingMs = 0;
	private hasFailed = false;
	/** When a network said no for good, or to wait; undefined: it has since let the modem in. */
	private rejectedMs: number | undefined;
	private backoffMs: number | undefined;
	private refusedMs: number | undefined;
	private failedRequestMs: number | undefined;
	private lastRestartMs: number | undefined;
	private lastKind = "";

	constructor(seed: number) {
		this.random = new Random(seed);
		this.recovery = this.boot();
	}

	boot(): Recovery {
		this.nowMs = 0;
		const chance = () => this.random.next();
		this.recovery = new Recovery({ nowMs: 0, chance, counters: this.memory, hasPowerKey: true, startSpreadMs: 0 });
		return this.recovery;
	}

	pass(ms: number): void {
		this.realMs += ms;
		this.nowMs = (this.nowMs + ms) | 0;
	}

	oneOf<T>(values: readonly T[]): T {
		return values[this.random.between(0, values.length - 1)]!;
	}

	chance(part: number): boolean {
		return this.random.next() < part;
	}

	fail(step: Step, code: ModemErrorCode, cause?: number): void {
		this.recovery.onFailure(step, new ModemError(code, "a test"), this.nowMs, cause);
		this.hasFailed = true;
		this.lastKind = code;
	}

	/** Until it may go on; sometimes the microcontroller reboots meanwhile. */
	wait(): void {
		const { waitMs } = this.recovery.next(this.nowMs);
		assert.isTrue(waitMs >= 0 && waitMs <= 6 * HOUR, `a wait of ${waitMs} ms`);
		const ms = this.chance(0.5) ? waitMs : Math.min(waitMs, this.random.between(1, 90_000));
		this.pass(ms);
		this.waitingMs += ms;
		this.longestWaitMs = Math.max(this.longestWaitMs, this.waitingMs);
		if (this.chance(0.002)) {
			this.pass(this.random.between(0, 20_000));
			this.boot();
			this.waitingMs = 0;
		}
	}

	try(): void {
		const { recovery } = this;
		const { rung, why } = recovery.next(this.nowMs);
		this.waitingMs = 0;
		this.tries++;
		recovery.begin(rung, this.nowMs);
		if ("restart" === rung || "power-key" === rung) this.onRestart(why.includes("does not answer"));
		this.pass(this.random.between(10, 30_000));
		if (this.chance(0.25)) return this.failEarly();
		if (this.chance(0.4) && !this.attach()) return;
		this.activate();
	}

	private onRestart(isSilent: boolean): void {
		const since = (ms: number | undefined) => (undefined === ms ? Infinity : this.realMs - ms);
		assert.isAtLeast(since(this.rejectedMs), HOUR, "a restart within an hour of a permanent reject");
		assert.isAtLeast(since(this.backoffMs), 12 * MINUTE, "a restart within a back-off");
		if (!isSilent) {
			assert.isAtLeast(since(this.lastRestartMs), HOUR, "two restarts within an hour");
			assert.isAtLeast(since(this.refusedMs), 12 * MINUTE, "a restart soon after a network has refused");
			this.restarts.push(this.realMs);
		}
		this.lastRestartMs = this.realMs;
	}

	private failEarly(): void {
		if (this.chance(0.3))
			return this.fail("modem", this.oneOf(["NO_MODEM", "POWER_KEY_FAILED", "TIMEOUT", "MALFORMED", "PORT_FAILED"]));
		if (this.chance(0.3)) return this.fail("sim", this.oneOf(["SIM_MISSING", "SIM_NOT_READY", "PIN_WRONG", "REFUSED"]));
		if (this.chance(0.3)) return this.fail("registration", this.oneOf(["NO_NETWORK", "MODEM_RESTARTED", "TIMEOUT"]));
		this.reject("registration", "REGISTRATION_DENIED", this.oneOf([undefined, 2, 7, 8, 11, 12, 13, 15, 17, 19, 22]));
	}

	private reject(step: Step, code: ModemErrorCode, cause: number | undefined): void {
		this.fail(step, code, cause);
		if (undefined !== cause && "registration" === step && [2, 3, 5, 6, 7, 8, 11, 14].includes(cause))
			this.rejectedMs = this.realMs;
		if (undefined !== cause && ("registration" === step ? [19, 22] : [8, 26, 27, 29, 32, 33]).includes(cause))
			this.backoffMs = this.realMs;
		if ("BEARER_FAILED" === code && [undefined, 31, 34, 38].includes(cause)) this.refusedMs = this.realMs;
	}

	private requested(what: "attach" | "activation", isRetry: boolean): boolean {
		if (this.recovery.request(what, this.nowMs) > 0) {
			assert.isAbove(this.recovery.next(this.nowMs).waitMs, 0, "what was denied is not tried again at once");
			return false;
		}
		const since = (ms: number | undefined) => (undefined === ms ? Infinity : this.realMs - ms);
		assert.isAtLeast(since(this.failedRequestMs), MINUTE, "a service request within a minute of one that failed");
		assert.isAtLeast(since(this.backoffMs), 12 * MINUTE, "a service request within a back-off");
		assert.isAtLeast(since(this.rejectedMs), HOUR, "a service request within an hour of a permanent reject");
		if (isRetry) this.retries.push(this.realMs);
		if ("activation" === what) this.activations.push(this.realMs);
		this.pass(this.random.between(1, 80_000));
		return true;
	}

	private attach(): boolean {
		if (!this.requested("attach", this.hasFailed)) return false;
		if (this.chance(0.5)) {
			this.failedRequestMs = this.realMs;
			this.reject(
				"registration",
				this.oneOf(["ATTACH_FAILED", "TIMEOUT"]),
				this.oneOf([undefined, undefined, 7, 11, 14, 17, 22]),
			);
			return false;
		}
		this.recovery.onSuccess("registration", this.nowMs);
		this.failedRequestMs = undefined;
		this.rejectedMs = undefined;
		return true;
	}

	private activate(): void {
		const counted = this.retries.at(-1);
		if (!this.requested("activation", this.hasFailed && (undefined === counted || this.realMs - counted > 80_000))) return;
		if (this.chance(0.6)) {
			this.failedRequestMs = this.realMs;
			const code = this.oneOf([
				"BEARER_FAILED",
				"BEARER_FAILED",
				"BEARER_FAILED",
				"TIMEOUT",
				"MODEM_RESTARTED",
				"NO_MODEM",
			] as const);
			return this.reject(
				"bearer",
				code,
				"BEARER_FAILED" === code ? this.oneOf([undefined, 8, 26, 27, 29, 31, 33, 34, 36, 38]) : undefined,
			);
		}
		this.recovery.onSuccess("bearer", this.nowMs);
		this.successes++;
		this.failedRequestMs = undefined;
		this.rejectedMs = undefined;
		this.backoffMs = undefined;
		this.refusedMs = undefined;
		this.stayUp();
	}

	private stayUp(): void {
		let upMs = 0;
		const mostMs = this.oneOf([1_000, 50_000, 600_000, 4 * HOUR]);
		const events = this.oneOf<readonly SocketEvent[]>([
			["acknowledged", "opened", "connect-failed"],
			["connect-failed"],
			["refused", "stuck", "connect-timeout"],
			["opened", "unacknowledged"],
		]);
		while (upMs < mostMs) {
			const ms = this.random.between(100, 120_000);
			upMs += ms;
			this.pass(ms);
			this.recovery.onSocket(this.oneOf(events), this.nowMs);
			const { rung, waitMs } = this.recovery.next(this.nowMs);
			assert.isAtMost(waitMs, 6 * HOUR);
			if ("socket" !== rung) break;
		}
		if (upMs >= MINUTE) this.hasFailed = false;
		if ("socket" !== this.recovery.next(this.nowMs).rung) return;
		if (this.chance(0.3)) this.recovery.onDown(this.nowMs);
		else this.fail("bearer", this.oneOf(["BEARER_LOST", "MODEM_RESTARTED"]));
	}

	live(days: number): void {
		while (this.realMs < days * 24 * HOUR) {
			if (this.recovery.next(this.nowMs).waitMs > 0) this.wait();
			else this.try();
			assert.isTrue(this.tries < 1_000_000, this.lastKind);
		}
	}
}

/** The most of `timesMs` within any hour. */
function mostInAnHour(timesMs: readonly number[]): number {
	let most = 0;
	let first = 0;
	for (let last = 0; last < timesMs.length; last++) {
		while (timesMs[last]! - timesMs[first]! >= HOUR) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}

describe("modem/recovery: thirty days of failures as chance has it", () => {
	for (let seed = 1; seed <= 6; seed++)
		it(`holds every limit and never waits without end, seed ${seed}`, () => {
			const life = new Life(seed);
			life.live(30);
			assert.isAtMost(mostInAnHour(life.activations), LIMITS.activationsPerHour);
			assert.isAtMost(mostInAnHour(life.retries), LIMITS.retriesPerHour);
			assert.isAtMost(mostInAnHour(life.restarts), 1);
			assert.isAtMost(life.longestWaitMs, 6 * HOUR);
			assert.isAbove(life.tries, 500, "it went on trying");
			assert.isAbove(life.successes, 50);
			assert.isAbove(life.restarts.length, 5);
			assert.isAtMost(life.memory.writes, 30 * 24 * 60 + 4 * life.tries, "a write a minute, and one for each access");
		});
});

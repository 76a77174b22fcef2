/* A life of a device with failures of every kind, and what operators would see of it. */
import { assert } from "chai";
import { ModemError, type ModemErrorCode } from "../../modules/core/errors.js";
import { Random } from "../../modules/core/random.js";
import { Recovery, type SocketEvent, type Step } from "../../modules/modem/recovery.js";
import { Memory } from "./recovery-bench.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A run of `days` with failures of every kind, reboots and successes as chance has it; what happened, in real time. */
export class Life {
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

/* Recovery by itself, on time that is moved by hand. */
import { assert } from "chai";
import type { Counters } from "../../modules/core/counters.js";
import { ModemError, type ModemErrorCode } from "../../modules/core/errors.js";
import { Recovery, type RecoveryOptions, type SocketEvent, type Step } from "../../modules/modem/recovery.js";

export class Memory implements Counters {
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
export class Bench {
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

	report(event: SocketEvent): void {
		this.recovery.onSocket(event, this.nowMs);
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

/*
 * The one owner of recovery: from what failed, counters and time to the next rung. Pure: it sends nothing, and knows no clock.
 *
 * Whoever brings the modem up asks `next` before each try, tells with `begin` what it does, asks `request` before each access
 * to the network, and tells how it ended. Everybody else (network interface, loop, application) only asks `next`.
 *
 *	const { rung, waitMs, why } = recovery.next(now);
 *	if (waitMs > 0) throw BACKOFF;                        // `why` and `waitMs` make its message
 *	recovery.begin(rung, now);                            // and do it: AT+CIPSHUT, AT+CFUN=0 and 1, AT+CFUN=1,1, the key
 *	... recovery.request("attach", now) > 0 -> throw BACKOFF; otherwise AT+CGATT=1
 *	... recovery.onSuccess("registration", now), request("activation", now), onSuccess("bearer", now)
 *	catch: recovery.onFailure(step, error, now, cause)    // BACKOFF, CLOSED and the like are no failures: it knows
 *
 * With the bearer up, `next` gives "socket" as long as connections are to be tried again and nothing else; another rung means
 * to give the bearer up and to go on as above.
 */
import { type Chance, grownMs, jittered, type NextTry } from "../core/backoff.js";
import type { Counters } from "../core/counters.js";
import type { ModemError } from "../core/errors.js";
import { causeOfCme } from "./causes.js";
import { ACTIVATIONS, LIMITS, RETRIES } from "./recovery-limits.js";
import { type Kind, kindOf, planned, type Rung, type Step, WHY } from "./recovery-plans.js";
import { type SocketEvent, SocketHealth } from "./recovery-sockets.js";
import { TIME, Times } from "./recovery-times.js";

export { LIMITS } from "./recovery-limits.js";
export type { Rung, Step } from "./recovery-plans.js";
export type { SocketEvent } from "./recovery-sockets.js";

export interface Next extends NextTry {
	/** What is to be done after `waitMs`: "socket": only the connection; "wait": nothing but to bring up what is missing. */
	readonly rung: Rung;
}

export interface RecoveryOptions {
	readonly nowMs: number;
	readonly chance: Chance;
	/** Undefined: after a reboot nothing is known of what was before. */
	readonly counters?: Counters | undefined;
	/** A power key is wired: a silent modem can be restarted. */
	readonly hasPowerKey: boolean;
	/** How long the microcontroller was off or asleep before this start, as far as the host knows; default 0. */
	readonly offMs?: number | undefined;
	/** Default LIMITS.startSpreadMs; 0 where somebody watches. */
	readonly startSpreadMs?: number | undefined;
}

/** So long a bearer must have been up for what was before to count no more. */
const STABLE_MS = 60_000;

/**
 * Of `counts`: restarts in a row that did not help; permanent rejects in a row; 1 since a failure, until a bearer is stable;
 * what makes the chance of this device its own.
 */
const RESTARTS = 0;
const REJECTS = 1;
const FAILED = 2;
const SCATTER = 3;
const SCATTER_RANGE = 2 ** 31;

interface Trouble {
	readonly kind: Kind;
	readonly rung: Rung;
}

export class Recovery {
	private readonly chance: Chance;
	private readonly hasPowerKey: boolean;
	private readonly times: Times;
	private readonly counts: number[] = [0, 0, 0, 0];
	private readonly sockets: SocketHealth;
	/** By kind, in a row. */
	private readonly failures = new Map<Kind, number>();
	/** What failed last, until its rung is begun. */
	private trouble: Trouble | undefined;
	/** The network was asked for something and has not answered yet. */
	private isRequested = false;
	/** This try is among the retries: attachment and activation are one. */
	private isCounted = false;
	/** For how long the bearer has been up; undefined: it is not. */
	private upMs: number | undefined;

	constructor({ chance, counters, hasPowerKey, nowMs, offMs = 0, startSpreadMs = LIMITS.startSpreadMs }: RecoveryOptions) {
		this.chance = () => this.scattered(chance());
		this.hasPowerKey = hasPowerKey;
		this.sockets = new SocketHealth(this.chance);
		this.times = new Times(counters, this.counts, nowMs);
		const record = this.times.restore(offMs);
		if ("damaged" === record) this.assumeTheWorst();
		if (this.counts[REJECTS]! > 0) this.trouble = { kind: "rejected", rung: "restart" };
		this.times.set(TIME.START, Math.round(startSpreadMs * this.chance()));
	}

	/** How long to put off powering the modem on: for bring-up to wait, once after a start. */
	startMs(nowMs: number): number {
		this.pass(nowMs);
		return this.times.of(TIME.START);
	}

	/** What to do next, and when. Asking changes nothing; asked each minute of a wait, it keeps the record up to date. */
	next(nowMs: number): Next {
		this.pass(nowMs);
		if (this.trouble) return this.nextOf(this.trouble);
		const rebuild = this.rebuildRung();
		if (rebuild) return { rung: rebuild, waitMs: 0, why: WHY.socket };
		if (undefined !== this.upMs) {
			const { pauseMs } = this.sockets;
			return { rung: "socket", waitMs: pauseMs, why: pauseMs > 0 ? WHY.server : "" };
		}
		const waitMs = Math.max(this.times.of(TIME.PAUSE), this.accessMs(true));
		return { rung: "wait", waitMs, why: waitMs > 0 ? WHY.limit : "" };
	}

	/** The rung is being done now; its wait is over. For "socket" there is nothing to tell. */
	begin(rung: Rung, nowMs: number): void {
		this.pass(nowMs);
		if ("socket" === rung) return;
		if (this.rebuildRung()) this.sockets.onRebuild();
		const isSilent = "silent" === this.trouble?.kind;
		this.trouble = undefined;
		this.isRequested = false;
		this.isCounted = false;
		this.times.set(TIME.PAUSE, 0);
		if ("wait" === rung) return;
		this.upMs = undefined;
		this.counts[FAILED] = 1;
		if ("restart" !== rung && "power-key" !== rung) return;
		if (!isSilent) this.counts[RESTARTS]!++;
		this.times.set(TIME.RESTART, this.hours(RESTARTS));
		this.times.write();
	}

	/**
	 * Before each access to the network (AT+CGATT=1, activation of the context). 0: it is counted, go. Otherwise not now but in
	 * so many ms: give up with BACKOFF, `next` says the same.
	 */
	request(what: "attach" | "activation", nowMs: number): number {
		this.pass(nowMs);
		const { times } = this;
		const isActivation = "activation" === what;
		const waitMs = this.accessMs(isActivation);
		if (waitMs > 0) {
			times.set(TIME.PAUSE, Math.max(times.of(TIME.PAUSE), waitMs));
			return waitMs;
		}
		if (1 === this.counts[FAILED] && !this.isCounted) times.add(TIME.RETRY, RETRIES.useMs);
		if (isActivation) times.add(TIME.ACTIVATION, ACTIVATIONS.useMs);
		this.isCounted = true;
		this.isRequested = true;
		times.set(TIME.GAP, jittered(LIMITS.retryGapMs, this.chance));
		times.write(); // before it is done: a reboot in the middle of it must not forget it
		return 0;
	}

	/** `cause`: the 3GPP number, where the modem gave one (+CREG, AT+CEER); without, what the error's reason says. */
	onFailure(step: Step, error: ModemError, nowMs: number, cause = causeOfCme(error.reason)): void {
		this.pass(nowMs);
		const { isRequested, times } = this;
		const kind = kindOf(step, error.code, cause, isRequested);
		if ("lost" === kind && this.rebuildRung()) return; // given up for the sake of connections
		this.isRequested = false;
		this.isCounted = false;
		if (isRequested) times.set(TIME.GAP, kind ? jittered(LIMITS.retryGapMs, this.chance) : 0); // from its end on
		if (!kind) return;
		const isFirst = 0 === this.counts[FAILED];
		this.upMs = undefined;
		this.counts[FAILED] = 1;
		const failures = (this.failures.get(kind) ?? 0) + 1;
		this.failures.set(kind, failures);
		const { rung, waitMs } = planned(kind, failures, this.hasPowerKey);
		this.trouble = { kind, rung };
		times.set(TIME.PAUSE, jittered(waitMs, this.chance));
		const isHeld = this.hold(kind);
		if (isFirst || isRequested || isHeld) times.write();
	}

	/**
	 * "registration": registered and attached, also when the modem says so by itself (+CGREG 1 or 5; +CREG alone is no proof, a SIM
	 * without data registers too). "bearer": it is up. The other steps prove nothing.
	 */
	onSuccess(step: Step, nowMs: number): void {
		this.pass(nowMs);
		if ("registration" !== step && "bearer" !== step) return;
		const { times, trouble } = this;
		this.isRequested = false;
		this.counts[REJECTS] = 0;
		times.set(TIME.GAP, 0);
		times.set(TIME.REJECTED, 0);
		const isUp = "bearer" === step;
		if (isUp || "search" === trouble?.kind || "denied" === trouble?.kind || "rejected" === trouble?.kind) {
			this.trouble = undefined;
			times.set(TIME.PAUSE, 0);
		}
		if (!isUp) return;
		times.set(TIME.BACKOFF, 0);
		times.set(TIME.QUIET, 0);
		this.isCounted = false;
		this.upMs ??= 0;
	}

	/** The bearer was taken down by its owner: no failure. */
	onDown(nowMs: number): void {
		this.pass(nowMs);
		this.upMs = undefined;
	}

	/** When `next` gives another rung than "socket" after this, the bearer is to be given up and brought up again. */
	onSocket(event: SocketEvent, nowMs: number): void {
		this.pass(nowMs);
		this.sockets.on(event);
	}

	/** The modem's own number, once it is known: devices that start alike wait differently from then on, also after a reboot. */
	identify(imei: string, nowMs: number): void {
		this.pass(nowMs);
		let hash = 0x811c9dc5;
		for (let at = 0; at < imei.length; at++) hash = Math.imul(hash ^ imei.charCodeAt(at), 0x01000193);
		hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 1; // numbers of neighbours become far apart
		if (hash === this.counts[SCATTER]) return;
		this.counts[SCATTER] = hash;
		this.times.write();
	}

	/** A person wants it now, or the SIM is another one: waits end. What is counted by the hour, and the minute after a failure, stay. */
	reset(nowMs: number): void {
		this.pass(nowMs);
		this.trouble = undefined;
		this.counts[REJECTS] = 0;
		this.onStable();
		for (const time of [TIME.BACKOFF, TIME.REJECTED, TIME.QUIET, TIME.PAUSE, TIME.START]) this.times.set(time, 0);
		this.times.write();
	}

	private nextOf({ kind, rung }: Trouble): Next {
		const { times } = this;
		const why = WHY[kind];
		const heldMs = Math.max(times.of(TIME.PAUSE), times.of(TIME.REJECTED));
		if ("wait" === rung) return { rung, waitMs: heldMs, why };
		if ("silent" === kind) return { rung, waitMs: Math.max(heldMs, times.of(TIME.BACKOFF)), why };
		const accessMs = Math.max(heldMs, this.accessMs(true));
		if ("restart" !== rung) return { rung, waitMs: accessMs, why };
		const waitMs = Math.max(accessMs, times.of(TIME.RESTART), times.of(TIME.QUIET));
		if ("rejected" === kind || waitMs <= accessMs) return { rung: this.restartRung(this.counts[RESTARTS]!), waitMs, why };
		// Not allowed yet: meanwhile something less.
		return { rung: "refused" === kind || "hung" === kind || "lost" === kind ? "bearer" : "wait", waitMs: accessMs, why };
	}

	/** A cold start clears more than a warm one: each second restart is one. */
	private restartRung(before: number): Rung {
		return this.hasPowerKey && 1 === before % 2 ? "power-key" : "restart";
	}

	/** For the sake of connections, and only when it may be done at once. */
	private rebuildRung(): Rung | undefined {
		if (undefined === this.upMs || !this.sockets.isBad || this.accessMs(true) > 0) return undefined;
		const { rebuilds } = this.sockets;
		if (0 === rebuilds || !this.sockets.isDead) return "bearer";
		if (1 === rebuilds) return "radio";
		const mayRestart = 0 === this.times.of(TIME.RESTART) && 0 === this.times.of(TIME.QUIET);
		return mayRestart ? this.restartRung(rebuilds) : "bearer";
	}

	/** How long until the network may be asked for something. */
	private accessMs(isActivation: boolean): number {
		const { times } = this;
		let waitMs = Math.max(times.of(TIME.BACKOFF), times.of(TIME.REJECTED), times.of(TIME.GAP));
		if (isActivation) waitMs = Math.max(waitMs, times.of(TIME.ACTIVATION) - ACTIVATIONS.fullMs);
		const isRetry = 1 === this.counts[FAILED] && !this.isCounted;
		return isRetry ? Math.max(waitMs, times.of(TIME.RETRY) - RETRIES.fullMs) : waitMs;
	}

	/** What a failure of the network's forbids for a time; true: something is. */
	private hold(kind: Kind): boolean {
		const { times } = this;
		if ("rejected" === kind) {
			this.counts[REJECTS]!++;
			times.set(TIME.REJECTED, this.hours(REJECTS));
		} else if ("refused" === kind || "backoff" === kind) {
			const ms = jittered(LIMITS.networkBackoffMs, this.chance);
			times.set(TIME.QUIET, ms);
			if ("backoff" === kind) times.set(TIME.BACKOFF, ms);
		} else return false;
		return true;
	}

	private scattered(part: number): number {
		const scatter = this.counts[SCATTER]!;
		return 0 === scatter ? part : (part + scatter / SCATTER_RANGE) % 1;
	}

	private hours(count: number): number {
		return jittered(grownMs(LIMITS.restartMs, LIMITS.longestRestartMs, this.counts[count]!), this.chance);
	}

	private pass(nowMs: number): void {
		const ms = this.times.pass(nowMs);
		this.sockets.pass(ms);
		if (undefined === this.upMs) return;
		this.upMs += ms;
		if (this.upMs >= STABLE_MS && 1 === this.counts[FAILED]) this.onStable();
	}

	private onStable(): void {
		this.failures.clear();
		this.counts[FAILED] = 0;
		this.counts[RESTARTS] = 0;
		this.times.touch();
	}

	/** The record is damaged: as if all that is allowed had just been used. */
	private assumeTheWorst(): void {
		const { times } = this;
		times.set(TIME.RESTART, this.hours(RESTARTS));
		times.set(TIME.ACTIVATION, ACTIVATIONS.fullMs + ACTIVATIONS.useMs);
		times.set(TIME.RETRY, RETRIES.fullMs + RETRIES.useMs);
		times.write();
	}
}

/*
 * The one owner of recovery: from what failed, counters and time to the next rung. Pure: it sends nothing, and knows no clock.
 *
 * Whoever brings the modem up asks `next` before each try, tells with `begin` what it does, asks `request` before each access
 * to the network, and tells how it ended. Everybody else (network interface, loop, application) only asks `next`.
 *
 * What may not be exceeded is held in LIMITS and kept by counters that survive a reboot of the microcontroller. Its clock
 * starts anew then, and nobody knows how long it was off: unless the host says so (`offMs`), no time is taken to have passed.
 * So after a reboot a wait may be longer than it had to be, and never shorter.
 */
import { Backoff, type Chance, grownMs, jittered, type NextTry } from "../core/backoff.js";
import { elapsedMs } from "../core/clock.js";
import { type Counters, readCounters, writeCounters } from "../core/counters.js";
import type { ModemError } from "../core/errors.js";
import { causeOfCme } from "./causes.js";
import { type Kind, kindOf, planned, type Rung, type Step, WHY } from "./recovery-plans.js";

export type { Rung, Step } from "./recovery-plans.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What operators demand. Sources: Telefonica M2M/IoT Device Behaviour Requirements; GSMA TS.34 ch. 8, u-blox UBX-20050829 7.2.4; 3GPP TS 24.301. */
export const LIMITS = Object.freeze({
	/** Restarts of the modem: at most one in this time; each further one in a row waits twice as long, up to `longestRestartMs`. REQ_009 */
	restartMs: HOUR_MS,
	longestRestartMs: 4 * HOUR_MS,
	/** Service requests that follow a failure, an hour (REQ_008), of which so many at once. */
	retriesPerHour: 10,
	retryBurst: 5,
	/** Between a service request that failed and the next. REQ_008 */
	retryGapMs: MINUTE_MS,
	/** PDP activations an hour, answered well or not, of which so many at once. TS.34 ch. 8, Deutsche Telekom */
	activationsPerHour: 30,
	activationBurst: 6,
	/** T3402, T3396: a restart within begins it anew. */
	networkBackoffMs: 12 * MINUTE_MS,
	/** A search for a network that is new to the SIM has at least this. REQ_016 */
	firstAttachMs: 5 * MINUTE_MS,
	/** Connected to the network and not to a server: the bearer is left alone at least so long. 5.2.1 */
	serverAwayMs: HOUR_MS,
	/** The first access to the network after a start is put off by up to this: a whole street gets its power back at once. */
	startSpreadMs: 30_000,
});

/** What the sockets of the modem report. */
export type SocketEvent =
	/** The peer's side has acknowledged bytes, or has answered. */
	| "acknowledged"
	| "opened"
	/** Network or peer said no: the server may be away. */
	| "connect-failed"
	/** The modem said nothing. */
	| "connect-timeout"
	/** The modem itself refused the command: no packet was sent. */
	| "refused"
	/** A slot that the modem does not close. */
	| "stuck"
	/** Nothing was acknowledged for long. */
	| "unacknowledged";

export interface Next extends NextTry {
	/** What is to be done after `waitMs`: "socket": nothing but the connection; "wait": bring up what is missing. */
	readonly rung: Rung;
}

export interface RecoveryOptions {
	readonly nowMs: number;
	readonly chance: Chance;
	readonly counters?: Counters | undefined;
	/** A power key is wired: a silent modem can be restarted. */
	readonly hasPowerKey: boolean;
	/** How long the microcontroller was off or asleep before this start, as far as the host knows; default 0. */
	readonly offMs?: number | undefined;
	/** Default LIMITS.startSpreadMs; 0 where somebody watches. */
	readonly startSpreadMs?: number | undefined;
}

/** So long a bearer must have been up for what was before to count no more. */
const STABLE_MS = MINUTE_MS;
/** The record is written anew so often at most, while one of its times runs. */
const WRITE_MS = MINUTE_MS;
const FIRST_SOCKET_MS = 2_000;
const LONGEST_SOCKET_MS = 300_000;
/** So many connections in a row that fail by the modem's fault. */
const DEAD_CONNECTIONS = 3;
/** After such a rung, the next waits at least so long, doubled each time. */
const FIRST_REBUILD_MS = 10 * MINUTE_MS;

/** Times that run down, by their place in `left`. The first ones survive a reboot. */
const RESTART = 0;
const ACTIVATION = 1;
const RETRY = 2;
const BACKOFF = 3;
const REJECTED = 4;
const GAP = 5;
/** No restart: the network may be in a back-off that it has not told of. */
const QUIET = 6;
const KEPT = 7;
const PAUSE = 7;
const REBUILD = 8;
const SERVER_AWAY = 9;
const START = 10;
const TIMES = 11;

/** Of so many an hour, `burst` at once: no hour ever has more, wherever it begins. */
const RETRY_MS = HOUR_MS / (LIMITS.retriesPerHour - LIMITS.retryBurst);
const RETRY_FULL_MS = RETRY_MS * (LIMITS.retryBurst - 1);
const ACTIVATION_MS = HOUR_MS / (LIMITS.activationsPerHour - LIMITS.activationBurst);
const ACTIVATION_FULL_MS = ACTIVATION_MS * (LIMITS.activationBurst - 1);

const SOCKET_RUNGS: readonly Rung[] = Object.freeze(["bearer", "radio", "restart"] as const);

interface Trouble {
	readonly kind: Kind;
	readonly rung: Rung;
}

export class Recovery {
	private readonly chance: Chance;
	private readonly counters: Counters | undefined;
	private readonly hasPowerKey: boolean;
	private readonly left: number[] = new Array(TIMES).fill(0);
	private readonly socketWaits: Backoff;
	private readonly failures = new Map<Kind, number>();
	private lastMs: number;
	/** Since the record was written. */
	private unwrittenMs = 0;
	private isWritten = true;
	/** What failed last, until its rung is begun. */
	private trouble: Trouble | undefined;
	/** A try is a retry: something has failed since a bearer was last stable. */
	private hasFailed = false;
	/** Restarts in a row that did not help; rejects in a row. Both survive a reboot. */
	private restarts = 0;
	private rejects = 0;
	/** The network was asked for something and has not answered yet. */
	private isRequested = false;
	/** This try is among the retries: attachment and activation are one. */
	private isCounted = false;
	/** For how long the bearer has been up; undefined: it is not. */
	private upMs: number | undefined;
	/** In a row, by the modem's fault; of those that opened, without an acknowledgement; and those that network or peer refused. */
	private dead = 0;
	private unacknowledged = 0;
	private refusedConnections = 0;
	/** Rungs for the sake of sockets, in a row. */
	private rebuilds = 0;

	constructor(options: RecoveryOptions) {
		const { chance, counters, hasPowerKey, nowMs, offMs = 0, startSpreadMs = LIMITS.startSpreadMs } = options;
		this.chance = chance;
		this.counters = counters;
		this.hasPowerKey = hasPowerKey;
		this.lastMs = nowMs;
		this.socketWaits = new Backoff(FIRST_SOCKET_MS, LONGEST_SOCKET_MS, chance);
		this.restore();
		for (let at = 0; at < KEPT; at++) this.left[at] = Math.max(0, this.left[at]! - offMs);
		this.left[START] = Math.round(startSpreadMs * chance());
	}

	/** How long the first access to the network is still to be put off: for bring-up to wait, once, before the modem is powered on. */
	startMs(nowMs: number): number {
		this.pass(nowMs);
		return this.left[START]!;
	}

	/** What to do next, and when. Asking changes nothing but the record. */
	next(nowMs: number): Next {
		this.pass(nowMs);
		const { trouble } = this;
		if (trouble) return this.nextOf(trouble);
		const rebuild = this.rebuildRung();
		if (rebuild) return { rung: rebuild, waitMs: this.accessMs(), why: WHY.socket };
		if (undefined !== this.upMs) return { rung: "socket", waitMs: this.left[PAUSE]!, why: this.left[PAUSE] ? WHY.server : "" };
		const waitMs = Math.max(this.left[PAUSE]!, this.accessMs());
		return { rung: "wait", waitMs, why: waitMs > 0 ? WHY.limit : "" };
	}

	/** The rung is being done now; its wait is over. For "socket" there is nothing to tell. */
	begin(rung: Rung, nowMs: number): void {
		this.pass(nowMs);
		if ("socket" === rung) return;
		if (undefined !== this.upMs && this.rebuildRung()) this.beginRebuild();
		const isSilent = "silent" === this.trouble?.kind;
		this.trouble = undefined;
		this.isCounted = false;
		this.left[PAUSE] = 0;
		if ("wait" === rung) return;
		this.endUp();
		this.hasFailed = true;
		if ("restart" !== rung && "power-key" !== rung) return;
		if (!isSilent) this.restarts++;
		this.left[RESTART] = this.hours(this.restarts);
		this.write();
	}

	/**
	 * Before each access to the network (AT+CGATT=1, activation of the context). 0: it is counted, go. Otherwise not now but in
	 * so many ms: give up with BACKOFF, `next` says the same.
	 */
	request(what: "attach" | "activation", nowMs: number): number {
		this.pass(nowMs);
		const isActivation = "activation" === what;
		const waitMs = this.accessMs(isActivation);
		if (waitMs > 0) {
			this.left[PAUSE] = Math.max(this.left[PAUSE]!, waitMs);
			return waitMs;
		}
		if (this.hasFailed && !this.isCounted) this.left[RETRY]! += RETRY_MS;
		this.isCounted = true;
		if (isActivation) this.left[ACTIVATION]! += ACTIVATION_MS;
		this.left[GAP] = jittered(LIMITS.retryGapMs, this.chance);
		this.isRequested = true;
		this.write();
		return 0;
	}

	/** `cause`: the 3GPP number, where the modem gave one (+CREG, AT+CEER); without, what the error's reason says. */
	onFailure(step: Step, error: ModemError, nowMs: number, cause = causeOfCme(error.reason)): void {
		this.pass(nowMs);
		const kind = kindOf(step, error.code, cause, this.isRequested);
		if (undefined === kind || ("lost" === kind && this.rebuildRung())) return;
		const isToWrite = !this.hasFailed || this.isRequested || "rejected" === kind;
		if (this.isRequested) this.left[GAP] = jittered(LIMITS.retryGapMs, this.chance); // from its end on
		this.isRequested = false;
		this.isCounted = false;
		this.endUp();
		this.hasFailed = true;
		const failures = (this.failures.get(kind) ?? 0) + 1;
		this.failures.set(kind, failures);
		const { rung, waitMs } = planned(kind, failures, this.hasPowerKey);
		this.trouble = { kind, rung };
		this.left[PAUSE] = jittered(waitMs, this.chance);
		if ("refused" === kind || "backoff" === kind) this.left[QUIET] = jittered(LIMITS.networkBackoffMs, this.chance);
		if ("backoff" === kind) this.left[BACKOFF] = this.left[QUIET]!;
		if ("rejected" === kind) this.left[REJECTED] = this.hours(++this.rejects);
		if (isToWrite || "backoff" === kind) this.write();
	}

	/**
	 * "registration": registered and attached, also when the modem says so by itself (+CGREG 1 or 5; +CREG alone is no proof, a SIM
	 * without data registers too); "bearer": it is up.
	 */
	onSuccess(step: Step, nowMs: number): void {
		this.pass(nowMs);
		if ("registration" !== step && "bearer" !== step) return;
		this.isRequested = false;
		this.left[GAP] = 0;
		this.left[REJECTED] = 0;
		this.rejects = 0;
		if ("bearer" === step) {
			this.trouble = undefined;
			this.isCounted = false;
			this.left[PAUSE] = 0;
			this.left[BACKOFF] = 0;
			this.left[QUIET] = 0;
			this.upMs ??= 0;
		} else if ("search" === this.trouble?.kind || "denied" === this.trouble?.kind || "rejected" === this.trouble?.kind) {
			this.trouble = undefined;
			this.left[PAUSE] = 0;
		}
	}

	/** The bearer was taken down by its owner: no failure. */
	onDown(nowMs: number): void {
		this.pass(nowMs);
		this.endUp();
	}

	/** When `next` gives another rung than "socket" after this, the bearer is to be given up and brought up again. */
	onSocket(event: SocketEvent, nowMs: number): void {
		this.pass(nowMs);
		switch (event) {
			case "acknowledged":
				this.unacknowledged = 0;
				this.rebuilds = 0;
				this.left[REBUILD] = 0;
				return this.onOpened();
			case "opened":
				return this.onOpened();
			case "connect-failed":
				if (0 === this.refusedConnections++) this.left[SERVER_AWAY] = jittered(LIMITS.serverAwayMs, this.chance);
				break;
			case "unacknowledged":
				this.unacknowledged++;
				break;
			default:
				this.dead++;
		}
		if (!this.trouble) this.left[PAUSE] = this.socketWaits.next();
	}

	/** A person wants it now, or the SIM is another one: waits end. What operators allow in an hour stays. */
	reset(nowMs: number): void {
		this.pass(nowMs);
		this.forgetFailures();
		this.trouble = undefined;
		this.rejects = 0;
		this.restarts = 0;
		for (const time of [BACKOFF, REJECTED, QUIET, PAUSE, REBUILD]) this.left[time] = 0;
		this.write();
	}

	private onOpened(): void {
		this.dead = 0;
		this.refusedConnections = 0;
		this.socketWaits.reset();
		if (!this.trouble) this.left[PAUSE] = 0;
	}

	private nextOf({ kind, rung }: Trouble): Next {
		const { left } = this;
		const why = WHY[kind];
		const heldMs = Math.max(left[PAUSE]!, left[REJECTED]!);
		if ("wait" === rung) return { rung, waitMs: heldMs, why };
		if ("silent" === kind) return { rung, waitMs: Math.max(heldMs, left[BACKOFF]!), why };
		const accessMs = Math.max(heldMs, this.accessMs());
		if ("restart" !== rung) return { rung, waitMs: accessMs, why };
		const waitMs = Math.max(accessMs, left[RESTART]!, left[QUIET]!);
		if ("rejected" === kind || waitMs <= accessMs) return { rung: this.restartRung(), waitMs, why };
		// Not yet allowed: meanwhile something less.
		return { rung: this.isRequestKind(kind) ? "bearer" : "wait", waitMs: accessMs, why };
	}

	private isRequestKind(kind: Kind): boolean {
		return "refused" === kind || "hung" === kind || "lost" === kind;
	}

	/** A cold start clears more than a warm one: each second restart is one. */
	private restartRung(): Rung {
		return this.hasPowerKey && 1 === this.restarts % 2 ? "power-key" : "restart";
	}

	/** Undefined: sockets give no reason for more than to try them again. */
	private rebuildRung(): Rung | undefined {
		const isAway = this.refusedConnections > 0 && 0 === this.left[SERVER_AWAY];
		const isDead = this.dead >= DEAD_CONNECTIONS || this.unacknowledged >= DEAD_CONNECTIONS;
		if (undefined === this.upMs || this.left[REBUILD]! > 0 || !(isAway || isDead)) return undefined;
		const rung = SOCKET_RUNGS[Math.min(this.rebuilds, SOCKET_RUNGS.length - 1)]!;
		if ("restart" !== rung) return rung;
		return this.left[RESTART]! > 0 || this.left[QUIET]! > 0 ? "bearer" : this.restartRung();
	}

	private beginRebuild(): void {
		this.dead = 0;
		this.unacknowledged = 0;
		this.refusedConnections = 0;
		this.left[REBUILD] = jittered(grownMs(FIRST_REBUILD_MS, LIMITS.longestRestartMs, ++this.rebuilds), this.chance);
	}

	/** How long until the network may be asked for something. */
	private accessMs(isActivation = true): number {
		const { left } = this;
		let waitMs = Math.max(left[BACKOFF]!, left[REJECTED]!, left[GAP]!);
		if (isActivation) waitMs = Math.max(waitMs, left[ACTIVATION]! - ACTIVATION_FULL_MS);
		if (this.hasFailed && !this.isCounted) waitMs = Math.max(waitMs, left[RETRY]! - RETRY_FULL_MS);
		return waitMs;
	}

	private hours(count: number): number {
		return jittered(grownMs(LIMITS.restartMs, LIMITS.longestRestartMs, count), this.chance);
	}

	private endUp(): void {
		this.upMs = undefined;
	}

	private forgetFailures(): void {
		this.failures.clear();
		this.hasFailed = false;
	}

	/** Time has passed: what runs down does so. */
	private pass(nowMs: number): void {
		const ms = elapsedMs(this.lastMs, nowMs);
		this.lastMs = nowMs;
		let runs = false;
		for (let at = 0; at < TIMES; at++) {
			const left = Math.max(0, this.left[at]! - ms);
			this.left[at] = left;
			if (at < KEPT && left > 0) runs = true;
		}
		if (undefined !== this.upMs) {
			this.upMs += ms;
			if (this.upMs >= STABLE_MS && this.hasFailed) this.onStable();
		}
		this.unwrittenMs += ms;
		if ((runs || !this.isWritten) && this.unwrittenMs >= WRITE_MS) this.write(runs);
	}

	private onStable(): void {
		this.forgetFailures();
		this.restarts = 0;
		this.isWritten = false;
	}

	/** `again`: times run, and are to be written again later. */
	private write(again = true): void {
		const values = this.left.slice(0, KEPT).map(ms => Math.ceil(ms / 1_000));
		values.push(this.restarts, this.rejects, this.hasFailed ? 1 : 0);
		writeCounters(this.counters, values);
		this.unwrittenMs = 0;
		this.isWritten = !again;
	}

	private restore(): void {
		const { left } = this;
		const record = readCounters(this.counters, KEPT + 3);
		if ("damaged" === record.kind) {
			// Nothing is known: as if all that is allowed had just been used.
			left[RESTART] = this.hours(1);
			left[ACTIVATION] = ACTIVATION_FULL_MS + ACTIVATION_MS;
			left[RETRY] = RETRY_FULL_MS + RETRY_MS;
			return this.write();
		}
		if ("missing" === record.kind) return;
		const { values } = record;
		for (let at = 0; at < KEPT; at++) left[at] = values[at]! * 1_000;
		this.restarts = values[KEPT]!;
		this.rejects = values[KEPT + 1]!;
		this.hasFailed = 0 !== values[KEPT + 2];
		this.isWritten = false;
		if (this.rejects > 0) this.trouble = { kind: "rejected", rung: "restart" };
	}
}

/*
 * What connections tell of the state of the modem and the bearer below them.
 *
 * A server that is away is no reason to touch the bearer, for an hour at least. A modem that says nothing, refuses by itself,
 * does not close, or accepts bytes that nobody acknowledges is one, after a few in a row.
 */
import { Backoff, type Chance, grownMs, jittered } from "../core/backoff.js";
import { LIMITS } from "./recovery-limits.js";

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

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** So many in a row. */
const DEAD_CONNECTIONS = 3;
/** From one rebuilding of what is below to the next at least, doubled each time. */
const FIRST_REBUILD_MS = 600_000;

export class SocketHealth {
	private readonly chance: Chance;
	private readonly waits: Backoff;
	/** In a row: by the modem's fault; opened and never acknowledged; refused by network or peer. */
	private dead = 0;
	private unacknowledged = 0;
	private refused = 0;
	/** What runs down: until a connection is to be tried again, until the server was away for too long, until the next rebuilding. */
	private waitMs = 0;
	private awayMs = 0;
	private holdMs = 0;
	/** How often in a row everything below was built up anew for the sake of connections. */
	rebuilds = 0;

	constructor(chance: Chance) {
		this.chance = chance;
		this.waits = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS, chance);
	}

	/** Until the next connection should be tried. */
	get pauseMs(): number {
		return this.waitMs;
	}

	/** Trying connections again is not enough. */
	get isBad(): boolean {
		return 0 === this.holdMs && (this.isDead || (this.refused > 0 && 0 === this.awayMs));
	}

	/** It is the modem or the bearer. Otherwise a server is away, and that gives no reason for more than a new bearer. */
	get isDead(): boolean {
		return this.dead >= DEAD_CONNECTIONS || this.unacknowledged >= DEAD_CONNECTIONS;
	}

	pass(ms: number): void {
		this.waitMs = Math.max(0, this.waitMs - ms);
		this.awayMs = Math.max(0, this.awayMs - ms);
		this.holdMs = Math.max(0, this.holdMs - ms);
	}

	on(event: SocketEvent): void {
		switch (event) {
			case "acknowledged":
				this.unacknowledged = 0;
				this.rebuilds = 0;
				this.holdMs = 0;
				return this.onOpened();
			case "opened":
				return this.onOpened();
			case "connect-failed":
				if (0 === this.refused++) this.awayMs = jittered(LIMITS.serverAwayMs, this.chance);
				break;
			case "unacknowledged":
				this.unacknowledged++;
				break;
			default:
				this.dead++;
		}
		this.waitMs = this.waits.next();
	}

	/** Something below is being built up anew: what was counted speaks of the one before. */
	onRebuild(): void {
		this.dead = 0;
		this.unacknowledged = 0;
		this.refused = 0;
		this.waitMs = 0;
		this.holdMs = jittered(grownMs(FIRST_REBUILD_MS, LIMITS.longestRestartMs, ++this.rebuilds), this.chance);
	}

	private onOpened(): void {
		this.dead = 0;
		this.refused = 0;
		this.waitMs = 0;
		this.waits.reset();
	}
}

/*
 * From a modem in any state to a bearer: power, settings, SIM, registration, context; and back when one of them is lost.
 *
 * `up` does what is missing and nothing else. What is done about a failure, and when, is decided by recovery.ts; here it
 * is carried out.
 */

import type { AtClient } from "../at/client.js";
import type { Clock } from "../core/clock.js";
import { ModemError, type ModemErrorCode } from "../core/errors.js";
import type { Pause, Waits } from "../core/waits.js";
import type { Bearer } from "./bearer.js";
import {
	ATTENTION,
	ERROR_NUMBERS,
	FULL_FUNCTIONALITY,
	FUNCTIONALITY,
	MINIMUM_FUNCTIONALITY,
	TELL_REGISTRATION,
} from "./commands.js";
import type { ModemEvent } from "./events.js";
import { identify } from "./identity.js";
import type { Power } from "./power.js";
import type { Recovery, Rung } from "./recovery.js";
import type { Registration } from "./registration.js";
import type { Script } from "./script.js";
import type { Sim } from "./sim.js";
import { type ModemState, stepOf } from "./state.js";

export interface BringUpOptions {
	readonly clock: Clock;
	readonly waits: Waits;
	readonly client: AtClient;
	readonly script: Script;
	readonly power: Power;
	readonly sim: Sim;
	readonly registration: Registration;
	readonly bearer: Bearer;
	readonly recovery: Recovery;
	onEvent(event: ModemEvent): void;
	/** Every connection is gone. */
	onLost(error: ModemError): void;
	/** The state has changed. */
	onState(): void;
}

/** A wait that is no longer than this is part of `up`; a longer one is BACKOFF. */
const MOST_WAIT_MS = 90_000;
/** Of a longer one an event tells. */
const SHORT_WAIT_MS = 2_000;
/** Of one `up`, for a modem that restarts or a network that takes the bearer away meanwhile. */
const MOST_ATTEMPTS = 3;
/** AT+CFUN: SIM and radio are on. */
const FULL = 1;
/** The modem can be set up again at once. */
const PASSING: readonly ModemErrorCode[] = Object.freeze(["MODEM_RESTARTED", "BEARER_LOST"] as const);
/** Whether what was set up still holds is not known. */
const FATAL: readonly ModemErrorCode[] = Object.freeze(["TIMEOUT", "NO_MODEM", "POWER_KEY_FAILED", "PORT_FAILED"] as const);

export class BringUp {
	private readonly options: BringUpOptions;
	private current: ModemState;
	private underWay: Promise<void> | undefined;
	/** Counts the calls of down(): what began before one of them ends. */
	private round = 0;
	/** Of what is under way. */
	private startedRound = 0;
	/** Before a try. */
	private pause: Pause | undefined;
	/** The first word of what the modem says of itself; empty when it is not known. */
	model = "";

	constructor(options: BringUpOptions) {
		this.options = options;
		this.current = { kind: "off", sinceMs: options.clock.nowMs(), why: "" };
	}

	get state(): ModemState {
		return this.current;
	}

	/** Calls while one is under way share it. @throws {ModemError} BACKOFF, and with the code of the step that failed */
	up(): Promise<void> {
		if ("up" === this.current.kind) return Promise.resolve();
		if (!this.underWay || this.startedRound !== this.round) {
			this.startedRound = this.round;
			this.underWay = this.runAfter(this.underWay, this.round);
		}
		return this.underWay;
	}

	/** Ends bearer and connections at once, and what brings them up. @throws {ModemError} what the client throws */
	async down(): Promise<void> {
		const { bearer, clock, recovery, script } = this.options;
		const { kind } = this.current;
		const error = takenDown();
		this.round++;
		this.pause?.resolve();
		script.end(error);
		recovery.onDown(clock.nowMs());
		if ("up" === kind) this.enter("registered", "down() was called");
		const shut = "off" === kind || "starting" === kind ? undefined : bearer.down();
		this.options.onLost(error);
		await shut;
	}

	/** The modem is as after power-on, is off, or does not answer: nothing that was set up holds. */
	reset(error: ModemError): void {
		const { bearer, client, registration, script } = this.options;
		client.configured = false;
		script.end(error);
		registration.forget();
		bearer.onLost(error.code);
		this.tellFailure(error);
		this.enter("off", error.message);
		this.options.onLost(error);
	}

	onBearerLost(error: ModemError): void {
		this.options.bearer.onLost(error.code);
		this.tellFailure(error);
		if ("up" === this.current.kind) this.enter("registered", error.message);
		this.options.onLost(error);
	}

	close(): void {
		this.options.registration.forget();
		this.options.bearer.close();
		this.enter("off", "the driver was closed");
	}

	/** What fails while it is being brought up is told by `run`. */
	private tellFailure(error: ModemError): void {
		const { clock, recovery } = this.options;
		if ("up" === this.current.kind) recovery.onFailure("bearer", error, clock.nowMs());
	}

	private async runAfter(before: Promise<void> | undefined, round: number): Promise<void> {
		try {
			await before;
		} catch {} // told to those who asked for it
		try {
			await this.run(round);
		} finally {
			if (round === this.startedRound) this.underWay = undefined;
		}
	}

	private async run(round: number): Promise<void> {
		const { clock, onEvent, recovery, script } = this.options;
		await this.wait(recovery.startMs(clock.nowMs()), round);
		let failure: ModemError | undefined;
		for (let attempt = 1; ; attempt++) {
			const { rung, waitMs, why } = recovery.next(clock.nowMs());
			if (waitMs > MOST_WAIT_MS) throw failure ?? backoff(why, waitMs);
			if (waitMs > SHORT_WAIT_MS) onEvent({ kind: "retry", afterMs: waitMs, why });
			await this.wait(waitMs, round);
			script.begin();
			try {
				recovery.begin(rung, clock.nowMs());
				return await this.rise(rung, round);
			} catch (error) {
				failure = this.failed(error);
				if (!PASSING.includes(failure.code) || attempt === MOST_ATTEMPTS) throw failure;
			}
		}
	}

	private failed(error: unknown): ModemError {
		const { clock, recovery } = this.options;
		if (!(error instanceof ModemError)) throw error; // a defect
		recovery.onFailure(stepOf(this.current), error, clock.nowMs());
		if (FATAL.includes(error.code)) this.reset(error);
		else if ("registered" === this.current.kind) this.enter("searching", error.message); // a change may have been missed
		return error;
	}

	private async rise(rung: Rung, round: number): Promise<void> {
		const { bearer, clock, recovery, registration } = this.options;
		const isRestart = "radio" === rung || "restart" === rung || "power-key" === rung;
		if (isRestart || "off" === this.current.kind || "starting" === this.current.kind) await this.start(rung, round);
		if ("registered" !== this.current.kind || !registration.isRegistered) {
			this.enter("searching", "the SIM is ready");
			await registration.register();
			recovery.onSuccess("registration", clock.nowMs());
			this.enter("registered", "the network has taken the SIM");
		}
		await bearer.up();
		recovery.onSuccess("bearer", clock.nowMs());
		this.enter("up", "the bearer is up");
	}

	private async start(rung: Rung, round: number): Promise<void> {
		const { client, onEvent, power, script, sim } = this.options;
		this.enter("starting", rung, "modem");
		if ("restart" === rung) await power.restart();
		if ("power-key" === rung) await power.off();
		await power.on();
		this.goOn(round);
		script.begin(); // a RDY while it was looked for is no reason to fail
		await script.send(ATTENTION);
		await script.send(ERROR_NUMBERS);
		client.configured = true;
		const { firmware, known, model } = await identify(script);
		this.model = model;
		onEvent({ kind: "identified", model, firmware, known });
		if ("radio" === rung) await script.ask(MINIMUM_FUNCTIONALITY);
		if (FULL !== (await script.ask(FUNCTIONALITY))) await script.ask(FULL_FUNCTIONALITY);
		this.enter("starting", "the modem is set up", "sim");
		await sim.unlock();
		await script.ask(TELL_REGISTRATION); // changes are asked for, too
		power.starting = false; // in autobaud it says no RDY
	}

	/** @throws {ModemError} BEARER_DOWN, CLOSED */
	private async wait(ms: number, round: number): Promise<void> {
		if (ms > 0) {
			this.pause = this.options.waits.pause(ms);
			await this.pause.promise;
		}
		this.goOn(round);
	}

	/** @throws {ModemError} BEARER_DOWN: down() was called since */
	private goOn(round: number): void {
		if (round !== this.round) throw takenDown();
	}

	/** The one place where the state changes. */
	private enter(kind: Exclude<ModemState["kind"], "starting">, why: string): void;
	private enter(kind: "starting", why: string, step: "modem" | "sim"): void;
	private enter(kind: ModemState["kind"], why: string, step: "modem" | "sim" = "modem"): void {
		const { clock, onState } = this.options;
		if (kind === this.current.kind && "starting" !== kind) return;
		this.current = "starting" === kind ? { kind, sinceMs: clock.nowMs(), why, step } : { kind, sinceMs: clock.nowMs(), why };
		onState();
	}
}

function takenDown(): ModemError {
	return new ModemError("BEARER_DOWN", "the bearer was taken down: call up()");
}

/** Asks before each access to the network. @throws {ModemError} BACKOFF */
export function requester(recovery: Recovery, clock: Clock): (what: "attach" | "activation") => void {
	return what => {
		const waitMs = recovery.request(what, clock.nowMs());
		if (waitMs > 0) throw backoff(recovery.next(clock.nowMs()).why, waitMs);
	};
}

function backoff(why: string, waitMs: number): ModemError {
	return new ModemError("BACKOFF", `${why}: the next try is in ${Math.ceil(waitMs / 1_000)} s`);
}

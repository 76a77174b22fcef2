/*
 * Registration in the network, at home or roaming, and the attachment to GPRS.
 *
 * Changes are told by unsolicited results; a slow question beside them finds one that got lost. A refusal by the network
 * is told at once, and the modem is left searching all the same: another network, or the next attempt, may take it.
 *
 * Source: SIM900 AT Command Manual 3.2.32 (AT+CREG), 7.2.3 (AT+CGATT), 7.2.10 (AT+CGREG).
 */

import { Refusal } from "../at/command.js";
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { textOfCause } from "./cause-texts.js";
import { causeOfCme } from "./causes.js";
import { ATTACH, ATTACHED, isRegistered, REGISTRATION } from "./commands.js";
import type { ModemEvent } from "./events.js";
import { rejectReason } from "./reject.js";
import type { Script } from "./script.js";

export interface RegistrationOptions {
	readonly clock: Clock;
	readonly script: Script;
	/** How long a search for a network may take; a SIM that is new at a place can take minutes. */
	readonly timeoutMs: number;
	/** Before the modem is told to attach. @throws {ModemError} BACKOFF */
	request(what: "attach"): void;
	onEvent(event: ModemEvent): void;
}

const ASK_EVERY_MS = 5_000;
const DENIED = 3;
const ROAMING = 5;
/** "Unknown error" to AT+CGATT=1 is normal right after registration. */
const ATTACH_TRIES = 10;
const ATTACH_AGAIN_MS = 1_000;

export class Registration {
	private readonly options: RegistrationOptions;
	/** As last told or asked: 0 to 5; undefined when not known. */
	private current: number | undefined;

	constructor(options: RegistrationOptions) {
		this.options = options;
	}

	/** As last told or asked: 0 to 5; undefined when not known. */
	get state(): number | undefined {
		return this.current;
	}

	/** As far as is known; asking is `register`. */
	get isRegistered(): boolean {
		return isRegistered(this.current ?? 0);
	}

	/** +CREG or +CGREG without being asked, or asked for when one may have been missed. */
	onChange(domain: "gsm" | "gprs", state: number): void {
		if ("gsm" === domain) this.current = state;
		this.options.script.wake();
	}

	/** The modem has restarted: what was known is no longer true. */
	forget(): void {
		this.current = undefined;
	}

	/** @throws {ModemError} NO_NETWORK, REGISTRATION_DENIED, ATTACH_FAILED, BACKOFF, MODEM_RESTARTED, and what the client throws */
	async register(): Promise<void> {
		const { clock, onEvent, script, timeoutMs } = this.options;
		const sinceMs = clock.nowMs();
		let searching = false;
		let denied: ModemError | undefined;
		this.current = await script.send(REGISTRATION);
		while (!isRegistered(this.current)) {
			if (!searching) onEvent({ kind: "searching" });
			searching = true;
			if (DENIED === this.current) denied ??= await this.tellDenied();
			const leftMs = timeoutMs - elapsedMs(sinceMs, clock.nowMs());
			if (leftMs <= 0) throw denied ?? noNetwork(timeoutMs);
			await script.pause(Math.min(leftMs, ASK_EVERY_MS));
			if (!isRegistered(this.current)) this.current = await script.send(REGISTRATION);
		}
		onEvent({ kind: "registered", roaming: ROAMING === this.current });
		await this.attach();
	}

	/** At once, with the cause if the modem knows it. */
	private async tellDenied(): Promise<ModemError> {
		const { onEvent, script } = this.options;
		const reason = await rejectReason(script);
		const cause = causeOfCme(reason);
		const why = undefined === cause ? "check its contract and whether it may roam" : textOfCause("network", cause);
		const text = `the network refuses this SIM: ${why}`;
		onEvent({ kind: "registration-denied", text });
		return new ModemError("REGISTRATION_DENIED", text, reason);
	}

	private async attach(): Promise<void> {
		const { onEvent, request, script } = this.options;
		let attached = await script.send(ATTACHED);
		if (!attached) request("attach");
		for (let attempt = 1; !attached; attempt++) {
			const answer = await script.once(ATTACH);
			if (!(answer instanceof Refusal)) attached = true;
			else if (attempt === ATTACH_TRIES || undefined !== causeOfCme(answer.reason))
				throw new ModemError("ATTACH_FAILED", `the network gives no GPRS: ${answer.message}`, answer.reason);
			else await script.pause(ATTACH_AGAIN_MS);
		}
		onEvent({ kind: "attached" });
	}
}

function noNetwork(timeoutMs: number): ModemError {
	return new ModemError("NO_NETWORK", `no network found in ${timeoutMs / 1_000} s: check antenna and coverage`);
}

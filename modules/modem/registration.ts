/*
 * Registration in the network, at home or roaming, and the attachment to GPRS.
 *
 * Changes are told by unsolicited results; a slow question beside them finds one that got lost.
 *
 * Source: SIM900 AT Command Manual 3.2.32 (AT+CREG), 7.2.3 (AT+CGATT), 7.2.10 (AT+CGREG).
 */
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { ATTACH, ATTACHED, isRegistered, REGISTRATION } from "./commands.js";
import type { ModemEvent } from "./events.js";
import type { Script } from "./script.js";

export interface RegistrationOptions {
	readonly clock: Clock;
	readonly script: Script;
	/** How long a search for a network may take; a SIM that is new at a place can take minutes. */
	readonly timeoutMs: number;
	onEvent(event: ModemEvent): void;
}

const ASK_EVERY_MS = 5_000;
const DENIED = 3;
const ROAMING = 5;
/** "Unknown error" to AT+CGATT=1 is normal right after registration. */
const ATTACH_TRIES = 10;
const ATTACH_AGAIN_MS = 1_000;

export class Registration {
	readonly #options: RegistrationOptions;
	/** As last told or asked: 0 to 5; undefined when not known. */
	#state: number | undefined;

	constructor(options: RegistrationOptions) {
		this.#options = options;
	}

	/** As last told or asked: 0 to 5; undefined when not known. */
	get state(): number | undefined {
		return this.#state;
	}

	/** As far as is known; asking is `register`. */
	get isRegistered(): boolean {
		return isRegistered(this.#state ?? 0);
	}

	/** +CREG or +CGREG without being asked. */
	onChange(domain: "gsm" | "gprs", state: number): void {
		if ("gsm" === domain) this.#state = state;
		this.#options.script.wake();
	}

	/** The modem has restarted: what was known is no longer true. */
	forget(): void {
		this.#state = undefined;
	}

	/** @throws {ModemError} NO_NETWORK, REGISTRATION_DENIED, ATTACH_FAILED, MODEM_RESTARTED, and what the client throws */
	async register(): Promise<void> {
		const { clock, onEvent, script, timeoutMs } = this.#options;
		const sinceMs = clock.nowMs();
		let searching = false;
		this.#state = await script.send(REGISTRATION);
		while (!isRegistered(this.#state)) {
			if (!searching) onEvent({ kind: "searching" });
			searching = true;
			const leftMs = timeoutMs - elapsedMs(sinceMs, clock.nowMs());
			if (leftMs <= 0) throw this.notRegistered();
			await script.pause(Math.min(leftMs, ASK_EVERY_MS));
			if (!isRegistered(this.#state)) this.#state = await script.send(REGISTRATION);
		}
		onEvent({ kind: "registered", roaming: ROAMING === this.#state });
		await this.attach();
	}

	private notRegistered(): ModemError {
		if (DENIED === this.#state)
			return new ModemError("REGISTRATION_DENIED", "the network refuses this SIM: check its contract and whether it may roam");
		return new ModemError("NO_NETWORK", `no network found in ${this.#options.timeoutMs / 1000} s: check antenna and coverage`);
	}

	private async attach(): Promise<void> {
		const { onEvent, script } = this.#options;
		let attached = await script.send(ATTACHED);
		for (let attempt = 1; !attached; attempt++) {
			try {
				await script.send(ATTACH);
				attached = true;
			} catch (error) {
				if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
				if (attempt === ATTACH_TRIES)
					throw new ModemError("ATTACH_FAILED", `the network gives no GPRS: ${error.message}`, error.reason);
				await script.pause(ATTACH_AGAIN_MS);
			}
		}
		onEvent({ kind: "attached" });
	}
}

/*
 * Who hears of which unsolicited result.
 *
 * A restart is concluded from RDY, from a farewell, and from what the modem answers when it is asked. "+CPIN: ..." and
 * "+CFUN: ..." are no proof: they may be the late answer to somebody's question, or speak of a SIM that was moved.
 */
import type { Urc } from "../at/urc.js";
import type { Clock } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { BringUp } from "./bring-up.js";
import { isRegistered } from "./commands.js";
import type { Observers } from "./observers.js";
import type { Power } from "./power.js";
import type { Recovery } from "./recovery.js";
import type { Registration } from "./registration.js";
import type { Script } from "./script.js";
import type { Dns } from "./sockets/dns.js";
import type { Slots } from "./sockets/slots.js";
import { restarted, type Verifier } from "./verify.js";

export interface UrcRouterOptions {
	readonly clock: Clock;
	readonly recovery: Recovery;
	readonly bringUp: BringUp;
	readonly observers: Observers;
	readonly power: Power;
	readonly registration: Registration;
	readonly script: Script;
	readonly verifier: Verifier;
	readonly dns: Dns;
	readonly slots: Slots;
	/** A client has come to the modem's server. */
	onClient(slot: number | undefined, address: string): void;
}

export class UrcRouter {
	private readonly options: UrcRouterOptions;

	constructor(options: UrcRouterOptions) {
		this.options = options;
	}

	route(result: Urc): void {
		const { bringUp, observers, slots } = this.options;
		switch (result.kind) {
			case "result":
				return slots.get(result.slot)?.onResult(result.result);
			case "closed":
				return slots.get(result.slot)?.onClosed();
			case "remote":
				return this.options.onClient(result.slot, result.address);
			case "data-ready":
				return slots.get(result.slot)?.onDataReady();
			case "service":
				return "dns" === result.service ? this.options.dns.onResult(result.line) : undefined;
			case "function":
				return void this.options.verifier.verifyRestart();
			case "sim":
				return this.onSim(result.state);
			case "state":
				return "PDP DEACT" === result.state ? this.onBearerLost() : undefined;
			case "registration":
				return this.onRegistration(result.domain, result.state);
			case "bearer-lost":
				return this.onBearerLost();
			case "started":
				return this.onStarted();
			case "warning":
				return observers.tell({ kind: "warning", text: result.text });
			case "power-down":
				observers.tell({ kind: "warning", text: result.text });
				this.options.power.heard = false;
				return bringUp.reset(restarted());
			case "stray":
				return observers.tell({ kind: "unexplained", line: result.line });
		}
	}

	private onRegistration(domain: "gsm" | "gprs", state: number): void {
		const { clock, observers, recovery, registration } = this.options;
		registration.onChange(domain, state);
		// A SIM without data service is registered, too; only GPRS proves that the network takes it.
		if ("gprs" === domain && isRegistered(state)) recovery.onSuccess("registration", clock.nowMs());
		observers.tellWatchers();
	}

	private onStarted(): void {
		const { bringUp, power } = this.options;
		power.wake();
		if (!power.starting) return bringUp.reset(restarted());
		power.starting = false;
	}

	private onBearerLost(): void {
		this.options.bringUp.onBearerLost(new ModemError("BEARER_LOST", "the network took the bearer away"));
	}

	/** Pulled out, put in, or a start whose RDY was lost. */
	private onSim(state: string): void {
		const { bringUp, observers, script, verifier } = this.options;
		const { kind } = bringUp.state;
		if ("off" === kind || "starting" === kind) return script.wake();
		if ("READY" === state) return void verifier.verifyRestart();
		observers.tell({ kind: "sim", state });
		if ("NOT INSERTED" === state)
			return bringUp.reset(new ModemError("SIM_MISSING", "the SIM was taken out: insert it and check its holder"));
		const error = new ModemError("SIM_NOT_READY", `the SIM is not ready any more: ${state}`);
		void verifier.verifyRestart().then(isRestart => isRestart || bringUp.reset(error));
	}
}

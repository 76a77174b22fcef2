/* What a host hands to main: the whole of the world that the firmware knows. */
import type { Clock } from "../modules/core/clock.js";
import type { SerialDescription } from "../modules/core/io.js";
import type { Destination, UplinkEvent } from "../modules/delivery/events.js";
import type { ModemEvent } from "../modules/modem/events.js";
import type { PowerKeyDescription, StatusDescription } from "../modules/modem/power.js";
import type { PinMemory } from "../modules/modem/sim.js";

/** How the SIM and the operator let the modem in. */
export interface Access {
	readonly apn: string;
	readonly user: string;
	readonly password: string;
	/** The SIM's PIN; undefined when it has none. */
	readonly pin: string | undefined;
}

export interface Settings extends Access {
	/** One connection at a time (CIPMUX=0), or one to each destination at once (CIPMUX=1). */
	readonly mode: "single" | "multi";
	/** Single mode takes them in turn within a cycle. */
	readonly destinations: readonly Destination[];
	/** What is sent in each cycle; `{cycle}` in it becomes the cycle's number, from 1. */
	readonly message: string;
	/** How many cycles to run; undefined: for ever. */
	readonly cycles: number | undefined;
	/** From the end of one cycle to the start of the next. */
	readonly intervalMs: number;
	/** How long to wait for the peer's answer; 0: no answer is expected. */
	readonly answerTimeoutMs: number;
	/** Keep the bearer (PDP context) up between cycles. */
	readonly keepBearer: boolean;
	/** Cycles failed in a row after which the loop gives up; undefined: never. */
	readonly failureLimit: number | undefined;
}

/** The modem and how it is wired, time, and the console: what the classes of modules/modem are given. */
export interface Board {
	readonly clock: Clock;
	readonly serial: SerialDescription;
	/** Undefined: the modem's power key is not wired, it is used if it is on. */
	readonly powerKey: PowerKeyDescription | undefined;
	readonly status: StatusDescription | undefined;
	/** Remembers over reboots which PIN the SIM has refused; undefined: nothing is remembered. */
	readonly pinMemory: PinMemory | undefined;
	onEvent(event: ModemEvent | UplinkEvent): void;
	/** Each AT line in either direction, secrets struck out; undefined: nobody wants them. */
	readonly onTrace: ((direction: "<" | ">", line: string) => void) | undefined;
}

export interface Host extends Board {
	readonly settings: Settings;
}

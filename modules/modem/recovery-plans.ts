/*
 * What failed, by kind, and what is done about it each time that it fails again: the ladder as data.
 *
 * Source of the waits: Telefonica M2M/IoT Device Behaviour Requirements (1, 2, 3, 5, 10, 15, 30 minutes after the first try).
 */
import type { ModemErrorCode } from "../core/errors.js";
import { classOfCause } from "./causes.js";

/** From the least to the most: the connection, the context, AT+CFUN, AT+CFUN=1,1, the power key; or nothing but to look again. */
export type Rung = "socket" | "bearer" | "radio" | "restart" | "power-key" | "wait";

/** Where bring-up was: "modem" from the port to its settings; "registration" with the attachment. */
export type Step = "modem" | "sim" | "registration" | "bearer";

export type Kind =
	/** No answer at all. */
	| "silent"
	/** The serial port itself. */
	| "port"
	/** Answers, and can't be set up or asked. */
	| "setup"
	/** Only a person can help: the PIN, a baud rate. */
	| "person"
	| "sim"
	/** No network found. */
	| "search"
	/** The network refuses, and not for good. */
	| "denied"
	/** The network refuses SIM or module. */
	| "rejected"
	/** The bearer was up, or the modem restarted by itself. */
	| "lost"
	/** No bearer, without a cause or with a passing one. */
	| "refused"
	/** No bearer, with a cause that asks to wait, or that only other settings mend. */
	| "backoff"
	/** The modem answers AT and hangs in what it was asked for. */
	| "hung";

/** Letter and seconds for the first failure, the second...; the last goes on. No wait is longer than 20 min, so that with chance 25 are. */
const PLANS: Readonly<Record<Kind, string>> = Object.freeze({
	silent: "k0 k10 k30 k60 k120 k300 k600 k1200",
	port: "w1 w2 w5 w15 w60",
	setup: "w2 w5 w15 r60 w120 w300 r600 r1200",
	person: "w60 w300 w1200",
	sim: "w10 w30 r60 w300 w600 r1200",
	search: "w5 o30 w60 r120 w300 w600 r1200",
	denied: "w60 w120 o300 w600 r900 r1200",
	rejected: "r0",
	lost: "b1 b60 b60 b120 b300 r600 r1200",
	refused: "b60 b60 b60 b120 o240 r780 r1200",
	backoff: "b60 b60 b900 b1200",
	hung: "b60 o120 r300 b600 r1200",
});
/** Without a power key nothing can be done about a silent modem, and looking costs nothing. */
const SILENT_WITHOUT_KEY = "w5 w15 w60";

const RUNGS: Readonly<Record<string, Rung>> = Object.freeze({
	b: "bearer",
	o: "radio",
	r: "restart",
	k: "power-key",
	w: "wait",
});

/** Whatever the step. The others depend on it. "-": no failure. */
const KINDS: Readonly<Partial<Record<ModemErrorCode, Kind | "-">>> = Object.freeze({
	NO_MODEM: "silent",
	POWER_KEY_FAILED: "silent",
	PORT_FAILED: "port",
	PIN_REQUIRED: "person",
	PIN_WRONG: "person",
	PIN_NOT_TRIED: "person",
	PUK_REQUIRED: "person",
	BAUD_TOO_HIGH: "person",
	SIM_MISSING: "sim",
	SIM_NOT_READY: "sim",
	NO_NETWORK: "search",
	MODEM_RESTARTED: "lost",
	BEARER_LOST: "lost",
	BEARER_DOWN: "-",
	BACKOFF: "-",
	CANCELLED: "-",
	CLOSED: "-",
	BUSY: "-",
});

export const WHY: Readonly<Record<Kind | "socket" | "server" | "limit", string>> = Object.freeze({
	silent: "the modem does not answer",
	port: "the serial port does not work",
	setup: "the modem does not take its settings",
	person: "this needs a person",
	sim: "the SIM is not ready",
	search: "no network is found",
	denied: "the network refuses this modem here",
	rejected: "the network refuses this SIM, or this modem with it",
	lost: "the bearer was lost",
	refused: "the network gives no bearer",
	backoff: "the network asks to wait",
	hung: "the modem hangs",
	socket: "connections fail by the modem's fault",
	server: "no server was reached",
	limit: "operators allow no more in an hour",
});

/** Undefined: no failure. `isRequested`: the network was asked, and it is not only the modem that said no. */
export function kindOf(step: Step, code: ModemErrorCode, cause: number | undefined, isRequested: boolean): Kind | undefined {
	const kind = KINDS[code];
	if ("-" === kind) return undefined;
	if (kind) return kind;
	if ("modem" === step) return "setup";
	if ("sim" === step) return "sim";
	const isBearer = "bearer" === step;
	switch (classOfCause(isBearer ? "session" : "network", cause)) {
		case "identification":
			return "rejected";
		case "not-here":
			return "denied";
		case "busy":
		case "settings":
			return "backoff";
		case "ended":
			return "lost";
		case "passing":
			return isBearer ? "refused" : "denied";
	}
	if ("REGISTRATION_DENIED" === code) return "denied";
	if ("BEARER_FAILED" === code || "ATTACH_FAILED" === code) return "refused";
	if (!isRequested) return "setup";
	return "TIMEOUT" === code ? "hung" : "refused";
}

/** What to do about the failure of that number in a row, from 1, and how long to wait before, without chance. */
export function planned(kind: Kind, failures: number, hasPowerKey: boolean): { rung: Rung; waitMs: number } {
	const plan = ("silent" === kind && !hasPowerKey ? SILENT_WITHOUT_KEY : PLANS[kind]).split(" ");
	const row = plan[Math.min(failures, plan.length) - 1]!;
	return { rung: RUNGS[row.charAt(0)]!, waitMs: 1_000 * Number(row.slice(1)) };
}

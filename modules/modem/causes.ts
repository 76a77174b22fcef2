/*
 * What a network's reject cause asks of a device. The words for people are in cause-texts.ts.
 *
 * The same number means one thing when the network refuses the SIM or the modem ("network": MM, GMM, EMM) and may mean
 * another when it refuses the data context ("session": SM, ESM): 8 is "neither data nor voice" and "barred".
 *
 * Source: 3GPP TS 24.008 10.5.3.6, 10.5.5.14, 10.5.6.6; TS 24.301 9.9.3.9, 9.9.4.4; TS 27.007 9.2; GSMA TS.34 (CLP.03) CER1-3.
 */

export type CauseDomain = "network" | "session";

export type CauseClass =
	/** SIM or module are refused: nothing helps but the operator, and a restart at most once an hour. */
	| "identification"
	/** Not in this area or with this technology: another may do. */
	| "not-here"
	/** The network is full, or says to wait: its back-off runs in the modem, and a restart begins it anew. */
	| "busy"
	/** APN, user, password, type of address or contract: somebody must change something. */
	| "settings"
	/** It may work the next time. */
	| "passing"
	/** The network ended an idle context: open it again. */
	| "ended";

/** " number" and the first letters of its class, each one once. */
const NETWORK =
	" 2i 3i 5i 6i 7i 8i 11i 12n 13n 14i 15n 17p 19s 20i 21p 22b 25n 26i 29s 38p 39p 40p 95p 96p 97p 98p 99p 100p 101p 111p ";
const SESSION =
	" 8s 25p 26b 27s 28s 29s 30p 31p 32s 33s 34p 35p 36e 37p 38p 39p 40p 50s 51s 54p 55p 65p 66s 95p 96p 97p 98p 99p 101p 111p 112p ";
const CLASSES: Readonly<Record<string, CauseClass>> = Object.freeze({
	i: "identification",
	n: "not-here",
	b: "busy",
	s: "settings",
	p: "passing",
	e: "ended",
});

/** Undefined: no cause, or one that is in no table. */
export function classOfCause(domain: CauseDomain, cause: number | undefined): CauseClass | undefined {
	const table = "network" === domain ? NETWORK : SESSION;
	const key = ` ${cause}`;
	const at = table.indexOf(key);
	return at < 0 ? undefined : CLASSES[table.charAt(at + key.length)];
}

/** +CME ERROR 100 + cause; those above mean something else. TS 27.007 9.2 */
const FIRST_CME = 102;
const LAST_CME = 138;
/** "PDP authentication failure", "barred by the operator", "too many contexts". */
const CME_AUTHENTICATION = 149;
const CME_BARRED = 177;
const CME_TOO_MANY = 178;

/** The reject cause behind a +CME ERROR; undefined when there is none behind it. */
export function causeOfCme(cme: number | undefined): number | undefined {
	if (undefined === cme) return undefined;
	if (cme >= FIRST_CME && cme <= LAST_CME) return cme - 100;
	if (CME_AUTHENTICATION === cme) return 29;
	if (CME_BARRED === cme) return 8;
	if (CME_TOO_MANY === cme) return 65;
	return undefined;
}

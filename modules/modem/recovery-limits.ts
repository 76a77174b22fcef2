/*
 * What operators demand of a device, as data.
 *
 * Sources: Telefonica M2M/IoT Device Behaviour Requirements (REQ_...); GSMA TS.34 ch. 8 with Deutsche Telekom's numbers, in
 * u-blox UBX-20050829 7.2.4; 3GPP TS 24.301 (T3402, T3396).
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const LIMITS = Object.freeze({
	/** Restarts of the modem: one in this time (REQ_009); each further one in a row waits twice as long, up to `longestRestartMs`. */
	restartMs: HOUR_MS,
	longestRestartMs: 4 * HOUR_MS,
	/** Tries of a service request that follow a failure, an hour (REQ_008), of which `retryBurst` at once. */
	retriesPerHour: 10,
	retryBurst: 5,
	/** From a service request that failed to the next. REQ_008 */
	retryGapMs: MINUTE_MS,
	/** PDP activations an hour, however they end, of which `activationBurst` at once. TS.34 */
	activationsPerHour: 30,
	activationBurst: 6,
	/** T3402, T3396: a restart within begins it anew. */
	networkBackoffMs: 12 * MINUTE_MS,
	/** The first search for a network has at least this. REQ_016 */
	firstAttachMs: 5 * MINUTE_MS,
	/** Network there and server away: the bearer is left alone at least so long. 5.2.1 */
	serverAwayMs: HOUR_MS,
	/** The first access after a start is put off by up to this: a whole street gets its power back at once. */
	startSpreadMs: 30_000,
});

/**
 * A budget as one duration that runs down: each use adds `useMs`, and there is none while more than `fullMs` is left. With
 * `burst` uses at once no hour ever has more than it may, wherever it begins.
 */
export interface Budget {
	readonly useMs: number;
	readonly fullMs: number;
}

function budgetOf(perHour: number, burst: number): Budget {
	const useMs = HOUR_MS / (perHour - burst);
	return Object.freeze({ useMs, fullMs: useMs * (burst - 1) });
}

export const RETRIES = budgetOf(LIMITS.retriesPerHour, LIMITS.retryBurst);
export const ACTIVATIONS = budgetOf(LIMITS.activationsPerHour, LIMITS.activationBurst);

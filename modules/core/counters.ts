/*
 * A few whole numbers that survive a reboot of the microcontroller, with a check: a record that is missing or damaged is
 * an answer, and a store that throws never stops the driver.
 *
 * Durations and counts only. The clock of a microcontroller starts anew with each reboot, so a moment would mean nothing.
 */

/** Where the host keeps the record: a preference, a file, memory that lives through deep sleep. */
export interface Counters {
	read(): string | undefined;
	/** Called at most about once a minute, and before each access to the network. */
	write(text: string): void;
}

export type CountersRecord =
	| { readonly kind: "missing" }
	| { readonly kind: "damaged" }
	| { readonly kind: "values"; readonly values: readonly number[] };

const MOST = 0x7fff_ffff;
const MISSING: CountersRecord = Object.freeze({ kind: "missing" });
const DAMAGED: CountersRecord = Object.freeze({ kind: "damaged" });

/** A record of exactly `count` numbers. */
export function readCounters(counters: Counters | undefined, count: number): CountersRecord {
	let text: string | undefined;
	try {
		text = counters?.read();
	} catch {
		return DAMAGED;
	}
	if (undefined === text) return MISSING;
	const values = String(text)
		.split(" ", count + 2)
		.map(Number);
	const check = values.pop();
	if (values.length !== count || !values.every(isCount) || text !== textOf(values) || check !== checkOf(values)) return DAMAGED;
	return { kind: "values", values };
}

/** True: it was written, as far as the store says. */
export function writeCounters(counters: Counters | undefined, values: readonly number[]): boolean {
	if (!counters) return false;
	try {
		counters.write(textOf(values.map(value => Math.min(Math.max(Math.ceil(value), 0), MOST))));
		return true;
	} catch {
		return false; // full or worn out: the limits still hold until the next reboot
	}
}

function textOf(values: readonly number[]): string {
	return `${values.join(" ")} ${checkOf(values)}`;
}

function isCount(value: number): boolean {
	return Number.isInteger(value) && value >= 0 && value <= MOST;
}

/** FNV-1a of the numbers: finds a record that was torn, or that is somebody else's. */
function checkOf(values: readonly number[]): number {
	let hash = 0x811c9dc5 ^ values.length;
	for (let at = 0; at < values.length; at++) {
		const value = values[at]!;
		for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((value >>> shift) & 0xff), 0x01000193);
	}
	return hash >>> 0;
}

/* What is different from seed to seed: how both ends read and write, and what goes wrong between them. */
import { Random } from "../../modules/core/random.js";

/** "stalls": the engine goes away again and again. "losses": bytes are lost on the wire as well. */
export const KINDS = ["stalls", "losses"] as const;
export type Kind = (typeof KINDS)[number];

const READS = ["all", "parts", "view", "late", "number"] as const;
const WRITES = ["all", "parts", "small"] as const;
const SERVERS = ["flood", "bursts", "trickle"] as const;
const LOSSES = ["drop", "drop-in", "both"] as const;

export interface Plan {
	readonly kind: Kind;
	readonly seed: number;
	readonly sockets: number;
	readonly multiplex: boolean;
	readonly baud: number;
	readonly reads: (typeof READS)[number];
	readonly writes: (typeof WRITES)[number];
	readonly serves: (typeof SERVERS)[number];
	readonly receiveBytes: number;
	readonly sendBytes: number;
	readonly latencyMs: number;
	/** From the start of one stall to that of the next, at most; 0: no stalls. */
	readonly stallEveryMs: number;
	/** The server closes right behind its last byte; then nothing goes up. */
	readonly closes: boolean;
	/** The virtual modem's faults by name. */
	readonly faults: readonly string[];
}

function oneOf<T>(random: Random, values: readonly T[]): T {
	return values[random.between(0, values.length - 1)]!;
}

/** Seeds that follow each other give generators whose first numbers are alike: they are stirred. */
function stirred(seed: number): Random {
	const random = new Random(Math.imul(seed, 0x9e3779b1));
	for (let turn = 0; turn < 8; turn++) random.next();
	return random;
}

export function planOf(kind: Kind, seed: number, bytes: number): Plan {
	const random = stirred(seed);
	const sockets = oneOf(random, [1, 1, 2, 8]);
	return {
		kind,
		seed,
		sockets,
		multiplex: sockets > 1 || random.next() < 0.5,
		baud: oneOf(random, [57_600, 115_200, 115_200]),
		reads: oneOf(random, READS),
		writes: oneOf(random, WRITES),
		serves: oneOf(random, SERVERS),
		receiveBytes: oneOf(random, [64, 500, 1_024, 1_460, 4_000]),
		sendBytes: oneOf(random, [1_382, 2_560, 6_000]),
		latencyMs: random.between(0, 400),
		stallEveryMs: "losses" === kind && random.next() < 0.5 ? 0 : oneOf(random, [900, 1_500, 4_000]),
		faults: "losses" === kind ? faultsOf(random, bytes) : [],
		closes: "losses" === kind && random.next() < 0.3,
	};
}

/** Some few bytes in a whole run. */
function faultsOf(random: Random, bytes: number): string[] {
	const rate = (random.between(1, 12) / (3 * bytes)).toFixed(9);
	const which = oneOf(random, LOSSES);
	return LOSSES.filter(name => "both" !== name && (name === which || "both" === which)).map(name => `${name}=${rate}`);
}

export function describePlan(plan: Plan): string {
	const { baud, closes, faults, latencyMs, reads, receiveBytes, sendBytes, serves, multiplex, sockets, stallEveryMs, writes } =
		plan;
	return [
		`${sockets} ${1 === sockets ? "socket" : "sockets"}${multiplex ? "" : " (CIPMUX=0)"} at ${baud}`,
		`reads ${reads} of ${receiveBytes}`,
		`writes ${writes} of ${sendBytes}`,
		`server ${serves}${closes ? " and closes" : ""}, ${latencyMs} ms`,
		0 === stallEveryMs ? "no stalls" : `stalls every ${stallEveryMs} ms`,
		...faults,
	].join(", ");
}

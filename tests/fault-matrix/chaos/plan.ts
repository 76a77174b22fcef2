/* What goes wrong in a run of chaos, by its seed alone. */
import { Random } from "../../../modules/core/random.js";
import { SCENARIOS } from "../scenarios/index.js";

/** What the wire does to bytes: nothing; it loses some; anything, and then the data itself can't be right. */
export const NOISES = ["none", "losses", "any"] as const;
export type Noise = (typeof NOISES)[number];

export interface Plan {
	readonly seed: number;
	readonly scenario: string;
	readonly chaosMs: number;
	readonly noise: Noise;
	/** Of the virtual modem, by name. */
	readonly faults: readonly string[];
	/** On average so far apart; 0: never. */
	readonly stallEveryMs: number;
	readonly portFaultEveryMs: number;
	/** Somebody else opens connections, and closes them at any moment. */
	readonly visitEveryMs: number;
	/** Of the Internet. */
	readonly latencyMs: number;
}

/** Each with what is behind its equals sign; no chance of its own does more than a few per cent. */
const FAULTS: readonly ((random: Random) => string)[] = [
	random => `reset=*${random.between(20, 200)}`,
	random => `brown-out=*${random.between(60, 300)}`,
	random => `under-voltage-off=*${random.between(60, 300)}/${random.between(1, 20)}`,
	random => `under-voltage=*${random.between(20, 100)}/5`,
	random => `silence=*${random.between(60, 200)}/${random.between(1, 60)}`,
	random => `black-hole=*${random.between(60, 200)}/${random.between(1, 100)}`,
	random => `pdp-deact=*${random.between(15, 120)}`,
	random => `no-coverage=*${random.between(60, 200)}/${random.between(1, 90)}`,
	random => `sim-pulled=*${random.between(60, 200)}/${random.between(1, 30)}`,
	random => `ignore=${rate(random, 40)}`,
	random => `error=${rate(random, 40)}`,
	random => `send-fail=${rate(random, 200)}`,
	random => `send-fail-ok=${rate(random, 200)}`,
	random => `dns-fail=${rate(random, 300)}`,
	random => `refuse=${rate(random, 300)}`,
	random => `delay=${random.between(10, 3_000)}`,
	random => `split=${random.between(1, 40)}`,
	random => `urc=${rate(random, 20)}:+CREG: ${random.between(0, 5)}`,
	random => `urc=${rate(random, 20)}:${random.between(0, 7)}, CLOSED`,
	random => `urc=${rate(random, 20)}:+CIPRXGET: 1,${random.between(0, 7)}`,
	random => `urc=${rate(random, 20)}:RING`,
	random => `server-reset=${random.between(0, 300)}`,
	random => `server-stall=${random.between(0, 300)}`,
];
const LOSSES: readonly string[] = ["drop", "drop-in"];
const NOISE: readonly string[] = [...LOSSES, "flip", "flip-in", "double", "double-in"];

export function planOf(seed: number): Plan {
	const random = new Random(Math.imul(seed, 0x9e3779b1));
	for (let turn = 0; turn < 8; turn++) random.next(); // neighbours are alike at first
	const noise = oneOf(random, NOISES);
	// A PIN that is changed on its way costs a try: that is the matrix's business.
	const scenarios = SCENARIOS.filter(({ stage }) => "none" === noise || undefined === stage.board?.sim?.pin);
	return {
		seed,
		scenario: oneOf(random, scenarios).name,
		chaosMs: random.between(60, 600) * 1_000,
		noise,
		faults: [...faultsOf(random), ...noiseOf(random, noise)],
		stallEveryMs: oneOf(random, [0, 0, 1_000, 5_000]),
		portFaultEveryMs: oneOf(random, [0, 0, 0, 10_000, 60_000]),
		visitEveryMs: oneOf(random, [0, 0, 3_000, 20_000]),
		latencyMs: random.between(0, 400),
	};
}

function faultsOf(random: Random): string[] {
	const faults: string[] = [];
	for (let left = random.between(0, 4); left > 0; left--) faults.push(oneOf(random, FAULTS)(random));
	return faults;
}

function noiseOf(random: Random, noise: Noise): string[] {
	const kinds = "none" === noise ? [] : "losses" === noise ? LOSSES : NOISE;
	return kinds.filter(() => random.next() < 0.6).map(kind => `${kind}=${(random.between(1, 30) / 10_000).toFixed(4)}`);
}

function rate(random: Random, mostThousandths: number): string {
	return (random.between(1, mostThousandths) / 1_000).toFixed(3);
}

function oneOf<T>(random: Random, values: readonly T[]): T {
	return values[random.between(0, values.length - 1)]!;
}

export function describePlan({
	chaosMs,
	faults,
	latencyMs,
	portFaultEveryMs,
	scenario,
	stallEveryMs,
	visitEveryMs,
}: Plan): string {
	return [
		`${scenario}, ${chaosMs / 1_000} s`,
		...faults,
		...(stallEveryMs > 0 ? [`stalls each ${stallEveryMs} ms`] : []),
		...(portFaultEveryMs > 0 ? [`port faults each ${portFaultEveryMs} ms`] : []),
		...(visitEveryMs > 0 ? [`visits each ${visitEveryMs} ms`] : []),
		`latency ${latencyMs} ms`,
	].join(", ");
}

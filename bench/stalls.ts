/* JavaScript that goes away, as when garbage is collected: the same moments for whoever is measured. */
import type { HandClock } from "../hosts/node/clock.js";
import { Random } from "../modules/core/random.js";

const SEED = 5;
/** From the start of one to that of the next. */
const LEAST_APART_MS = 100;
const MOST_APART_MS = 900;

/** For 1 to `longestMs`, until what this gives is called. */
export function stallAtRandom(
	clock: HandClock,
	longestMs: number | undefined,
	...stalled: readonly { stall(ms: number): void }[]
): () => void {
	const random = new Random(SEED);
	let ended = undefined === longestMs;
	const again = () => {
		if (ended) return;
		const ms = random.between(1, longestMs!);
		for (const one of stalled) one.stall(ms);
		clock.setTimer(again, random.between(LEAST_APART_MS, MOST_APART_MS));
	};
	again();
	return () => {
		ended = true;
	};
}

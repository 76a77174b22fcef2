/* `time` of a user's program: the clock of the run. */
import { clock } from "../link.js";

/** Sixteen high bits come and go with the sign, as on a device. */
export default {
	get ticks(): number {
		return clock.nowMs();
	},
	get microseconds(): number {
		return 1_000 * clock.nowMs();
	},
	delta(from: number, to: number = clock.nowMs()): number {
		return (to - from) | 0;
	},
};

/* What happens, on the debugger's console: a line each, with the seconds since the start. */
import type { Clock } from "../../modules/core/clock.js";
import { elapsedMs } from "../../modules/core/clock.js";
import type { Host } from "../host.js";
import { describe, printable } from "../report.js";

const TIME_WIDTH = 9;

export class Log {
	readonly #clock: Clock;
	#lastMs: number;
	#uptimeMs = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#lastMs = clock.nowMs();
	}

	readonly onEvent: Host["onEvent"] = event => this.line(describe(event));

	readonly onTrace: NonNullable<Host["onTrace"]> = (direction, line) => this.line(`  ${direction} ${printable(line)}`);

	line(text: string): void {
		const nowMs = this.#clock.nowMs();
		this.#uptimeMs += elapsedMs(this.#lastMs, nowMs);
		this.#lastMs = nowMs;
		trace(`${(this.#uptimeMs / 1000).toFixed(3).padStart(TIME_WIDTH)}  ${text}\n`);
	}
}

/* What happens, on the debugger's console: a line each, with the seconds since the start. */
import type { Host } from "../host.js";
import { describe, printable } from "../report.js";
import type { Alarms } from "./alarms.js";

const TIME_WIDTH = 9;

export class Log {
	readonly #clock: Alarms;

	/** Of the firmware: from 0, never back. */
	constructor(clock: Alarms) {
		this.#clock = clock;
	}

	readonly onEvent: Host["onEvent"] = event => this.line(describe(event));

	readonly onTrace: NonNullable<Host["onTrace"]> = (direction, line) => this.line(`  ${direction} ${printable(line)}`);

	line(text: string): void {
		trace(`${(this.#clock.nowMs() / 1000).toFixed(3).padStart(TIME_WIDTH)}  ${text}\n`);
	}
}

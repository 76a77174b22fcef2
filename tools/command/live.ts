/*
 * A last line that shows what is being waited for, where a person waits more than two seconds at a terminal. It is never a
 * part of the output: without a terminal there is none.
 */

const PATIENCE_MS = 2_000;
const EVERY_MS = 250;
const ERASE = "\r\x1b[K";

export interface LiveOutput {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

export class Live {
	readonly #output: LiveOutput;
	readonly #timer: NodeJS.Timeout | undefined;
	readonly #text: () => string | undefined;
	#isShown = false;
	#quietSinceMs = Date.now();

	/** `text`: what to show now; undefined: nothing. */
	constructor(text: () => string | undefined, output: LiveOutput = process.stdout) {
		this.#output = output;
		this.#text = text;
		if (output.isTTY) this.#timer = setInterval(() => this.#show(), EVERY_MS).unref();
	}

	/** A line of the output itself. */
	print(line: string): void {
		this.#erase();
		this.#quietSinceMs = Date.now();
		this.#output.write(`${line}\n`);
	}

	end(): void {
		clearInterval(this.#timer);
		this.#erase();
	}

	#show(): void {
		if (Date.now() - this.#quietSinceMs < PATIENCE_MS) return;
		const text = this.#text();
		this.#erase();
		if (undefined === text) return;
		this.#output.write(text.slice(0, (this.#output.columns ?? 80) - 1));
		this.#isShown = true;
	}

	#erase(): void {
		if (this.#isShown) this.#output.write(ERASE);
		this.#isShown = false;
	}
}

/** "120 of 200 seeds, 14 a second, 6 s left". */
export function progress(done: number, all: number, what: string, sinceMs: number, nowMs = Date.now()): string {
	const seconds = (nowMs - sinceMs) / 1_000;
	const rate = done / Math.max(seconds, 0.001);
	const left = done > 0 ? `, ${rateOf(rate)}, ${durationOf((all - done) / rate)} left` : "";
	return `${done} of ${all} ${what}${left}`;
}

function rateOf(perSecond: number): string {
	return perSecond >= 1 ? `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second` : `${(60 * perSecond).toFixed(1)} a minute`;
}

function durationOf(seconds: number): string {
	return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

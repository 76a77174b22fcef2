/*
 * The talk between host and modem in lines that a person can follow: with time, both directions, secrets struck out.
 *
 * A line of the host is shown as the modem hears it, one of the modem as it arrives.
 */
import { type Clock, elapsedMs } from "../../core/clock.js";
import { CR, LF } from "../bytes.js";

/** `>` to the modem, `<` from it. */
export type Direction = "<" | ">";

/** A line that does not end is shown when it is so long. */
const LONGEST_LINE = 200;
/** Not to be cut in two: a secret in its second half would not be known for one. */
const COMMAND_BEGINS = /^a(t|$)/i;
/** What follows these is nobody's business; the first value of AT+CSTT and AT+CIPCSGP may be seen. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
	[/(\+(?:CPIN|CLCK|CPWD) *=).*/i, "$1***"],
	[/(\+(?:CSTT *[=:]|CIPCSGP *[=:] *\d *,)[^,;]*).*/i, "$1,***"],
	[/(\+(?:CGAUTH *[=:] *\d+ *, *\d+ *,|QICSGP *(?:= *\d+ *,|:) *\d+ *,[^,;]*,)).*/i, "$1***"],
	[/(\+SAPBR *= *3 *, *\d *, *"?(?:PWD|USER)"? *,).*/i, "$1***"],
	[/^((?:PWD|USER|Gprs Config (?:UserId|Password)): ).+/, "$1***"],
];

export class Trace {
	readonly #clock: Clock;
	readonly #print: (direction: Direction, line: string, atMs: number) => void;
	readonly #lines = { "<": "", ">": "" };
	#atMs = 0;
	#sinceMs: number;

	/** `atMs`: since the trace began. */
	constructor(clock: Clock, print: (direction: Direction, line: string, atMs: number) => void) {
		this.#clock = clock;
		this.#print = print;
		this.#sinceMs = clock.nowMs();
	}

	add(direction: Direction, bytes: Uint8Array): void {
		for (const byte of bytes) {
			const ends = CR === byte || LF === byte;
			if (!ends) this.#lines[direction] += String.fromCharCode(byte);
			if (ends && "<" === direction && "" !== this.#lines["<"]) this.#flushData();
			if (ends || this.#lines[direction].length >= LONGEST_LINE) this.#flush(direction);
			else if ("<" === direction && "> " === this.#lines["<"]) this.#flush("<"); // the prompt has no end
		}
	}

	/** What has not ended. */
	end(): void {
		this.#flush(">");
		this.#flush("<");
	}

	/** Data of the host's has no line end: the modem's next line ends it. */
	#flushData(): void {
		if (!COMMAND_BEGINS.test(this.#lines[">"])) this.#flush(">");
	}

	#flush(direction: Direction): void {
		const line = this.#lines[direction];
		this.#lines[direction] = "";
		if ("" === line) return;
		const nowMs = this.#clock.nowMs();
		this.#atMs += elapsedMs(this.#sinceMs, nowMs);
		this.#sinceMs = nowMs;
		this.#print(direction, readable(withoutSecrets(line)), this.#atMs);
	}
}

/** `12.345 > AT+CSQ`, seconds first. */
export function traceText(direction: Direction, line: string, atMs: number): string {
	return `${(atMs / 1000).toFixed(3).padStart(10)} ${direction} ${line}`;
}

export function withoutSecrets(line: string): string {
	return SECRETS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}

function readable(line: string): string {
	return line.replace(/[^ -~]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

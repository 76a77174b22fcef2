/* The talk with a modem in lines that a person can follow: with time, both directions, secrets struck out. */
import { printable } from "../../report.js";

/** Commands whose values are nobody's business: PINs, passwords, access points with their users. */
const SECRET = /(\+(?:CPIN|CLCK|CPWD|CSTT|CIPCSGP|CGPCO|SAPBR|CGAUTH)=).*/i;
/** A line that does not end is shown when it is so long. */
const LONGEST_LINE = 200;

export class Trace {
	readonly #print: (line: string) => void;
	readonly #nowMs: () => number;
	readonly #lines = { "<": "", ">": "" };

	/** `nowMs`: since the beginning. */
	constructor(nowMs: () => number, print: (line: string) => void) {
		this.#nowMs = nowMs;
		this.#print = print;
	}

	/** `>` to the modem, `<` from it. */
	add(direction: "<" | ">", bytes: Uint8Array): void {
		for (const byte of bytes) {
			const ends = 0x0d === byte || 0x0a === byte || this.#lines[direction].length >= LONGEST_LINE;
			if (ends) this.#flush(direction);
			if (0x0d !== byte && 0x0a !== byte) this.#lines[direction] += String.fromCharCode(byte);
			if ("<" === direction && "> " === this.#lines["<"]) this.#flush("<"); // the prompt has no end
		}
	}

	/** What has not ended. */
	end(): void {
		this.#flush(">");
		this.#flush("<");
	}

	#flush(direction: "<" | ">"): void {
		const line = this.#lines[direction];
		this.#lines[direction] = "";
		if ("" === line) return;
		const seconds = (this.#nowMs() / 1000).toFixed(3).padStart(10);
		this.#print(`${seconds} ${direction} ${printable(line.replace(SECRET, "$1***"))}`);
	}
}

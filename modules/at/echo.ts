/*
 * The echo of the line that is out: on, off, behind the garbage of a start, or cut in two by an unsolicited line.
 */

/** The most garbage before an echo: the bytes that a modem's start leaves on the line. */
const MOST_GARBAGE = 16;

export class Echo {
	#line = "";
	/** What is still to come of it. */
	#left = "";

	/** The line has come back whole: echo is on. */
	get isOn(): boolean {
		return this.#line.length > 0 && 0 === this.#left.length;
	}

	begin(line: string): void {
		this.#line = line;
		this.#left = line;
	}

	/** No more of it is waited for. */
	end(): void {
		this.#line = "";
		this.#left = "";
	}

	/** True: this line is the echo, or a part of it. */
	take(line: string): boolean {
		const left = this.#left;
		if (0 === left.length) return false;
		if (line === left || (line.endsWith(left) && line.length < left.length + MOST_GARBAGE)) {
			this.#left = "";
			return true;
		}
		if (!left.startsWith(line) || !(left !== this.#line || line.startsWith("AT"))) return false;
		this.#left = left.slice(line.length);
		return true;
	}
}

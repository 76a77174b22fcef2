/* How the modem frames what it says: V1 words between CR LF, V0 digits and bare text; Q1 keeps result codes to itself. */
import { bytesOf, concat } from "../bytes.js";
import { CME_TEXTS, CMS_TEXTS } from "./errors.js";
import type { Profile } from "./profile.js";

export type ResultCode = "OK" | "CONNECT" | "RING" | "NO CARRIER" | "ERROR" | "NO DIALTONE" | "BUSY" | "NO ANSWER";

const DIGITS: Readonly<Record<ResultCode, string>> = {
	OK: "0",
	CONNECT: "1",
	RING: "2",
	"NO CARRIER": "3",
	ERROR: "4",
	"NO DIALTONE": "6",
	BUSY: "7",
	"NO ANSWER": "8",
};

export class Framing {
	readonly #profile: Profile;
	readonly #send: (bytes: Uint8Array) => void;
	/** AT+CMEE: 0 plain ERROR, 1 numbers, 2 texts. */
	errorDetail = 0;

	constructor(profile: Profile, send: (bytes: Uint8Array) => void) {
		this.#profile = profile;
		this.#send = send;
	}

	/** One line, or several that belong together, in one frame. */
	info(...lines: readonly string[]): void {
		const text = lines.join("\r\n");
		this.#write(this.#profile.verbose ? `\r\n${text}\r\n` : `${text}\r\n`);
	}

	result(code: ResultCode): void {
		if (this.#profile.quiet) return;
		this.#write(this.#profile.verbose ? `\r\n${code}\r\n` : `${DIGITS[code]}\r`);
	}

	/** `number`: of +CME ERROR; undefined: the modem gives no reason. */
	error(number?: number): void {
		if (undefined === number || 0 === this.errorDetail) this.result("ERROR");
		else this.#fault("CME", number, CME_TEXTS);
	}

	/** SMS commands say their number even when AT+CMEE=0. */
	smsError(number: number): void {
		this.#fault("CMS", number, CMS_TEXTS);
	}

	/** A line, and right behind it bytes as they are: nothing comes between them. */
	block(line: string, bytes: Uint8Array, lineEnd = "\r\n"): void {
		const head = this.#profile.verbose ? `\r\n${line}${lineEnd}` : `${line}${lineEnd}`;
		this.#send(concat(bytesOf(head), bytes));
	}

	/** Bytes as they are. */
	raw(bytes: Uint8Array): void {
		this.#send(bytes);
	}

	#fault(kind: "CME" | "CMS", number: number, texts: Readonly<Record<number, string>>): void {
		if (this.#profile.quiet) return;
		const detail = 2 === this.errorDetail ? (texts[number] ?? "unknown") : number;
		this.info(`+${kind} ERROR: ${detail}`);
	}

	#write(text: string): void {
		this.#send(bytesOf(text));
	}
}

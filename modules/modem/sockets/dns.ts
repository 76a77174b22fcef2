/*
 * Dns to addresses by AT+CDNSGIP: one question at a time, others wait, and what is known is not asked again for a while.
 *
 * The result comes some time after OK, on a line of its own, and a failure does not say which name it speaks of. So a
 * question whose time was up is remembered: the first failure after it, or an answer with another name, is its own.
 *
 * Source: SIM900 AT Command Manual 8.2.14.
 */

import type { AtClient } from "../../at/client.js";
import { isAddress, numberOf, paramsOf } from "../../at/params.js";
import { type Clock, elapsedMs } from "../../core/clock.js";
import { ModemError } from "../../core/errors.js";
import type { Wait, Waits } from "../../core/waits.js";
import { lookUp } from "../commands.js";

export interface DnsOptions {
	readonly clock: Clock;
	readonly waits: Waits;
	readonly client: AtClient;
}

interface Question {
	readonly host: string;
	readonly answer: Promise<string>;
	resolve(address: string): void;
	reject(error: Error): void;
}

interface Known {
	readonly host: string;
	/** Undefined: the name server knows no such name, or does not answer. */
	readonly address: string | undefined;
	readonly sinceMs: number;
}

const ANSWER_TIMEOUT_MS = 20_000;
const KNOWN_NAMES = 8;
const WAITING_QUESTIONS = 8;
/** `+CDNSGIP: 1,"","255.255.255.255","255.255.255.255"` with its line ends, beyond what is left for any unsolicited line. */
const RESULT_BYTES = 55 - 32;
const TRIES = 2;
/** The modem does not tell how long an address is good for. */
const GOOD_FOR_MS = 10 * 60_000;
const UNKNOWN_FOR_MS = 30_000;

export class Dns {
	readonly #options: DnsOptions;
	readonly #known: Known[] = [];
	readonly #questions: Question[] = [];
	#answer: Wait<string> | undefined;
	/** Questions whose time was up and whose result may still come. */
	#overdue = 0;

	constructor(options: DnsOptions) {
		this.#options = options;
	}

	/**
	 * The address of `host`, a name that can be sent. The bearer must be up.
	 *
	 * @throws {ModemError} REFUSED (there is no such name), NO_ANSWER, BUSY, BEARER_LOST...
	 */
	resolve(host: string): Promise<string> {
		if (isAddress(host)) return Promise.resolve(host);
		const name = host.toLowerCase();
		const known = this.knownOf(name);
		if (known) return undefined === known.address ? Promise.reject(unknownName(name)) : Promise.resolve(known.address);
		for (const question of this.#questions) if (question.host === name) return question.answer;
		if (this.#questions.length >= WAITING_QUESTIONS)
			return Promise.reject(new ModemError("BUSY", `${WAITING_QUESTIONS} names are being looked up already`));
		const question = questionOf(name);
		this.#questions.push(question);
		if (1 === this.#questions.length) void this.askAll();
		return question.answer;
	}

	/** What has to be left free in the host's serial buffer for the result that may come now, besides any other line. */
	get resultBytes(): number {
		return this.#answer ? RESULT_BYTES + this.#questions[0]!.host.length : 0;
	}

	/** +CDNSGIP: 1,"host","address"[,"address"] or +CDNSGIP: 0,error */
	onResult(line: string): void {
		const fields = paramsOf(line);
		const kind = fields[0];
		const host = fields[1];
		const address = fields[2];
		if ("1" === kind && host?.toLowerCase() === this.#questions[0]?.host && isAddress(address ?? "")) {
			this.#answer?.resolve(address!);
		} else if (this.#overdue > 0) {
			this.#overdue--;
		} else if ("0" === kind) {
			this.#answer?.reject(unknownName(this.#questions[0]?.host ?? "", numberOf(host)));
		} else {
			this.#answer?.reject(new ModemError("MALFORMED", "the answer of the name server is not whole: check wiring and baud rate"));
		}
	}

	/** The bearer is gone, and with it every question. */
	onLost(error: ModemError): void {
		this.#overdue = 0;
		for (const question of this.#questions.splice(1)) question.reject(error);
		this.#answer?.reject(error);
	}

	private async askAll(): Promise<void> {
		for (let question = this.#questions[0]; question; question = this.#questions[0]) {
			const { host } = question;
			try {
				const address = await this.ask(host, 1);
				this.remember(host, address);
				question.resolve(address);
			} catch (error) {
				const { code } = error as ModemError;
				if ("REFUSED" === code || "NO_ANSWER" === code) this.remember(host, undefined);
				question.reject(error as Error);
			}
			this.#questions.shift();
		}
	}

	private async ask(host: string, attempt: number): Promise<string> {
		const { client, waits } = this.#options;
		const answer = waits.begin<string>(ANSWER_TIMEOUT_MS, () => {
			this.#overdue++;
			return new ModemError("NO_ANSWER", `no address for ${host} within ${ANSWER_TIMEOUT_MS / 1000} s`);
		});
		answer.promise.catch(() => {}); // it may fail while the command is still out
		this.#answer = answer;
		try {
			await client.send(lookUp(host));
			return await answer.promise;
		} catch (error) {
			answer.reject(error as Error);
			if ("MALFORMED" !== (error as ModemError).code || attempt === TRIES) throw error;
		} finally {
			this.#answer = undefined;
		}
		return this.ask(host, attempt + 1); // bytes of it were lost on the wire
	}

	private knownOf(host: string): Known | undefined {
		const nowMs = this.#options.clock.nowMs();
		return this.#known.find(
			({ address, host: name, sinceMs }) =>
				name === host && elapsedMs(sinceMs, nowMs) < (undefined === address ? UNKNOWN_FOR_MS : GOOD_FOR_MS),
		);
	}

	/** The oldest makes room. */
	private remember(host: string, address: string | undefined): void {
		const before = this.#known.findIndex(({ host: name }) => name === host);
		if (before >= 0) this.#known.splice(before, 1);
		else if (KNOWN_NAMES === this.#known.length) this.#known.shift();
		this.#known.push({ host, address, sinceMs: this.#options.clock.nowMs() });
	}
}

function questionOf(host: string): Question {
	let settle!: Pick<Question, "resolve" | "reject">;
	const answer = new Promise<string>((resolve, reject) => {
		settle = { resolve, reject };
	});
	return { host, answer, ...settle };
}

function unknownName(host: string, reason?: number): ModemError {
	return new ModemError("REFUSED", `no address for ${host}: check the name`, reason);
}

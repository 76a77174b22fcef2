/*
 * Names to addresses by AT+CDNSGIP: one name at a time, others wait, and what is known is not asked for again for a while.
 *
 * The result comes some time after OK, on a line of its own. A digit may be lost in the name, in the address, and a whole
 * result as well, so an outcome counts only when two questions have given the same. A failure does not say which name it
 * speaks of: the questions whose result is still due are kept in order, and it belongs to the first of them.
 *
 * Source: SIM900 AT Command Manual 8.2.14.
 */

import type { AtClient } from "../../at/client.js";
import { Refusal } from "../../at/command.js";
import { isAddress, numberOf, paramsOf } from "../../at/params.js";
import { type Clock, elapsedMs } from "../../core/clock.js";
import { ModemError, type ModemErrorCode } from "../../core/errors.js";
import type { Pause, Waits } from "../../core/waits.js";
import { lookUp } from "../commands.js";

export interface DnsOptions {
	readonly clock: Clock;
	readonly waits: Waits;
	readonly client: AtClient;
	/** The modem refuses a question: is the bearer still there? Gives the error, which all have been told then. */
	verifyBearer(): Promise<ModemError | undefined>;
}

/** A name that is asked for. */
interface Query {
	readonly host: string;
	readonly answer: Promise<string>;
	resolve(address: string): void;
	reject(error: Error): void;
}

/** What the name server says of a name; no addresses: it knows no such name. */
interface Outcome {
	readonly addresses: readonly string[];
	readonly reason?: number | undefined;
}

/** A question that the modem has been given, and whose result is still due. */
interface Due {
	readonly host: string;
	readonly sinceMs: number;
}

interface Known {
	readonly host: string;
	readonly result: string | ModemError;
	/** Ends when it is forgotten; a moment to compare with would seem new again after 49.7 days. */
	readonly forgetting: Pause;
}

/** From a question, or a result, to the next result. */
const ANSWER_TIMEOUT_MS = 20_000;
/** A result that has not come by then may be lost: the question is put again. */
const ASK_AGAIN_MS = 10_000;
/** No result comes later than this after its question. */
const DUE_FOR_MS = 60_000;
/** For one name: two when all goes well. */
const MOST_QUESTIONS = 6;
const KNOWN_NAMES = 8;
const WAITING_QUERIES = 8;
/** `+CDNSGIP: 1,"","255.255.255.255","255.255.255.255"` with its line ends, beyond what is left for any unsolicited line. */
const RESULT_BYTES = 55 - 32;
/** The modem does not tell how long an address is good for. */
const GOOD_FOR_MS = 10 * 60_000;
const UNKNOWN_FOR_MS = 30_000;
/** Lost or damaged on the wire: asked again. */
const PASSING: readonly ModemErrorCode[] = Object.freeze(["TIMEOUT", "MALFORMED"] as const);

export class Dns {
	private readonly options: DnsOptions;
	private readonly known: Known[] = [];
	/** The first is being asked for. */
	private readonly queries: Query[] = [];
	/** In the order in which they were asked. */
	private readonly due: Due[] = [];
	/** Until a result has come. */
	private pause: Pause | undefined;
	private outcome: Outcome | undefined;

	constructor(options: DnsOptions) {
		this.options = options;
	}

	/**
	 * The address of `host`, a name that can be sent. The bearer must be up.
	 *
	 * @throws {ModemError} NAME_UNKNOWN, NAME_TIMEOUT, REFUSED, BUSY, BEARER_LOST...
	 */
	resolve(host: string): Promise<string> {
		if (isAddress(host)) return Promise.resolve(host);
		const name = host.toLowerCase();
		const result = this.known.find(one => name === one.host)?.result;
		if (undefined !== result) return result instanceof ModemError ? Promise.reject(result) : Promise.resolve(result);
		const same = this.queries.find(one => name === one.host);
		if (same) return same.answer;
		if (this.queries.length >= WAITING_QUERIES)
			return Promise.reject(new ModemError("BUSY", `${WAITING_QUERIES} names are being looked up already`));
		const query = queryOf(name);
		this.queries.push(query);
		if (1 === this.queries.length) void this.answerAll();
		return query.answer;
	}

	/** What has to be left free in the host's serial buffer for the result that may come now, besides any other line. */
	get resultBytes(): number {
		return this.pause ? RESULT_BYTES + this.queries[0]!.host.length : 0;
	}

	/** Settles when that result has come, or is not coming; never rejects. Undefined: none may come. */
	get result(): Promise<void> | undefined {
		return this.pause?.promise.catch(() => {});
	}

	/** +CDNSGIP: 1,"host","address"[,"address"] or +CDNSGIP: 0,error */
	onResult(line: string): void {
		const fields = paramsOf(line);
		const name = fields[1]?.toLowerCase();
		const current = this.queries[0]?.host;
		const addresses = fields.slice(2).filter(isAddress);
		const hasFailed = "0" === fields[0] && 2 === fields.length;
		const at = hasFailed ? 0 : this.due.findIndex(({ host }) => host === name);
		const [last] = at < 0 ? [] : this.due.splice(0, at + 1).slice(-1);
		if (!hasFailed && last && addresses.length > 0) {
			if (current !== last.host) return; // of an earlier question: the result of this one is still to come
			this.outcome = { addresses };
		} else if (hasFailed && current === last?.host) this.outcome = { addresses: NONE, reason: numberOf(name) };
		this.pause?.resolve(); // without an outcome: damaged, or of an earlier question, so ask again
	}

	/** The bearer is gone, and with it every question. */
	onLost(error: ModemError): void {
		this.due.length = 0;
		for (const query of this.queries.splice(1)) query.reject(error);
		this.pause?.reject(error);
	}

	private async answerAll(): Promise<void> {
		for (let query = this.queries[0]; query; query = this.queries[0]) {
			const { host } = query;
			try {
				const result = await this.look(host);
				this.remember(host, result);
				if (result instanceof ModemError) query.reject(result);
				else query.resolve(result);
			} catch (error) {
				query.reject(error as Error);
			}
			this.queries.shift();
		}
	}

	/** Asks until two results agree, and takes what has come when no more comes. */
	private async look(host: string): Promise<string | ModemError> {
		const { clock } = this.options;
		const seen: string[] = [];
		let failed: Outcome | undefined;
		let sinceMs = clock.nowMs();
		for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
			const leftMs = ANSWER_TIMEOUT_MS - elapsedMs(sinceMs, clock.nowMs());
			if (leftMs <= 0) break;
			const outcome = await this.ask(host, Math.min(leftMs, ASK_AGAIN_MS));
			if (!outcome) continue;
			sinceMs = clock.nowMs();
			const same = outcome.addresses.find(address => seen.includes(address));
			if (undefined !== same) return same;
			seen.push(...outcome.addresses);
			if (outcome.addresses.length > 0) continue;
			if (failed) return unknownName(host, outcome.reason);
			failed = outcome;
		}
		return seen[0] ?? (failed ? unknownName(host, failed.reason) : noAnswer(host));
	}

	/** Puts the question once. Undefined: nothing has come that speaks of this name. @throws {ModemError} REFUSED, BEARER_LOST... */
	private async ask(host: string, timeoutMs: number): Promise<Outcome | undefined> {
		const { client, clock, waits } = this.options;
		const nowMs = clock.nowMs();
		while (this.due[0] && elapsedMs(this.due[0].sinceMs, nowMs) > DUE_FOR_MS) this.due.shift();
		const asked: Due = { host, sinceMs: nowMs };
		const pause = waits.pause(timeoutMs);
		pause.promise.catch(() => {}); // it may fail while the command is still out
		this.pause = pause; // now: the result may come together with OK
		this.outcome = undefined;
		this.due.push(asked);
		try {
			let answer = await client.ask(lookUp(host));
			if (answer instanceof Refusal) answer = await client.ask(lookUp(host)); // a byte of it was lost
			if (answer instanceof Refusal) {
				this.due.splice(this.due.indexOf(asked) >>> 0, 1);
				throw (await this.options.verifyBearer()) ?? answer.toError();
			}
			await pause.promise;
		} catch (error) {
			if (!PASSING.includes((error as ModemError).code)) throw error;
		} finally {
			pause.resolve();
			this.pause = undefined;
		}
		return this.outcome;
	}

	/** The oldest makes room. */
	private remember(host: string, result: string | ModemError): void {
		if (KNOWN_NAMES === this.known.length) this.known.shift()!.forgetting.resolve();
		const forgetting = this.options.waits.pause(result instanceof ModemError ? UNKNOWN_FOR_MS : GOOD_FOR_MS);
		const known: Known = { host, result, forgetting };
		const forget = () => this.known.splice(this.known.indexOf(known) >>> 0, 1);
		forgetting.promise.then(forget, forget);
		this.known.push(known);
	}
}

const NONE: readonly string[] = Object.freeze([]);

function queryOf(host: string): Query {
	let settle!: Pick<Query, "resolve" | "reject">;
	const answer = new Promise<string>((resolve, reject) => {
		settle = { resolve, reject };
	});
	return { host, answer, ...settle };
}

function unknownName(host: string, reason: number | undefined): ModemError {
	return new ModemError("NAME_UNKNOWN", `no address for ${host}: check the name`, reason);
}

function noAnswer(host: string): ModemError {
	return new ModemError("NAME_TIMEOUT", `the name server has told no address for ${host} in time: try again`);
}

/*
 * After a command that was given up its answer may still come, or data that is read as lines. Before the next command
 * goes out, a question with an answer of its own is put until that answer comes: what comes before it is late. Another
 * question each time, so that no late OK is ever taken for another command's.
 *
 * The first question asks for a setting that the driver has made. Another value means that the modem has restarted and
 * nobody has heard it; it is asked twice, for a digit may have been changed on the wire.
 */
import { type Command, command, DAMAGED } from "./command.js";
import type { Doubt } from "./exchange.js";
import { numberOf, plainParam } from "./params.js";

/** More than a command line may have: it is refused unread. SIM900 AT Command Manual 1.4.4 */
export const LINE_BYTES = 556;
/** The most data that the modem may wait for at a prompt. */
export const MOST_DATA_BYTES = 1_460;
/** AT+CMEE=1, which bring-up sets; a modem that has started anew has 0. */
const CONFIGURED = 1;

/** Questions that every modem answers at once, each with an answer of its own. 3GPP TS 27.007 9.1, 8.5, 10.1.9 */
export const SYNC: readonly Command<number>[] = Object.freeze([sync("+CMEE", "?"), sync("+CSQ", ""), sync("+CGATT", "?")]);

function sync(name: string, ending: string): Command<number> {
	const head = `${name}:`; // constant, for flash keeps it
	return command<number>({
		line: `AT${name}${ending}`,
		timeoutMs: 1_000,
		infoFirst: true,
		isInfo: line => line.startsWith(head),
		read: info => numberOf(plainParam(info, 0)) ?? DAMAGED,
	});
}

/** What a question has found out. */
export type Finding = "again" | "synchronised" | "restarted" | "silent";

export class Resync {
	/** The command that was given up: its echo, its information and its data may still come, for nobody. */
	readonly late: Command<unknown> | undefined;
	/** Of padding that goes out first: data may stand in the modem's command line, or the modem may wait for it. */
	paddingBytes = 0;
	/** Lines were dropped: URCs may be among them. */
	hasMissed = false;
	/** It is cleared up though no command waits. */
	isUrgent = false;
	private attempt = 0;
	private differs = false;
	/** Another question was answered: the first is put once more, for the modem may have been starting when it was put. */
	private confirming = false;

	constructor(late: Command<unknown> | undefined) {
		this.late = late?.infoFirst ? undefined : late;
	}

	add(doubt: Doubt): void {
		if ("residue" === doubt) this.paddingBytes = Math.max(this.paddingBytes, LINE_BYTES);
		if ("data" === doubt) this.paddingBytes = MOST_DATA_BYTES;
		if ("quiet" !== doubt) return;
		this.hasMissed = true;
		this.isUrgent = true;
	}

	get question(): Command<number> {
		return SYNC[this.confirming ? 0 : this.attempt]!;
	}

	/** `value`: what the modem answered; undefined: it has not. `configured`: it was set up, and must say so. */
	onAnswer(value: number | undefined, configured: boolean): Finding {
		if (undefined === value) {
			this.confirming = false;
			this.attempt++;
			return this.attempt < SYNC.length ? "again" : "silent";
		}
		if (!configured) return "synchronised";
		if (this.attempt > 0 && !this.confirming) {
			this.confirming = true;
			return "again";
		}
		if (CONFIGURED === value) return "synchronised";
		if (this.differs) return "restarted";
		this.differs = true;
		return "again";
	}
}

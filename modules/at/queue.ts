/* Commands that wait for their turn: so many and no more, each with the promise that it settles. */
import { ModemError } from "../core/errors.js";
import { type Command, nameOf, type Refusal } from "./command.js";

/** What a command is for, if anything. */
export interface CommandOwner {
	/** It is no more: what waits for it is not sent, for it would do to whatever has taken its place. */
	readonly isStale: boolean;
}

export interface Queued {
	readonly command: Command<unknown>;
	readonly owner?: CommandOwner | undefined;
	/** A refusal resolves it; otherwise it rejects. */
	readonly asks?: boolean;
	/** How often it has been said again. */
	repeats?: number;
	resolve(value: unknown): void;
	reject(error: Error): void;
}

const MOST_COMMANDS = 16;
/** Of each of eight connections one to send, one to receive, one to close; and some of the modem's own. */
const MOST_WITH_RESERVED = MOST_COMMANDS + 32;
/** A repeatable command is said so often again before its answer counts as lost. */
const MOST_REPEATS = 2;

export class CommandQueue {
	readonly #waiting: Queued[] = [];

	get length(): number {
		return this.#waiting.length;
	}

	get first(): Queued | undefined {
		return this.#waiting[0];
	}

	/** Rejects it with BUSY when there is no room. */
	add(queued: Queued): void {
		const most = queued.command.reserved ? MOST_WITH_RESERVED : MOST_COMMANDS;
		if (this.#waiting.length < most) this.#waiting.push(queued);
		else
			queued.reject(
				new ModemError("BUSY", `${MOST_COMMANDS} commands are waiting already: ${nameOf(queued.command)} was not sent`),
			);
	}

	addFirst(queued: Queued): void {
		this.#waiting.unshift(queued);
	}

	takeFirst(): Queued | undefined {
		return this.#waiting.shift();
	}

	/** Puts it in front again, if saying it once more does no harm and may help. */
	repeats(queued: Queued, error: Error | Refusal): boolean {
		const { command, repeats = 0 } = queued;
		if (!command.repeatable || repeats >= MOST_REPEATS || !(error instanceof ModemError)) return false;
		if ("TIMEOUT" !== error.code && "MALFORMED" !== error.code) return false;
		queued.repeats = repeats + 1;
		this.addFirst(queued);
		return true;
	}

	rejectAll(error: ModemError): void {
		for (const queued of this.#waiting.splice(0)) queued.reject(error);
	}
}

/*
 * Messages that are kept until they end, whatever happens to the power, and how they ended until that is read.
 *
 *   const journal = new Journal({ store });
 *   const sequence = journal.append(message, { destination: 0, expiresS: timeS + 3_600 });
 *   const next = journal.next(0);
 *   if (next) journal.finish(next.sequence, "delivered");
 *
 * Everything is done when a call returns: there is nothing to wait for and nothing to close. docs/JOURNAL.md has the
 * format, the rules at a start, and how long flash lasts.
 */
import { Endings } from "./endings.js";
import type { JournalStatistics } from "./events.js";
import { NOWHERE, UnreadFates } from "./fates.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { Medium } from "./medium.js";
import { recover } from "./opening.js";
import type { Ended, JournalOptions, Message, MessageOptions, Refusal, UnreadFate } from "./options.js";
import { checkMessage, checkOptions } from "./options.js";
import { FATES, type Fate, NEVER, RECORD_BYTES } from "./record.js";
import { Space } from "./space.js";

export type { JournalEvent, JournalStatistics } from "./events.js";
export type { Ended, JournalOptions, Message, MessageOptions, Refusal, UnreadFate, WhenFull } from "./options.js";
export { type Fate, NEVER } from "./record.js";

export class Journal {
	private readonly log: Log;
	private readonly live: Live;
	private readonly unread: UnreadFates;
	private readonly space: Space;
	private readonly messageLimit: number;
	private readonly endings: Endings;
	/** No message expires before; 0: not known. */
	private earliestS = 0;
	private appended = 0;

	/** @throws {RangeError} a limit is no number that makes sense, or the store is too small */
	constructor(options: JournalOptions) {
		const limits = checkOptions(options);
		const { countLimit, fateLimit, messageLimit, onEvent } = limits;
		this.messageLimit = messageLimit;
		this.live = new Live(countLimit);
		this.unread = new UnreadFates(fateLimit);
		this.log = new Log(new Medium(options.store), this.live, this.unread, RECORD_BYTES + messageLimit, onEvent);
		this.space = new Space(this.log, limits);
		this.endings = new Endings(this.log, onEvent);
		recover(this.log);
		if (this.space.capacityBytes < RECORD_BYTES + messageLimit && 0 === this.log.ring.badSectors)
			throw new RangeError("the store is too small for these limits");
	}

	/** Messages that have not ended. */
	get count(): number {
		return this.live.count;
	}

	/** The time that was last told by `append` or `expire` before the newest sector was taken: at least so late is it now. */
	get timeS(): number {
		return this.log.timeS;
	}

	get statistics(): JournalStatistics {
		const { live, log, unread } = this;
		return {
			count: live.count,
			bytes: live.bytes,
			capacityBytes: this.space.capacityBytes,
			unreadFates: unread.count,
			forgottenFates: unread.forgotten,
			erases: log.ring.lastEpoch,
			sectors: log.medium.sectors,
			badSectors: log.ring.badSectors,
			corrected: log.reader.corrected,
			damaged: log.damaged,
			appended: this.appended,
			writtenBytes: log.medium.writtenBytes,
		};
	}

	/** Its sequence: the message is kept from now on. Or why it is not; then nothing of it is. @throws {RangeError} */
	append(message: Uint8Array, options: MessageOptions): number | Refusal {
		const { destination, expiresS = NEVER, priority = 0, timeS = 0 } = options;
		checkMessage(destination, priority, expiresS, timeS);
		if (message.length > this.messageLimit) return "TOO_LONG";
		const { live, log } = this;
		this.tell(timeS);
		const size = RECORD_BYTES + message.length;
		const refusal = this.makeSpace(size, priority);
		if (undefined !== refusal) return refusal;
		const { record } = log;
		const sequence = log.nextSequence;
		record.sequence = sequence;
		record.stamp = expiresS;
		record.kind = priority;
		record.destination = destination;
		const position = log.put(message);
		if (NOWHERE === position) return "MEDIUM";
		log.nextSequence = sequence + 1;
		live.put(sequence, position, destination, priority, size);
		if (expiresS < this.earliestS) this.earliestS = expiresS;
		this.appended++;
		return sequence;
	}

	/** For this destination: the oldest of the highest priority that is not held. It stays where it is. */
	next(destination: number): Message | undefined {
		for (;;) {
			const index = this.live.first(destination);
			if (index < 0) return undefined;
			const message = this.messageAt(index);
			if (message) return message;
			this.endings.end(index, "dropped");
		}
	}

	/** Undefined: it has ended, was never there, or is damaged; then it has ended now. */
	read(sequence: number): Message | undefined {
		const index = this.live.indexOf(sequence);
		if (index < 0) return undefined;
		const message = this.messageAt(index);
		if (!message) this.endings.end(index, "dropped");
		return message;
	}

	has(sequence: number): boolean {
		return this.live.indexOf(sequence) >= 0;
	}

	/** `next` passes it over, it does not expire and makes no room for others: it is under way. Until the next start. */
	hold(sequence: number, held = true): boolean {
		const index = this.live.indexOf(sequence);
		if (index >= 0) this.live.hold(index, held);
		return index >= 0;
	}

	/** The one fate of a message. */
	finish(sequence: number, fate: Fate): Ended {
		const index = this.live.indexOf(sequence);
		return index < 0 ? "NOT_FOUND" : this.endings.end(index, fate);
	}

	/** Ends what expires at `timeS` or before and is not held; gives how many. */
	expire(timeS: number): number {
		this.tell(timeS);
		if (timeS < this.earliestS) return 0;
		const { live } = this;
		let expired = 0;
		let earliestS = NEVER;
		for (let index = 0; index < live.count; ) {
			const expiresS = this.expiryAt(index, timeS);
			if (expiresS <= timeS && !live.isHeld(index)) {
				this.endings.end(index, "expired");
				expired++;
			} else {
				if (expiresS < earliestS) earliestS = expiresS;
				index++;
			}
		}
		this.earliestS = earliestS;
		return expired;
	}

	/** How many fates are not read. */
	get unreadFates(): number {
		return this.unread.count;
	}

	/** From 0, the oldest, to before `unreadFates`. */
	fate(index: number): UnreadFate | undefined {
		const { unread } = this;
		if (!(index >= 0 && index < unread.count)) return undefined;
		const fate = FATES[unread.fateAt(index)]!;
		return { sequence: unread.sequenceAt(index), destination: unread.destinationAt(index), fate };
	}

	/** The oldest `count` fates are read, and not told again. False: the medium did not take it, they are told again. */
	acknowledge(count: number): boolean {
		return this.endings.acknowledge(count);
	}

	private tell(timeS: number): void {
		if (timeS > this.log.timeS) this.log.timeS = timeS;
		this.endings.settle();
	}

	private makeSpace(size: number, priority: number): Refusal | undefined {
		for (;;) {
			const victim = this.space.victim(size, priority);
			if (undefined === victim) return "FULL";
			if (victim < 0) return undefined;
			if ("ENDED" !== this.endings.end(victim, "dropped", true)) return "MEDIUM";
		}
	}

	private messageAt(index: number): Message | undefined {
		const { live, log } = this;
		const { header } = log.reader;
		const record = log.reader.whole(live.positionAt(index));
		if (!record || header.sequence !== live.sequenceAt(index)) {
			log.damage(live.positionAt(index));
			return undefined;
		}
		const { destination, kind: priority, sequence, stamp: expiresS } = header;
		return { sequence, destination, priority, expiresS, bytes: record.slice(RECORD_BYTES) };
	}

	/** The message is read, and its CRC checked, only if it seems to be due. One that is damaged is left for `next` to find. */
	private expiryAt(index: number, timeS: number): number {
		const { reader } = this.log;
		const at = this.live.positionAt(index);
		if ("record" === reader.form(at) && reader.header.stamp > timeS) return reader.header.stamp;
		return reader.whole(at) ? reader.header.stamp : NEVER;
	}
}

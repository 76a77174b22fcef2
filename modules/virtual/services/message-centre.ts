/* The operator's message centre: takes what the modem sends, keeps what is for it until it can be had. */
import type { Calendar } from "../radio/calendar.js";
import { septetsOf } from "./gsm-text.js";
import type { Part, ShortMessage, Submission } from "./pdu.js";

const SEPTETS = { alone: 160, part: 153 };
const UCS2 = { alone: 70, part: 67 };
/** The centre forgets the oldest of more. */
const WAITING_MAX = 100;

export class MessageCentre {
	readonly number = "+15550001";
	/** A message has been taken from the modem. */
	onSubmit: ((message: Submission) => void) | undefined;
	/** Someone can take messages now; false: not this one, not now. */
	receiver: ((message: ShortMessage) => boolean) | undefined;
	readonly #calendar: Calendar;
	readonly #waiting: ShortMessage[] = [];
	#reference = 0;

	constructor(calendar: Calendar) {
		this.#calendar = calendar;
	}

	/** For the modem. A long text goes in several parts. */
	deliver(from: string, text: string): void {
		const texts = split(text, septetsOf(text) ? SEPTETS : UCS2);
		const reference = ++this.#reference & 0xff;
		for (const [index, partText] of texts.entries()) {
			this.#add(from, partText, texts.length > 1 ? { reference, total: texts.length, number: index + 1 } : undefined);
		}
		this.push();
	}

	/** What the modem has sent to itself comes back as it was. */
	loop(from: string, { text, part }: Submission): void {
		this.#add(from, text, part);
		this.push();
	}

	/** Hands over what waits, as far as it is taken. */
	push(): void {
		while (this.receiver && this.#waiting.length > 0) {
			if (!this.receiver(this.#waiting[0]!)) return;
			this.#waiting.shift();
		}
	}

	#add(from: string, text: string, part: Part | undefined): void {
		const { utcMs, zoneQuarters } = this.#calendar;
		this.#waiting.push({ from, text, utcMs, zoneQuarters, part });
		if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
	}
}

/** In pieces that each fit into a part, or all in one. */
function split(text: string, limit: { alone: number; part: number }): string[] {
	const length = (piece: string) => septetsOf(piece)?.length ?? piece.length;
	if (length(text) <= limit.alone) return [text];
	const pieces: string[] = [];
	let piece = "";
	for (const character of text) {
		if (length(piece + character) > limit.part) {
			pieces.push(piece);
			piece = "";
		}
		piece += character;
	}
	return [...pieces, piece];
}

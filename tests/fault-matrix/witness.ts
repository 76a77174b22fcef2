/*
 * Who was sent what, who was told what, and what of it is not true.
 *
 * Every conversation has text of its own, so that a byte at the wrong place is seen: payloads are full of what a modem
 * could take for a command and a driver for an answer.
 */
import type { FakeServer } from "../virtual/network.js";

export const INVARIANTS = [
	"peer", // what a peer got is no prefix of what was sent to it
	"received", // what an application got is no prefix of what was sent to it
	"cut", // an orderly end was told though the peer had sent more
	"delivered", // told as delivered, and it was not
	"doubled", // the same message went out twice
	"stranger", // bytes went to somebody else
	"executed", // the modem carried out what the driver did not say
	"pin", // a try was spent, or the lock was changed
	"liveness", // nothing arrives any more
	"slots", // not all of the modem's slots can be used again
	"busy", // commands without end
	"defect", // an exception that is no ModemError
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
	readonly invariant: Invariant;
	readonly detail: string;
	/** Of what was got at the wrong end, and of what should have been. */
	readonly got?: string;
	readonly expected?: string;
	/** What the sender was told; undefined: nothing, or that all is well. */
	readonly told?: string | undefined;
}

/** What a peer has got: all of a connection, or one datagram. */
export interface Delivery {
	readonly server: FakeServer;
	readonly text: string;
}

/** One message, and what the peer answers. */
export interface Round {
	readonly message: string;
	readonly answer: string;
	delivered: boolean;
	/** What the application has read of the answer. */
	heard: string;
}

/** All that goes over one connection. */
export interface Conversation {
	readonly name: string;
	readonly rounds: readonly Round[];
	/** To whom; undefined: its text says so. */
	readonly server: FakeServer | undefined;
	/** How it was told to have ended. */
	ended: string | undefined;
	/** What its peer has got so far. */
	got: string;
}

const TRAPS = [
	'AT+CLCK="SC",0,"1234"\r',
	"ATD123;\r",
	"+++A/\r\n> ",
	"OK\r\n\r\nRDY\r\n\r\n+PDP: DEACT\r\n",
	"0, CLOSED\r\nSEND OK\r\n\x1a\x1b",
].join("");
const ANSWER_TRAPS = [
	"\r\nOK\r\n\r\nERROR\r\nRDY\r\n",
	"\r\n+CPIN: SIM PIN\r\n+PDP: DEACT\r\n",
	"\r\n0, CLOSED\r\nCLOSED\r\n> \r\n+CIPRXGET: 1,0\r\n",
	"\r\n+CIPACK: 9,9,0\r\nOK\r\n",
].join("");

export function messageOf(name: string): string {
	return `<${name} ${TRAPS}${name}>\n`;
}

export function answerOf(name: string): string {
	return `[${name} ${ANSWER_TRAPS}${name}]\n`;
}

interface Nearest {
	readonly name: string;
	readonly text: string;
	readonly ended: string | undefined;
}

export class Witness {
	readonly violations: Violation[] = [];
	readonly conversations: Conversation[] = [];
	/** For a report: what the application is told, as it happens. */
	onNote: ((text: string) => void) | undefined;

	/** A conversation that begins now. `rounds`: with messages of their own; default one. */
	begin(name: string, rounds: readonly Round[] = [roundOf(name)], server?: FakeServer): Conversation {
		const conversation: Conversation = { name, rounds, server, ended: undefined, got: "" };
		this.conversations.push(conversation);
		this.note(`${name} begins`);
		return conversation;
	}

	note(text: string): void {
		this.onNote?.(text);
	}

	report(invariant: Invariant, detail: string, got?: string, expected?: string, told?: string): void {
		if (this.violations.some(known => invariant === known.invariant && detail === known.detail)) return;
		this.violations.push({ invariant, detail, ...(undefined !== got && undefined !== expected && { got, expected, told }) });
		this.note(`VIOLATED ${invariant}: ${detail}`);
	}

	/** What a peer answers now that it has got so much; undefined: nothing yet. */
	answer(delivery: Delivery): { readonly text: string; readonly isLast: boolean } | undefined {
		const conversation = this.#of(delivery);
		if (!conversation) return undefined;
		conversation.got = delivery.text;
		let length = 0;
		for (const round of conversation.rounds) {
			length += round.message.length;
			if (length === delivery.text.length) return { text: round.answer, isLast: round === conversation.rounds.at(-1) };
		}
		return undefined;
	}

	#of({ server, text }: Delivery): Conversation | undefined {
		return this.conversations.find(
			one => (undefined === one.server || server === one.server) && sentText(one.rounds).startsWith(text),
		);
	}

	/** The application has been told that the peer has all of it. */
	delivered({ name, rounds }: Conversation, round: number): void {
		rounds[round]!.delivered = true;
		this.note(`${name} is told as delivered`);
	}

	/** The application has read `text`. */
	heard({ name, rounds }: Conversation, round: number, text: string): void {
		const { answer, heard } = rounds[round]!;
		rounds[round]!.heard = heard + text;
		this.note(`${name} reads ${JSON.stringify(text)}`);
		if (!answer.startsWith(heard + text))
			this.report("received", differenceOf(`${name} read`, heard + text, answer), heard + text, answer);
	}

	/** An orderly end. */
	endedInOrder(conversation: Conversation): void {
		conversation.ended = "in order";
		this.note(`${conversation.name} is told an orderly end`);
		const heard = conversation.rounds.map(round => round.heard).join("");
		const answered = conversation.rounds.map(({ answer }) => answer).join("");
		if (heard === answered) return;
		const due = answersTo(conversation, conversation.got).length;
		if (heard.length < due)
			this.report("cut", `${conversation.name} was told an orderly end after ${heard.length} bytes of ${due}`);
	}

	failed(conversation: Conversation, code: string): void {
		conversation.ended = code;
		this.note(`${conversation.name} is told ${code}`);
	}

	/** What every peer has got, at the end. */
	check(deliveries: readonly Delivery[]): void {
		const seen = new Map<Conversation, number>();
		for (const delivery of deliveries) {
			if (0 === delivery.text.length) continue;
			const conversation = this.#of(delivery);
			if (!conversation) this.#reportPeer(delivery);
			else if (delivery.text.length >= conversation.rounds[0]!.message.length)
				seen.set(conversation, 1 + (seen.get(conversation) ?? 0));
		}
		for (const [{ name }, times] of seen) if (times > 1) this.report("doubled", `${name} arrived ${times} times`);
		for (const conversation of this.conversations) this.#checkDelivered(conversation, deliveries);
	}

	#checkDelivered({ name, rounds, server }: Conversation, deliveries: readonly Delivery[]): void {
		let sent = "";
		for (const { delivered, message } of rounds) {
			sent += message;
			if (delivered && !deliveries.some(one => (server ?? one.server) === one.server && one.text.startsWith(sent)))
				this.report("delivered", `${name} was told as delivered, and no peer has all of it`);
		}
	}

	#reportPeer({ server, text }: Delivery): void {
		const nearest = this.nearest(text, one => (server === (one.server ?? server) ? sentText(one.rounds) : ""));
		this.report("peer", differenceOf(`the peer of ${nearest.name} got`, text, nearest.text), text, nearest.text, nearest.ended);
	}

	/** Of all that was sent, what `text` has most in common with, a byte more or less in it or not. */
	nearest(text: string, sent: (conversation: Conversation) => string): Nearest {
		let best: Nearest = { name: "nobody", text: "", ended: undefined };
		let most = -1;
		for (const conversation of this.conversations) {
			const whole = sent(conversation);
			const same = samePrefix(text, whole) + Math.max(...[-1, 0, 1].map(shift => sameBytes(text, whole, shift)));
			if (same <= most) continue;
			most = same;
			best = { name: conversation.name, text: whole, ended: conversation.ended };
		}
		return best;
	}
}

export function roundOf(name: string): Round {
	return { message: messageOf(name), answer: answerOf(name), delivered: false, heard: "" };
}

function sentText(rounds: readonly Round[]): string {
	return rounds.map(({ message }) => message).join("");
}

/** What the peer has answered to what it has got. */
function answersTo({ rounds }: Conversation, text: string): string {
	let answers = "";
	let length = 0;
	for (const { answer, message } of rounds) {
		length += message.length;
		if (length <= text.length) answers += answer;
	}
	return answers;
}

function sameBytes(a: string, b: string, shift: number): number {
	let same = 0;
	for (let at = 0; at < a.length; at++) if (a[at] === b[at + shift]) same++;
	return same;
}

function samePrefix(a: string, b: string): number {
	let same = 0;
	while (same < a.length && a[same] === b[same]) same++;
	return same;
}

/** The two texts from a little before where they part. */
export function differenceOf(what: string, text: string, expected: string): string {
	const same = samePrefix(text, expected);
	const from = Math.max(0, same - 8);
	const part = (whole: string) => JSON.stringify(whole.slice(from, same + 24));
	return `${what} ${part(text)} at byte ${same} of ${text.length}, where ${part(expected)} belongs`;
}

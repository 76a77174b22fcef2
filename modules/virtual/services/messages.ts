/* Short messages in the modem: the card's store, what is announced (AT+CNMI), and how texts look on the line. */
import { bytesOf, bytesOfHex, hexOf, textOf } from "../bytes.js";
import { Calendar } from "../radio/calendar.js";
import type { Session } from "../session.js";
import { septetsOf, textOfSeptets, textOfUcs2, ucs2Of } from "./gsm-text.js";
import { encodeDeliver, type ShortMessage } from "./pdu.js";

export const CHARSETS = ["GSM", "UCS2", "IRA", "HEX", "8859-1", "PCCP437"] as const;
export type Charset = (typeof CHARSETS)[number];
/** As AT+CMGL counts. */
export const STATUS_TEXTS = ["REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL"] as const;
const UNREAD = 0;
const READ = 1;

export interface StoredMessage {
	status: number;
	readonly message: ShortMessage;
}

/** The messages on a SIM card, by number. */
export class MessageStore {
	readonly capacity = 30;
	/** The number of the first place. */
	readonly first: number;
	readonly #slots = new Map<number, StoredMessage>();

	constructor(first: number) {
		this.first = first;
	}

	get last(): number {
		return this.first + this.capacity - 1;
	}

	get used(): number {
		return this.#slots.size;
	}

	/** The number it got; undefined: it is full. */
	add(message: ShortMessage): number | undefined {
		for (let index = this.first; index <= this.last; index++) {
			if (this.#slots.has(index)) continue;
			this.#slots.set(index, { status: UNREAD, message });
			return index;
		}
		return undefined;
	}

	get(index: number): StoredMessage | undefined {
		return this.#slots.get(index);
	}

	delete(index: number): boolean {
		return this.#slots.delete(index);
	}

	/** In the order of their numbers. */
	all(): [index: number, stored: StoredMessage][] {
		return [...this.#slots].sort(([a], [b]) => a - b);
	}
}

export class Messages {
	/** AT+CMGF=1. */
	textMode = false;
	charset: Charset = "GSM";
	/** AT+CNMI. */
	indications: readonly number[] = [2, 1, 0, 0, 0];
	/** AT+CSMP: first octet, validity, protocol, coding. */
	parameters: readonly number[] = [17, 167, 0, 0];
	/** AT+CSDH. */
	details = 0;
	/** AT+CSMS. */
	service = 0;
	centre: string;
	lastReference = 0;
	readonly #session: Session;

	constructor(session: Session) {
		this.#session = session;
		this.centre = session.world.radio.messages.number;
	}

	get store(): MessageStore {
		return this.#session.sim.card.messages;
	}

	/** The network is here: messages can come. */
	listen(): void {
		const { radio, schedule, timing } = this.#session.world;
		radio.messages.receiver = message => this.#take(message);
		schedule.after(timing.messageDeliverMs, () => radio.messages.push());
	}

	close(): void {
		this.#session.world.radio.messages.receiver = undefined;
	}

	/** What follows a header line: the text, or the PDU. */
	body(message: ShortMessage): string {
		if (!this.textMode) return hexOf(encodeDeliver(message, this.centre).pdu);
		return this.#encode(message.text);
	}

	/** Its length as AT commands in PDU mode give it. */
	lengthOf(message: ShortMessage): number {
		return encodeDeliver(message, this.centre).length;
	}

	/** The sender as AT commands in text mode give it, quoted. */
	numberText(number: string): string {
		return `"${"UCS2" === this.charset ? hexOf(ucs2Of(number)) : number}"`;
	}

	timeText({ utcMs, zoneQuarters }: ShortMessage): string {
		return `"${new Calendar(this.#session.world.clock, utcMs, zoneQuarters).text}"`;
	}

	/** What the host has typed, in the charset that was agreed. Undefined: it is none in that. */
	decode(bytes: Uint8Array): string | undefined {
		if ("UCS2" === this.charset || "HEX" === this.charset || 8 === this.parameters[3]) {
			const codes = bytesOfHex(textOf(bytes));
			if (!codes) return undefined;
			return "HEX" === this.charset && 8 !== this.parameters[3] ? textOf(codes) : textOfUcs2(codes);
		}
		return "GSM" === this.charset ? textOfSeptets([...bytes].map(byte => byte & 0x7f)) : textOf(bytes);
	}

	/** A number as the host gives it. */
	decodeNumber(text: string): string {
		if ("UCS2" !== this.charset) return text;
		const codes = bytesOfHex(text);
		return codes ? textOfUcs2(codes) : text;
	}

	markRead(stored: StoredMessage): void {
		if (UNREAD === stored.status) stored.status = READ;
	}

	#encode(text: string): string {
		const septets = septetsOf(text);
		if ("UCS2" === this.charset || ("HEX" !== this.charset && !septets)) return hexOf(ucs2Of(text));
		if ("HEX" === this.charset) return hexOf(bytesOf(text));
		return "GSM" === this.charset && septets ? String.fromCharCode(...septets) : text;
	}

	/** @returns false when there is no room for it */
	#take(message: ShortMessage): boolean {
		const [mode = 0, indication = 0] = this.indications;
		if (2 === indication && 0 !== mode) {
			this.#show(message);
			return true;
		}
		const index = this.store.add(message);
		if (undefined === index) return false;
		if (1 === indication && 0 !== mode) this.#session.urc(`+CMTI: "SM",${index}`);
		return true;
	}

	#show(message: ShortMessage): void {
		const header = this.textMode
			? `+CMT: ${this.numberText(message.from)},"",${this.timeText(message)}`
			: `+CMT: "",${this.lengthOf(message)}`;
		this.#session.urc(`${header}\r\n${this.body(message)}`);
	}
}

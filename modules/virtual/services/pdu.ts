/* Short messages as the air carries them (GSM 03.40): SMS-DELIVER to the modem, SMS-SUBMIT from it. */
import { pack, septetsOf, textOfSeptets, textOfUcs2, ucs2Of, unpack } from "./gsm-text.js";

const INTERNATIONAL = 0x91;
const NATIONAL = 0x81;
const DELIVER = 0x04; // and no more messages waiting
const USER_HEADER = 0x40;
const UCS2 = 0x08;
const CONCATENATION = [0x05, 0x00, 0x03] as const;
const QUARTER_MS = 900_000;

export interface Part {
	readonly reference: number;
	readonly total: number;
	readonly number: number;
}

export interface ShortMessage {
	readonly from: string;
	readonly text: string;
	/** When the centre took it. */
	readonly utcMs: number;
	readonly zoneQuarters: number;
	/** Undefined: it is all in one. */
	readonly part?: Part | undefined;
}

export interface Submission {
	readonly to: string;
	readonly text: string;
	readonly part?: Part | undefined;
}

/** With the centre's number in front; that is not counted in the lengths that AT commands give. */
export function encodeDeliver(message: ShortMessage, centre: string): { pdu: Uint8Array; length: number } {
	const septets = septetsOf(message.text);
	const header = message.part ? [...CONCATENATION, message.part.reference, message.part.total, message.part.number] : [];
	const body = septets ? packed(septets, header) : plain(ucs2Of(message.text), header);
	const tpdu = [
		DELIVER | (header.length > 0 ? USER_HEADER : 0),
		...addressOf(message.from),
		0x00,
		septets ? 0x00 : UCS2,
		...timestampOf(message.utcMs, message.zoneQuarters),
		...body,
	];
	const [, ...smsc] = addressOf(centre);
	return { pdu: Uint8Array.from([smsc.length, ...smsc, ...tpdu]), length: tpdu.length };
}

/** `pdu` begins with the centre's number, of which the length may be 0. Undefined: it is no SMS-SUBMIT. */
export function decodeSubmit(pdu: Uint8Array, length: number): Submission | undefined {
	const tpdu = pdu.subarray(1 + (pdu[0] ?? 0));
	const [first = 0, , digits = 0] = tpdu;
	if (tpdu.length !== length || 1 !== (first & 3)) return undefined;
	const numberBytes = Math.ceil(digits / 2);
	let at = 4 + numberBytes;
	const to = numberOf(tpdu[3]!, tpdu.subarray(4, at), digits);
	const coding = tpdu[at + 1] ?? 0;
	at += 2 + validityBytes(first);
	const count = tpdu[at];
	if (undefined === count) return undefined;
	const data = tpdu.subarray(at + 1);
	const headerBytes = first & USER_HEADER ? 1 + (data[0] ?? 0) : 0;
	const part = partIn(data.subarray(1, headerBytes));
	return { to, text: textIn(data, count, coding, headerBytes), ...(part && { part }) };
}

/** A user data header that says which part of a longer text this is, with a reference of 8 or of 16 bits. */
function partIn(header: Uint8Array): Part | undefined {
	if (0x00 === header[0]) return { reference: header[2]!, total: header[3]!, number: header[4]! };
	if (0x08 === header[0]) return { reference: header[3]!, total: header[4]!, number: header[5]! };
	return undefined;
}

function validityBytes(first: number): number {
	const format = (first >> 3) & 3;
	if (0 === format) return 0;
	return 2 === format ? 1 : 7;
}

function textIn(data: Uint8Array, count: number, coding: number, headerBytes: number): string {
	if (UCS2 === (coding & 0x0c)) return textOfUcs2(data.subarray(headerBytes, count));
	if (0 !== (coding & 0x0c)) return String.fromCharCode(...data.subarray(headerBytes, count));
	const headerSeptets = Math.ceil((headerBytes * 8) / 7);
	const fill = headerSeptets * 7 - headerBytes * 8;
	return textOfSeptets(unpack(data.subarray(headerBytes), count - headerSeptets, fill));
}

/** Length in septets, header and fill bits included. */
function packed(septets: readonly number[], header: readonly number[]): number[] {
	const headerSeptets = Math.ceil((header.length * 8) / 7);
	return [headerSeptets + septets.length, ...header, ...pack(septets, headerSeptets * 7 - header.length * 8)];
}

function plain(bytes: Uint8Array, header: readonly number[]): number[] {
	return [header.length + bytes.length, ...header, ...bytes];
}

/** The number of digits, the type, and the digits two a byte, the first one low. */
function addressOf(number: string): number[] {
	const international = number.startsWith("+");
	const digits = number.replace(/[^0-9]/g, "");
	return [digits.length, international ? INTERNATIONAL : NATIONAL, ...semiOctets(digits)];
}

function numberOf(type: number, bytes: Uint8Array, digits: number): string {
	let text = "";
	for (const byte of bytes) text += `${(byte & 0x0f).toString(16)}${(byte >> 4).toString(16)}`;
	return (INTERNATIONAL === type ? "+" : "") + text.slice(0, digits);
}

function semiOctets(digits: string): number[] {
	const bytes: number[] = [];
	for (let index = 0; index < digits.length; index += 2) {
		const high = index + 1 < digits.length ? Number(digits[index + 1]) : 0x0f;
		bytes.push((high << 4) | Number(digits[index]));
	}
	return bytes;
}

function timestampOf(utcMs: number, zoneQuarters: number): number[] {
	const date = new Date(utcMs + zoneQuarters * QUARTER_MS);
	const values = [
		date.getUTCFullYear() % 100,
		date.getUTCMonth() + 1,
		date.getUTCDate(),
		date.getUTCHours(),
		date.getUTCMinutes(),
		date.getUTCSeconds(),
		Math.abs(zoneQuarters),
	];
	const bytes = semiOctets(values.map(value => value.toString().padStart(2, "0")).join(""));
	if (zoneQuarters < 0) bytes[6]! |= 0x08;
	return bytes;
}

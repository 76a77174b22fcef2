/*
 * What comes out of a modem, or might: bytes of any kind, lines that read like a modem's, and mixtures of both.
 *
 * All text is one byte a character.
 */
import "./globals.js";
import * as fc from "fast-check";

export const LINES: readonly string[] = [
	"OK",
	"ERROR",
	"+CME ERROR: 3",
	"+CME ERROR: operation not allowed",
	"+CMS ERROR: 321",
	"RDY",
	"+CFUN: 1",
	"+CPIN: READY",
	"+CPIN: NOT INSERTED",
	"Call Ready",
	"SMS Ready",
	"+CREG: 1",
	"+CREG: 0,5",
	'+CREG: 1,"001F","1174"',
	'+CREG: 2,1,"001F","1174"',
	"+CGATT: 1",
	"+CGREG: 2",
	"+CMEE: 1",
	"+SPIC: 3,3,10,10",
	"+CSQ: 17,0",
	"10.99.152.119",
	"SIM900 R11.0",
	"STATE: IP INITIAL",
	'C: 1,,"","","","INITIAL"',
	'+CIPSTATUS: 0,0,"TCP","192.0.2.1","80","CONNECTED"',
	"CONNECT",
	"CONNECT OK",
	"0, CONNECT OK",
	"1,CONNECT FAIL",
	"ALREADY CONNECT",
	"SEND OK",
	"0, SEND OK",
	"1, SEND FAIL",
	"DATA ACCEPT:5",
	"DATA ACCEPT:0,5",
	"+CIPACK: 5,5,0",
	"CLOSE OK",
	"1, CLOSE OK",
	"SHUT OK",
	"CLOSED",
	"0, CLOSED",
	"+PDP: DEACT",
	"+SAPBR 1: DEACT",
	"+CIPRXGET:1",
	"+CIPRXGET: 1,0",
	"REMOTE IP: 192.0.2.1",
	"0, REMOTE IP: 192.0.2.1",
	'*PSUTTZ: 26/11/22,22:09:23","+04",0',
	"DST: 0",
	'+CMTI: "SM",3',
	'+CMT: "+491700000000",,"26/11/22,21:47:27+04"',
	'+CUSD: 0, "0032", 72',
	"+HTTPACTION:0,200,12",
	"UNDER-VOLTAGE WARNNING",
	"NORMAL POWER DOWN",
	"RING",
	"+RECEIVE,1,1460:",
	"+RECEIVE,1,999999999:",
	"+IPD,999999999:",
	"+CIPRXGET: 2,0,999999999,0",
	"NO CARRIER",
];

/** Echoes of what the engine may have out. */
const ECHOES: readonly string[] = ["AT", "ATE0", "AT+CREG?", "AT+CIPSEND=0,5", "AT+CIPRXGET=2,0,64", "AT+CMEE?", "AT+CIFSR"];

/** Any bytes, as many as a run likes. */
export const noise = (mostBytes: number): fc.Arbitrary<string> => fc.uint8Array({ maxLength: mostBytes }).map(latin1);

const lineEnd = fc.constantFrom("\r\n", "\r\r\n", "\n", "\r\n\r\n", "\r", "");
const framed = fc.tuple(lineEnd, fc.constantFrom(...LINES), lineEnd).map(parts => parts.join(""));
const echo = fc.tuple(fc.constantFrom(...ECHOES), fc.constantFrom("\r", "\r\n", "\r\r\n", "")).map(parts => parts.join(""));
const prompt = fc.constantFrom("\r\n> ", "\r\n>", ">", "> \r\n");
/** Longer than the lexer's line, by a little or by much, at its very limit, with CRs there or not. */
const longLine = fc
	.tuple(fc.integer({ min: 505, max: 520 }), fc.constantFrom("\r\n", "\r\r\n", "\n", "\n\r", "x\r\n"))
	.map(([length, end]) => "x".repeat(length) + end);

/** A header that announces data, with as much behind it, or not quite. */
const counted = fc
	.tuple(
		fc.constantFrom("+CIPRXGET: 2,0,#,0\r\n", "+CIPRXGET:2,#,7\r\n", "+RECEIVE,1,#:\r\n", "+IPD,#:"),
		noise(40),
		fc.integer({ min: -2, max: 2 }),
	)
	.map(([header, data, off]) => `\r\n${header.replace("#", String(Math.max(0, data.length + off)))}${data}`);

const fragment = fc.oneof(
	{ arbitrary: framed, weight: 12 },
	{ arbitrary: echo, weight: 3 },
	{ arbitrary: prompt, weight: 2 },
	{ arbitrary: counted, weight: 3 },
	{ arbitrary: noise(12), weight: 2 },
	{ arbitrary: longLine, weight: 1 },
);

/** Lines, echoes, prompts and data as a modem would say them, in an order in which it would not. */
export const mixture: fc.Arbitrary<string> = fc.array(fragment, { maxLength: 24 }).map(parts => parts.join(""));

/** A mixture on a bad wire: a few bytes flipped, lost or doubled. */
export const damaged: fc.Arbitrary<string> = fc
	.tuple(mixture, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 })), { maxLength: 4 }))
	.map(([text, faults]) => faults.reduce(withFault, text));

/** Bits 0 to 7 are flipped, 8 loses the byte, 9 doubles it. */
function withFault(text: string, [place, fault]: [number, number]): string {
	if ("" === text) return text;
	const at = place % text.length;
	const byte = text.charCodeAt(at);
	const instead = 8 === fault ? "" : 9 === fault ? text[at]!.repeat(2) : String.fromCharCode(byte ^ (1 << fault));
	return text.slice(0, at) + instead + text.slice(at + 1);
}

export const stream = fc.oneof(mixture, damaged, noise(200));

/** Sizes of pieces, taken in turn. */
export const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

/** `text` in pieces of these sizes, over and over. */
export function piecesOf(text: string, sizes: readonly number[]): string[] {
	const pieces: string[] = [];
	for (let at = 0, turn = 0; at < text.length; turn++) {
		const size = sizes[turn % sizes.length]!;
		pieces.push(text.slice(at, at + size));
		at += size;
	}
	return pieces;
}

function latin1(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}

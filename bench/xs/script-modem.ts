/*
 * A SIM900 of few words, for measurements of memory on XS: it answers at once, echoes what is sent to each connection, and
 * keeps nothing but counters, so that whatever the heap gains is the driver's.
 */
import { latin1 } from "../../modules/at/lexer.js";
import type { Clock } from "../../modules/core/clock.js";
import type { Serial, SerialCallbacks } from "../../modules/core/io.js";

const SLOTS = 8;
const CR = 0x0d;
const ROOM_BYTES = 2_048;
const ANSWER_MS = 5;

const ANSWERS: Readonly<Record<string, string>> = {
	ATI: "SIM900 R11.0\r\n\r\nOK",
	"AT+CPIN?": "+CPIN: READY\r\n\r\nOK",
	"AT+CREG?": "+CREG: 1,1\r\n\r\nOK",
	"AT+CFUN?": "+CFUN: 1\r\n\r\nOK",
	"AT+CGATT?": "+CGATT: 1\r\n\r\nOK",
	"AT+CIPSHUT": "SHUT OK",
	"AT+CIFSR": "10.0.0.1",
};

/** Constructed before anything is measured: the one port that the driver opens. */
const sentBytes = new Uint32Array(SLOTS);
const echoBytes = new Uint32Array(SLOTS);
const line = new Uint8Array(128);
const received = new Uint8Array(ROOM_BYTES);
let clock: Clock;
let callbacks: SerialCallbacks;
let receivedBytes = 0;
let lineBytes = 0;
let dataSlot = 0;
let dataBytes = 0;
let dataLeft = 0;
let answers: "all" | "no data" | "nothing" = "all";

/** What it answers from now on: "no data", peers send nothing; "nothing", what is under way stays under way. */
export function answer(what: typeof answers): void {
	answers = what;
}

export class ScriptSerial implements Serial {
	constructor(options: SerialCallbacks & { clock: Clock }) {
		callbacks = options;
		clock = options.clock;
		clock.setTimer(makeRoom, 0);
	}

	read(): ArrayBuffer | undefined {
		if (0 === receivedBytes) return undefined;
		const bytes = received.slice(0, receivedBytes).buffer;
		receivedBytes = 0;
		return bytes;
	}

	write(buffer: ArrayBuffer): void {
		const bytes = new Uint8Array(buffer);
		clock.setTimer(makeRoom, 0);
		if ("nothing" === answers) return;
		for (const byte of bytes) {
			if (dataLeft > 0) takeData();
			else if (CR === byte) takeLine(latin1(line, 0, lineBytes));
			else line[lineBytes++] = byte;
		}
	}

	close(): void {}
}

function takeData(): void {
	if (--dataLeft > 0) return;
	sentBytes[dataSlot]! += dataBytes;
	const told = echoBytes[dataSlot]! > 0;
	if ("all" === answers) echoBytes[dataSlot]! += dataBytes;
	say(`DATA ACCEPT:${dataSlot},${dataBytes}`);
	if (!told && "all" === answers) say(`+CIPRXGET: 1,${dataSlot}`);
}

function takeLine(command: string): void {
	lineBytes = 0;
	const [name = "", parameters = ""] = command.split("=", 2);
	const numbers = parameters.split(",").map(Number);
	switch (name) {
		case "AT+CIPSTART":
			sentBytes[numbers[0]!] = 0;
			echoBytes[numbers[0]!] = 0;
			say("OK");
			return say(`${numbers[0]}, CONNECT OK`);
		case "AT+CIPSEND":
			[dataSlot, dataBytes] = numbers as [number, number];
			dataLeft = dataBytes;
			return hear("\r\n> ");
		case "AT+CIPACK":
			return say(`+CIPACK: ${sentBytes[numbers[0]!]},${sentBytes[numbers[0]!]},0\r\n\r\nOK`);
		case "AT+CIPRXGET":
			return numbers.length > 1 ? giveData(numbers[1]!, numbers[2]!) : say("OK");
		case "AT+CIPSTATUS":
			return say(`+CIPSTATUS: ${numbers[0]},0,"TCP","10.0.0.2","7","CONNECTED"\r\n\r\nOK`);
		case "AT+CMEE?":
			return say("+CMEE: 1\r\n\r\nOK");
		case "AT+CIPCLOSE":
			return say(`${numbers[0]}, CLOSE OK`);
		default:
			return say(ANSWERS[command] ?? "OK");
	}
}

function giveData(slot: number, mostBytes: number): void {
	const bytes = Math.min(mostBytes, echoBytes[slot]!);
	echoBytes[slot]! -= bytes;
	hear(`\r\n+CIPRXGET: 2,${slot},${bytes},${echoBytes[slot]}\r\n${"x".repeat(bytes)}\r\nOK\r\n`);
}

function say(text: string): void {
	hear(`\r\n${text}\r\n`);
}

function makeRoom(): void {
	callbacks.onWritable(ROOM_BYTES);
}

function tell(): void {
	callbacks.onReadable(receivedBytes);
}

/** Told from a turn of its own, as by an interrupt. */
function hear(text: string): void {
	for (let at = 0; at < text.length; at++) received[receivedBytes++] = text.charCodeAt(at);
	clock.setTimer(tell, ANSWER_MS);
}

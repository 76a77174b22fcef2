/*
 * The client at work on XS, for the byte-code meter: what it costs to take text, answers and data from the modem.
 */

import { AtClient } from "../../modules/at/client.js";
import type { Clock } from "../../modules/core/clock.js";
import type { Serial, SerialCallbacks } from "../../modules/core/io.js";
import { fetch, REGISTRATION } from "../../modules/modem/commands.js";

const clock: Clock = { nowMs: () => 0, setTimer: () => 0, clearTimer() {} };
let callbacks: SerialCallbacks;
let received: ArrayBuffer | undefined;

class TestSerial implements Serial {
	constructor(options: SerialCallbacks & { baud: number }) {
		callbacks = options;
	}
	read(): ArrayBuffer | undefined {
		const bytes = received;
		received = undefined;
		return bytes;
	}
	write(): void {}
	close(): void {}
}

const client = new AtClient({
	clock,
	serial: { io: TestSerial, baud: 115_200, receiveBuffer: 128 },
	onUrc() {},
	onUnexplained() {},
});
callbacks!.onWritable(1 << 30);

function bytesOf(text: string): ArrayBuffer {
	return Uint8Array.from(text, character => character.charCodeAt(0)).buffer;
}

function block(bytes: number): ArrayBuffer {
	return bytesOf(`\r\n+CIPRXGET: 2,0,${bytes},0\r\n${"x".repeat(bytes)}\r\nOK\r\n`);
}

/** What a modem says unasked from its start to the end of a connection, each line once. */
const NEWS = bytesOf(
	[
		"RDY",
		"+CFUN: 1",
		"+CPIN: READY",
		"Call Ready",
		'+CREG: 1,"001F","1174"',
		'*PSNWID: "262","01","Operator",0,"Op",0',
		'*PSUTTZ: 2026,11,22,14,4,19,"+8",1',
		"DST: 0",
		"2, CONNECT OK",
		"+CIPRXGET: 1,2",
		"2, CLOSED",
		"+PDP: DEACT",
	]
		.map(line => `\r\n${line}\r\n`)
		.join(""),
);
const ANSWER = bytesOf("\r\n+CREG: 1,5\r\n\r\nOK\r\n");
const SMALL = block(60);
const LARGE = block(1_460);
const piece = new Uint8Array(1_460);

function hear(bytes: ArrayBuffer): number {
	received = bytes;
	callbacks.onReadable(bytes.byteLength);
	return bytes.byteLength;
}

function fetchBlock(bytes: ArrayBuffer): number {
	let at = 0;
	void client.send(
		fetch(0, 1_460, {
			onHeader() {},
			onBlock(data) {
				piece.set(data, at);
				at += data.length;
			},
			onGap() {},
		}),
	);
	return hear(bytes);
}

async function settled(bytes: number): Promise<number> {
	for (let turn = 0; turn < 4; turn++) await undefined; // the command's promise
	return bytes;
}

async function repeat(times: number, work: () => number): Promise<number> {
	let bytes = 0;
	for (let time = 0; time < times; time++) bytes += await settled(work());
	return bytes;
}

/** Each does its work so many times, and gives how many bytes the modem said. */
export default {
	nothing: (times: number) => repeat(times, () => 0),
	news: (times: number) => repeat(times, () => hear(NEWS)),
	answer: (times: number) =>
		repeat(times, () => {
			void client.send(REGISTRATION);
			return hear(ANSWER);
		}),
	small: (times: number) => repeat(times, () => fetchBlock(SMALL)),
	large: (times: number) => repeat(times, () => fetchBlock(LARGE)),
};

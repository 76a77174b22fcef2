/*
 * The modem's end of a pseudo-terminal, as a program: says the path of the device, sends when it is asked to ("G"), compares
 * what comes back, and goes away when it is asked to ("H"). A program of its own, because only then nobody else holds this
 * end open: the simulator would inherit it from the test.
 *
 * `far-end BYTES SEED`
 */
import { closeSync, constants, openSync } from "node:fs";
import type { ReadStream } from "node:tty";
import * as pty from "@lydell/node-pty";

/** More than the port's ring, and less than a pseudo-terminal takes besides: a full one would hold up this program. */
const AHEAD_BYTES = 7_000;
const GO = 0x47;

/** What is there at run time and not in the typings. */
interface OpenTerminal {
	readonly master: ReadStream;
	readonly slave: ReadStream;
	readonly ptsName: string;
}

function noise(length: number, seed: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at++) {
		seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
		bytes[at] = seed >>> 24;
	}
	return bytes;
}

const [total, seed] = process.argv.slice(2).map(Number);
const bytes = noise(total!, seed!);
const { open } = pty as unknown as { open(options: { encoding: null }): OpenTerminal };
const { master, slave, ptsName } = open({ encoding: null });
const kept = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK); // no hang-up between two programs
slave.destroy(); // it would read what is meant for others
console.log(ptsName);

let heard = Buffer.alloc(0);
let sent = 0;
master.on("data", (data: Buffer) => {
	heard = Buffer.concat([heard, data]);
	const upTo = Math.min(total!, heard.length + AHEAD_BYTES);
	if (upTo > sent) master.write(bytes.subarray(sent, upTo));
	sent = upTo;
	if (heard.length < total! + 2) return;
	const same = GO === heard[0] && 0 === Buffer.compare(heard.subarray(1, -1), bytes);
	console.log(same ? "unchanged" : "changed");
	closeSync(kept);
	master.destroy();
});

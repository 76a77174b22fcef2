/*
 * What the driver keeps in memory on XS: its objects in slots, its buffers, strings and waiting functions in chunks.
 *
 * Code is not counted, for on a device it lies in flash. The figures are exact and the same on every machine; those for a
 * 32-bit machine count 16 bytes a slot, and chunks as they are here, on 64 bits: an upper bound, a tenth or so too much.
 */
import { Meter } from "../hosts/xs/meter.js";

export interface HeapFigures {
	readonly name: string;
	readonly slots: number;
	readonly chunkBytes: number;
	readonly deviceBytes: number;
}

export type Step = readonly [name: string, argument?: unknown];

const MESSAGE = { bytes: 32, times: 1 };

function times(count: number, step: Step): Step[] {
	return Array.from({ length: count }, () => step);
}

/** Each state from a fresh engine: the steps that lead to it, after the driver has been brought up. */
const STATES: readonly (readonly [string, ...Step[]])[] = [
	["idle, bearer up"],
	["1 connection", ["open", 1]],
	["2 connections", ["open", 2]],
	["8 connections", ["open", 8]],
	...[1, 2, 8].map(count => [`${count} TCP ${1 === count ? "socket" : "sockets"}`, ...times(count, ["openSocket"])] as const),
	["the loop with 2 destinations, waiting for their answers", ["loop", 2]],
	["2 connections, each sending 1,400 bytes and waiting for an answer", ["open", 2], ["beginExchange", 1_400]],
	["2 connections, after 1 message on each", ["open", 2], ["exchange", MESSAGE]],
	["2 connections, after 1,000 messages on each", ["open", 2], ["exchange", { ...MESSAGE, times: 1_000 }]],
];

/** What is kept after these steps, code and the measurement itself taken off. */
export async function heapAfter(name: string, ...steps: Step[]): Promise<HeapFigures> {
	const meter = await Meter.open("bench/xs/heap.ts");
	try {
		const before = await meter.memory();
		for (const [step, argument] of [["up"] as Step, ...steps]) await meter.run(step, argument);
		const { chunkBytes, deviceBytes, slots } = await meter.memory();
		return {
			name,
			slots: slots - before.slots,
			chunkBytes: chunkBytes - before.chunkBytes,
			deviceBytes: deviceBytes - before.deviceBytes,
		};
	} finally {
		await meter.close();
	}
}

export async function heapFigures(): Promise<HeapFigures[]> {
	const figures: HeapFigures[] = [];
	for (const [name, ...steps] of STATES) figures.push(await heapAfter(name, ...steps));
	return figures;
}

/*
 * The sketch's way to move data, beside the driver's: AT+CIPSEND of at most 1380 bytes and then a wait for SEND OK, and
 * data that the modem pushes as it comes. The sketches send over one connection at a time; with eight, in turns.
 */
import { HandClock } from "../hosts/node/clock.js";
import { VirtualBoard } from "../modules/virtual/board.js";
import { FakeNetwork, type FakeServer } from "../tests/virtual/network.js";
import { BAUDS, byteAt, goodput, HOST, LIMIT_MS, PORT, SEGMENT_BYTES } from "./goodput.js";
import { limitOf, PIECE_BYTES } from "./limits.js";
import { Sketch, type SketchOptions } from "./sketch.js";
import { stallAtRandom } from "./stalls.js";

export interface SketchGoodput {
	readonly direction: "up" | "down";
	readonly bytes: number;
	readonly sockets: number;
	readonly baud: number;
	/** Of the narrower of UART and radio; of what arrived. */
	readonly share: number;
}

export interface Pushed {
	readonly baud: number;
	readonly longestStallMs: number | undefined;
	readonly bytes: number;
	/** By the sketch's way: what arrived at all, what of it stands in its place, and how fast it came. */
	readonly arrived: number;
	readonly right: number;
	readonly bytesPerSecond: number;
	/** By the driver, with the same stalls. */
	readonly driverWrong: number;
	readonly driverBytesPerSecond: number;
}

const FIFO_BYTES = 128;
/** Nothing has come for so long: nothing more comes. */
const QUIET_MS = 10_000;

interface Stage {
	readonly clock: HandClock;
	readonly board: VirtualBoard;
	readonly sketch: Sketch;
	readonly servers: readonly FakeServer[];
}

async function stageOf(baud: number, sockets: number, options: SketchOptions = {}): Promise<Stage> {
	const clock = new HandClock();
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, on: true, baud, hostBaud: baud, receiveBuffer: FIFO_BYTES });
	const sketch = new Sketch(clock, board, options);
	const servers = Array.from({ length: sockets }, (_, number) => network.server(`${HOST}:${PORT + number}`));
	await sketch.bringUp(sockets > 1);
	for (let number = 0; number < sockets; number++) {
		await sketch.connect({ host: HOST, port: PORT + number }, sockets > 1 ? number : undefined);
	}
	return { clock, board, sketch, servers };
}

function close({ board, sketch }: Stage): void {
	sketch.close();
	board.close();
}

export async function sketchUp(baud: number, bytes: number, sockets: number): Promise<SketchGoodput> {
	const stage = await stageOf(baud, sockets);
	const { clock, servers, sketch } = stage;
	const each = Math.ceil(bytes / sockets);
	const sinceMs = clock.elapsedMs;
	for (let at = 0; at < each; at += PIECE_BYTES) {
		for (let number = 0; number < sockets; number++) {
			const piece = Array.from({ length: Math.min(PIECE_BYTES, each - at) }, (_, index) => byteAt(number, at + index));
			await sketch.sendData(String.fromCharCode(...piece), sockets > 1 ? number : undefined);
		}
	}
	const bytesPerSecond = (each * sockets * 1_000) / (clock.elapsedMs - sinceMs);
	for (const [number, { last }] of servers.entries()) {
		if (last.received.length !== each || last.received.some((byte, at) => byte !== byteAt(number, at)))
			throw new Error("the sketch has sent something else");
	}
	close(stage);
	return { direction: "up", bytes, sockets, baud, share: bytesPerSecond / limitOf({ baud, direction: "up" }) };
}

/** What the modem pushes to one connection while JavaScript goes away now and then. */
async function sketchDown(baud: number, bytes: number, longestStallMs?: number) {
	const received: number[] = [];
	let lastMs = 0;
	const stage = await stageOf(baud, 1, {
		onBytes(part, atMs) {
			lastMs = atMs;
			for (const byte of part) received.push(byte);
		},
	});
	const { board, clock, servers } = stage;
	await clock.advance(1_000);
	received.length = 0;
	const sinceMs = clock.elapsedMs;
	const endStalls = stallAtRandom(clock, longestStallMs, board.uart);
	for (let from = 0; from < bytes; from += SEGMENT_BYTES) {
		servers[0]!.last.send(Uint8Array.from({ length: Math.min(SEGMENT_BYTES, bytes - from) }, (_, at) => byteAt(0, from + at)));
	}
	lastMs = sinceMs;
	while (clock.elapsedMs - lastMs < QUIET_MS && clock.elapsedMs - sinceMs < LIMIT_MS) await clock.advance(100);
	endStalls();
	close(stage);
	if (received.length + board.uart.overruns !== bytes) throw new Error("bytes were lost that nobody has counted");
	const wrong = received.findIndex((byte, at) => byte !== byteAt(0, at));
	return {
		arrived: received.length,
		right: wrong < 0 ? received.length : wrong,
		bytesPerSecond: (received.length * 1_000) / (lastMs - sinceMs),
	};
}

export async function sketchGoodputFigures(): Promise<SketchGoodput[]> {
	const figures: SketchGoodput[] = [];
	for (const baud of BAUDS) {
		for (const bytes of [1_000, 10_000, 100_000]) {
			for (const sockets of [1, 8]) figures.push(await sketchUp(baud, bytes, sockets));
			const { bytesPerSecond } = await sketchDown(baud, bytes);
			const share = bytesPerSecond / limitOf({ baud, direction: "down" });
			figures.push({ direction: "down", bytes, sockets: 1, baud, share });
		}
	}
	return figures;
}

/** 100 kB pushed to the sketch and pulled by the driver, on the same FIFO, with the same stalls. */
export async function pushedFigures(): Promise<Pushed[]> {
	const figures: Pushed[] = [];
	const bytes = 100_000;
	for (const baud of BAUDS) {
		for (const longestStallMs of [undefined, 50, 500]) {
			const sketch = await sketchDown(baud, bytes, longestStallMs);
			const driver = await goodput({ direction: "down", bytes, sockets: 1, baud, receiveBuffer: FIFO_BYTES, longestStallMs });
			const { bytesPerSecond: driverBytesPerSecond, wrong: driverWrong } = driver;
			figures.push({ baud, longestStallMs, bytes, ...sketch, driverWrong, driverBytesPerSecond });
		}
	}
	return figures;
}

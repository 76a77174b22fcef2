/* From the power key to a delivered message, and from one message to the next: this driver beside the sketches. */
import { HandClock } from "../hosts/node/clock.js";
import { ConnectionLoop } from "../modules/delivery/loop.js";
import { Modem } from "../modules/modem/modem.js";
import { VirtualBoard } from "../modules/virtual/board.js";
import { FakeNetwork } from "../tests/virtual/network.js";
import { Sketch } from "./sketch.js";

const PEER = { protocol: "TCP", host: "server.example", port: 7 } as const;
const MESSAGE = "32 bytes, as in the sketches....";
const CYCLES = 3;
/** Of a round trip to the server, in the air. */
const LATENCY_MS = 250;

export interface CycleFigures {
	readonly name: string;
	/** From the key's first press to the first byte at the server. */
	readonly firstByteMs: number;
	/** The modem's own share of it: what no driver can shorten. */
	readonly modemMs: number;
	/** From the start of one cycle to its end, without the interval that the user chooses; the mean of those after the first. */
	readonly cycleMs: number;
	readonly delivered: number;
}

interface Stage {
	readonly clock: HandClock;
	readonly board: VirtualBoard;
	readonly figures: { keyMs: number; ownAtKeyMs: number; firstByteMs: number; ownMs: number; delivered: number };
}

function stage(): Stage {
	const clock = new HandClock();
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, receiveBuffer: 4_096 });
	const figures = { keyMs: -1, ownAtKeyMs: 0, firstByteMs: -1, ownMs: 0, delivered: 0 };
	const { modem } = board;
	const powerKey = modem.powerKey.bind(modem);
	modem.powerKey = level => {
		if (0 === level && figures.keyMs < 0) {
			figures.keyMs = clock.elapsedMs;
			figures.ownAtKeyMs = modem.ownMs;
		}
		powerKey(level);
	};
	network.latencyMs = LATENCY_MS;
	network.server(`${PEER.host}:${PEER.port}`, data => {
		if (figures.firstByteMs < 0) {
			figures.firstByteMs = clock.elapsedMs - figures.keyMs;
			figures.ownMs = modem.ownMs - figures.ownAtKeyMs;
		}
		figures.delivered += data.length;
		return "ok";
	});
	return { clock, board, figures };
}

function figuresOf(name: string, { board, figures }: Stage, cyclesMs: readonly number[]): CycleFigures {
	board.close();
	const later = cyclesMs.slice(1);
	return {
		name,
		firstByteMs: figures.firstByteMs,
		modemMs: figures.ownMs,
		cycleMs: later.reduce((sum, ms) => sum + ms, 0) / later.length,
		delivered: figures.delivered / MESSAGE.length,
	};
}

export async function sketchFigures(multiplex: boolean): Promise<CycleFigures> {
	const on = stage();
	const sketch = new Sketch(on.clock, on.board);
	const cyclesMs: number[] = [];
	await sketch.script();
	for (let cycle = 0; cycle < CYCLES; cycle++) {
		const sinceMs = on.clock.elapsedMs;
		await sketch.cycle({ ...PEER, message: MESSAGE }, multiplex);
		cyclesMs.push(on.clock.elapsedMs - sinceMs);
	}
	sketch.close();
	return figuresOf(`sketch, ${multiplex ? "multi" : "single"}`, on, cyclesMs);
}

export async function driverFigures(multiplex: boolean, keepBearer: boolean): Promise<CycleFigures> {
	const on = stage();
	const { board, clock } = on;
	const modem = new Modem({
		clock,
		serial: board.serial,
		powerKey: board.powerKey,
		status: board.status,
		apn: "internet",
		multiplex,
	});
	const cyclesMs: number[] = [];
	let sinceMs = 0;
	const loop = new ConnectionLoop({
		clock,
		link: modem,
		mode: multiplex ? "multi" : "single",
		destinations: [PEER],
		message: MESSAGE,
		cycles: CYCLES,
		intervalMs: 0,
		answerTimeoutMs: 0, // as the sketches, which read none
		keepBearer,
		onEvent: event => {
			if ("cycle" === event.kind) sinceMs = clock.elapsedMs;
			if ("cycle-done" === event.kind) cyclesMs.push(clock.elapsedMs - sinceMs);
		},
	});
	await clock.run(loop.run());
	modem.close();
	return figuresOf(`this driver, ${multiplex ? "multi" : "single"}${keepBearer ? "" : ", bearer down between"}`, on, cyclesMs);
}

export async function cycleFigures(): Promise<CycleFigures[]> {
	const figures: CycleFigures[] = [];
	for (const multiplex of [false, true]) {
		figures.push(await sketchFigures(multiplex), await driverFigures(multiplex, false), await driverFigures(multiplex, true));
	}
	return figures;
}

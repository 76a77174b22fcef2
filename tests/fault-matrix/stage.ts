/* A board with a driver on it, an Internet in which everybody is somebody, and witnesses at both ends. */
import { HandClock } from "../../hosts/node/clock.js";
import type { Clock } from "../../modules/core/clock.js";
import { ModemError } from "../../modules/core/errors.js";
import type { SerialDescription } from "../../modules/core/io.js";
import { Modem, type ModemOptions } from "../../modules/modem/modem.js";
import { VirtualBoard, type VirtualBoardOptions } from "../../modules/virtual/board.js";
import { bytesOf, textOf } from "../../modules/virtual/bytes.js";
import { watchExecuted } from "../support/executed.js";
import { OpenNetwork } from "../support/open-network.js";
import { Tap, type TapOptions } from "../support/tap.js";
import type { FakeConnection, FakeServer } from "../virtual/network.js";
import { type Delivery, Witness } from "./witness.js";

export interface StageOptions {
	readonly board?: Partial<VirtualBoardOptions>;
	readonly modem?: Partial<ModemOptions>;
	/** Default: both wired. */
	readonly wired?: { readonly powerKey?: boolean; readonly status?: boolean };
	/** Firmware without AT+CIPRXGET pushes what comes. */
	readonly pushes?: boolean;
	readonly tap?: TapOptions;
	/** What the driver is given instead of the stage's own. */
	clockOf?(clock: HandClock): Clock;
	serialOf?(serial: SerialDescription): SerialDescription;
	/** Keep the modem's own trace. */
	readonly traces?: boolean;
}

export const PIN = "4321";
/** What firmware that pushes is asked instead, and does not know. */
const MANUAL = "CIPRXGET=1";
const WITHOUT_MANUAL = "CIPRXXXX=1";
/** As many as a report can want. */
const TRACE_LINES = 100_000;

export class Stage {
	readonly clock = new HandClock();
	readonly network = new OpenNetwork(this.clock);
	readonly witness = new Witness();
	readonly board: VirtualBoard;
	readonly modem: Modem;
	readonly tap: Tap;
	/** The lines that the modem has carried out, from AT on, and those that the driver has said. */
	readonly executed: string[] = [];
	readonly said: string[] = [];
	readonly trace: string[] = [];
	wrongPins = 0;
	/** How often the bearer was brought up. */
	bearersUp = 0;
	readonly #servers: FakeServer[] = [];

	constructor({ board, clockOf, modem, pushes, serialOf, tap, traces, wired }: StageOptions = {}) {
		const { clock, network } = this;
		if (traces) this.witness.onNote = text => this.note(`-- ${text}`);
		this.board = new VirtualBoard({
			clock,
			network,
			...(traces && { onModemTrace: (direction: string, line: string) => this.note(`${direction} ${line}`) }),
			...board,
		});
		if (pushes) withoutManualReceive(this.board);
		this.tap = new Tap(this.board, tap ?? {});
		this.#watchPins();
		watchExecuted(line => this.executed.push(line.replace(WITHOUT_MANUAL, MANUAL)));
		this.modem = new Modem({
			clock: clockOf?.(clock) ?? clock,
			serial: serialOf?.(this.board.serial) ?? this.board.serial,
			powerKey: false === wired?.powerKey ? undefined : this.board.powerKey,
			status: false === wired?.status ? undefined : this.board.status,
			apn: "internet",
			onTrace: (direction, line) => {
				if (">" === direction) this.said.push(line);
			},
			onEvent: event => {
				if ("bearer-up" === event.kind) this.bearersUp++;
				if (traces) this.note(`-- driver: ${JSON.stringify(event)}`);
			},
			...modem,
		});
	}

	note(text: string): void {
		if (this.trace.length < TRACE_LINES) this.trace.push(`${(this.clock.elapsedMs / 1_000).toFixed(3).padStart(10)} ${text}`);
	}

	/** Answers each message that is whole; `ends`: closes the connection behind its last answer. */
	server(target: string, { ends = false, protocol = "TCP" as "TCP" | "UDP" } = {}): FakeServer {
		const server = this.network.server(target, {
			protocol,
			onData: (data, connection) => this.#answer(connection, "UDP" === protocol ? textOf(data) : connection.text, ends),
		});
		this.#servers.push(server);
		return server;
	}

	/** What all peers have got: by connection, or by datagram. */
	get deliveries(): Delivery[] {
		return this.#servers.flatMap(server =>
			server.connections.flatMap(({ pieces, text }) =>
				"UDP" === server.options.protocol ? pieces.map(piece => ({ server, text: textOf(piece) })) : [{ server, text }],
			),
		);
	}

	/** A failure that the driver tells; anything else is a defect. */
	codeOf(error: unknown): string {
		if (error instanceof ModemError) return error.code;
		this.witness.report("defect", error instanceof Error ? (error.stack ?? error.message) : String(error));
		return "DEFECT";
	}

	/** The peer has closed before its answer was whole. */
	peerEnded(): ModemError {
		return new ModemError("NO_ANSWER", "the peer closed before its answer was whole");
	}

	sleep(ms: number): Promise<void> {
		return new Promise(resolve => {
			this.clock.setTimer(resolve, ms);
		});
	}

	close(): void {
		this.modem.close();
		this.board.close();
		watchExecuted(undefined);
	}

	#answer(connection: FakeConnection, text: string, ends: boolean): undefined {
		const answer = this.witness.answer({ server: connection.server, text });
		if (!answer) return;
		connection.send(answer.text);
		if (ends && answer.isLast) connection.end();
	}

	#watchPins(): void {
		const { card } = this.board.modem;
		const tryPin = card.tryPin.bind(card);
		card.tryPin = pin => {
			const right = tryPin(pin);
			if (!right) this.wrongPins++;
			return right;
		};
	}
}

function withoutManualReceive({ modem }: VirtualBoard): void {
	const receive = modem.receive.bind(modem);
	modem.receive = bytes => receive(bytesOf(textOf(bytes).replace(MANUAL, WITHOUT_MANUAL)));
}

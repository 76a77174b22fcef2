/* One seed: so many bytes up and down at once through sockets on a FIFO of 128 bytes, on a clock moved by hand. */
import { HandClock } from "../../hosts/node/clock.js";
import { ModemError } from "../../modules/core/errors.js";
import { Random } from "../../modules/core/random.js";
import { Modem } from "../../modules/modem/modem.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import { BoundedFaults } from "../support/bounded-faults.js";
import { EngineClock } from "../support/engine-clock.js";
import { FakeNetwork, type FakeServer } from "../virtual/network.js";
import { Application, type Ledgers, ledgersOf, serve } from "./ends.js";
import { describePlan, type Kind, type Plan, planOf } from "./plan.js";

const HOST = "192.0.2.1";
const PORT = 100;
const LONGEST_STALL_MS = 500;
const LOOK_EVERY_MS = 1_000;
/** A byte a millisecond would be slow; a peer that acknowledges nothing is given up after 645 s. */
const LIMIT_MS_PER_BYTE = 8;
const LEAST_LIMIT_MS = 3_600_000;
/** The peer's close is told a little later, and what is wrong may come later still. */
const AFTER_MS = 30_000;
const UP_TRIES = 20;
/** The first sockets on a wire that is well again may still find what was before. */
const GO_ON_TRIES = 5;
const GO_ON_BYTES = 3_000;
const GO_ON_LIMIT_MS = 600_000;
const GO_ON_SOCKET = 100;
const GO_ON_PORT = 99;

export interface Outcome {
	readonly kind: Kind;
	readonly seed: number;
	/** What was different in this run. */
	readonly plan: string;
	readonly failures: readonly string[];
	/** How each socket ended. */
	readonly ends: readonly string[];
	/** Of the modem's clock. */
	readonly virtualMs: number;
	/** Bytes that the FIFO had no room for, and stalls. */
	readonly overruns: number;
	readonly stalls: number;
	readonly bytes: number;
}

export async function transfer(kind: Kind, seed: number, bytes: number): Promise<Outcome> {
	const run = new Transfer(planOf(kind, seed, bytes), bytes);
	try {
		return await run.outcome();
	} finally {
		run.close();
	}
}

class Transfer {
	readonly #plan: Plan;
	readonly #clock = new HandClock();
	readonly #engineClock = new EngineClock(this.#clock);
	readonly #network = new FakeNetwork(this.#clock);
	readonly #board: VirtualBoard;
	readonly #modem: Modem;
	readonly #random: Random;
	readonly #faults: BoundedFaults;
	readonly #ledgers: readonly Ledgers[];
	readonly #failures: string[] = [];
	#servers: readonly FakeServer[] = [];
	#applications: readonly Application[] = [];
	#unexplained: string[] = [];
	#stalls = 0;
	#closed = false;

	constructor(plan: Plan, bytes: number) {
		this.#plan = plan;
		this.#random = new Random(plan.seed + 1_000);
		const each = Math.ceil(bytes / plan.sockets);
		this.#ledgers = Array.from({ length: plan.sockets }, (_, socket) => ledgersOf(plan, socket, each));
		this.#network.latencyMs = plan.latencyMs;
		this.#faults = new BoundedFaults(plan.faults);
		this.#board = new VirtualBoard({
			clock: this.#clock,
			network: this.#network,
			on: true,
			baud: plan.baud,
			hostBaud: plan.baud,
			seed: plan.seed,
			faults: [this.#faults.fault],
		});
		this.#faults.begin();
		this.#modem = new Modem({
			clock: this.#engineClock,
			serial: this.#board.serial,
			powerKey: this.#board.powerKey,
			status: this.#board.status,
			apn: "internet",
			multiplex: plan.multiplex,
			receiveBytes: plan.receiveBytes,
			sendBytes: plan.sendBytes,
			onEvent: event => {
				if ("unexplained" === event.kind) this.#unexplained.push(event.line);
			},
		});
	}

	async outcome(): Promise<Outcome> {
		const { kind, seed } = this.#plan;
		await this.#up();
		this.#servers = this.#ledgers.map((ledgers, socket) =>
			this.#network.server(`${HOST}:${PORT + socket}`, {
				onConnect: connection => serve(connection, ledgers, this.#plan, this.#random, this.#clock),
				onData(data) {
					ledgers.up.take(data);
					return undefined;
				},
			}),
		);
		this.#applications = this.#ledgers.map(
			(ledgers, socket) => new Application(this.#modem, { host: HOST, port: PORT + socket }, ledgers, this.#plan, this.#random),
		);
		if (this.#plan.stallEveryMs > 0) this.#stall();
		await this.#untilOver();
		await this.#end();
		for (const { down, up } of this.#ledgers) for (const { fault } of [up, down]) if (fault) this.#failures.push(fault);
		return {
			kind,
			seed,
			plan: describePlan(this.#plan),
			failures: this.#failures,
			ends: this.#applications.map(({ ended, isWhole }) => (isWhole ? "whole" : (ended ?? "not at all"))),
			virtualMs: this.#clock.elapsedMs,
			overruns: this.#board.uart.overruns,
			stalls: this.#stalls,
			bytes: this.#ledgers.reduce((sum, { down, up }) => sum + down.length + up.length, 0),
		};
	}

	close(): void {
		this.#closed = true;
		this.#modem.close();
		this.#board.close();
	}

	/** A wire that loses bytes may need a second try. */
	async #up(): Promise<void> {
		for (let tries = 1; ; tries++) {
			try {
				return await this.#clock.run(this.#modem.up());
			} catch (error) {
				if (!(error instanceof ModemError) || tries === UP_TRIES || "losses" !== this.#plan.kind) throw error;
			}
		}
	}

	/** JavaScript goes away for 1 to 500 ms, again and again. */
	#stall(): void {
		if (this.#closed) return;
		const ms = this.#random.between(1, LONGEST_STALL_MS);
		this.#board.uart.stall(ms);
		this.#engineClock.stall(ms);
		this.#stalls++;
		this.#clock.setTimer(() => this.#stall(), this.#random.between(1, this.#plan.stallEveryMs));
	}

	async #untilOver(): Promise<void> {
		const bytes = this.#ledgers.reduce((sum, { down }) => sum + down.data.length, 0);
		const limitMs = this.#clock.elapsedMs + Math.max(LEAST_LIMIT_MS, LIMIT_MS_PER_BYTE * bytes);
		while (this.#clock.elapsedMs < limitMs && !this.#applications.every(({ isOver }) => isOver))
			await this.#clock.advance(LOOK_EVERY_MS);
	}

	/** Without losses every byte is there, then the peer's close, and nothing else; with them, nobody waits for ever. */
	async #end(): Promise<void> {
		const { kind } = this.#plan;
		for (const [socket, { ended, isOver, isWhole }] of this.#applications.entries()) {
			const { down, up } = this.#ledgers[socket]!;
			const reached = `${up.length} bytes up and ${down.length} down of ${up.data.length}`;
			if (!isOver) this.#failures.push(`socket ${socket} waits for ever, at ${reached}`);
			else if (!isWhole && undefined !== ended && ("stalls" === kind || "in order" === ended))
				this.#failures.push(`socket ${socket} ended ("${ended}") at ${reached}`);
		}
		for (const server of this.#servers) if (server.connections.length > 0) server.last.end();
		await this.#clock.advance(AFTER_MS);
		if ("losses" === kind) return this.#goOn();
		for (const [socket, { ended }] of this.#applications.entries())
			if ("in order" !== ended) this.#failures.push(`socket ${socket}: the peer's close was told as ${ended}`);
		// A line of news that found the FIFO full comes cut short.
		if (0 === this.#board.uart.overruns && this.#unexplained.length > 0)
			this.#failures.push(`unexplained: ${this.#unexplained.slice(0, 5).join(" | ")}`);
	}

	/** When the wire loses nothing any more, new bytes go up and down, and all of them. */
	async #goOn(): Promise<void> {
		this.#faults.end();
		for (const application of this.#applications) application.close();
		const plan: Plan = { ...this.#plan, closes: false };
		for (let tries = 1; tries <= GO_ON_TRIES; tries++) {
			const ledgers = ledgersOf(plan, GO_ON_SOCKET + tries, GO_ON_BYTES);
			this.#network.server(`${HOST}:${GO_ON_PORT}`, {
				onConnect: connection => serve(connection, ledgers, plan, this.#random, this.#clock),
				onData(data) {
					ledgers.up.take(data);
					return undefined;
				},
			});
			await this.#up();
			const application = new Application(this.#modem, { host: HOST, port: GO_ON_PORT }, ledgers, plan, this.#random);
			for (let waitedMs = 0; waitedMs < GO_ON_LIMIT_MS && !application.isOver; waitedMs += LOOK_EVERY_MS)
				await this.#clock.advance(LOOK_EVERY_MS);
			application.close();
			if (application.isWhole) return;
		}
		this.#failures.push(`no socket works any more, though the wire loses nothing since ${GO_ON_TRIES} of them`);
	}
}

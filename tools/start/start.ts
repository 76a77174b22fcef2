/* `npm start`: the firmware on XS, a modem, a server, and what a person wants to know about the run. */

import type { Host, Settings } from "../../hosts/host.js";
import { RealClock } from "../../hosts/node/real-clock.js";
import { FirmwareError, XsFirmware } from "../../hosts/xs/firmware.js";
import type { ModemError } from "../../modules/core/errors.js";
import type { Destination, UplinkEvent } from "../../modules/delivery/events.js";
import type { ModemEvent } from "../../modules/modem/events.js";
import { paintFor } from "../command/colour.js";
import type { Command } from "../command/command.js";
import { Failure, UsageError, wordsOf } from "../command/errors.js";
import { openHost, type RunHost } from "./modems.js";
import { ABOUT, NOTES, OPTIONS, type StartOptions, startOptionsOf } from "./options.js";
import { runProgram } from "./program.js";
import { JsonReporter, type Reporter, TextReporter } from "./reporter.js";
import { MessageServer } from "./server.js";
import { type Moment, Tally } from "./tally.js";

/** Built-in servers with --mode multi. */
const SERVERS = 3;
const ANSWER_TIMEOUT_MS = 10_000;

export const START: Command<typeof OPTIONS> = {
	name: "start",
	about: ABOUT,
	options: OPTIONS,
	notes: NOTES,
	run(values) {
		const options = startOptionsOf(values);
		return undefined === options.main ? new Run(options).run() : runProgram(options, options.main);
	},
};

class Run {
	readonly #options: StartOptions;
	readonly #reporter: Reporter;
	readonly #servers: MessageServer[] = [];
	readonly #problems: string[] = [];
	readonly #failed: Promise<never>;
	#fail!: (error: Error) => void;
	/** Ends the run before its last cycle. */
	#over!: () => void;
	readonly #isOver: Promise<void>;
	/** Answers that did not come and need not have. */
	#tolerated = 0;
	#toleratedBefore = 0;
	#clock!: RealClock;
	#tally!: Tally; // both from #go() on
	#host: RunHost | undefined;
	#firmware: XsFirmware | undefined;

	constructor(options: StartOptions) {
		const { stdout } = process;
		this.#options = options;
		this.#reporter = options.json
			? new JsonReporter(line => stdout.write(`${line}\n`))
			: new TextReporter(stdout, paintFor(stdout), () => this.#clock?.elapsedMs ?? 0);
		this.#failed = new Promise((_, reject) => {
			this.#fail = reject;
		});
		this.#failed.catch(() => {}); // whoever waits for it is told
		this.#isOver = new Promise(resolve => {
			this.#over = resolve;
		});
		process.once("SIGINT", () => this.#fail(new Failure("stopped", 130)));
		process.once("SIGTERM", () => this.#fail(new Failure("stopped", 143)));
	}

	/** Gives the exit code. */
	async run(): Promise<number> {
		let failure: Failure | undefined;
		try {
			await Promise.race([this.#failed, this.#go()]);
		} catch (error) {
			if (!(error instanceof Failure && this.#tally)) throw error;
			failure = error;
		} finally {
			await this.#close();
			this.#reporter.end();
		}
		const delivered = this.#builtIn ? this.#servers.reduce((sum, server) => sum + server.delivered, 0) : undefined;
		const result = this.#tally.result(this.#clock.elapsedMs, delivered, failure?.message, this.#problems[0]);
		this.#reporter.result(result);
		if (!result.ok) console.error(`npm start: ${result.error}`);
		return failure?.exitCode ?? (result.ok ? 0 : 1);
	}

	get #builtIn(): boolean {
		return 0 === this.#options.destinations.length;
	}

	async #go(): Promise<void> {
		this.#firmware = await XsFirmware.load();
		const destinations = this.#builtIn ? await this.#openServers() : this.#options.destinations;
		this.#clock = new RealClock(this.#options.speed);
		this.#tally = new Tally(this.#options, destinations.length * this.#options.cycles);
		this.#host = await this.#openHost(destinations);
		this.#reporter.start(this.#title(destinations));
		await this.#startFirmware(this.#firmware, this.#host.host);
		await Promise.race([this.#firmware.done, this.#isOver]);
	}

	async #startFirmware(firmware: XsFirmware, host: Host): Promise<void> {
		try {
			await firmware.start(host, this.#host?.modem && (() => this.#clock.hold()));
		} catch (error) {
			// What the driver refuses of its settings is a wrong option.
			const refused = error instanceof FirmwareError && ["TypeError", "RangeError"].includes(error.name);
			throw refused ? new UsageError(error.message) : error;
		}
	}

	async #close(): Promise<void> {
		await this.#firmware?.close();
		await this.#host?.close();
		for (const server of this.#servers) server.close();
	}

	async #openServers(): Promise<Destination[]> {
		const { cycles, message, mode } = this.#options;
		const texts = Array.from({ length: cycles }, (_, cycle) => message.replaceAll("{cycle}", String(cycle + 1)));
		const messages = texts.map(text => Buffer.from(text));
		const destinations: Destination[] = [];
		for (let number = 0; number < ("multi" === mode ? SERVERS : 1); number++) {
			const server = await MessageServer.open({
				messages,
				onBytes: () => this.#tally.addFirstByte(this.#now()),
				onMessage: index => this.#tellServer(server, `message ${index + 1} arrived, ${messages[index]!.length} bytes, unchanged`),
				onProblem: text => {
					this.#problems.push(text);
					this.#tellServer(server, `PROBLEM: ${text}`);
				},
			});
			this.#servers.push(server);
			destinations.push({ protocol: "TCP", host: MessageServer.host, port: server.port });
		}
		return destinations;
	}

	#tellServer(server: MessageServer, text: string): void {
		this.#reporter.server(this.#clock.elapsedMs, `port ${server.port}: ${text}`);
	}

	async #openHost(destinations: readonly Destination[]): Promise<RunHost> {
		const options = this.#options;
		const { mode, apn, user, password, pin, message, cycles, intervalMs, keepBearer } = options;
		const settings: Settings = {
			...{ mode, apn, user, password, pin, message, cycles, intervalMs, keepBearer, destinations },
			answerTimeoutMs: ANSWER_TIMEOUT_MS,
			failureLimit: undefined, // this program ends the run: it knows what is a failure
		};
		const atMs = () => this.#clock.elapsedMs;
		const run = {
			options,
			clock: this.#clock,
			settings,
			onEvent: (event: ModemEvent | UplinkEvent) => this.#onEvent(event),
			onTrace: options.trace ? (to: "<" | ">", line: string) => this.#reporter.trace(atMs(), to, line) : undefined,
			onStatus: (level: 0 | 1) => this.#reporter.status(atMs(), level),
			onGone: (error: Error) => this.#fail(new Failure(error.message)),
		};
		try {
			return await openHost(run);
		} catch (error) {
			throw error instanceof Failure ? error : new Failure(wordsOf(error));
		}
	}

	#onEvent(event: ModemEvent | UplinkEvent): void {
		const now = this.#now();
		if ("failed" === event.kind && event.destination && this.#isTolerated(event.error)) {
			const { cycle, destination } = event;
			this.#tolerated++;
			this.#reporter.event(now.atMs, { kind: "no-answer", cycle, destination });
			return;
		}
		this.#reporter.event(now.atMs, this.#corrected(event));
		this.#tally.add(event, now);
		if ("cycle-done" !== event.kind) return;
		if (this.#tally.failedInARow >= (this.#options.failureLimit ?? Number.POSITIVE_INFINITY)) this.#over();
	}

	/** A server of the user's own may answer, and need not. */
	#isTolerated(error: ModemError): boolean {
		return "NO_ANSWER" === error.code && !this.#builtIn;
	}

	/** The firmware's sums without what is tolerated. */
	#corrected(event: ModemEvent | UplinkEvent): ModemEvent | UplinkEvent {
		if ("finished" === event.kind) return { ...event, failures: event.failures - this.#tolerated };
		if ("cycle-done" !== event.kind) return event;
		const failures = event.failures - (this.#tolerated - this.#toleratedBefore);
		this.#toleratedBefore = this.#tolerated;
		return { ...event, failures };
	}

	#now(): Moment {
		return { atMs: this.#clock.elapsedMs, ownMs: this.#host?.modem?.ownMs };
	}

	#title(destinations: readonly Destination[]): string {
		const { baud, mode, serial, speed } = this.#options;
		const modem = serial ? `the modem at ${serial}, ${baud} baud` : `a virtual SIM900 at ${speed} times real time`;
		const places = destinations.map(({ host, port }) => `${host}:${port}`).join(", ");
		return `Firmware on XS with ${modem}; ${mode} mode to ${this.#builtIn ? "the built-in server at " : ""}${places}`;
	}
}

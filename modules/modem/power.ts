/*
 * The power key, the STATUS pin, and the modem's own ways to switch off and to restart.
 *
 * The key toggles: pressed on a running modem it turns it off. So it is never pressed blind; the modem is asked first
 * (AT in any case, because the STATUS pin may be wired wrongly), and asked again afterwards. A press may also find a
 * modem that runs but hangs: that one goes off, and the next press, which is longer, starts it.
 *
 * Source: SIM900 Hardware Design V2.05 4.2.1, figures 11 and 12; Reference Design Guide 2.3.1; AT Command Manual 3.2.46,
 * 6.2.2.
 */
import type { AtClient } from "../at/client.js";
import { type Command, Refusal } from "../at/command.js";
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { Digital, DigitalDescription } from "../core/io.js";
import type { Pause, Waits } from "../core/waits.js";
import { POWER_DOWN, RESTART } from "./commands.js";
import type { ModemEvent } from "./events.js";
import type { Probe } from "./probe.js";

export interface PowerKeyDescription extends DigitalDescription {
	/** The level at the microcontroller's pin that presses the key: 1 (default) through a transistor as on shields, 0 wired straight. */
	readonly pressed?: 0 | 1;
	/** How long the first press lasts, in ms; default 1100, at most 4900. A SIM900 wants more than 1000, a SIM800 1200. */
	readonly pressMs?: number;
}

export interface StatusDescription extends DigitalDescription {
	/** The level at the microcontroller's pin that says "on"; default 1. */
	readonly on?: 0 | 1;
}

export interface PowerOptions {
	readonly clock: Clock;
	readonly waits: Waits;
	readonly client: AtClient;
	readonly probe: Probe;
	readonly powerKey: PowerKeyDescription | undefined;
	/** How long the first press lasts. */
	readonly pressMs: number;
	readonly status: StatusDescription | undefined;
	onEvent(event: ModemEvent): void;
}

/** Each further press is longer: supplies and modules differ. */
const PRESS_LONGER_MS = 900;
/** The manual allows less than 5 s. */
export const MOST_PRESS_MS = 4_900;
const MOST_PRESSES = 3;
/** From the release of the key to the first answer: 2.2 s, and a second or two to spare before other rates are tried. */
const START_MS = 4_000;
/** With autobauding, 3 to 5 s more. 2.2.41 */
const LATE_START_MS = 5_000;
const ASK_EVERY_MS = 250;
/** From STATUS low to the next press. 4.2.3 */
const REST_MS = 800;
/** A modem that switches off logs off first: 1.7 to 2 s. */
const OFF_MS = 10_000;
/** In a row: one answer may get lost. */
const SILENT_ASKS = 2;

export class Power {
	private readonly options: PowerOptions;
	private readonly pressedLevel: 0 | 1;
	private readonly onLevel: 0 | 1;
	private key: Digital | undefined;
	private statusPin: Digital | undefined;
	/** Between two questions. */
	private pausing: Pause | undefined;
	/** A line has come from the modem: it is on, whether it takes commands or not. */
	heard = false;
	/** The key was pressed, and the RDY that this brings has not come; it may come after the first answers. */
	starting = false;

	constructor(options: PowerOptions) {
		this.options = options;
		this.pressedLevel = options.powerKey?.pressed ?? 1;
		this.onLevel = options.status?.on ?? 1;
		try {
			if (options.powerKey) this.key = this.openKey(options.powerKey);
			if (options.status) this.statusPin = this.openStatus(options.status);
		} catch (error) {
			this.close();
			throw error;
		}
	}

	private openKey({ io: IO, pin }: PowerKeyDescription): Digital {
		const key = new IO({ pin, mode: IO.Output });
		key.write(1 - this.pressedLevel);
		return key;
	}

	private openStatus({ io: IO, pin }: StatusDescription): Digital {
		return new IO({ pin, mode: IO.Input, edge: IO.Rising | IO.Falling, onReadable: () => this.wake() });
	}

	/** What STATUS says; undefined when it is not wired. */
	get status(): boolean | undefined {
		return this.statusPin && this.onLevel === this.statusPin.read();
	}

	/** Something was heard of the modem: whoever waits for it asks at once. */
	wake(): void {
		this.pausing?.resolve();
	}

	/**
	 * Resolves when the modem answers AT; presses the key only if it does not.
	 *
	 * @throws {ModemError} NO_MODEM (no key is wired), POWER_KEY_FAILED, CLOSED
	 */
	async on(): Promise<void> {
		const sinceMs = this.options.clock.nowMs();
		let pulses = 0;
		let answers = await this.finds();
		while (!answers) {
			if (!this.key) throw new ModemError("NO_MODEM", "no modem answers: check its power, TX and RX, and the baud rate");
			if (pulses === MOST_PRESSES) {
				throw new ModemError(
					"POWER_KEY_FAILED",
					`the modem did not start after ${pulses} presses of its power key: check its supply and the key's wiring`,
				);
			}
			if (pulses > 0) await this.options.waits.sleep(REST_MS);
			this.heard = false;
			await this.press(this.key, pulses);
			pulses++;
			answers =
				(await this.answersWithin(START_MS)) ||
				(await this.options.probe.findRate()) ||
				(await this.answersWithin(LATE_START_MS)) ||
				(this.heard && (await this.options.probe.find()));
		}
		const afterMs = elapsedMs(sinceMs, this.options.clock.nowMs());
		this.options.onEvent({ kind: "powered", afterMs, pulses });
	}

	/** Restarts a modem that answers; waits until it answers again, or should. Its RDY is expected. @throws {ModemError} CLOSED */
	async restart(): Promise<void> {
		this.starting = true;
		await this.refuses(RESTART);
		await this.answersWithin(START_MS + LATE_START_MS);
	}

	/** Switches a modem off that answers, if there is a key to switch it on again. @throws {ModemError} CLOSED */
	async off(): Promise<void> {
		if (!this.key || !(await this.options.probe.answers())) return;
		const isOff = !(await this.refuses(POWER_DOWN)) && (await this.fallsSilent());
		if (!isOff) {
			await this.press(this.key, 1); // it has answered, so it is on
			await this.fallsSilent();
		}
		await this.options.waits.sleep(REST_MS);
	}

	private async refuses(command: Command): Promise<boolean> {
		const { client } = this.options;
		try {
			// Asked again: a byte may have been lost.
			return (await client.ask(command)) instanceof Refusal && (await client.ask(command)) instanceof Refusal;
		} catch (error) {
			if ("CLOSED" === (error as ModemError).code) throw error;
			return false; // no answer, or a restart
		}
	}

	/** False: it answers still. */
	private async fallsSilent(): Promise<boolean> {
		const { clock, client, waits } = this.options;
		const sinceMs = clock.nowMs();
		let silent = 0;
		while (silent < SILENT_ASKS && elapsedMs(sinceMs, clock.nowMs()) < OFF_MS) {
			await waits.sleep(ASK_EVERY_MS);
			silent = (await client.attention(ASK_EVERY_MS)) || this.status ? 0 : silent + 1;
		}
		return silent >= SILENT_ASKS;
	}

	/** One that speaks and does not answer is tried twice before its key is pressed. */
	private async finds(): Promise<boolean> {
		const { probe } = this.options;
		this.heard = false;
		if (await probe.answers()) return true;
		if (false === this.status && !this.heard) return false;
		return (await probe.find()) || (this.heard && probe.find());
	}

	/** Releases the pins; the key is left released. May be called twice. */
	close(): void {
		this.key?.write(1 - this.pressedLevel);
		this.key?.close();
		this.statusPin?.close();
		this.key = undefined;
		this.statusPin = undefined;
	}

	/** `before`: how often it was pressed before. */
	private async press(key: Digital, before: number): Promise<void> {
		const forMs = Math.min(this.options.pressMs + before * PRESS_LONGER_MS, MOST_PRESS_MS);
		key.write(this.pressedLevel);
		this.starting = true;
		try {
			this.options.onEvent({ kind: "power-key", pressed: true });
			await this.options.waits.sleep(forMs);
		} finally {
			this.key?.write(1 - this.pressedLevel); // close() has released it already
		}
		this.options.onEvent({ kind: "power-key", pressed: false });
	}

	private async answersWithin(limitMs: number): Promise<boolean> {
		const { clock, client, waits } = this.options;
		const sinceMs = clock.nowMs();
		do {
			const askedMs = clock.nowMs();
			if (await client.attention(ASK_EVERY_MS)) return true;
			const spentMs = elapsedMs(askedMs, clock.nowMs());
			if (spentMs < ASK_EVERY_MS) {
				this.pausing = waits.pause(ASK_EVERY_MS - spentMs);
				await this.pausing.promise;
			}
		} while (elapsedMs(sinceMs, clock.nowMs()) < limitMs);
		return false;
	}
}

/*
 * The SIM and its PIN.
 *
 * Three wrong PINs block a SIM. So the tries that are left are read first, a PIN is tried at most once, and only while
 * a wrong one would leave another try; what failed is remembered over reboots. A PUK is never entered.
 *
 * Source: SIM900 AT Command Manual 3.2.28 (AT+CPIN), 6.2.3 (AT+SPIC), 12.1.
 */
import type { Engine } from "../at/engine.js";
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import type { Pause, Waits } from "../core/waits.js";
import { enterPin, PIN_TRIES, SIM_STATE } from "./commands.js";
import type { ModemEvent } from "./events.js";

/** Where the driver remembers, over reboots, that the SIM refused a PIN. Keep it in the device: it tells much of the PIN. */
export interface PinMemory {
	read(): string | undefined;
	write(text: string | undefined): void;
}

export interface SimOptions {
	readonly clock: Clock;
	readonly waits: Waits;
	readonly engine: Engine;
	readonly pin: string | undefined;
	readonly memory: PinMemory | undefined;
	onEvent(event: ModemEvent): void;
}

/** A SIM answers "busy", or the modem just ERROR, for some seconds after the start. */
const READY_TIMEOUT_MS = 20_000;
const ASK_EVERY_MS = 500;
/** A wrong PIN must leave one for a person. */
const FEWEST_TRIES = 2;

const NOT_INSERTED = 10;
const BUSY = 14;
const WRONG_PIN = 16;

export class Sim {
	readonly #options: SimOptions;
	/** This PIN was given and refused; it is not given again by this object, whatever the memory says. */
	#refused = false;
	/** Between two questions. */
	#pause: Pause | undefined;

	constructor(options: SimOptions) {
		this.#options = options;
		if (undefined !== options.pin) enterPin(options.pin); // throws when it can't be one
	}

	/** The modem has told of its SIM: whoever waits asks at once. */
	wake(): void {
		this.#pause?.resolve();
	}

	/**
	 * Resolves when the SIM is ready, and enters the PIN if the SIM asks for it.
	 *
	 * @throws {ModemError} SIM_MISSING, PIN_REQUIRED, PIN_WRONG, PIN_NOT_TRIED, PUK_REQUIRED, REFUSED, TIMEOUT, CLOSED
	 */
	async unlock(): Promise<void> {
		const state = await this.#settledState();
		this.#options.onEvent({ kind: "sim", state });
		switch (state) {
			case "READY":
				return this.#remember(false); // it was right, or is no longer asked for
			case "SIM PIN":
				await this.#enter();
				return this.#awaitReady();
			case "SIM PUK":
				throw new ModemError("PUK_REQUIRED", "the SIM is blocked after wrong PINs: unblock it with its PUK in a phone");
			default:
				throw new ModemError("REFUSED", `the SIM asks for "${state}", which this driver does not give`);
		}
	}

	/** The state, when the modem has read its SIM. */
	async #settledState(): Promise<string> {
		const { clock, engine } = this.#options;
		const sinceMs = clock.nowMs();
		for (;;) {
			try {
				const state = await engine.send(SIM_STATE);
				if ("NOT INSERTED" === state) throw missing();
				if ("NOT READY" !== state) return state;
			} catch (error) {
				if (!(error instanceof ModemError) || !isPassing(error)) throw error;
				if (elapsedMs(sinceMs, clock.nowMs()) >= READY_TIMEOUT_MS) throw error;
			}
			await this.#rest();
		}
	}

	async #enter(): Promise<void> {
		const { engine, memory, pin } = this.#options;
		if (undefined === pin)
			throw new ModemError("PIN_REQUIRED", "the SIM asks for a PIN: give it as `pin`, or remove it from the SIM");
		if (this.#refused || memory?.read() === digestOf(pin)) {
			throw new ModemError("PIN_NOT_TRIED", "the SIM has refused this PIN before: give the right one");
		}
		const triesLeft = await engine.send(PIN_TRIES);
		if (triesLeft < FEWEST_TRIES) {
			throw new ModemError("PIN_NOT_TRIED", `the PIN was not tried, the SIM has ${triesLeft} tries left: enter it in a phone`);
		}
		this.#remember(true); // until the SIM says otherwise: a reset in the middle must not bring a second try
		this.#options.onEvent({ kind: "pin-entered", triesLeft });
		try {
			await engine.send(enterPin(pin));
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
			if (WRONG_PIN !== error.reason && triesLeft === (await engine.send(PIN_TRIES))) {
				this.#remember(false); // refused for another reason: it did not count
				throw error;
			}
			throw new ModemError("PIN_WRONG", `the SIM refused the PIN (${triesLeft - 1} tries left): give the right one`, WRONG_PIN);
		}
		this.#remember(false);
	}

	#remember(refused: boolean): void {
		const { memory, pin } = this.#options;
		this.#refused = refused;
		const text = refused && undefined !== pin ? digestOf(pin) : undefined;
		if (memory && memory.read() !== text) memory.write(text);
	}

	/** The modem goes on asking for the PIN for a moment after it has taken it. */
	async #awaitReady(): Promise<void> {
		const { clock, onEvent } = this.#options;
		const sinceMs = clock.nowMs();
		let state = await this.#settledState();
		while ("SIM PIN" === state && elapsedMs(sinceMs, clock.nowMs()) < READY_TIMEOUT_MS) {
			await this.#rest();
			state = await this.#settledState();
		}
		if ("READY" !== state) throw new ModemError("REFUSED", `the SIM took the PIN and now asks for "${state}"`);
		onEvent({ kind: "sim", state });
	}

	/** Until the next question, or the modem tells something. */
	#rest(): Promise<void> {
		this.#pause = this.#options.waits.pause(ASK_EVERY_MS);
		return this.#pause.promise;
	}
}

function missing(): ModemError {
	return new ModemError("SIM_MISSING", "no SIM: insert one and check its holder", NOT_INSERTED);
}

/** The modem is still reading its SIM: it says busy, or a plain ERROR. */
function isPassing(error: ModemError): boolean {
	if (NOT_INSERTED === error.reason) throw missing();
	return "REFUSED" === error.code && (undefined === error.reason || BUSY === error.reason);
}

/** FNV-1a: tells one PIN from another, and keeps it from being read at a glance; it is no secret's guard. */
function digestOf(pin: string): string {
	let hash = 0x811c9dc5;
	for (let at = 0; at < pin.length; at++) hash = Math.imul(hash ^ pin.charCodeAt(at), 0x01000193);
	return (hash >>> 0).toString(16);
}

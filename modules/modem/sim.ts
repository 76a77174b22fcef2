/*
 * The SIM and its PIN.
 *
 * Three wrong PINs block a SIM. So the tries that are left are read first, a PIN is tried only while a wrong one would
 * leave another try, and one that has cost a try is not tried again; that is remembered over reboots, with the tries
 * there were before, for a restart in the middle of a try leaves open whether it counted. A PUK is never entered.
 *
 * Source: SIM900 AT Command Manual 3.2.28 (AT+CPIN), 6.2.3 (AT+SPIC), 12.1.
 */
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { enterPin, PIN_TRIES, SIM_STATE } from "./commands.js";
import type { ModemEvent } from "./events.js";
import type { Script } from "./script.js";

/** Where the driver remembers, over reboots, which PIN it has tried. Keep it in the device: it tells much of the PIN. */
export interface PinMemory {
	read(): string | undefined;
	write(text: string | undefined): void;
}

export interface SimOptions {
	readonly clock: Clock;
	readonly script: Script;
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
	/** The PIN that was tried, as in the memory: its digest alone when it was wrong, and the tries before when that is open. */
	#tried: string | undefined;

	constructor(options: SimOptions) {
		this.#options = options;
		if (undefined !== options.pin) enterPin(options.pin); // throws when it can't be one
	}

	/**
	 * Resolves when the SIM is ready, and enters the PIN if the SIM asks for it.
	 *
	 * @throws {ModemError} SIM_MISSING, PIN_REQUIRED, PIN_WRONG, PIN_NOT_TRIED, PUK_REQUIRED, REFUSED, MODEM_RESTARTED...
	 */
	async unlock(): Promise<void> {
		const state = await this.settledState();
		this.#options.onEvent({ kind: "sim", state });
		switch (state) {
			case "READY":
				return this.remember(undefined); // it was right, or is no longer asked for
			case "SIM PIN":
				await this.enter();
				return this.awaitReady();
			case "SIM PUK":
				throw new ModemError("PUK_REQUIRED", "the SIM is blocked after wrong PINs: unblock it with its PUK in a phone");
			default:
				throw new ModemError("REFUSED", `the SIM asks for "${state}", which this driver does not give`);
		}
	}

	/** The state, when the modem has read its SIM. */
	private async settledState(): Promise<string> {
		const { clock, script } = this.#options;
		const sinceMs = clock.nowMs();
		for (;;) {
			let error: ModemError | undefined;
			try {
				const state = await script.send(SIM_STATE);
				if ("NOT INSERTED" === state) throw missing();
				if ("NOT READY" !== state) return state;
			} catch (caught) {
				if (!(caught instanceof ModemError) || !isPassing(caught)) throw caught;
				error = caught;
			}
			if (elapsedMs(sinceMs, clock.nowMs()) >= READY_TIMEOUT_MS)
				throw error ?? new ModemError("REFUSED", "the modem does not get its SIM ready: check the SIM and its holder");
			await script.pause(ASK_EVERY_MS);
		}
	}

	private async enter(): Promise<void> {
		const { pin, script } = this.#options;
		if (undefined === pin)
			throw new ModemError("PIN_REQUIRED", "the SIM asks for a PIN: give it as `pin`, or remove it from the SIM");
		const triesLeft = await this.triesLeft();
		const digest = digestOf(pin);
		this.check(digest, triesLeft);
		this.remember(`${digest} ${triesLeft}`); // until the SIM says otherwise
		this.#options.onEvent({ kind: "pin-entered", triesLeft });
		try {
			await script.send(enterPin(pin));
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
			if (WRONG_PIN !== error.reason && triesLeft === (await this.triesLeft())) {
				this.remember(undefined); // refused for another reason: it did not count
				throw error;
			}
			this.remember(digest);
			throw new ModemError("PIN_WRONG", `the SIM refused the PIN (${triesLeft - 1} tries left): give the right one`, WRONG_PIN);
		}
		this.remember(undefined);
	}

	/** @throws {ModemError} PIN_NOT_TRIED when this PIN must not be */
	private check(digest: string, triesLeft: number): void {
		const [tried, triesBefore] = (this.#tried ?? this.#options.memory?.read() ?? "").split(" ");
		// With no try less than before, that one never came to the SIM, or was right.
		if (digest === tried && !(triesLeft >= Number(triesBefore)))
			throw new ModemError("PIN_NOT_TRIED", "the SIM has refused this PIN before: give the right one");
		if (triesLeft < FEWEST_TRIES)
			throw new ModemError("PIN_NOT_TRIED", `the PIN was not tried, the SIM has ${triesLeft} tries left: enter it in a phone`);
	}

	/** Asked twice: one bit that is damaged on the way must not cost the last try. */
	private async triesLeft(): Promise<number> {
		const { script } = this.#options;
		try {
			const triesLeft = await script.send(PIN_TRIES);
			if (triesLeft === (await script.send(PIN_TRIES))) return triesLeft;
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code || BUSY === error.reason) throw error;
			throw new ModemError(
				"PIN_NOT_TRIED",
				"the PIN was not tried, for this modem's firmware does not tell how many tries are left: remove the PIN in a phone",
			);
		}
		throw new ModemError("MALFORMED", "the modem told two numbers of tries left: check wiring and baud rate");
	}

	private remember(tried: string | undefined): void {
		const { memory } = this.#options;
		this.#tried = tried;
		if (memory && memory.read() !== tried) memory.write(tried);
	}

	/** The modem goes on asking for the PIN for a moment after it has taken it. */
	private async awaitReady(): Promise<void> {
		const { clock, onEvent, script } = this.#options;
		const sinceMs = clock.nowMs();
		let state = await this.settledState();
		while ("SIM PIN" === state && elapsedMs(sinceMs, clock.nowMs()) < READY_TIMEOUT_MS) {
			await script.pause(ASK_EVERY_MS);
			state = await this.settledState();
		}
		if ("READY" !== state) throw new ModemError("REFUSED", `the SIM took the PIN and now asks for "${state}"`);
		onEvent({ kind: "sim", state });
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

/*
 * The SIM and its PIN.
 *
 * Three wrong PINs block a SIM. So the tries that are left are read first, and a PIN is entered only while a wrong one
 * would leave another try. It is remembered, over reboots, with the number of tries before it is entered. Only a number
 * that is lower afterwards proves that it was wrong: an error alone may be the answer to a line that was damaged on its
 * way. With echo on, a damaged echo tells that the digits that cost a try may not have been those that were sent. A PUK
 * is never entered.
 *
 * Source: SIM900 AT Command Manual 2.2.30 (ATE), 3.2.28 (AT+CPIN), 6.2.3 (AT+SPIC), 12.1.
 */
import { type Command, Refusal } from "../at/command.js";
import { type Clock, elapsedMs } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { ATTENTION, ECHO_ON, enterPin, PIN_TRIES, SIM_STATE } from "./commands.js";
import type { ModemEvent } from "./events.js";
import type { Script } from "./script.js";

/** Where the driver remembers, over reboots, which PIN it has tried. Keep it in the device: it tells much about the PIN. */
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
/** A wrong PIN must leave a try for a person. */
const FEWEST_TRIES = 2;
/** A PIN that the SIM refuses without counting it, and a question for the tries that the modem refuses. */
const MOST_REFUSALS = 3;

const NOT_INSERTED = 10;
const BUSY = 14;
const WRONG_PIN = 16;

export class Sim {
	private readonly options: SimOptions;
	/** As in the memory: the digest of a PIN, alone when it was wrong, or with the tries that were left before it was entered. */
	private tried: string | undefined;

	/** @throws {TypeError | RangeError} `pin` can't be one */
	constructor(options: SimOptions) {
		this.options = options;
		if (undefined !== options.pin) enterPin(options.pin);
	}

	/**
	 * Resolves when the SIM is ready, and enters the PIN if the SIM asks for it.
	 *
	 * @throws {ModemError} SIM_MISSING, SIM_NOT_READY, PIN_REQUIRED, PIN_WRONG, PIN_NOT_TRIED, PUK_REQUIRED, MODEM_RESTARTED...
	 */
	async unlock(): Promise<void> {
		const { onEvent } = this.options;
		let state = await this.settledState();
		onEvent({ kind: "sim", state });
		if ("SIM PIN" === state) {
			state = await this.enter();
			onEvent({ kind: "sim", state });
		}
		if ("READY" === state) return this.remember(undefined); // the PIN was right, or none is asked for
		if ("SIM PUK" === state)
			throw new ModemError("PUK_REQUIRED", "the SIM is blocked after wrong PINs: unblock it with its PUK in a phone");
		throw new ModemError("SIM_NOT_READY", `the SIM asks for "${state}", which this driver does not give`);
	}

	/** The state, when the modem has read its SIM. What ends bring-up must have been said twice. */
	private async settledState(): Promise<string> {
		const { clock, script } = this.options;
		const sinceMs = clock.nowMs();
		let before: string | undefined;
		for (;;) {
			const answer = await script.once(SIM_STATE);
			const refused = answer instanceof Refusal;
			const state = refused ? stateOf(answer) : answer;
			if ("READY" === state || "SIM PIN" === state) return state;
			const isPassing = "NOT READY" === state;
			if (state === before && !isPassing) {
				if ("NOT INSERTED" === state)
					throw new ModemError("SIM_MISSING", "no SIM: insert one and check its holder", NOT_INSERTED);
				if (!refused) return state;
				throw new ModemError("SIM_NOT_READY", answer.message, answer.reason);
			}
			if (elapsedMs(sinceMs, clock.nowMs()) >= READY_TIMEOUT_MS)
				throw new ModemError("SIM_NOT_READY", "the modem does not get its SIM ready: check the SIM and its holder");
			before = state;
			await script.pause(ASK_EVERY_MS);
		}
	}

	/** Gives the state that the PIN has led to. */
	private async enter(): Promise<string> {
		const { pin } = this.options;
		if (undefined === pin)
			throw new ModemError("PIN_REQUIRED", "the SIM asks for a PIN: give it as `pin`, or remove it from the SIM");
		let refusal: Refusal | undefined;
		for (let refusals = 0; refusals < MOST_REFUSALS; refusals++) {
			refusal = await this.tryPin(pin);
			const state = await (refusal ? this.settledState() : this.stateAfterPin());
			if ("SIM PIN" !== state) return state;
		}
		throw new ModemError("SIM_NOT_READY", `the SIM takes no PIN: ${refusal?.message ?? "it goes on asking"}`, refusal?.reason);
	}

	/** Gives the refusal when this try proves nothing against the PIN. @throws {ModemError} PIN_WRONG, PIN_NOT_TRIED */
	private async tryPin(pin: string): Promise<Refusal | undefined> {
		const { onEvent, script } = this.options;
		const digest = digestOf(pin);
		const before = await this.triesLeft();
		this.check(digest, before);
		await script.ask(ECHO_ON);
		this.remember(`${digest} ${before}`); // before it is entered: power may fail at any moment
		onEvent({ kind: "pin-entered", triesLeft: before });
		const answer = await this.say(enterPin(pin));
		await script.ask(ATTENTION);
		if (!(answer instanceof Refusal)) return undefined;
		const left = await this.triesLeft();
		if (left < before) {
			this.remember(digest);
			throw new ModemError("PIN_WRONG", `the SIM refused the PIN (${left} tries left): give the right one`, WRONG_PIN);
		}
		this.remember(`${digest} ${left}`);
		return answer;
	}

	/** Carried out only when it has come to the modem whole. Otherwise, or without an answer, it counts as refused: the SIM tells. */
	private async say<T>(command: Command<T>): Promise<T | Refusal> {
		try {
			return await this.options.script.once({ ...command, echoed: true });
		} catch (error) {
			const { code, message } = error as ModemError;
			if ("MALFORMED" !== code && "TIMEOUT" !== code) throw error;
			return new Refusal(message, undefined);
		}
	}

	/** @throws {ModemError} PIN_NOT_TRIED when this PIN must not be */
	private check(digest: string, triesLeft: number): void {
		const [tried, before] = (this.tried ?? this.options.memory?.read() ?? "").split(" ");
		if (digest === tried && !(triesLeft >= Number(before))) {
			this.remember(digest); // it has cost a try: even when a phone brings the tries back, it stays wrong
			throw new ModemError("PIN_NOT_TRIED", "the SIM has refused this PIN before: give the right one");
		}
		if (triesLeft < FEWEST_TRIES)
			throw new ModemError("PIN_NOT_TRIED", `the PIN was not tried, the SIM has ${triesLeft} tries left: enter it in a phone`);
	}

	/** Must be said twice: one bit that is damaged on the way must not cost the last try. */
	private async triesLeft(): Promise<number> {
		const { clock, script } = this.options;
		const sinceMs = clock.nowMs();
		let before: number | undefined;
		for (let refusals = 0; ; ) {
			const answer = await script.once(PIN_TRIES);
			if (answer instanceof Refusal) {
				const isBusy = BUSY === answer.reason && elapsedMs(sinceMs, clock.nowMs()) < READY_TIMEOUT_MS;
				if (!isBusy && ++refusals > MOST_REFUSALS) throw triesUnknown(answer);
				await script.pause(ASK_EVERY_MS);
			} else if (undefined === before) before = answer;
			else if (before === answer) return answer;
			else throw new ModemError("MALFORMED", "the modem told two numbers of tries left: check wiring and baud rate");
		}
	}

	private remember(tried: string | undefined): void {
		const { memory } = this.options;
		this.tried = tried;
		if (memory && memory.read() !== tried) memory.write(tried);
	}

	/** The modem goes on asking for the PIN for a moment after it has taken it. */
	private async stateAfterPin(): Promise<string> {
		const { clock, script } = this.options;
		const sinceMs = clock.nowMs();
		let state = await this.settledState();
		while ("SIM PIN" === state && elapsedMs(sinceMs, clock.nowMs()) < READY_TIMEOUT_MS) {
			await script.pause(ASK_EVERY_MS);
			state = await this.settledState();
		}
		return state;
	}
}

/** While the modem reads its SIM it says busy, or a plain ERROR. */
function stateOf({ message, reason }: Refusal): string {
	if (NOT_INSERTED === reason) return "NOT INSERTED";
	return undefined === reason || BUSY === reason ? "NOT READY" : message;
}

function triesUnknown({ message, reason }: Refusal): ModemError {
	if (BUSY === reason) return new ModemError("SIM_NOT_READY", message, reason);
	return new ModemError(
		"PIN_NOT_TRIED",
		"the PIN was not tried, for this modem's firmware does not tell how many tries are left: remove the PIN in a phone",
	);
}

/** FNV-1a: tells one PIN from another, and keeps it from being read at a glance; it is no secret's guard. */
function digestOf(pin: string): string {
	let hash = 0x811c9dc5;
	for (let at = 0; at < pin.length; at++) hash = Math.imul(hash ^ pin.charCodeAt(at), 0x01000193);
	return (hash >>> 0).toString(16);
}

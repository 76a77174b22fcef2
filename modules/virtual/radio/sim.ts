/* The SIM: the card, which remembers its wrong PINs without power, and the modem's view of it. */
import { elapsedMs } from "../../core/clock.js";
import { CME } from "../at/errors.js";
import type { SimOptions } from "../options.js";
import { MessageStore } from "../services/messages.js";
import type { World } from "../world.js";

const PIN_TRIES = 3;
const PUK_TRIES = 10;

export class SimCard {
	inserted: boolean;
	/** Whether it asks for its PIN: AT+CLCK="SC". */
	locked: boolean;
	triesLeft: number;
	pukTriesLeft: number;
	readonly iccid: string;
	readonly imsi: string;
	readonly number: string;
	readonly messages: MessageStore;
	#pin: string;
	readonly #puk: string;

	constructor(options: SimOptions = {}, firstMessage = 1) {
		this.messages = new MessageStore(firstMessage);
		this.inserted = options.inserted ?? true;
		this.locked = undefined !== options.pin;
		this.triesLeft = options.triesLeft ?? PIN_TRIES;
		this.pukTriesLeft = options.pukTriesLeft ?? PUK_TRIES;
		this.iccid = options.iccid ?? "8901010000000000017F";
		this.imsi = options.imsi ?? "001010123456789";
		this.number = options.number ?? "+15550100";
		this.#pin = options.pin ?? "0000";
		this.#puk = options.puk ?? "12345678";
	}

	/** Costs a try when it is wrong. */
	tryPin(pin: string): boolean {
		if (0 === this.triesLeft) return false;
		if (pin === this.#pin) {
			this.triesLeft = PIN_TRIES;
			return true;
		}
		this.triesLeft--;
		return false;
	}

	/** Costs a try when it is wrong; `pin` is the SIM's PIN from now on when it is right. */
	tryPuk(puk: string, pin: string): boolean {
		if (0 === this.pukTriesLeft) return false;
		if (puk === this.#puk) {
			this.pukTriesLeft = PUK_TRIES;
			this.triesLeft = PIN_TRIES;
			this.#pin = pin;
			return true;
		}
		this.pukTriesLeft--;
		return false;
	}

	changePin(oldPin: string, newPin: string): boolean {
		if (!this.tryPin(oldPin)) return false;
		this.#pin = newPin;
		return true;
	}
}

export type SimState = "busy" | "absent" | "pin" | "puk" | "dead" | "ready" | "off";

export class Sim {
	readonly card: SimCard;
	readonly #world: World;
	readonly #onState: (state: SimState) => void;
	readonly #onInserted: (inserted: boolean) => void;
	#state: SimState = "busy";
	#busySinceMs = 0;
	#endActivity: (() => void) | undefined;

	constructor(world: World, card: SimCard, onState: (state: SimState) => void, onInserted: (inserted: boolean) => void) {
		this.#onInserted = onInserted;
		this.#world = world;
		this.card = card;
		this.#onState = onState;
	}

	get state(): SimState {
		return this.#state;
	}

	/** Reads the card, which takes `delayMs`. */
	start(delayMs: number): void {
		this.#state = "busy";
		this.#busySinceMs = this.#world.clock.nowMs();
		this.#endActivity ??= this.#world.activity.begin();
		this.#world.schedule.after(delayMs, () => this.#enter(this.#found()));
	}

	/** As it is with a modem that has been on for long. */
	startRead(): void {
		this.#state = this.#found();
	}

	/** AT+CFUN=0. */
	stop(): void {
		this.#enter("off");
	}

	/** The card is pulled out, or put in. */
	insert(inserted: boolean): void {
		this.card.inserted = inserted;
		this.#onInserted(inserted);
		if (!inserted) this.#enter("absent");
		else this.start(this.#world.timing.simMs);
	}

	/** The PIN, or the PUK, was right: the card is ready from now on, which the modem finds out `delayMs` later. */
	unlock(delayMs: number): void {
		this.#state = "ready";
		this.#endActivity ??= this.#world.activity.begin();
		this.#world.schedule.after(delayMs, () => {
			if ("ready" === this.#state) this.#enter("ready");
		});
	}

	/** After a wrong PIN or PUK. */
	recheck(): void {
		this.#state = this.#found();
	}

	/** Why a command that needs the SIM is refused; undefined: it is not. */
	get error(): number | undefined {
		switch (this.#state) {
			case "absent":
				return CME.simNotInserted;
			case "pin":
				return CME.simPinRequired;
			case "puk":
				return CME.simPukRequired;
			case "dead":
			case "off":
				return CME.simFailure;
			case "busy":
				return elapsedMs(this.#busySinceMs, this.#world.clock.nowMs()) < this.#world.timing.simUnseenMs
					? CME.simNotInserted
					: CME.simBusy;
			case "ready":
				break;
		}
		return undefined;
	}

	#found(): SimState {
		const { inserted, locked, triesLeft, pukTriesLeft } = this.card;
		if (!inserted) return "absent";
		if (0 === pukTriesLeft) return "dead";
		if (0 === triesLeft) return "puk";
		return locked ? "pin" : "ready";
	}

	#enter(state: SimState): void {
		this.#endActivity?.();
		this.#endActivity = undefined;
		this.#state = state;
		this.#onState(state);
	}
}

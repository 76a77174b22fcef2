/* The radio network around the modem: what it would find, whether it is powered or not. */
import type { Clock } from "../../core/clock.js";
import type { RadioOptions } from "../options.js";
import { MessageCentre } from "../services/message-centre.js";
import { Calendar } from "./calendar.js";

const DEFAULT_UTC_MS = Date.UTC(2024, 6, 24, 14, 4, 19);
const DEFAULT_ZONE = 8;

export class Radio {
	readonly registers: "home" | "roaming" | "denied" | "never";
	readonly operator: string;
	readonly operatorCode: string;
	readonly signal: number;
	readonly uplinkBps: number;
	readonly downlinkBps: number;
	readonly roundTripMs: number;
	readonly dropContextAfterMs: number | undefined;
	/** The operator's clock. */
	readonly calendar: Calendar;
	readonly dst = 1;
	readonly messages: MessageCentre;
	/** What the operator answers to a USSD code; undefined: it knows none like that. */
	readonly ussd: (code: string) => string | undefined;
	readonly areaCode = "001F";
	readonly cell = "1174";
	readonly #access: { apn: string | undefined; user: string | undefined; password: string | undefined };
	readonly #listeners = new Set<() => void>();
	#covered = true;

	constructor(clock: Clock, options: RadioOptions = {}) {
		this.calendar = new Calendar(clock, options.utcMs ?? DEFAULT_UTC_MS, options.zoneQuarters ?? DEFAULT_ZONE);
		this.messages = new MessageCentre(this.calendar);
		this.ussd = options.ussd ?? (code => ("*100#" === code ? "Balance: 5.00" : undefined));
		this.registers = options.registers ?? "home";
		this.operator = options.operator ?? "Virtual GSM";
		this.operatorCode = options.operatorCode ?? "00101";
		this.signal = options.signal ?? 18;
		this.uplinkBps = options.uplinkBps ?? 42_800;
		this.downlinkBps = options.downlinkBps ?? 85_600;
		this.roundTripMs = options.roundTripMs ?? 300;
		this.dropContextAfterMs = options.dropContextAfterMs;
		this.#access = { apn: options.apn, user: options.user, password: options.password };
	}

	/** Whether there is a cell to be heard. */
	get covered(): boolean {
		return this.#covered;
	}

	set covered(covered: boolean) {
		if (covered === this.#covered) return;
		this.#covered = covered;
		for (const listener of [...this.#listeners]) listener();
	}

	/** Calls back whenever coverage comes or goes; returns how to end that. */
	watch(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Whether the operator lets these credentials in. */
	admits(apn: string, user: string, password: string): boolean {
		const { apn: wanted, user: wantedUser, password: wantedPassword } = this.#access;
		if (undefined !== wanted && wanted.toLowerCase() !== apn.toLowerCase()) return false;
		return (wantedUser ?? user) === user && (wantedPassword ?? password) === password;
	}
}

/*
 * What the modem's surroundings do to it: the supply's voltage and the temperature, with the warnings of each.
 *
 * A slow fall of the voltage is warned of and ends in an orderly power-down; a sudden dip takes the modem away mute.
 */
import type { Power } from "./power.js";

const DEFAULT_MV = 4049;
const WARN_LOW_MV = 3300;
const OFF_LOW_MV = 3200;
const WARN_HIGH_MV = 4700;
const OFF_HIGH_MV = 4800;
const FULL_MV = 4200;
const EMPTY_MV = 3400;
const DEFAULT_CELSIUS = 30;

export interface SupplyOptions {
	power: Power;
	/** Says something that nobody asked for, if anything runs that could. */
	urc(text: string): void;
}

export class Supply {
	/** What AT+CADC measures. */
	adcMv = 0;
	/** AT+CMTE=1: temperatures out of range are told. */
	temperatureReports = 0;
	readonly #options: SupplyOptions;
	#mv = DEFAULT_MV;
	#celsius = DEFAULT_CELSIUS;

	constructor(options: SupplyOptions) {
		this.#options = options;
	}

	get mv(): number {
		return this.#mv;
	}

	set mv(mv: number) {
		const before = this.#mv;
		this.#mv = mv;
		if (mv < OFF_LOW_MV) this.#powerDown("UNDER-VOLTAGE POWER DOWN");
		else if (mv > OFF_HIGH_MV) this.#powerDown("OVER-VOLTAGE POWER DOWN");
		else if (mv <= WARN_LOW_MV && before > WARN_LOW_MV) this.#options.urc("UNDER-VOLTAGE WARNNING");
		else if (mv >= WARN_HIGH_MV && before < WARN_HIGH_MV) this.#options.urc("OVER-VOLTAGE WARNNING");
	}

	/** What AT+CBC gives in percent. */
	get percent(): number {
		return Math.max(0, Math.min(100, Math.round(((this.#mv - EMPTY_MV) * 100) / (FULL_MV - EMPTY_MV))));
	}

	get celsius(): number {
		return this.#celsius;
	}

	set celsius(celsius: number) {
		this.#celsius = celsius;
		const level = levelOf(celsius);
		if (0 === level) return;
		// no blank before a minus sign
		if (1 === this.temperatureReports) this.#options.urc(`+CMTE:${level > 0 ? " " : ""}${level}`);
		if (Math.abs(level) > 1) this.#options.power.switchOff(false);
	}

	/** A burst of the transmitter pulls the supply down: no word is said. `restarts`: the board turns it on again. */
	dip(restarts: boolean): void {
		this.#options.power.cut();
		if (restarts) this.#options.power.switchOn();
	}

	#powerDown(text: string): void {
		this.#options.urc(text);
		this.#options.power.switchOff(false);
	}
}

function levelOf(celsius: number): number {
	if (celsius > 85) return 2;
	if (celsius > 80) return 1;
	if (celsius < -40) return -2;
	return celsius < -30 ? -1 : 0;
}

/* The date, as the radio network knows it and as the modem's own clock has it (AT+CCLK), which nobody has set at first. */
import { type Clock, elapsedMs } from "../../core/clock.js";

const QUARTER_MS = 900_000;
const UNSET_MS = Date.UTC(2004, 0, 1);

/** A moment in UTC that goes on, over the wrap of the host's counter too when it is read now and then. */
export class Calendar {
	readonly #clock: Clock;
	#utcMs: number;
	#sinceMs: number;
	/** Of the local time, in quarters of an hour. */
	zoneQuarters: number;

	constructor(clock: Clock, utcMs: number = UNSET_MS, zoneQuarters = 0) {
		this.#clock = clock;
		this.#utcMs = utcMs;
		this.#sinceMs = clock.nowMs();
		this.zoneQuarters = zoneQuarters;
	}

	get utcMs(): number {
		const nowMs = this.#clock.nowMs();
		this.#utcMs += elapsedMs(this.#sinceMs, nowMs);
		this.#sinceMs = nowMs;
		return this.#utcMs;
	}

	set(utcMs: number, zoneQuarters: number): void {
		this.#utcMs = utcMs;
		this.#sinceMs = this.#clock.nowMs();
		this.zoneQuarters = zoneQuarters;
	}

	/** Local time in the form of AT+CCLK: 24/07/24,16:04:19+08. */
	get text(): string {
		return `${localText(this.utcMs, this.zoneQuarters)}${zoneText(this.zoneQuarters, 2)}`;
	}

	/** @returns false when it is no date in that form */
	setText(text: string): boolean {
		const fields = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?$/.exec(text);
		if (!fields) return false;
		const [year, month, day, hour, minute, second] = fields.slice(1, 7).map(Number) as [
			number,
			number,
			number,
			number,
			number,
			number,
		];
		if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return false;
		const zone = Number(fields[7] ?? 0);
		this.set(Date.UTC(2000 + year, month - 1, day, hour, minute, second) - zone * QUARTER_MS, zone);
		return true;
	}

	/** UTC in the form of *PSUTTZ: 2024,7,24,14,4,19. */
	get utcFields(): string {
		const date = new Date(this.utcMs);
		return [
			date.getUTCFullYear(),
			date.getUTCMonth() + 1,
			date.getUTCDate(),
			date.getUTCHours(),
			date.getUTCMinutes(),
			date.getUTCSeconds(),
		].join(",");
	}

	/** As AT+CIPGSMLOC tells it: 2024/07/24,14:04:19. */
	get longText(): string {
		return `20${localText(this.utcMs, 0)}`;
	}
}

export function zoneText(quarters: number, digits: number): string {
	return `${quarters < 0 ? "-" : "+"}${Math.abs(quarters).toString().padStart(digits, "0")}`;
}

function localText(utcMs: number, zoneQuarters: number): string {
	const date = new Date(utcMs + zoneQuarters * QUARTER_MS);
	const two = (value: number) => value.toString().padStart(2, "0");
	const day = [date.getUTCFullYear() % 100, date.getUTCMonth() + 1, date.getUTCDate()].map(two).join("/");
	return `${day},${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":")}`;
}

/*
 * The host on an ESP32: the modem on UART 1, its power key and STATUS on GPIOs, events on the debugger's console.
 *
 * UART 1, because the SDK's serial class works on UART 1's registers when it is asked for UART 2; the pins are free to choose.
 */
import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import config from "mc/config";
import Preference from "preference";
import type { DigitalConstructor, SerialDescription } from "../../modules/core/io.js";
import type { PowerKeyDescription, StatusDescription } from "../../modules/modem/power.js";
import type { PinMemory } from "../../modules/modem/sim.js";
import type { Board, Host } from "../host.js";
import { createClock } from "../moddable/clock.js";
import { Log } from "../moddable/log.js";
import { type Config, flag, number, readSettings } from "../moddable/settings.js";

const UART = 1;
/** The hardware FIFO is all that there is between the wire and JavaScript. */
const RECEIVE_BUFFER_BYTES = 128;
const DEFAULT_RECEIVE_PIN = 16;
const DEFAULT_TRANSMIT_PIN = 17;
const DEFAULT_BAUD = 115200;

/** @throws {Error} a value of the manifest's config is wrong */
export function createHost(): Host {
	return { ...createBoard(), settings: readSettings(config) };
}

/** @throws {Error} a value of the manifest's config is wrong */
export function createBoard(): Board {
	const clock = createClock();
	const log = new Log(clock);
	return {
		clock,
		serial: serialDescription(config),
		powerKey: powerKeyDescription(config),
		status: statusDescription(config),
		pinMemory: new PreferencePinMemory(),
		onEvent: log.onEvent,
		onTrace: flag(config, "trace") ? log.onTrace : undefined,
	};
}

function serialDescription(config: Config): SerialDescription {
	return {
		io: Serial as unknown as SerialDescription["io"], // the SDK's typings demand pins here; they are below
		port: UART,
		receive: number(config, "receivePin", 0) ?? DEFAULT_RECEIVE_PIN,
		transmit: number(config, "transmitPin", 0) ?? DEFAULT_TRANSMIT_PIN,
		baud: number(config, "baud", 1) ?? DEFAULT_BAUD,
		receiveBuffer: RECEIVE_BUFFER_BYTES,
	};
}

function powerKeyDescription(config: Config): PowerKeyDescription | undefined {
	const pin = number(config, "powerKeyPin", 0);
	if (undefined === pin) return undefined;
	return { io: Digital as unknown as DigitalConstructor, pin, pressed: level(config, "powerKeyPressed") };
}

function statusDescription(config: Config): StatusDescription | undefined {
	const pin = number(config, "statusPin", 0);
	if (undefined === pin) return undefined;
	return { io: Digital as unknown as DigitalConstructor, pin, on: level(config, "statusOn") };
}

/** 1 unless the config says 0. */
function level(config: Config, key: string): 0 | 1 {
	const value = number(config, key, 0) ?? 1;
	if (value > 1) throw new Error(`config.${key} is ${value}, must be 0 or 1`);
	return 0 === value ? 0 : 1;
}

const DOMAIN = "uplink";
const FAILED_PIN = "failedPin";

/** In the flash of the ESP32, so that a refused PIN is remembered over resets and power cuts. */
class PreferencePinMemory implements PinMemory {
	read(): string | undefined {
		const value = Preference.get(DOMAIN, FAILED_PIN);
		return "string" === typeof value ? value : undefined;
	}

	write(text: string | undefined): void {
		if (undefined === text) Preference.delete(DOMAIN, FAILED_PIN);
		else Preference.set(DOMAIN, FAILED_PIN, text);
	}
}

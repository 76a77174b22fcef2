/* What the modem driver is given: the board, the SIM, the network, and the callbacks. All of it is checked here. */

import { wholeNumber } from "../at/quote.js";
import type { Clock } from "../core/clock.js";
import type { Counters } from "../core/counters.js";
import type { SerialDescription } from "../core/io.js";
import { Random } from "../core/random.js";
import { accessPoint, enterPin } from "./commands.js";
import type { ModemEvent } from "./events.js";
import { MOST_PRESS_MS, type PowerKeyDescription, type StatusDescription } from "./power.js";
import type { RecoveryOptions } from "./recovery.js";
import type { PinMemory } from "./sim.js";
import { LEAST_SEND_BYTES } from "./sockets/sender.js";

export interface ModemOptions {
	readonly clock: Clock;
	readonly serial: SerialDescription;
	/** Undefined: not wired; a modem that is off stays off. */
	readonly powerKey?: PowerKeyDescription | undefined;
	readonly status?: StatusDescription | undefined;
	readonly pin?: string | undefined;
	readonly pinMemory?: PinMemory | undefined;
	readonly apn: string;
	readonly user?: string | undefined;
	readonly password?: string | undefined;
	/** Up to eight connections at once (CIPMUX=1), six on a SIM800, instead of one. */
	readonly multiplex?: boolean;
	/** What each connection keeps of the data that has come; default 1,024 bytes, or as much as one read brings if that is more; for UDP at least 1,460. */
	readonly receiveBytes?: number | undefined;
	/** What each connection keeps of the data that is to be sent; default 2,560 bytes. */
	readonly sendBytes?: number | undefined;
	/** How long to search for a network; default 300,000 ms, the least that operators demand for the first time at a place. */
	readonly registrationTimeoutMs?: number | undefined;
	/** Where the limits of operators (restarts, activations and requests an hour) outlive a reboot. */
	readonly counters?: Counters | undefined;
	/** How long the microcontroller was off or asleep before, as far as the host knows. */
	readonly offMs?: number | undefined;
	/** The first access to the network is put off by up to this, at random; default 0. For devices that a power cut starts all at once: 30,000. */
	readonly startSpreadMs?: number | undefined;
	/** From 0 to less than 1, for the waits between tries. Default: from the clock, the same for devices that start alike. */
	readonly random?: (() => number) | undefined;
	/** What this or `onTrace` throws is thrown again from a timer, for the host to see (an ESP32 restarts); the driver goes on. */
	onEvent?(event: ModemEvent): void;
	/** Each AT line in either direction, secrets struck out. */
	onTrace?: ((direction: "<" | ">", line: string) => void) | undefined;
}

/** Of a serial buffer, what a piece of data leaves for its header, its OK and one unsolicited line: 26 + 6 + 32. */
const FRAME_BYTES = 64;
export const LEAST_PIECE_BYTES = 16;
const MOST_PIECE_BYTES = 1_460;
const RECEIVE_BYTES = 1_024;
/** Two pieces: one is on its way to the modem, one is gathered. */
const SEND_BYTES = 2_560;
const REGISTRATION_TIMEOUT_MS = 300_000;
const PRESS_MS = 1_100;
const MOST_BYTES = 1 << 20;
const DAY_MS = 24 * 3_600_000;
const MOST_OFF_MS = 2 ** 53 - 1;

/** Numbers with their defaults. */
export interface Limits {
	readonly pieceBytes: number;
	readonly receiveBytes: number;
	readonly sendBytes: number;
	readonly registrationTimeoutMs: number;
	readonly pressMs: number;
}

/** Checks all that can be checked before the port and the pins are opened. @throws {TypeError | RangeError} */
export function limitsOf(options: ModemOptions): Limits {
	const { pin, serial } = options;
	wholeNumber("baud", serial.baud, 1_200, 460_800);
	wholeNumber("receiveBuffer", serial.receiveBuffer, FRAME_BYTES + LEAST_PIECE_BYTES, MOST_BYTES);
	accessPoint(options.apn, options.user ?? "", options.password ?? "");
	if (undefined !== pin) enterPin(pin);
	wholeNumber("startSpreadMs", options.startSpreadMs ?? 0, 0, DAY_MS);
	wholeNumber("offMs", options.offMs ?? 0, 0, MOST_OFF_MS);
	const pieceBytes = Math.min(MOST_PIECE_BYTES, serial.receiveBuffer - FRAME_BYTES);
	const receiveBytes = options.receiveBytes ?? Math.max(RECEIVE_BYTES, pieceBytes);
	return {
		pieceBytes,
		receiveBytes: wholeNumber("receiveBytes", receiveBytes, LEAST_PIECE_BYTES, MOST_BYTES),
		sendBytes: wholeNumber("sendBytes", options.sendBytes ?? SEND_BYTES, LEAST_SEND_BYTES, MOST_BYTES),
		registrationTimeoutMs: wholeNumber(
			"registrationTimeoutMs",
			options.registrationTimeoutMs ?? REGISTRATION_TIMEOUT_MS,
			1,
			DAY_MS,
		),
		pressMs: wholeNumber("pressMs", options.powerKey?.pressMs ?? PRESS_MS, 1, MOST_PRESS_MS),
	};
}

/** What of it recovery needs. */
export function recoveryOptionsOf(options: ModemOptions): RecoveryOptions {
	const { clock, counters, offMs, powerKey, startSpreadMs = 0 } = options;
	const nowMs = clock.nowMs();
	const seeded = new Random(nowMs);
	return { nowMs, chance: options.random ?? (() => seeded.next()), counters, hasPowerKey: !!powerKey, offMs, startSpreadMs };
}

/* What the modem driver is given: the board it is on, the SIM and the network, and who wants to hear of it. */
import type { Clock } from "../core/clock.js";
import type { SerialDescription } from "../core/io.js";
import type { ModemEvent } from "./events.js";
import type { PowerKeyDescription, StatusDescription } from "./power.js";
import type { PinMemory } from "./sim.js";

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
	/** What each connection keeps of what has come; default 1,024 bytes, or as much as one read brings if that is more; for UDP at least 1,460. */
	readonly receiveBytes?: number | undefined;
	/** What each connection keeps of what is to be sent; default 2,560 bytes. */
	readonly sendBytes?: number | undefined;
	/** How long to search for a network; default 180,000 ms. */
	readonly registrationTimeoutMs?: number | undefined;
	/** What this or `onTrace` throws is thrown again from a timer, for the host to see (an ESP32 restarts); the driver goes on. */
	onEvent?(event: ModemEvent): void;
	/** Each AT line in either direction, secrets struck out. */
	onTrace?: ((direction: "<" | ">", line: string) => void) | undefined;
}

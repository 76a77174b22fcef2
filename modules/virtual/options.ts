/* What a virtual modem is made of: its SIM, the radio around it and its own times. */
import type { Clock } from "../core/clock.js";
import type { Fault } from "./faults.js";
import type { TcpRules } from "./models/model.js";
import type { Quirks } from "./models/quirks.js";
import type { Network } from "./network.js";
import type { Timing } from "./power/timing.js";

export type { Timing } from "./power/timing.js";

export type Model = "sim900" | "sim800" | "sim7600" | "a7670" | "bg96" | "ec2x";

export interface SimOptions {
	/** Default true. */
	inserted?: boolean;
	/** Undefined: the SIM asks for no PIN. */
	pin?: string | undefined;
	/** Default "12345678". */
	puk?: string;
	/** Wrong PINs that are still allowed, default 3; 0: the SIM asks for its PUK. */
	triesLeft?: number;
	/** Wrong PUKs that are still allowed, default 10; 0: the SIM is dead. */
	pukTriesLeft?: number;
	iccid?: string;
	imsi?: string;
	/** The SIM's own number, as AT+CNUM gives it. */
	number?: string;
}

export interface RadioOptions {
	/** Default "home". "never": it goes on searching. */
	registers?: "home" | "roaming" | "denied" | "never";
	/** The operator's long name. */
	operator?: string;
	/** Mobile country and network code. */
	operatorCode?: string;
	/** What AT+CSQ says: 0 to 31, 99 unknown. */
	signal?: number;
	/** The only APN that the operator takes; undefined: any. */
	apn?: string | undefined;
	/** What the operator asks for at that APN; undefined: nothing. */
	user?: string | undefined;
	password?: string | undefined;
	/** Bits a second that the air carries to the network, and from it. */
	uplinkBps?: number;
	downlinkBps?: number;
	/** From the modem to the operator's gateway and back. */
	roundTripMs?: number;
	/** What the operator answers to a USSD code; undefined: it knows none like that. Default: "*100#" tells a balance. */
	ussd?: (code: string) => string | undefined;
	/** UTC at the start, in milliseconds since 1970; default the 24th of July 2024. */
	utcMs?: number;
	/** Local time, in quarters of an hour. */
	zoneQuarters?: number;
	/** The operator takes the context away each time that it has been up for this long; undefined: never. */
	dropContextAfterMs?: number | undefined;
}

export interface VirtualModemOptions {
	clock: Clock;
	network: Network;
	/** Bytes that have now arrived at the microcontroller's end of the wire, paced as the baud rate has it. */
	transmit(bytes: Uint8Array): void;
	/** Level of the STATUS pin whenever it changes: 1 on. */
	onStatus?(level: 0 | 1): void;
	/** Default "sim900". */
	model?: Model;
	/** Of all that is random in the modem, default 1. */
	seed?: number;
	/** Stored AT+IPR: 0 autobaud (as from the factory), default 115200. */
	baud?: number;
	/** Default "860000000000017". */
	imei?: string;
	sim?: SimOptions;
	radio?: RadioOptions;
	/** Any of the modem's own times. */
	timing?: Partial<Timing>;
	/** How much it sends and holds. */
	tcp?: Partial<TcpRules>;
	/** What of its behaviour is in doubt, by name: the model's table (models/). */
	quirks?: Quirks;
	/** What is wrong with it: `parseFault` of faults.ts. */
	faults?: readonly Fault[];
	/** Each line in either direction, secrets struck out; `>` to the modem. `atMs`: since it was constructed. */
	onTrace?(direction: "<" | ">", line: string, atMs: number): void;
	/** Already booted and registered when constructed, unless the SIM asks for its PIN. */
	on?: boolean;
}

/*
 * What crosses the boundary between the firmware on XS and its host on Node.
 *
 * XS has no timers and no time. So Node speaks first, always: it says what has happened and what time it is, XS runs until
 * nothing is left to do, and answers with all that it wants done. Messages are JSON; bytes go as Base64.
 */
import { ModemError } from "../../modules/core/errors.js";
import type { UplinkEvent } from "../../modules/delivery/events.js";
import type { ModemEvent } from "../../modules/modem/events.js";
import type { Settings } from "../host.js";

/** The host as far as it can be told in JSON; each description without its `io` and `pin`. */
export interface CarriedHost {
	readonly settings: Settings;
	readonly serial: { readonly baud: number; readonly receiveBuffer: number };
	readonly powerKey: Readonly<Record<string, unknown>> | undefined;
	readonly status: Readonly<Record<string, unknown>> | undefined;
	/** The level at the STATUS pin at the start. */
	readonly statusLevel: number;
	readonly hasPinMemory: boolean;
	readonly refusedPin: string | undefined;
	readonly trace: boolean;
}

/** To XS: what has happened. */
export type Input =
	| { readonly kind: "start"; readonly host: CarriedHost }
	| { readonly kind: "timer"; readonly id: number }
	| { readonly kind: "received"; readonly base64: string }
	| { readonly kind: "writable"; readonly bytes: number }
	| { readonly kind: "status"; readonly level: number }
	| { readonly kind: "close" };

export interface Inputs {
	readonly nowMs: number;
	readonly inputs: readonly Input[];
}

/** From XS: what is to be done. */
export type Output =
	| { readonly kind: "set-timer"; readonly id: number; readonly delayMs: number }
	| { readonly kind: "clear-timer"; readonly id: number }
	| { readonly kind: "open-serial"; readonly baud: number }
	| { readonly kind: "write"; readonly base64: string }
	| { readonly kind: "close-serial" }
	| { readonly kind: "power-key"; readonly level: number }
	| { readonly kind: "refused-pin"; readonly text: string | undefined }
	| { readonly kind: "event"; readonly event: ModemEvent | UplinkEvent }
	| { readonly kind: "trace"; readonly direction: "<" | ">"; readonly line: string }
	/** A line of a program's `trace`. */
	| { readonly kind: "print"; readonly text: string }
	/** The firmware's `done` is settled. */
	| { readonly kind: "done" }
	/** An exception or a rejection that nobody handled. */
	| { readonly kind: "uncaught"; readonly name: string; readonly message: string; readonly stack: string };

/** For JSON.stringify: the two things in events that JSON does not know. */
export function replace(_key: string, value: unknown): unknown {
	if (value instanceof Uint8Array) return { $bytes: [...value] };
	if (value instanceof ModemError) return { $error: [value.code, value.message, value.reason] };
	return value;
}

/** For JSON.parse: the way back. */
export function revive(_key: string, value: unknown): unknown {
	const { $bytes, $error } = (value ?? {}) as { $bytes?: number[]; $error?: ConstructorParameters<typeof ModemError> };
	if ($bytes) return Uint8Array.from($bytes);
	if ($error) return new ModemError($error[0], $error[1], $error[2] ?? undefined);
	return value;
}

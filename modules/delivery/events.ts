/* What the connection loop tells as it happens. */
import type { ModemError } from "../core/errors.js";

export interface Destination {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

export type UplinkEvent =
	| { readonly kind: "cycle"; readonly cycle: number }
	/** The network may not be asked yet; `why` is for people. */
	| { readonly kind: "waiting"; readonly cycle: number; readonly forMs: number; readonly why: string }
	| { readonly kind: "connected"; readonly cycle: number; readonly destination: Destination }
	| { readonly kind: "sent"; readonly cycle: number; readonly destination: Destination; readonly bytes: number }
	| { readonly kind: "answered"; readonly cycle: number; readonly destination: Destination; readonly answer: Uint8Array }
	| { readonly kind: "failed"; readonly cycle: number; readonly destination: Destination | undefined; readonly error: ModemError }
	| { readonly kind: "cycle-done"; readonly cycle: number; readonly failures: number }
	/** All cycles that were asked for are done, or the loop can't go on: `error` says why. */
	| { readonly kind: "finished"; readonly cycles: number; readonly failures: number; readonly error: ModemError | undefined };

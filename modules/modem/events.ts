/* What the modem driver tells as it happens. For people and logs; nothing is decided by them. */
import type { ModemErrorCode } from "../core/errors.js";

export type ModemEvent =
	| { readonly kind: "power-key"; readonly pressed: boolean }
	/** The next try of `up` is put off; `why` is what has failed, or a limit of operators. */
	| { readonly kind: "retry"; readonly afterMs: number; readonly why: string }
	/** The modem answers. `afterMs`: since power-on was asked for. `pulses`: how often the key was pressed. */
	| { readonly kind: "powered"; readonly afterMs: number; readonly pulses: number }
	/** `known`: false: not a modem that this driver was written for; it is used as a SIM900. */
	| { readonly kind: "identified"; readonly model: string; readonly firmware: string; readonly known: boolean }
	| { readonly kind: "sim"; readonly state: string }
	/** `triesLeft`: before this try. */
	| { readonly kind: "pin-entered"; readonly triesLeft: number }
	| { readonly kind: "searching" }
	/** The network refuses the SIM; `text` says why. The search goes on. */
	| { readonly kind: "registration-denied"; readonly text: string }
	| { readonly kind: "registered"; readonly roaming: boolean }
	| { readonly kind: "attached" }
	| { readonly kind: "bearer-up"; readonly address: string }
	| { readonly kind: "bearer-down"; readonly code: ModemErrorCode | "asked" }
	/** A warning of the modem in its own words: voltage, temperature, power down. */
	| { readonly kind: "warning"; readonly text: string }
	/** A line that belongs to no command and is in no table. */
	| { readonly kind: "unexplained"; readonly line: string };

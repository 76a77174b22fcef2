/* Where the driver is with its modem, since when and why: one value, changed in one place (bring-up.ts). */

export type ModemState =
	/** Nothing that was set up holds: the modem is off, has restarted, does not answer, or nobody has asked for it yet. */
	| { readonly kind: "off"; readonly sinceMs: number; readonly why: string }
	/** "modem": from the power key to its settings. */
	| { readonly kind: "starting"; readonly sinceMs: number; readonly why: string; readonly step: "modem" | "sim" }
	/** Set up, the SIM is ready; whether the network has taken it is to be asked. */
	| { readonly kind: "searching"; readonly sinceMs: number; readonly why: string }
	/** Registered and attached, without a bearer. */
	| { readonly kind: "registered"; readonly sinceMs: number; readonly why: string }
	| { readonly kind: "up"; readonly sinceMs: number; readonly why: string };

export type ModemStateKind = ModemState["kind"];

/** Where bring-up is, for whoever decides what is done about a failure. */
export function stepOf(state: ModemState): "modem" | "sim" | "registration" | "bearer" {
	switch (state.kind) {
		case "off":
			return "modem";
		case "starting":
			return state.step;
		case "searching":
			return "registration";
		default:
			return "bearer";
	}
}

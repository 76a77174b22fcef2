/* How the NETOPEN family tells errors: a number of its own, or +IP ERROR with a text. */
import type { Call } from "../../at/call.js";
import { netOf } from "./net.js";

/** Of +CIPOPEN, +CIPSEND, +CIPCLOSE, +NETOPEN, +NETCLOSE, +SERVERSTOP and +CIPERROR. */
export const RESULT = {
	ok: 0,
	networkFailure: 1,
	networkClosed: 2,
	wrongParameter: 3,
	notSupported: 4,
	listening: 7,
	socketsOpened: 9,
	timeout: 10,
	dns: 11,
} as const;

/** Of +IP ERROR; the number is for AT+CIPCCFG's error mode 0. */
export const IP_ERROR = {
	networkOpened: [4, "Network is already opened"],
	networkNotOpened: [8, "Network not opened"],
	notCreated: [11, "Connection is not created"],
	invalidParameter: [12, "Invalid parameter"],
	notSupported: [13, "Operation not supported"],
	noData: [21, "No data"],
} as const;

export function failIp(call: Call, error: keyof typeof IP_ERROR): void {
	const { settings, rules } = netOf(call.session);
	const [number, text] = IP_ERROR[error];
	call.info(`+IP ERROR: ${settings.errorTexts ? text : "noData" === error ? rules.noData : number}`);
	call.refuse();
}

/** `NAME: values`, then ERROR. */
export function failWith(call: Call, text: string): void {
	call.info(text);
	call.refuse();
}

/* The numbers of +QIOPEN and AT+QIGETERROR; a TCP/IP command that fails says ERROR and no more. */
import type { Call } from "../../at/call.js";
import { qiOf } from "./qi.js";

export const QI = {
	ok: 0,
	blocked: 551,
	parameters: 552,
	notSupported: 555,
	openContext: 561,
	idInUse: 563,
	dns: 565,
	connect: 566,
	closed: 567,
	notAllowed: 572,
} as const;

export const QI_TEXTS: Readonly<Record<number, string>> = {
	0: "operate successfully",
	551: "operation blocked",
	552: "invalid parameters",
	555: "operation not supported",
	561: "open PDP context failed",
	563: "socket identity has been used",
	565: "DNS parse failed",
	566: "socket connect failed",
	567: "socket has been closed",
	572: "operation not allowed",
};

export function failQi(call: Call, error: number): void {
	qiOf(call.session).lastError = error;
	call.refuse();
}

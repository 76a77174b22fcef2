/*
 * Every unsolicited result code (URC) by name.
 *
 * A line comes here only after the command that is out has said that it is not its answer: "+CREG: 1" means something
 * else as an answer. Results that come after their command gave up (a late "0, CONNECT FAIL") are "result"s here, so
 * that they still reach their owner.
 *
 * Source: SIM900 AT Command Manual 12.3 and the chapters of the commands; SIM900 Hardware Design 4.2.2.
 */
import { fieldsOf, headOf, numberOf, slotOf } from "./fields.js";

/** Results of connection commands; which of them end a command, the command says. */
export type ConnectionResult =
	| "CONNECT"
	| "CONNECT OK"
	| "CONNECT FAIL"
	| "ALREADY CONNECT"
	| "SEND OK"
	| "SEND FAIL"
	| "DATA ACCEPT"
	| "CLOSE OK"
	| "SHUT OK";

export type Unsolicited =
	/** A connection has ended. */
	| { readonly kind: "closed"; readonly slot: number | undefined }
	| { readonly kind: "result"; readonly slot: number | undefined; readonly result: ConnectionResult }
	/** The network took the bearer away: every connection is dead. */
	| { readonly kind: "bearer-lost" }
	/** Data has come into an empty buffer (CIPRXGET=1); not told again until it has been emptied. */
	| { readonly kind: "data-ready"; readonly slot: number | undefined }
	/** `bytes` of data follow as a counted block. */
	| { readonly kind: "data"; readonly slot: number | undefined; readonly bytes: number }
	| { readonly kind: "remote"; readonly slot: number | undefined; readonly address: string }
	/** The modem has just started. */
	| { readonly kind: "started" }
	| { readonly kind: "call-ready" }
	| { readonly kind: "sms-ready" }
	| { readonly kind: "function"; readonly level: number }
	| { readonly kind: "sim"; readonly state: string }
	| { readonly kind: "registration"; readonly domain: "gsm" | "gprs"; readonly state: number }
	/** Network time, operator name, daylight saving: told for the log only. */
	| { readonly kind: "network-time"; readonly line: string }
	| { readonly kind: "warning"; readonly text: string }
	/** The modem is switching itself off. */
	| { readonly kind: "power-down"; readonly text: string }
	| { readonly kind: "sms"; readonly line: string }
	| { readonly kind: "ring" }
	| { readonly kind: "state"; readonly state: string }
	/** A final result that no command waits for. */
	| { readonly kind: "stray"; readonly line: string };

/** What the line says, or undefined when it is not known. */
export function unsolicitedOf(line: string): Unsolicited | undefined {
	const { slot, text } = slotOf(line);
	const connection = connectionOf(slot, text);
	if (connection || undefined !== slot) return connection;
	return wordOf(line) ?? codeOf(line);
}

function connectionOf(slot: number | undefined, text: string): Unsolicited | undefined {
	switch (text) {
		case "CLOSED":
			return { kind: "closed", slot };
		case "CONNECT":
		case "CONNECT OK":
		case "CONNECT FAIL":
		case "ALREADY CONNECT":
		case "SEND OK":
		case "SEND FAIL":
		case "CLOSE OK":
		case "SHUT OK":
			return { kind: "result", slot, result: text };
	}
	if (text.startsWith("REMOTE IP:")) return { kind: "remote", slot, address: text.slice(10).trim() };
	return undefined;
}

/** Lines that are words, not codes with fields. */
function wordOf(line: string): Unsolicited | undefined {
	switch (line) {
		case "RDY":
			return { kind: "started" };
		case "Call Ready":
			return { kind: "call-ready" };
		case "SMS Ready":
			return { kind: "sms-ready" };
		case "RING":
			return { kind: "ring" };
		case "OK":
		case "ERROR":
		case "NO CARRIER":
			return { kind: "stray", line };
		case "+PDP DEACT":
			return { kind: "bearer-lost" };
		case "NORMAL POWER DOWN":
		case "NORMAL POWER OFF": // so printed in the SIM800C's hardware manual
			return { kind: "power-down", text: line };
	}
	if (line.startsWith("UNDER-VOLTAGE") || line.startsWith("OVER-VOLTAGE")) {
		return line.endsWith("POWER DOWN") ? { kind: "power-down", text: line } : { kind: "warning", text: line };
	}
	return undefined;
}

function codeOf(line: string): Unsolicited | undefined {
	switch (headOf(line)) {
		case "+CIPRXGET":
			return dataReadyOf(fieldsOf(line));
		case "+PDP":
			return line.endsWith("DEACT") ? { kind: "bearer-lost" } : undefined;
		case "+CREG":
			return registrationOf("gsm", fieldsOf(line));
		case "+CGREG":
			return registrationOf("gprs", fieldsOf(line));
		case "+CFUN":
			return functionOf(fieldsOf(line));
		case "+CPIN":
			return { kind: "sim", state: fieldsOf(line)[0] ?? "" };
		case "STATE":
			return { kind: "state", state: line.slice(6).trim() };
		case "DATA ACCEPT":
			return { kind: "result", slot: undefined, result: "DATA ACCEPT" };
		case "*PSUTTZ":
		case "*PSNWID":
		case "DST":
		case "+CTZV":
		case "+CIEV":
			return { kind: "network-time", line };
		case "+CMTI":
			return { kind: "sms", line };
		case "+CMTE":
			return { kind: "warning", text: line };
		case "+CME ERROR":
		case "+CMS ERROR":
			return { kind: "stray", line };
	}
	return pushedOf(line);
}

/** "+IPD,<n>:" and "+RECEIVE,<slot>,<n>:" (with CIPSRIP the sender's address behind the count). */
function pushedOf(line: string): Unsolicited | undefined {
	const inline = line.startsWith("+IPD,");
	if (!inline && !line.startsWith("+RECEIVE,")) return undefined;
	const fields = line.slice(line.indexOf(",") + 1).split(",");
	const slot = inline ? undefined : numberOf(fields[0]);
	const count = (inline ? fields[0] : fields[1])?.split(":", 1)[0];
	const bytes = numberOf(count?.trim());
	return undefined === bytes || (!inline && undefined === slot) ? undefined : { kind: "data", slot, bytes };
}

function registrationOf(domain: "gsm" | "gprs", fields: string[]): Unsolicited | undefined {
	const state = numberOf(fields[0]);
	return undefined === state ? undefined : { kind: "registration", domain, state };
}

function functionOf(fields: string[]): Unsolicited | undefined {
	const level = numberOf(fields[0]);
	return undefined === level ? undefined : { kind: "function", level };
}

/** "+CIPRXGET: 1" or "+CIPRXGET: 1,<slot>", with CIPSRIP=1 an address behind it. */
function dataReadyOf(fields: string[]): Unsolicited | undefined {
	return "1" === fields[0] ? { kind: "data-ready", slot: numberOf(fields[1]) } : undefined;
}

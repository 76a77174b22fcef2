/*
 * Every unsolicited result code (URC) by name.
 *
 * A line comes here only after the command that is out has said that it is not its answer: "+CREG: 1" means something
 * else as an answer. Results that come after their command gave up (a late "0, CONNECT FAIL") are "result"s here, so
 * that they still reach their owner.
 *
 * Source: SIM900 AT Command Manual 12.3 and the chapters of the commands; SIM900 Hardware Design 4.2.2.
 */
import { numberOf, plainParam, slotOf } from "./params.js";

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

export type Service = "dns" | "ftp" | "http" | "ntp" | "ussd";

export type Urc =
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
	/** `textFollows`: the next line is the message's own text, whatever it says. */
	| { readonly kind: "sms"; readonly line: string; readonly textFollows?: true }
	| { readonly kind: "sms-text"; readonly text: string }
	| { readonly kind: "ring" }
	/** The card was put into its holder, or taken out (CSMINS=1). */
	| { readonly kind: "sim-holder"; readonly inserted: boolean }
	/** The bearer of the modem's own services (SAPBR) is down; connections have their own. */
	| { readonly kind: "profile-lost"; readonly profile: number }
	| { readonly kind: "server"; readonly listening: boolean }
	/** Who sent the data that follows (CIPSRIP=1). */
	| { readonly kind: "sender"; readonly address: string }
	/** What a service of the modem's own has to say after its OK, for whoever asked it. */
	| { readonly kind: "service"; readonly service: Service; readonly line: string }
	| { readonly kind: "state"; readonly state: string }
	/** One connection, or the server, in the list that AT+CIPSTATUS prints behind the state when there are several. */
	| { readonly kind: "slot-state"; readonly line: string }
	/** A final result that no command waits for. */
	| { readonly kind: "stray"; readonly line: string };

/** What the line says, or undefined when it is not known. */
export function urcOf(line: string): Urc | undefined {
	const colon = line.indexOf(":");
	const said = colon < 0 ? WORDS.get(line) : CODES.get(line.slice(0, colon))?.(line);
	return said ?? (line.startsWith("+") ? pushedOf(line) : ofSlot(line));
}

/** Lines that say all they have to say as they are. */
const WORDS = new Map<string, Urc>();
/** How to read a line, by what stands before its colon. */
const CODES = new Map<string, (line: string) => Urc | undefined>();

/** `lines` with "|" between them: less code than a list. */
function words(lines: string, read: (line: string) => Urc): void {
	for (const line of lines.split("|")) WORDS.set(line, read(line));
}

function codes(names: string, read: (line: string) => Urc | undefined): void {
	for (const name of names.split("|")) CODES.set(name, read);
}

function service(name: Service, names: string): void {
	codes(names, line => ({ kind: "service", service: name, line }));
}

words("RDY", () => ({ kind: "started" }));
words("Call Ready", () => ({ kind: "call-ready" }));
words("SMS Ready", () => ({ kind: "sms-ready" }));
words("RING", () => ({ kind: "ring" }));
words("SERVER OK|SERVER CLOSE", line => ({ kind: "server", listening: line.endsWith("OK") }));
words("+PDP DEACT", () => ({ kind: "bearer-lost" }));
words("CLOSED", () => ({ kind: "closed", slot: undefined }));
words("CONNECT|CONNECT OK|CONNECT FAIL|ALREADY CONNECT|SEND OK|SEND FAIL|CLOSE OK|SHUT OK", result => ({
	kind: "result",
	slot: undefined,
	result: result as ConnectionResult,
}));
words("OK|ERROR|NO CARRIER|NO DIALTONE|NO ANSWER|BUSY|PROCEEDING", line => ({ kind: "stray", line }));
// The modem's own spelling has two N; some firmware has learnt it. Hardware Design 4.2.2.3
words("UNDER-VOLTAGE WARNNING|OVER-VOLTAGE WARNNING|UNDER-VOLTAGE WARNING|OVER-VOLTAGE WARNING", text => ({
	kind: "warning",
	text,
}));
words("CHARGE-ONLY MODE|From CHARGE-ONLY MODE to NORMAL MODE|DNS Fail", text => ({ kind: "warning", text }));
// "OFF" is so printed in the SIM800C's hardware manual.
words("NORMAL POWER DOWN|NORMAL POWER OFF|UNDER-VOLTAGE POWER DOWN|OVER-VOLTAGE POWER DOWN", text => ({
	kind: "power-down",
	text,
}));

codes("+CIPRXGET", dataReadyOf);
codes("+PDP", line => (line.endsWith("DEACT") ? { kind: "bearer-lost" } : undefined));
codes("+CREG", line => registrationOf("gsm", line));
codes("+CGREG", line => registrationOf("gprs", line));
codes("+CFUN", functionOf);
codes("+CPIN", line => ({ kind: "sim", state: plainParam(line, 0) ?? "" }));
codes("STATE", line => ({ kind: "state", state: plainParam(line, 0) ?? "" }));
codes("C|S", line => ({ kind: "slot-state", line }));
codes("REMOTE IP", line => ({ kind: "remote", slot: undefined, address: plainParam(line, 0) ?? "" }));
codes("DATA ACCEPT", acceptedOf);
codes("*PSUTTZ|*PSNWID|DST|+CTZV|+CIEV", line => ({ kind: "network-time", line }));
codes("+CMTI|+CDSI", line => ({ kind: "sms", line }));
codes("+CMT|+CBM", line => ({ kind: "sms", line, textFollows: true }));
codes("+CDS", reportOf);
codes("+CSMINS", line => ({ kind: "sim-holder", inserted: "1" === plainParam(line, 1) }));
codes("+SAPBR 1|+SAPBR 2|+SAPBR 3", profileLostOf);
codes("RECV FROM|+RECV FROM", senderOf);
service("http", "+HTTPACTION");
service("ftp", "+FTPGET|+FTPPUT");
service("ntp", "+CNTP");
service("dns", "+CDNSGIP");
service("ussd", "+CUSD");
codes("+CMTE", text => ({ kind: "warning", text }));
codes("+CME ERROR|+CMS ERROR", line => ({ kind: "stray", line }));

/** "1, CLOSED" and the like: what the line would say in single-connection mode, with the slot. */
function ofSlot(line: string): Urc | undefined {
	if ("," !== line[1]) return undefined;
	const { slot, text } = slotOf(line);
	if (undefined === slot) return undefined;
	const said = WORDS.get(text) ?? (text.startsWith("REMOTE IP:") ? urcOf(text) : undefined);
	return said && "slot" in said ? { ...said, slot } : undefined;
}

/** No packet is longer: a count above it is damaged, and believing it would swallow all that follows. */
const MOST_PUSHED_BYTES = 1_500;

/** "+IPD,<n>:" and "+RECEIVE,<slot>,<n>:" (with CIPSRIP the sender's address behind the count). */
function pushedOf(line: string): Urc | undefined {
	const inline = line.startsWith("+IPD,");
	if (!inline && !line.startsWith("+RECEIVE,")) return undefined;
	const fields = line.slice(line.indexOf(",") + 1).split(",");
	const slot = inline ? undefined : numberOf(fields[0]);
	const count = (inline ? fields[0] : fields[1])?.split(":", 1)[0];
	const bytes = numberOf(count?.trim());
	if (undefined === bytes || bytes > MOST_PUSHED_BYTES || (!inline && undefined === slot)) return undefined;
	return { kind: "data", slot, bytes };
}

/** One field, or three with place; two and four are an answer that somebody else has asked for. */
function registrationOf(domain: "gsm" | "gprs", line: string): Urc | undefined {
	const state = numberOf(plainParam(line, 0));
	const isAnswer = 0 === line.split(",").length % 2;
	return undefined === state || isAnswer ? undefined : { kind: "registration", domain, state };
}

function functionOf(line: string): Urc | undefined {
	const level = numberOf(plainParam(line, 0));
	return undefined === level ? undefined : { kind: "function", level };
}

/** "+CIPRXGET: 1" or "+CIPRXGET: 1,<slot>", with CIPSRIP=1 an address behind it. */
function dataReadyOf(line: string): Urc | undefined {
	return "1" === plainParam(line, 0) ? { kind: "data-ready", slot: numberOf(plainParam(line, 1)) } : undefined;
}

/** "DATA ACCEPT:27" or, of several connections, "DATA ACCEPT:0,27" */
function acceptedOf(line: string): Urc {
	const slot = undefined === plainParam(line, 1) ? undefined : numberOf(plainParam(line, 0));
	return { kind: "result", slot, result: "DATA ACCEPT" };
}

/** "+CDS: 24" has its report on the next line; in text mode all of it is in this one. */
function reportOf(line: string): Urc {
	return undefined === plainParam(line, 1) ? { kind: "sms", line, textFollows: true } : { kind: "sms", line };
}

/** "+SAPBR 1: DEACT" */
function profileLostOf(line: string): Urc | undefined {
	return line.endsWith("DEACT") ? { kind: "profile-lost", profile: numberOf(line[7]) ?? 0 } : undefined;
}

function senderOf(line: string): Urc {
	return { kind: "sender", address: line.slice(line.indexOf(":") + 1).trim() };
}

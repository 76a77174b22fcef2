/*
 * What cannot be held with a modem that neither echoes nor checks, each with its reason. The run fails for anything else.
 *
 * All else must hold for these bytes too: nothing else is wrong, and the next messages arrive.
 */
import type { Fault } from "./fault.js";
import type { Role } from "./roles.js";
import type { Violation } from "./witness.js";

export interface Exception {
	readonly name: string;
	readonly reason: string;
	excuses(violation: Violation, fault: Fault, role: Role): boolean;
}

/** So many bytes differ, at the same length. */
function differences(got: string, expected: string): number {
	let count = 0;
	for (let at = 0; at < got.length; at++) if (got[at] !== expected[at]) count++;
	return count;
}

/** One byte stands twice in `got`, and perhaps another one that was left over is missing behind it. */
function hasOneDoubled(got: string, expected: string): boolean {
	let same = 0;
	while (same < got.length && got[same] === expected[same]) same++;
	if (got[same] !== got[same - 1]) return false;
	const rest = got.slice(same + 1);
	const wanted = expected.slice(same);
	let alike = 0;
	while (alike < rest.length && rest[alike] === wanted[alike]) alike++;
	return wanted.startsWith(rest) || wanted.slice(alike + 1).startsWith(rest.slice(alike));
}

export const EXCEPTIONS: readonly Exception[] = [
	{
		name: "changed data, to the modem",
		reason: "AT+CIPSEND has no checksum, and with echo off nothing comes back to compare: the peer's own protocol must tell",
		excuses: ({ expected = "", got = "", invariant }, { direction, kind }, role) =>
			"change" === kind &&
			"up" === direction &&
			"data" === role.kind &&
			("delivered" === invariant || ("peer" === invariant && 1 === differences(got, expected))),
	},
	{
		name: "doubled data, to the modem",
		reason: "the modem takes as many bytes as were announced: one comes twice, the last one is left over, and the count is right",
		excuses: ({ expected = "", got = "", invariant }, { direction, kind }, role) =>
			"double" === kind &&
			"up" === direction &&
			"data" === role.kind &&
			("delivered" === invariant || ("peer" === invariant && hasOneDoubled(got, expected))),
	},
	{
		name: "changed data, from the modem",
		reason: "AT+CIPRXGET has no checksum: the peer's own protocol must tell",
		excuses: ({ expected = "", got = "", invariant }, { direction, kind }, role) =>
			"change" === kind &&
			"down" === direction &&
			"data" === role.kind &&
			"received" === invariant &&
			1 === differences(got, expected),
	},
	{
		name: "a length that arrives larger",
		reason:
			"the modem waits for bytes that nobody has: ESC fills it up, the connection is closed, and the sender is told SEND_UNKNOWN",
		excuses: ({ detail, expected = "", got = "", invariant, told }, { direction, kind }, role) =>
			"drop" !== kind &&
			"up" === direction &&
			/^AT\+CIPSEND=\d/.test(role.line) &&
			"line" === role.kind &&
			"peer" === invariant &&
			// Who has closed the socket behind the write, as the listener's program does, is not told any more.
			("SEND_UNKNOWN" === told || detail.includes("client ")) &&
			expected.startsWith(got.replace(/\x1b+$/, "")),
	},
	{
		name: "a slot that arrives as another open one",
		reason: "the data goes to the other connection: the modem says which, that one is closed at once and told SEND_UNKNOWN",
		excuses: ({ invariant, told }, { direction, kind }, role) =>
			"change" === kind &&
			"up" === direction &&
			/^AT\+CIPSEND=\d,/.test(role.line) &&
			"line" === role.kind &&
			"AT+CIPSEND=".length === role.at &&
			"peer" === invariant &&
			"SEND_UNKNOWN" === told,
	},
	{
		name: "a slot of pushed data that arrives as another open one",
		reason: "firmware that pushes names the connection once, in +RECEIVE, and nothing else tells whose the data is",
		excuses: ({ invariant }, { direction, kind }, role) =>
			"change" === kind &&
			"down" === direction &&
			role.line.startsWith("+RECEIVE,") &&
			"+RECEIVE,".length === role.at &&
			("received" === invariant || "cut" === invariant),
	},
];

export function exceptionFor(violation: Violation, fault: Fault, role: Role): Exception | undefined {
	return EXCEPTIONS.find(one => one.excuses(violation, fault, role));
}

/*
 * Reject causes in words that a person can act on, a line each. A product that shows none maps this module to one without
 * them; nothing is decided by these texts.
 *
 * Source: 3GPP TS 24.008, TS 24.301, names of the causes; what operators of SIMs say of them (1oT, Telefonica annex A).
 */
import type { CauseDomain } from "./causes.js";

const NETWORK = `
2 the operator does not know this SIM: it is not activated, or its contract has ended
3 the SIM is blocked, or its authentication failed: ask the operator
5 this module is not allowed with this SIM: some operators bind a SIM to one IMEI
6 this module is blocked: ask the operator about its IMEI
7 no data service: the contract has none, or the SIM is suspended
8 no service at all: the contract has ended, or the SIM is suspended
11 no roaming with this operator: ask your operator which networks the SIM may use
12 not allowed in this area: another place, network or technology may do
13 roaming is not allowed in this area: another network may do
14 no data service in this network: another network may do
15 no cell here that the SIM may use: another network or technology may do
17 the network has failed, or steers to another one: wait
19 the network took the modem and refused the data context: check apn, user and password
22 the network is congested: wait
25 a private cell: another one may do
`;

const SESSION = `
8 barred by the operator: out of credit, or barred
26 the cell or the quota is full: wait
27 the APN is unknown: check apn, or it is not of this SIM
28 this type of address is not allowed: ask the operator for IPv4 on this APN
29 user or password of the APN are wrong
30 the operator's gateway refused: check fixed address and IMEI rules with the operator
31 the operator's gateway refused: ask the operator
32 the contract does not support this APN
33 the contract does not have this APN: check apn, or ask the operator
34 out of order for now: wait
36 the network ended the context
38 the network has failed: wait
50 only IPv4 is allowed
51 only IPv6 is allowed
55 another context is open with this APN: one is allowed
65 too many contexts are open
`;

/** What to tell of a cause; "reject cause 99" of one that is in no table. */
export function textOfCause(domain: CauseDomain, cause: number): string {
	const table = "network" === domain ? NETWORK : SESSION;
	const key = `\n${cause} `;
	const at = table.indexOf(key);
	return at < 0 ? `reject cause ${cause}` : table.slice(at + key.length, table.indexOf("\n", at + 1));
}

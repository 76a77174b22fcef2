/*
 * The numbers of +CME ERROR and +CMS ERROR in words, a line each: half the code of an object. Unknown numbers are kept
 * as they are.
 *
 * Source: SIM900 AT Command Manual 12.1, 12.2; SIM900 PING manual (160, 161).
 */
import { numberOf } from "./params.js";

const CME = `
0 phone failure
1 no connection to phone
2 phone-adaptor link reserved
3 operation not allowed
4 operation not supported
5 PH-SIM PIN required
6 PH-FSIM PIN required
7 PH-FSIM PUK required
10 SIM not inserted
11 SIM PIN required
12 SIM PUK required
13 SIM failure
14 SIM busy
15 SIM wrong
16 incorrect password
17 SIM PIN2 required
18 SIM PUK2 required
20 memory full
21 invalid index
22 not found
23 memory failure
24 text string too long
25 invalid characters in text string
26 dial string too long
27 invalid characters in dial string
30 no network service
31 network timeout
32 network not allowed - emergency call only
40 network personalisation PIN required
41 network personalisation PUK required
42 network subset personalisation PIN required
43 network subset personalisation PUK required
44 service provider personalisation PIN required
45 service provider personalisation PUK required
46 corporate personalisation PIN required
47 corporate personalisation PUK required
99 resource limitation
100 unknown
103 Illegal MS
106 Illegal ME
107 GPRS services not allowed
111 PLMN not allowed
112 Location area not allowed
113 Roaming not allowed in this location area
132 service option not supported
133 requested service option not subscribed
134 service option temporarily out of order
148 unspecified GPRS error
149 PDP authentication failure
150 invalid mobile class
151 Operation barred
160 DNS resolve failed
161 Socket open failed
`;

const CMS = `
300 ME failure
301 SMS reserved
302 operation not allowed
304 invalid PDU mode parameter
305 invalid text mode parameter
310 SIM not inserted
311 SIM pin necessary
313 SIM failure
314 SIM busy
320 memory failure
321 invalid memory index
322 memory full
330 SMSC address unknown
331 no network service
332 network timeout
500 unknown error
512 SIM not ready
515 PS busy
517 SIM BL not ready
765 Invalid input value
767 Operation failed
772 SIM powered down
`;

export function textOfCme(number: number): string {
	return textIn(CME, number);
}

export function textOfCms(number: number): string {
	return textIn(CMS, number);
}

/** The number for a text that AT+CMEE=2 prints instead of it; undefined when it is in no table. */
export function numberOfErrorText(text: string): number | undefined {
	const table = (CME + CMS).toLowerCase();
	const at = table.indexOf(` ${text.toLowerCase()}\n`);
	const number = table.slice(table.lastIndexOf("\n", at) + 1, Math.max(at, 0));
	return at < 0 ? undefined : numberOf(number);
}

function textIn(table: string, number: number): string {
	const key = `\n${number} `;
	const at = table.indexOf(key);
	return at < 0 ? `error ${number}` : table.slice(at + key.length, table.indexOf("\n", at + 1));
}

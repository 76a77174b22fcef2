/* Every unsolicited result by name, as the modem spells it. */
import { assert } from "chai";
import { type Unsolicited, unsolicitedOf } from "../../modules/at/unsolicited.js";

const table: readonly (readonly [string, Unsolicited | undefined])[] = [
	["CLOSED", { kind: "closed", slot: undefined }],
	["1, CLOSED", { kind: "closed", slot: 1 }],
	["7,CLOSED", { kind: "closed", slot: 7 }],
	["+PDP: DEACT", { kind: "bearer-lost" }],
	["+PDP DEACT", { kind: "bearer-lost" }],
	["+CIPRXGET:1", { kind: "data-ready", slot: undefined }],
	["+CIPRXGET: 1", { kind: "data-ready", slot: undefined }],
	["+CIPRXGET:1,5", { kind: "data-ready", slot: 5 }],
	["+CIPRXGET: 1,0", { kind: "data-ready", slot: 0 }],
	["+CIPRXGET: 1,0,192.0.2.1:80", { kind: "data-ready", slot: 0 }],
	["+CIPRXGET: 4,1,1371", undefined],
	["+RECEIVE,0,20:", { kind: "data", slot: 0, bytes: 20 }],
	["+RECEIVE,5,1460", { kind: "data", slot: 5, bytes: 1460 }],
	["+RECEIVE,0,4,192.0.2.1:80", { kind: "data", slot: 0, bytes: 4 }],
	["+IPD,51:", { kind: "data", slot: undefined, bytes: 51 }],
	["+IPD,7,TCP:", { kind: "data", slot: undefined, bytes: 7 }],
	["RDY", { kind: "started" }],
	["Call Ready", { kind: "call-ready" }],
	["SMS Ready", { kind: "sms-ready" }],
	["+CFUN: 1", { kind: "function", level: 1 }],
	["+CPIN: SIM PIN", { kind: "sim", state: "SIM PIN" }],
	["+CPIN: NOT INSERTED", { kind: "sim", state: "NOT INSERTED" }],
	["+CREG: 5", { kind: "registration", domain: "gsm", state: 5 }],
	['+CREG: 1,"001F","1174"', { kind: "registration", domain: "gsm", state: 1 }],
	["+CGREG: 0", { kind: "registration", domain: "gprs", state: 0 }],
	['*PSUTTZ: 2024,7,24,14,4,19,"+8",1', { kind: "network-time", line: '*PSUTTZ: 2024,7,24,14,4,19,"+8",1' }],
	['*PSUTTZ: 23/03/12,22:09:23","+04",0', { kind: "network-time", line: '*PSUTTZ: 23/03/12,22:09:23","+04",0' }],
	['*PSNWID: "262","01","Operator",0,"Op",0', { kind: "network-time", line: '*PSNWID: "262","01","Operator",0,"Op",0' }],
	["DST: 1", { kind: "network-time", line: "DST: 1" }],
	['+CTZV: "+4"', { kind: "network-time", line: '+CTZV: "+4"' }],
	["UNDER-VOLTAGE WARNNING", { kind: "warning", text: "UNDER-VOLTAGE WARNNING" }],
	["OVER-VOLTAGE WARNNING", { kind: "warning", text: "OVER-VOLTAGE WARNNING" }],
	["UNDER-VOLTAGE POWER DOWN", { kind: "power-down", text: "UNDER-VOLTAGE POWER DOWN" }],
	["OVER-VOLTAGE POWER DOWN", { kind: "power-down", text: "OVER-VOLTAGE POWER DOWN" }],
	["NORMAL POWER DOWN", { kind: "power-down", text: "NORMAL POWER DOWN" }],
	['+CMTI: "SM",1,"MMS PUSH",2,1', { kind: "sms", line: '+CMTI: "SM",1,"MMS PUSH",2,1' }],
	["RING", { kind: "ring" }],
	["REMOTE IP: 10.78.103.220", { kind: "remote", slot: undefined, address: "10.78.103.220" }],
	["0, REMOTE IP: 10.76.40.73", { kind: "remote", slot: 0, address: "10.76.40.73" }],
	["0, CONNECT FAIL", { kind: "result", slot: 0, result: "CONNECT FAIL" }],
	["CONNECT OK", { kind: "result", slot: undefined, result: "CONNECT OK" }],
	["3, SEND OK", { kind: "result", slot: 3, result: "SEND OK" }],
	["STATE: TCP CLOSED", { kind: "state", state: "TCP CLOSED" }],
	["OK", { kind: "stray", line: "OK" }],
	["+CMTE:-1", { kind: "warning", text: "+CMTE:-1" }],
	["+CREG: x", undefined],
	["1, SOMETHING", undefined],
	["hello", undefined],
	["", undefined],
];

describe("at/unsolicited", () => {
	for (const [line, expected] of table) {
		it(`${line || "(nothing)"} is ${expected ? JSON.stringify(expected) : "not known"}`, () => {
			assert.deepEqual(unsolicitedOf(line), expected);
		});
	}
});

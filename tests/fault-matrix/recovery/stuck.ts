/* Ways in which a modem or its network is stuck, and what gets each out of it. */
import type { StageOptions } from "../stage.js";

/** What a driver can do, from the least to the most. */
export const RUNGS = ["bearer", "radio", "restart", "power-key"] as const;
export type Rung = (typeof RUNGS)[number];

/** "pass": the modem hears it; "silence": it does not; text: it is answered so. */
export type Reply = "pass" | "silence" | { readonly answer: string };

export interface Stuck {
	readonly name: string;
	/** The least that helps; undefined: nothing does. */
	readonly cure: Rung | undefined;
	readonly stage?: StageOptions;
	/** The network is there, and refuses connections to the server. */
	readonly serverAway?: boolean;
	/** The network says no: it counts what is asked of it. */
	readonly isRefused?: boolean;
	/** What becomes of a command line while it is stuck. */
	reply(line: string): Reply;
	/** It says nothing by itself either. */
	readonly mute?: boolean;
	/** The supply has broken down: it is off. */
	readonly off?: boolean;
	/** What it sends over the air is neither delivered nor acknowledged. */
	readonly blackHole?: boolean;
}

const PASS: Reply = "pass";
const ERROR: Reply = { answer: "ERROR" };

function on(name: string, reply: Reply): (line: string) => Reply {
	return line => (line.startsWith(name) ? reply : PASS);
}

/** Registered, and the attachment is refused. */
function rejected(cause: number): Stuck {
	return {
		name: `attachment rejected, cause ${cause}`,
		cure: undefined,
		isRefused: true,
		reply(line) {
			if (line.startsWith("AT+CGATT=1")) return { answer: `+CME ERROR: ${100 + cause}` };
			if (line.startsWith("AT+CGATT?")) return { answer: "+CGATT: 0\r\n\r\nOK" };
			return PASS;
		},
	};
}

/** Attached, and the context is refused. */
function refused(cause: number): Stuck {
	return {
		name: `context refused, cause ${cause}`,
		cure: undefined,
		isRefused: true,
		reply: on("AT+CIICR", { answer: `+CME ERROR: ${100 + cause}` }),
	};
}

const HANGS = on("AT+CIICR", "silence");
const NO_SOCKET = on("AT+CIPSTART", ERROR);

export const STUCK: readonly Stuck[] = [
	{ name: "well", cure: undefined, reply: () => PASS },
	{ name: "off", cure: "power-key", off: true, reply: () => PASS },
	{ name: "silent", cure: "power-key", mute: true, reply: () => "silence" },
	{ name: "silent, no power key", cure: undefined, mute: true, stage: { wired: { powerKey: false } }, reply: () => "silence" },
	{ name: "answers AT only", cure: "power-key", reply: line => ("AT" === line ? PASS : ERROR) },
	{ name: "hangs in CIICR until AT+CIPSHUT", cure: "bearer", reply: HANGS },
	{ name: "hangs in CIICR until AT+CFUN=0", cure: "radio", reply: HANGS },
	{ name: "hangs in CIICR until a restart", cure: "restart", reply: HANGS },
	{ name: "hangs in CIICR for ever", cure: undefined, reply: HANGS },
	{ name: "refuses CIPSTART until AT+CIPSHUT", cure: "bearer", reply: NO_SOCKET },
	{ name: "refuses CIPSTART until a restart", cure: "restart", reply: NO_SOCKET },
	{ name: "CIPSTART has no result until AT+CIPSHUT", cure: "bearer", reply: on("AT+CIPSTART", { answer: "OK" }) },
	{ name: "acknowledges nothing until AT+CIPSHUT", cure: "bearer", blackHole: true, reply: () => PASS },
	{ name: "acknowledges nothing until a restart", cure: "restart", blackHole: true, reply: () => PASS },
	{ name: "acknowledges nothing for ever", cure: undefined, blackHole: true, reply: () => PASS },
	{ name: "server away", cure: undefined, serverAway: true, reply: () => PASS },
	{ name: "no network found", cure: undefined, stage: { board: { radio: { registers: "never" } } }, reply: () => PASS },
	{
		name: "registration denied",
		cure: undefined,
		isRefused: true,
		stage: { board: { radio: { registers: "denied" } } },
		reply: () => PASS,
	},
	...[2, 3, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 19, 22, 25].map(rejected),
	...[26, 27, 28, 29, 30, 31, 32, 33, 34, 38, 48].map(refused),
];

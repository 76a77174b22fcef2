/* What makes one model: its times, its port, its key, how it boots, its commands. No other place names a model. */
import type { Command } from "../at/command.js";
import type { IpStack } from "../ip/stack.js";
import type { Model, RadioOptions } from "../options.js";
import type { Timing } from "../power/timing.js";
import type { Radio } from "../radio/radio.js";
import type { Session } from "../session.js";
import type { Quirks, QuirkTable } from "./quirks.js";

export interface ModelSpec {
	readonly name: Model;
	readonly timing: Readonly<Timing>;
	/** What is not given is as a GSM network has it. */
	readonly radio: RadioOptions;
	readonly tcp: TcpRules;
	/** What is doubtful, or differs from firmware to firmware. */
	readonly quirks: QuirkTable;
	readonly port: PortRules;
	readonly lines: LineRules;
	readonly key: KeyRules;
	readonly boot: BootRules;
	readonly network: NetworkRules;
	readonly functionality: FunctionalityRules;
	/** It tells when its supply is too low or too high. */
	readonly warnsOfSupply: boolean;
	/** Said when it goes off in order. */
	readonly farewell: string | undefined;
	/** AT+CMGR of a place without a message; the number of the first place. */
	readonly emptyMessage: "ok" | "error";
	readonly firstMessage: 0 | 1;
	readonly commands: ReadonlyMap<string, Command>;
	/** What it says of the network's time (AT+CLTS=1). */
	timeLines(radio: Radio): readonly string[];
	createIp(session: Session): IpStack;
}

export interface TcpRules {
	/** The most that one command sends. */
	readonly pieceBytes: number;
	/** What it holds that the peer has not acknowledged, and that has come and was not read. */
	readonly sendBufferBytes: number;
	readonly receiveWindowBytes: number;
}

export interface PortRules {
	/** Of AT+IPR; 0: it can look for the rate. */
	readonly rates: readonly number[];
	/** Who keeps the rate of AT+IPR for the next start: the modem itself, the profile (AT&W), or nobody. */
	readonly keepsRate: "modem" | "profile" | "never";
	/** At each power-on it looks for SIMCom's download tool. */
	readonly toolSync: boolean;
	/** DTR makes it look for the rate anew. */
	readonly resyncs: boolean;
}

export interface LineRules {
	readonly longest: number;
	/** Whether AT itself counts as part of the line. */
	readonly countsPrefix: boolean;
	readonly prefixes: readonly string[];
	/** `ATE1;+CSQ`: a semicolon behind a basic command. */
	readonly semicolonAfterBasic: boolean;
	/** The LF of CR LF comes back. */
	readonly echoesLineFeed: boolean;
}

export interface KeyRules {
	/** A press turns it on when it has been long enough, or when it ends. */
	readonly startsAt: "press" | "release";
	/** A press that is longer than one that turns it off. */
	readonly tooLong: "ignored" | "restarts";
}

export interface BootState {
	readonly functionality: number;
	readonly inserted: boolean;
	readonly quirks: Quirks;
}

export interface BootRules {
	/** When the port answers. */
	ready(boot: BootState): readonly string[];
	/** There is no card; `booting`: and was none at the start. */
	absent(boot: BootState, booting: boolean): readonly string[];
	/** When the SIM's services are there; `woken`: by AT+CFUN=1. */
	services(woken: boolean, radio: Radio, quirks: Quirks): readonly string[];
	/** The OK of AT+CFUN=1,1. */
	readonly restartOk: "first" | "last";
	/** What is sent before the first line is lost. */
	readonly deaf?: boolean;
}

export interface NetworkRules {
	/** Behind the operator and the cell: 7 is LTE, which has AT+CEREG, too; undefined: GSM. */
	readonly technology: number | undefined;
	/** AT+CSQ without a cell, and the bit error rate with one. */
	readonly noSignal: string;
	readonly errorRate: number;
	/** AT+CGDCONT: how many there can be, which there are at the start, and how one is told. */
	readonly contexts: number;
	apns(quirks: Quirks): readonly string[];
	contextText(id: number, type: string, apn: string): string;
	/** Unasked, when packet data comes and goes (AT+CGEREP). */
	readonly attached?: string;
	readonly detached?: string;
}

export interface FunctionalityRules {
	/** Of AT+CFUN. */
	readonly values: readonly number[];
	/** All but 0 outlive power. */
	readonly stored: boolean;
	/** Minimum and radio off are only reached through full functionality. */
	readonly throughFull: boolean;
	/** A restart says farewell, too, and behind that that the contexts go. */
	readonly restartSays: boolean;
}

/** Later tables stand in place of earlier ones. */
export function commandsOf(...tables: readonly (readonly Command[])[]): ReadonlyMap<string, Command> {
	return new Map(tables.flat().map(command => [command.name, command]));
}

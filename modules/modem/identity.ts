/* Which modem it is; and operator, signal and serial numbers, which are for people and logs. */

import type { AtClient } from "../at/client.js";
import { type Command, Refusal } from "../at/command.js";
import { ICCID, IDENTITY, IMEI, OPERATOR, SIGNAL } from "./commands.js";
import type { Script } from "./script.js";

export interface ModemModel {
	/** All that the modem answers, when it is not known. */
	readonly model: string;
	readonly firmware: string;
	/** False: not a modem that this driver was written for. */
	readonly known: boolean;
}

const MOST_CHARACTERS = 60;

/** One changed digit makes a SIM900 a SIM800. */
const MOST_QUESTIONS = 3;

/** Asks until two answers agree. @throws {ModemError} what the script throws */
export async function identify(script: Script): Promise<ModemModel> {
	let text = "";
	for (let asked = 0, before: string | undefined; asked < MOST_QUESTIONS && text !== before; asked++) {
		const lines: string[] = [];
		before = asked > 0 ? text : undefined;
		const answer = await script.ask({ ...IDENTITY, onInfo: line => lines.push(line) });
		if (!(answer instanceof Refusal)) text = lines.join(" ").slice(0, MOST_CHARACTERS);
	}
	const known = isKnown(text);
	const end = known ? text.indexOf(" ") : -1;
	return end < 0 ? { model: text, firmware: "", known } : { model: text.slice(0, end), firmware: text.slice(end + 1), known };
}

function isKnown(text: string): boolean {
	return text.startsWith("SIM900") || text.startsWith("SIM8");
}

export interface Identity {
	/** The network's name, in its own words. */
	readonly operator: string | undefined;
	readonly rssiDbm: number | undefined;
	readonly imei: string | undefined;
	readonly iccid: string | undefined;
}

/** Asks for it; what the modem refuses to tell is undefined. `known`: its numbers are taken from there. @throws {ModemError} TIMEOUT, CLOSED... */
export async function readIdentity(client: AtClient, known?: Identity): Promise<Identity> {
	return {
		operator: await told(client, OPERATOR),
		rssiDbm: await told(client, SIGNAL),
		imei: known?.imei ?? (await told(client, IMEI)),
		iccid: known?.iccid ?? (await told(client, ICCID)),
	};
}

async function told<T>(client: AtClient, command: Command<T>): Promise<T | undefined> {
	const answer = await client.ask(command);
	return answer instanceof Refusal ? undefined : answer;
}

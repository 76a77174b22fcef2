/* Operator, signal and serial numbers: for people and logs, nothing depends on them. */

import type { AtClient } from "../at/client.js";
import { type Command, Refusal } from "../at/command.js";
import { ICCID, IMEI, OPERATOR, SIGNAL } from "./commands.js";

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

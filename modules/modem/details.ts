/* What is good to know of modem, SIM and network, and nothing depends on. */

import type { Command } from "../at/command.js";
import type { Engine } from "../at/engine.js";
import { ModemError } from "../core/errors.js";
import { ICCID, IMEI, OPERATOR, SIGNAL } from "./commands.js";

export interface Details {
	/** The network's name, in its own words. */
	readonly operator: string | undefined;
	readonly rssiDbm: number | undefined;
	readonly imei: string | undefined;
	readonly iccid: string | undefined;
}

/** Asks for it; what the modem refuses to tell is undefined. `known`: its numbers are taken from there. @throws {ModemError} TIMEOUT, CLOSED... */
export async function readDetails(engine: Engine, known?: Details): Promise<Details> {
	return {
		operator: await told(engine, OPERATOR),
		rssiDbm: await told(engine, SIGNAL),
		imei: known?.imei ?? (await told(engine, IMEI)),
		iccid: known?.iccid ?? (await told(engine, ICCID)),
	};
}

async function told<T>(engine: Engine, command: Command<T>): Promise<T | undefined> {
	try {
		return await engine.send(command);
	} catch (error) {
		if (error instanceof ModemError && "REFUSED" === error.code) return undefined;
		throw error;
	}
}

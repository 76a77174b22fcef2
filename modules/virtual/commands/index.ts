/* Which commands there are. */

import { answer, type Command, type Handler } from "../at/command.js";
import type { ParsedCommand } from "../at/line.js";
import { BEARER_COMMANDS } from "../models/sim900/bearer-commands.js";
import { CONNECTION_COMMANDS } from "../models/sim900/connection-commands.js";
import { HTTP_COMMANDS } from "../models/sim900/http-commands.js";
import { RECEIVE_COMMANDS } from "../models/sim900/receive-commands.js";
import { TRANSPORT_COMMANDS } from "../models/sim900/transport-commands.js";
import type { Model } from "../options.js";
import { CALL_COMMANDS } from "./calls.js";
import { CLOCK_COMMANDS } from "./clock.js";
import { GENERAL_COMMANDS } from "./general.js";
import { IDENTITY_COMMANDS } from "./identity.js";
import { NETWORK_COMMANDS } from "./network.js";
import { POWER_COMMANDS } from "./power.js";
import { SIM_COMMANDS } from "./sim.js";
import { SMS_COMMANDS } from "./sms.js";

const COMMANDS = new Map<string, Command>();
for (const group of [
	GENERAL_COMMANDS,
	IDENTITY_COMMANDS,
	POWER_COMMANDS,
	SIM_COMMANDS,
	CLOCK_COMMANDS,
	NETWORK_COMMANDS,
	BEARER_COMMANDS,
	CONNECTION_COMMANDS,
	RECEIVE_COMMANDS,
	TRANSPORT_COMMANDS,
	HTTP_COMMANDS,
	SMS_COMMANDS,
	CALL_COMMANDS,
]) {
	for (const command of group) COMMANDS.set(command.name, command);
}

/** @returns undefined when this model does not know the command, or not in this form */
export function findCommand({ name, kind }: ParsedCommand, model: Model): Handler | undefined {
	const command = COMMANDS.get(name);
	if (!command || (command.model ?? model) !== model) return undefined;
	const handler = "test" === kind ? testOf(command) : command[kind];
	return handler && guarded(command, handler);
}

function testOf({ name, test, query }: Command): Handler | undefined {
	if (query) return query;
	if (undefined === test) return undefined;
	return call => {
		const range = "string" === typeof test ? test : test(call.session);
		if ("" === range) call.ok();
		else answer(call, `${name}: ${range}`);
	};
}

function guarded({ sim }: Command, handler: Handler): Handler {
	if (!sim) return handler;
	return call => {
		const reason = call.session.sim.error;
		if (undefined === reason) handler(call);
		else if ("cms" === sim) call.failSms(300 + reason);
		else call.fail(reason);
	};
}

/* What all models know. */
import type { Command } from "../at/command.js";
import { CALL_COMMANDS } from "./calls.js";
import { CLOCK_COMMANDS } from "./clock.js";
import { GENERAL_COMMANDS } from "./general.js";
import { NETWORK_COMMANDS } from "./network.js";
import { POWER_COMMANDS } from "./power.js";
import { SIM_COMMANDS } from "./sim.js";
import { SMS_COMMANDS } from "./sms.js";

export const SHARED_COMMANDS: readonly Command[] = [
	...GENERAL_COMMANDS,
	...POWER_COMMANDS,
	...SIM_COMMANDS,
	...CLOCK_COMMANDS,
	...NETWORK_COMMANDS,
	...SMS_COMMANDS,
	...CALL_COMMANDS,
];

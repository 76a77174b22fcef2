/* EC25, for the EC2x and EG9x (LTE Cat 1 and 4): a BG96 by its commands, whose URCs go to USB until it is told otherwise. */
import { BG96, QI_COMMANDS } from "../bg96/model.js";
import { QI_QUIRKS } from "../bg96/quirks.js";
import { systemCommands } from "../bg96/system-commands.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { withDefaults } from "../quirks.js";

export const EC2X: ModelSpec = {
	...BG96,
	name: "ec2x",
	quirks: withDefaults(QI_QUIRKS, { urcPort: "usbat", cmee: 1 }),
	boot: {
		...BG96.boot,
		ready: ({ functionality }) => ["RDY", `+CFUN: ${functionality}`],
		services: () => ["+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"],
	},
	commands: commandsOf(QI_COMMANDS, systemCommands("EC25", "EC25EFAR06A01M4G")),
};

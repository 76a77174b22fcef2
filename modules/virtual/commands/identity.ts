/* Who the modem is. */

import { answer, type Command } from "../at/command.js";
import type { Session } from "../session.js";

const NAMES = { sim900: "SIMCOM_SIM900", sim800: "SIMCOM_SIM800" };
const FIRMWARE = { sim900: "1137B06SIM900M64_ST_ENHANCE", sim800: "1418B05SIM800M32" };
const RELEASES = { sim900: "SIM900 R11.0", sim800: "SIM800 R14.18" };

/** A line of text and OK, as AT+GMM and as AT+CGMM. */
function identity(names: readonly string[], text: (session: Session) => string): Command[] {
	return names.map(name => ({ name, run: call => answer(call, text(call.session)), test: "" }));
}

export const IDENTITY_COMMANDS: readonly Command[] = [
	{ name: "I", run: call => answer(call, RELEASES[call.session.world.model]) },
	...identity(["+GMI", "+CGMI"], () => "SIMCOM_Ltd"),
	...identity(["+GMM", "+CGMM"], ({ world }) => NAMES[world.model]),
	...identity(["+GMR", "+CGMR"], ({ world }) => `Revision:${FIRMWARE[world.model]}`),
	...identity(["+GSN", "+CGSN"], ({ imei }) => imei),
	...identity(["+GOI"], ({ world }) => NAMES[world.model].slice("SIMCOM_".length)),
	{
		name: "+GSV",
		run: call => {
			const { model } = call.session.world;
			answer(call, "SIMCOM_Ltd", NAMES[model], `Revision: ${FIRMWARE[model]}`);
		},
	},
];

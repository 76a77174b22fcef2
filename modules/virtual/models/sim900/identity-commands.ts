/* Who the modem is. */
import { answer, type Command } from "../../at/command.js";
import type { Session } from "../../session.js";

export interface Identity {
	readonly name: string;
	readonly release: string;
	readonly firmware: string;
}

/** A line of text and OK, as AT+GMM and as AT+CGMM. */
function line(names: readonly string[], text: (session: Session) => string): Command[] {
	return names.map(name => ({ name, run: call => answer(call, text(call.session)), test: "" }));
}

export function identityCommands({ name, release, firmware }: Identity): readonly Command[] {
	return [
		{ name: "I", run: call => answer(call, release) },
		...line(["+GMI", "+CGMI"], () => "SIMCOM_Ltd"),
		...line(["+GMM", "+CGMM"], () => `SIMCOM_${name}`),
		...line(["+GMR", "+CGMR"], () => `Revision:${firmware}`),
		...line(["+GSN", "+CGSN"], ({ imei }) => imei),
		...line(["+GOI"], () => name),
		{ name: "+GSV", run: call => answer(call, "SIMCOM_Ltd", `SIMCOM_${name}`, `Revision: ${firmware}`) },
	];
}

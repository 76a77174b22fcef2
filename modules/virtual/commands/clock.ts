/* Date and time: AT+CCLK. */
import type { Call } from "../at/call.js";
import { answer, type Command, inert } from "../at/command.js";

function setClock(call: Call): void {
	if (call.session.calendar.setText(call.text(0) ?? "")) call.ok();
	else call.fail();
}

export const CLOCK_COMMANDS: readonly Command[] = [
	{ name: "+CCLK", read: call => answer(call, `+CCLK: "${call.session.calendar.text}"`), set: setClock, test: "" },
	inert("+CTZU", [0, 1], 0),
];

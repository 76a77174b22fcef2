/* Why the network has refused: the number that an error carries, or what the modem answers when it is asked for it. */

import { Refusal } from "../at/command.js";
import { numberOf, paramsOf } from "../at/params.js";
import { causeOfCme } from "./causes.js";
import { LAST_ERROR } from "./commands.js";
import type { Script } from "./script.js";

/** TS 27.007 9.2: +CME ERROR tells a reject cause as 100 + cause. */
const CME_CAUSE = 100;

/** `reason` if there is a cause behind it; else the cause that AT+CEER tells, as +CME ERROR would; else `reason` again. */
export async function rejectReason(script: Script, reason?: number): Promise<number | undefined> {
	if (undefined !== causeOfCme(reason)) return reason;
	const told = await script.once(LAST_ERROR);
	if (told instanceof Refusal) return reason;
	for (const field of paramsOf(told)) {
		const cause = numberOf(field);
		if (undefined !== causeOfCme(CME_CAUSE + (cause ?? 0))) return CME_CAUSE + cause!;
	}
	return reason;
}

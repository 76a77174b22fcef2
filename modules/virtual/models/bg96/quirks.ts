/* What of the Quectel modules' behaviour is in doubt, or differs from firmware to firmware. */
import type { Session } from "../../session.js";
import { choice, flag, type ValuesOf } from "../quirks.js";

export const QI_QUIRKS = {
	urcPort: choice(["uart1", "usbat"], "where URCs go until AT+QURCCFG says otherwise, which is kept: with usbat, not here"),
	cmee: choice([0, 1, 2], "AT+CMEE at the start"),
	connectedState: choice([2, 3], "the state of a connected socket in AT+QISTATE"),
	failedOpenKeepsId: flag(true, "an AT+QIOPEN that failed keeps its id until AT+QICLOSE"),
	secondQiact: choice(["error", "ok"], "AT+QIACT of a context that is up"),
	readableAfterClose: flag(true, "what has come before the peer's close can be read behind it"),
	closeTimeoutZero: flag(true, "AT+QICLOSE takes a timeout of 0: at once"),
	errorBlank: flag(true, "a blank behind the comma of +QIGETERROR"),
	lossTold: flag(true, "the loss of a context is told: pdpdeact"),
	cgactHangs: flag(false, "AT+CGACT is never answered, as in firmware R02A07"),
	cgregFollows: flag(true, "AT+CGREG says the same as AT+CEREG, or always 4"),
	farewellLineEnd: flag(true, "a line end behind POWERED DOWN"),
} as const;

export type QiQuirks = ValuesOf<typeof QI_QUIRKS>;

/** For the commands of this family: no other one has these. */
export function quirksOf(session: Session): QiQuirks {
	return session.world.quirks as unknown as QiQuirks;
}

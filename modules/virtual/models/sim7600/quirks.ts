/* What of the NETOPEN family's behaviour is in doubt, or differs from firmware to firmware. */
import type { Session } from "../../session.js";
import { choice, flag, type ValuesOf } from "../quirks.js";

export const NET_QUIRKS = {
	rdy: flag(true, "RDY is the first line after power-on"),
	smsDone: flag(true, "SMS DONE is said; variants without short messages never do"),
	netopen: choice(["ok", "error"], "AT+NETOPEN works, or is a bare ERROR as in firmware LE20B05SIM7600G22"),
	netopenRead: choice(["state", "state,mode"], "AT+NETOPEN? says +NETOPEN: 1, or +NETOPEN: 1,0"),
	netopenAfterLoss: choice(["closed", "open"], "the network is closed when the bearer is lost, or only after AT+NETCLOSE"),
	imsContext: flag(false, 'contexts "ims" and "sos" are there, and AT+NETOPEN fails until context 2 is removed'),
	cgactRefused: flag(false, "AT+CGACT=1 is refused with cause #33, though AT+NETOPEN works"),
	authOrder: choice(["password,user", "user,password"], "the order in which AT+CGAUTH takes them"),
	ipaddrDown: choice(["+IP ERROR", "+IPADDR"], "what AT+IPADDR begins with before the ERROR when the network is closed"),
	promptBlank: flag(false, "a blank behind the prompt"),
	dataEcho: flag(false, 'data behind the prompt comes back even with ATE0, until AT+CIPCFG="DATAECHO",OFF'),
	busyUntilSent: flag(false, "nothing is heard between the OK of AT+CIPSEND and +CIPSEND:"),
	udpOkFirst: flag(false, "the OK of a UDP AT+CIPOPEN and AT+CIPCLOSE comes before the result"),
	dataBehindHeader: flag(false, "no line end between the header of AT+CIPRXGET=2 and the data"),
	readableAfterClose: flag(true, "what has come before the peer's close can be read behind it"),
	ipcloseColon: flag(true, "+IPCLOSE: 0,1, or +IPCLOSE 0,1"),
	serverStopOkFirst: flag(false, "the OK of AT+SERVERSTOP comes before the result"),
	iccidPrefix: flag(true, "AT+CICCID says +ICCID: before the number"),
	cgregFollows: flag(true, "AT+CGREG says the same as AT+CEREG, or always 4"),
} as const;

export type NetQuirks = ValuesOf<typeof NET_QUIRKS>;

/** For the commands of this family: no other one has these. */
export function quirksOf(session: Session): NetQuirks {
	return session.world.quirks as unknown as NetQuirks;
}

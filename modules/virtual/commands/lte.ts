/* What LTE modems know of 27.007 beyond GSM: AT+CEREG, the addresses of contexts, and their events. */
import type { Call } from "../at/call.js";
import { answer, type Command } from "../at/command.js";
import { apnOf, reports } from "./network.js";

/** AT+CGPADDR[=cid]: a context that is not up has no line. */
function addresses(call: Call): void {
	const wanted = call.optional(0, 1, 16, 0);
	if (undefined === wanted) return call.fail();
	const ids = 0 === wanted ? Array.from({ length: 16 }, (_, index) => index + 1) : [wanted];
	const known = ids.map(id => [id, call.session.packetData.address(`cgact${id}`)] as const);
	const lines = known.filter(([, address]) => undefined !== address).map(([id, address]) => `+CGPADDR: ${id},${address}`);
	if (0 === lines.length) call.ok();
	else answer(call, ...lines);
}

export const LTE_COMMANDS: readonly Command[] = [
	reports("+CEREG", "epsReports", ({ registration }) => registration.gprsStat),
	{ name: "+CGPADDR", run: addresses, set: addresses, test: "" },
	{
		name: "+CGCONTRDP",
		run: call => {
			const address = call.session.packetData.address("cgact1");
			if (undefined === address) call.ok();
			else answer(call, `+CGCONTRDP: 1,5,"${apnOf(call.session, 1)}","${address}"`);
		},
	},
	{
		name: "+CGEREP",
		read: call => answer(call, `+CGEREP: ${call.session.eventReports},0`),
		set: call => {
			const mode = call.number(0, 0, 2);
			if (undefined === mode) return call.fail();
			call.session.eventReports = mode;
			call.ok();
		},
		test: "(0-2),(0-1)",
	},
];

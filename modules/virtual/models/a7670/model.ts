/* A7670 (LTE Cat 1): a SIM7600 by its commands, with another chip behind them. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert } from "../../at/command.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { withDefaults } from "../quirks.js";
import { NETOPEN_COMMANDS, SIM7600 } from "../sim7600/model.js";
import { Net, netOf } from "../sim7600/net.js";
import { NET_QUIRKS } from "../sim7600/quirks.js";
import { systemCommands } from "../sim7600/system-commands.js";

/** AT+CIPCFG="DATAECHO",ON|OFF: whether data behind the prompt comes back. */
function configure(call: Call): void {
	const value = call.text(1)?.toUpperCase();
	if ("DATAECHO" !== call.text(0)?.toUpperCase() || ("ON" !== value && "OFF" !== value)) return call.fail();
	netOf(call.session).settings.dataEcho = "ON" === value;
	call.ok();
}

const OWN_COMMANDS: readonly Command[] = [
	{
		name: "+CIPCFG",
		read: call => answer(call, `+CIPCFG: "DATAECHO",${netOf(call.session).settings.dataEcho ? "ON" : "OFF"}`),
		set: configure,
	},
	inert("+CNMP", [2, 38], 2),
];

export const A7670: ModelSpec = {
	...SIM7600,
	name: "a7670",
	timing: {
		...SIM7600.timing,
		keyOnMs: 50,
		statusOnMs: 11_100,
		statusLagMs: 100,
		statusOffMs: 2000,
		statusOffLagMs: 0,
		restMs: 2000,
		restartMs: 11_100,
		readyMs: 500,
	},
	quirks: withDefaults(NET_QUIRKS, { dataEcho: true, rdy: false }),
	boot: {
		...SIM7600.boot,
		ready: ({ quirks }) => [...(quirks.rdy ? ["RDY"] : []), "*ATREADY: 1", '*ISIMAID: "A0000000871004FFFFFFFF8906190000"'],
		services: (_woken, { operator }, { smsDone }) => [
			...(smsDone ? ["SMS DONE"] : []),
			...[`*COPN:0,"${operator}"`, `*COPN:1,"${operator}"`, "PB DONE"],
		],
		deaf: true,
	},
	network: { ...SIM7600.network, attached: "+CGEV: EPS PDN ACT 1", detached: "+CGEV: NW DETACH" },
	commands: commandsOf(
		NETOPEN_COMMANDS,
		systemCommands({
			manufacturer: "INCORPORATED",
			model: "A7670E-FASE",
			revision: ["A011B09A7670M7_F", "A7670M7_B09V01_250619"],
			...{ capabilities: "+CGSM,+FCLASS,+DS", blank: "" },
		}),
		OWN_COMMANDS,
	),
	createIp: session => new Net(session, { links: 10, addresses: 3, noData: 22, datagrams: true }),
};

/* SIM7600 (LTE Cat 4), and what its successors have of it. */
import type { Command } from "../../at/command.js";
import { SHARED_COMMANDS } from "../../commands/index.js";
import { LTE_COMMANDS } from "../../commands/lte.js";
import { activateContexts } from "../../commands/network.js";
import { LTE_LINES, LTE_NETWORK, LTE_RADIO, LTE_RATES, LTE_TCP, LTE_TIMING } from "../lte.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { LINK_COMMANDS } from "./link-commands.js";
import { Net } from "./net.js";
import { NET_COMMANDS } from "./network-commands.js";
import { NET_QUIRKS, quirksOf } from "./quirks.js";
import { refuseActivation, systemCommands } from "./system-commands.js";

/** What the whole family knows. */
export const NETOPEN_COMMANDS: readonly Command[] = [
	...SHARED_COMMANDS,
	...LTE_COMMANDS,
	...NET_COMMANDS,
	...LINK_COMMANDS,
	{
		...SHARED_COMMANDS.find(({ name }) => "+CGACT" === name)!,
		set: call => (quirksOf(call.session).cgactRefused && 1 === call.number(0, 0, 1) ? refuseActivation : activateContexts)(call),
	},
];

export const SIM7600: ModelSpec = {
	name: "sim7600",
	timing: {
		...LTE_TIMING,
		keyOnMs: 100,
		keyOffMs: 2500,
		statusOnMs: 11_500,
		statusLagMs: 1500,
		statusOffMs: 14_500,
		statusOffLagMs: 11_000,
		restartMs: 12_000,
		unacknowledgedMs: 20_000,
	},
	radio: LTE_RADIO,
	tcp: LTE_TCP,
	quirks: NET_QUIRKS,
	port: { rates: LTE_RATES, keepsRate: "never", toolSync: false, resyncs: false },
	lines: LTE_LINES,
	key: { startsAt: "press", tooLong: "ignored" },
	boot: {
		ready: ({ quirks }) => (quirks.rdy ? ["RDY"] : []),
		absent: () => ["+CPIN: SIM REMOVED"],
		services: (_woken, _radio, { smsDone }) => [...(smsDone ? ["SMS DONE"] : []), "PB DONE"],
		restartOk: "first",
	},
	network: {
		...LTE_NETWORK,
		apns: ({ imsContext }) => (imsContext ? ["", "ims", "sos"] : [""]),
	},
	functionality: { values: [0, 1, 4, 5, 6, 7], stored: false, throughFull: false, restartSays: false },
	warnsOfSupply: true,
	farewell: undefined,
	emptyMessage: "error",
	firstMessage: 0,
	commands: commandsOf(
		NETOPEN_COMMANDS,
		systemCommands({
			manufacturer: "SIMCOM INCORPORATED",
			model: "SIMCOM_SIM7600G-H",
			revision: ["LE20B03SIM7600M22"],
			...{ capabilities: "+CGSM", blank: " " },
		}),
	),
	timeLines: () => [],
	createIp: session => new Net(session, { links: 10, addresses: 1, noData: 21, datagrams: false }),
};

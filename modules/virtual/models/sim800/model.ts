/* SIM800: a SIM900 with other times, fewer slots and a blank behind more colons. */
import { inert } from "../../at/command.js";
import { readCard } from "../../commands/sim.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { identityCommands } from "../sim900/identity-commands.js";
import { Ip } from "../sim900/ip.js";
import { CIP_COMMANDS, SIM900 } from "../sim900/model.js";
import { timeLines } from "../sim900/network-time.js";
import { flagOf } from "../sim900/setting.js";

export const SIM800: ModelSpec = {
	...SIM900,
	name: "sim800",
	timing: {
		...SIM900.timing,
		keyOnMs: 1200,
		keyOffMs: 1500,
		keyOffMaxMs: 33_000,
		statusOnMs: 200,
		toolSyncMs: 20,
		statusOffMs: 2000,
	},
	port: { rates: [...SIM900.port.rates, 230_400, 460_800], keepsRate: "profile", toolSync: true, resyncs: false },
	lines: { ...SIM900.lines, countsPrefix: false, semicolonAfterBasic: true, echoesLineFeed: false },
	key: { startsAt: "press", tooLong: "restarts" },
	boot: {
		...SIM900.boot,
		services: woken => (woken ? ["SMS Ready", "Call Ready"] : ["Call Ready", "SMS Ready"]),
		restartOk: "first",
	},
	emptyMessage: "ok",
	commands: commandsOf(
		CIP_COMMANDS,
		identityCommands({ name: "SIM800", release: "SIM800 R14.18", firmware: "1418B05SIM800M32" }),
		[
			inert("+CNTPCID", [1, 3], 1),
			inert("+CIPSGTXT", [0, 1], 0),
			flagOf("+CIPSSL", "tls"),
			{ name: "+ICCID", run: call => readCard(call, ({ sim }) => `+ICCID: ${sim.card.iccid}`), test: "" },
		],
	),
	timeLines: radio => [...timeLines(radio), `+CIEV: 10,"${radio.operatorCode}","${radio.operator}","${radio.operator}", 0, 0`],
	createIp: session => new Ip(session, { slots: 6, addresses: 2, nameUnknown: 8, blank: " ", from: "header" }),
};

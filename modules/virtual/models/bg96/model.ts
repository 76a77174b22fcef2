/* BG96 (LTE Cat M1), and what the other Quectel modules have of it. */
import type { Command } from "../../at/command.js";
import { SHARED_COMMANDS } from "../../commands/index.js";
import { LTE_COMMANDS } from "../../commands/lte.js";
import { LTE_LINES, LTE_NETWORK, LTE_RADIO, LTE_RATES, LTE_TCP, LTE_TIMING } from "../lte.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { CONTEXT_COMMANDS } from "./context-commands.js";
import { Qi } from "./qi.js";
import { QI_QUIRKS } from "./quirks.js";
import { SOCKET_COMMANDS } from "./socket-commands.js";
import { systemCommands } from "./system-commands.js";

/** What the whole family knows. */
export const QI_COMMANDS: readonly Command[] = [...SHARED_COMMANDS, ...LTE_COMMANDS, ...CONTEXT_COMMANDS, ...SOCKET_COMMANDS];

export const BG96: ModelSpec = {
	name: "bg96",
	timing: {
		...LTE_TIMING,
		keyOnMs: 500,
		keyOffMs: 650,
		statusOnMs: 4900,
		farewellMs: 1500,
		statusOffMs: 2000,
		restartMs: 5800,
		simUnseenMs: 400,
		unansweredMs: 150_000,
		unacknowledgedMs: 120_000,
	},
	radio: LTE_RADIO,
	tcp: { ...LTE_TCP, pieceBytes: 1460 },
	quirks: QI_QUIRKS,
	port: { rates: LTE_RATES, keepsRate: "profile", toolSync: false, resyncs: false },
	lines: LTE_LINES,
	key: { startsAt: "press", tooLong: "ignored" },
	boot: {
		ready: () => ["RDY", "APP RDY"],
		absent: () => [],
		services: () => [],
		restartOk: "first",
	},
	network: LTE_NETWORK,
	functionality: { values: [0, 1, 4], stored: false, throughFull: false, restartSays: true },
	warnsOfSupply: false,
	farewell: "POWERED DOWN",
	emptyMessage: "ok",
	firstMessage: 0,
	commands: commandsOf(QI_COMMANDS, systemCommands("BG96", "BG96MAR02A07M1G")),
	timeLines: () => [],
	createIp: session => new Qi(session),
};

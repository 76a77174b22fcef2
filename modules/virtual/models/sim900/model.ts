/* SIM900. */
import { inert } from "../../at/command.js";
import { SHARED_COMMANDS } from "../../commands/index.js";
import { SEGMENT_BYTES } from "../../ip/stream.js";
import { TIMING } from "../../power/timing.js";
import { commandsOf, type ModelSpec } from "../model.js";
import { BEARER_COMMANDS } from "./bearer-commands.js";
import { CONNECTION_COMMANDS } from "./connection-commands.js";
import { HTTP_COMMANDS } from "./http-commands.js";
import { identityCommands } from "./identity-commands.js";
import { Ip } from "./ip.js";
import { timeLines } from "./network-time.js";
import { RECEIVE_COMMANDS } from "./receive-commands.js";
import { SYSTEM_COMMANDS } from "./system-commands.js";
import { TIME_COMMANDS } from "./time-commands.js";
import { TRANSPORT_COMMANDS } from "./transport-commands.js";

/** What a SIM800 knows as well. */
export const CIP_COMMANDS = [
	...SHARED_COMMANDS,
	...SYSTEM_COMMANDS,
	...TIME_COMMANDS,
	...BEARER_COMMANDS,
	...CONNECTION_COMMANDS,
	...RECEIVE_COMMANDS,
	...TRANSPORT_COMMANDS,
	...HTTP_COMMANDS,
];

const PIECE_BYTES = 1380;
const RATES = [0, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

export const SIM900: ModelSpec = {
	name: "sim900",
	timing: TIMING,
	radio: {},
	tcp: { pieceBytes: PIECE_BYTES, sendBufferBytes: 4 * PIECE_BYTES, receiveWindowBytes: 4 * SEGMENT_BYTES },
	quirks: {},
	port: { rates: RATES, keepsRate: "modem", toolSync: true, resyncs: true },
	lines: {
		longest: 556,
		countsPrefix: true,
		prefixes: ["AT", "At", "at"],
		semicolonAfterBasic: false,
		echoesLineFeed: true,
	},
	key: { startsAt: "release", tooLong: "ignored" },
	boot: {
		ready: ({ functionality, inserted }) => ["RDY", ...(inserted ? [`+CFUN: ${functionality}`] : [])],
		absent: ({ functionality }, booting) => ["+CPIN: NOT INSERTED", ...(booting ? [`+CFUN: ${functionality}`] : [])],
		services: () => ["Call Ready"],
		restartOk: "last",
	},
	network: {
		technology: undefined,
		noSignal: "0,0",
		errorRate: 0,
		contexts: 3,
		apns: () => [],
		contextText: (id, type, apn) => `${id},"${type}","${apn}","0.0.0.0",0,0`,
	},
	functionality: { values: [0, 1, 4], stored: true, throughFull: true, restartSays: false },
	warnsOfSupply: true,
	farewell: "NORMAL POWER DOWN",
	emptyMessage: "error",
	firstMessage: 1,
	commands: commandsOf(
		CIP_COMMANDS,
		identityCommands({ name: "SIM900", release: "SIM900 R11.0", firmware: "1137B06SIM900M64_ST_ENHANCE" }),
		[inert("+CIPQRCLOSE", [0, 1], 0)],
	),
	timeLines,
	createIp: session => new Ip(session, { slots: 8, addresses: 1, nameUnknown: 10, blank: "", from: "line" }),
};

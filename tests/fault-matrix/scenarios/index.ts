/* All scenarios, by name. */
import { PIN, type StageOptions } from "../stage.js";
import { Conversations, type Destination } from "./conversations.js";
import { Datagrams } from "./datagrams.js";
import { Listening } from "./listening.js";
import { Loop } from "./loop.js";
import type { Scenario } from "./scenario.js";
import { Names, Sockets } from "./sockets.js";

/** Connections of a SIM900 at once. */
const SLOTS = 8;
const SIM800_SLOTS = 6;
/** One server stays open, the other one closes behind its answer. */
const STAYS: Destination = { host: "192.0.2.1", port: 1_000, ends: false };
const ENDS: Destination = { host: "192.0.2.2", port: 2_000, ends: true };

const OFF: StageOptions = {};
const LOCKED: StageOptions = { board: { sim: { pin: PIN } }, modem: { pin: PIN } };
const AUTOBAUD: StageOptions = { ...LOCKED, board: { ...LOCKED.board, baud: 0, hostBaud: 57_600 }, wired: { status: false } };
const ON: StageOptions = { board: { on: true } };
const PUSHING: StageOptions = { board: { on: true, baud: 9_600, hostBaud: 9_600 }, pushes: true };

const multiplex = (stage: StageOptions): StageOptions => ({ ...stage, modem: { ...stage.modem, multiplex: true } });

export const SCENARIOS: readonly Scenario[] = [
	{
		name: "single",
		what: "power key, PIN, one connection at a time, two messages over each",
		stage: LOCKED,
		cycles: 2,
		application: stage => new Conversations(stage, [STAYS, ENDS], { rounds: 2 }),
	},
	{
		name: "bring-up",
		what: "power key, PIN, autobaud (no boot lines), no STATUS pin",
		stage: AUTOBAUD,
		cycles: 1,
		application: stage => new Conversations(stage, [STAYS]),
	},
	{
		name: "multi-open",
		what: "several connections at once, both servers stay open",
		stage: multiplex(ON),
		cycles: 3,
		slots: SLOTS,
		application: stage => new Conversations(stage, [STAYS, { ...ENDS, ends: false }], { together: true }),
	},
	{
		name: "sim800",
		what: "power key, PIN, several connections of a SIM800, one server closes first",
		stage: multiplex({ ...LOCKED, board: { ...LOCKED.board, model: "sim800" } }),
		cycles: 2,
		slots: SIM800_SLOTS,
		application: stage => new Conversations(stage, [STAYS, ENDS], { together: true }),
	},
	{
		name: "multi-closing",
		what: "several connections at once, both servers close first",
		stage: multiplex(ON),
		cycles: 3,
		slots: SLOTS,
		application: stage => new Conversations(stage, [{ ...STAYS, ends: true }, ENDS], { together: true }),
	},
	{
		name: "loop",
		what: "power key, PIN, the loop of main.ts, one connection at a time",
		stage: LOCKED,
		cycles: 3,
		application: stage => new Loop(stage, [STAYS, ENDS], "single"),
	},
	{
		name: "loop-multi",
		what: "power key, the loop of main.ts, connections at once",
		stage: multiplex(OFF),
		cycles: 3,
		slots: SLOTS,
		application: stage => new Loop(stage, [STAYS, ENDS], "multi"),
	},
	{
		name: "sockets",
		what: "TCP sockets by events, under a network interface",
		stage: multiplex(ON),
		cycles: 3,
		slots: SLOTS,
		application: stage => new Sockets(stage),
	},
	{
		name: "listener",
		what: "clients of the modem's server",
		stage: multiplex(ON),
		cycles: 3,
		application: stage => new Listening(stage),
	},
	{
		name: "udp",
		what: "datagrams",
		stage: multiplex(ON),
		cycles: 3,
		application: stage => new Datagrams(stage),
	},
	{
		name: "dns",
		what: "names, each a new one, and a connection to each address",
		stage: multiplex(ON),
		cycles: 3,
		application: stage => new Names(stage),
	},
	{
		name: "pushing",
		what: "firmware that pushes what comes, at 9600 baud",
		stage: multiplex(PUSHING),
		cycles: 2,
		application: stage => new Conversations(stage, [STAYS, ENDS], { together: true }),
	},
];

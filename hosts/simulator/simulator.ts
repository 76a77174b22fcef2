/*
 * The host in the Moddable simulator: the virtual modem beside the firmware in one XS machine, its network the sockets of
 * the computer, events on the debugger's console.
 *
 * Without configured destinations an echo server of its own is the peer, so that a first run needs nothing else.
 */
import config from "mc/config";
import { VirtualBoard } from "uplink/virtual/board";
import type { Clock } from "../../modules/core/clock.js";
import type { PinMemory } from "../../modules/modem/sim.js";
import type { Model } from "../../modules/virtual/options.js";
import type { Board, Host } from "../host.js";
import { createClock } from "../moddable/clock.js";
import { Log } from "../moddable/log.js";
import { type Config, flag, number, oneOf, readSettings, text } from "../moddable/settings.js";
import { startEchoServer } from "./echo.js";
import { LoopbackNetwork, readPorts } from "./loopback.js";
import { SocketNetwork } from "./network.js";

const DEFAULT_BAUD = 115200;
/** The computer's pauses are none of the modem's: it and the firmware stand still together. */
const LONGEST_LATE_MS = 20;

interface SimulatorBoard extends Board {
	readonly log: Log;
}

/** @throws {Error} a value of the manifest's config is wrong */
export function createHost(): Host {
	const board = createBoard();
	return {
		...board,
		settings: readSettings({ ...config, destinations: config["destinations"] ?? ownDestinations(board, config) }),
	};
}

/** @throws {Error} a value of the manifest's config is wrong */
export function createBoard(): SimulatorBoard {
	const clock = createClock(number(config, "speed", 1) ?? 1, LONGEST_LATE_MS);
	const log = new Log(clock);
	const { powerKey, serial, status } = createModem(clock, config);
	return {
		clock,
		log,
		serial,
		powerKey,
		status,
		pinMemory: createPinMemory(),
		onEvent: log.onEvent,
		onTrace: flag(config, "trace") ? log.onTrace : undefined,
	};
}

function createModem(clock: Clock, config: Config): VirtualBoard {
	const simPin = text(config, "simPin");
	const loopback = text(config, "loopback");
	return new VirtualBoard({
		clock,
		network: undefined === loopback ? new SocketNetwork(clock) : new LoopbackNetwork(clock, readPorts(loopback)),
		model: oneOf<Model>(config, "model", ["sim900", "sim800"], "sim900"),
		hostBaud: number(config, "baud", 1) ?? DEFAULT_BAUD,
		...(undefined === simPin ? {} : { sim: { pin: simPin } }),
	});
}

/** The echo server once, or twice at once to show several connections. */
function ownDestinations({ clock, log }: SimulatorBoard, config: Config): readonly string[] {
	const { port } = startEchoServer(clock, line => log.line(line));
	const destination = `tcp://127.0.0.1:${port}`;
	return "multi" === config["mode"] ? [destination, destination] : [destination];
}

/** As long as the simulator runs: its SIM is a new one each time. */
function createPinMemory(): PinMemory {
	let remembered: string | undefined;
	return {
		read: () => remembered,
		write(text) {
			remembered = text;
		},
	};
}

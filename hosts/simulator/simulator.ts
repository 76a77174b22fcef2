/*
 * The host in the Moddable simulator: the virtual modem beside the firmware in one XS machine, its network the sockets of
 * the computer, events on the debugger's console.
 *
 * Without configured destinations an echo server of its own is the peer, so that a first run needs nothing else.
 */
import config from "mc/config";
import type { Clock } from "../../modules/core/clock.js";
import type { PinMemory } from "../../modules/modem/sim.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import type { Model } from "../../modules/virtual/options.js";
import type { Host } from "../host.js";
import { createClock } from "../moddable/clock.js";
import { Log } from "../moddable/log.js";
import { type Config, flag, number, oneOf, readSettings, text } from "../moddable/settings.js";
import { startEchoServer } from "./echo.js";
import { SocketNetwork } from "./network.js";

const DEFAULT_BAUD = 115200;

/** @throws {Error} a value of the manifest's config is wrong */
export function createHost(): Host {
	const clock = createClock(number(config, "speed", 1) ?? 1);
	const log = new Log(clock);
	const board = createBoard(clock, config);
	return {
		clock,
		serial: board.serial,
		powerKey: board.powerKey,
		status: board.status,
		pinMemory: createPinMemory(),
		settings: readSettings({ ...config, destinations: config["destinations"] ?? ownDestinations(clock, log, config) }),
		onEvent: log.onEvent,
		onTrace: flag(config, "trace") ? log.onTrace : undefined,
	};
}

function createBoard(clock: Clock, config: Config): VirtualBoard {
	const simPin = text(config, "simPin");
	return new VirtualBoard({
		clock,
		network: new SocketNetwork(clock),
		model: oneOf<Model>(config, "model", ["sim900", "sim800"], "sim900"),
		hostBaud: number(config, "baud", 1) ?? DEFAULT_BAUD,
		...(undefined === simPin ? {} : { sim: { pin: simPin } }),
	});
}

/** The echo server once, or twice at once to show several connections. */
function ownDestinations(clock: Clock, log: Log, config: Config): readonly string[] {
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

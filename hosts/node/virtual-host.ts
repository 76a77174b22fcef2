/*
 * A host with a virtual modem on its board, for any clock and any network: imports nothing of Node, so that specs can
 * build one on XS as well.
 */
import type { Clock } from "../../modules/core/clock.js";
import type { UplinkEvent } from "../../modules/delivery/events.js";
import type { ModemEvent } from "../../modules/modem/events.js";
import { VirtualBoard, type VirtualBoardOptions } from "../../modules/virtual/board.js";
import type { VirtualModem } from "../../modules/virtual/modem.js";
import type { Host, Settings } from "../host.js";

export interface VirtualHostOptions extends VirtualBoardOptions {
	/** What is not given is as in `DEFAULT_SETTINGS`. */
	readonly settings: Partial<Settings> & Pick<Settings, "destinations">;
	onEvent?(event: ModemEvent | UplinkEvent): void;
	readonly onTrace?: Host["onTrace"];
	readonly pinMemory?: Host["pinMemory"];
}

export interface VirtualHost {
	readonly host: Host;
	readonly modem: VirtualModem;
	readonly board: VirtualBoard;
	/** Leaves no timer, socket or callback of the modem behind. */
	close(): void;
}

export const DEFAULT_SETTINGS: Omit<Settings, "destinations"> = {
	mode: "single",
	apn: "internet",
	user: "",
	password: "",
	pin: undefined,
	message: "message {cycle}",
	cycles: 3,
	intervalMs: 1000,
	answerTimeoutMs: 10_000,
	keepBearer: true,
	failureLimit: undefined,
};

export function virtualHost(options: VirtualHostOptions): VirtualHost {
	const { settings, onEvent, onTrace, pinMemory, ...rest } = options;
	const board = new VirtualBoard(rest);
	const clock: Clock = options.clock;
	const host: Host = {
		clock,
		serial: board.serial,
		powerKey: board.powerKey,
		status: board.status,
		pinMemory,
		settings: { ...DEFAULT_SETTINGS, ...settings },
		onEvent: event => onEvent?.(event),
		onTrace,
	};
	return { host, board, modem: board.modem, close: () => board.close() };
}

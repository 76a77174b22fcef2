/* The modem of a run, virtual or on a serial device, as a host for the firmware. */

import { fileURLToPath } from "node:url";
import type { Host, Settings } from "../../hosts/host.js";
import { NodeNetwork } from "../../hosts/node/network.js";
import { fileMemory } from "../../hosts/node/pin-memory.js";
import type { RealClock } from "../../hosts/node/real-clock.js";
import { SerialDevice } from "../../hosts/node/serial-port.js";
import { virtualHost } from "../../hosts/node/virtual-host.js";
import type { VirtualModem } from "../../modules/virtual/modem.js";
import { Failure } from "../command/errors.js";
import type { StartOptions } from "./options.js";
import { serialPortsHere } from "./ports.js";

/** The PIN of the virtual SIM, when the firmware is given one. */
const SIM_PIN = "1234";
/** What a desk computer holds while JavaScript is away. */
const RECEIVE_BYTES = 4096;
const REFUSED_PIN = fileURLToPath(new URL("../../build/refused-pin", import.meta.url));

export interface RunHost {
	readonly host: Host;
	/** Undefined: a real one. */
	readonly modem: VirtualModem | undefined;
	close(): unknown;
}

export interface RunHostOptions {
	readonly options: StartOptions;
	readonly clock: RealClock;
	readonly settings: Settings;
	readonly onEvent: Host["onEvent"];
	readonly onTrace: Host["onTrace"];
	onStatus(level: 0 | 1): void;
	/** The serial device went away. */
	onGone(error: Error): void;
}

/** @throws {Error} the serial device can't be opened */
export function openHost(run: RunHostOptions): Promise<RunHost> | RunHost {
	return undefined === run.options.serial ? virtual(run) : real(run, run.options.serial);
}

function virtual({ options, clock, settings, onEvent, onTrace, onStatus }: RunHostOptions): RunHost {
	const { host, modem, close } = virtualHost({
		clock,
		network: new NodeNetwork(),
		settings,
		seed: options.seed,
		faults: options.faults,
		baud: options.baud,
		hostBaud: options.baud,
		receiveBuffer: RECEIVE_BYTES,
		sim: { pin: undefined === options.pin ? undefined : SIM_PIN },
		onEvent,
		onTrace,
	});
	const { io: Pin, pin } = host.status!;
	const status = new Pin({
		pin,
		mode: Pin.Input,
		edge: Pin.Rising | Pin.Falling,
		onReadable: () => onStatus(status.read() ? 1 : 0),
	});
	return {
		host,
		modem,
		close() {
			status.close();
			close();
		},
	};
}

async function real({ options, clock, settings, onEvent, onTrace, onGone }: RunHostOptions, path: string): Promise<RunHost> {
	const device = await SerialDevice.open(path, options.baud, onGone).catch(async error => {
		throw new Failure(`${(error as Error).message}; ${await serialPortsHere()}`);
	});
	const { serial } = device;
	const pinMemory = fileMemory(REFUSED_PIN);
	const host: Host = { clock, serial, powerKey: undefined, status: undefined, pinMemory, settings, onEvent, onTrace };
	return { host, modem: undefined, close: () => device.close() };
}

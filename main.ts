/* The firmware. Wiring only: host, modem, connection loop. */
import { createHost } from "host";
import { ConnectionLoop } from "uplink/delivery/loop";
import { Modem } from "uplink/modem/modem";
import type { Host } from "./hosts/host.js";

export interface Firmware {
	/** Resolves when all cycles are done, or the firmware was closed. */
	readonly done: Promise<void>;
	/** Leaves no promise, timer, callback or open port behind. */
	close(): void;
}

/** @throws {TypeError | RangeError} settings that can't be used */
export function firmware(host: Host): Firmware {
	const { clock, settings } = host;
	const onEvent: Host["onEvent"] = event => host.onEvent(event);
	const modem = new Modem({
		clock,
		serial: host.serial,
		powerKey: host.powerKey,
		status: host.status,
		pin: settings.pin,
		pinMemory: host.pinMemory,
		apn: settings.apn,
		user: settings.user,
		password: settings.password,
		multiplex: "multi" === settings.mode,
		onEvent,
		onTrace: host.onTrace,
	});
	let loop: ConnectionLoop;
	try {
		loop = new ConnectionLoop({ ...settings, clock, link: modem, onEvent });
	} catch (error) {
		modem.close();
		throw error;
	}
	return {
		done: loop.run(),
		close() {
			loop.close();
			modem.close();
		},
	};
}

export default function main(): Firmware {
	return firmware(createHost());
}

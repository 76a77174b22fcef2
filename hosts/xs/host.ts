/* What main.ts imports as "host" when it is bundled for XS: the host on the other side of the boundary. */
import type { Host } from "../host.js";
import { CarriedSerial, KeyPin, StatusPin, setStatus } from "./io.js";
import { clock, post } from "./link.js";
import type { CarriedHost } from "./messages.js";

let carried: CarriedHost;
let refusedPin: string | undefined;

/** Before `createHost`. */
export function setHost(host: CarriedHost): void {
	carried = host;
	refusedPin = host.refusedPin;
	setStatus(host.statusLevel);
}

const pinMemory: Host["pinMemory"] = {
	read: () => refusedPin,
	write(text) {
		refusedPin = text;
		post({ kind: "refused-pin", text });
	},
};

export function createHost(): Host {
	const { serial, powerKey, status, settings, hasPinMemory, trace } = carried;
	return {
		clock,
		serial: { ...serial, io: CarriedSerial },
		powerKey: powerKey && { ...powerKey, io: KeyPin, pin: "power key" },
		status: status && { ...status, io: StatusPin, pin: "status" },
		pinMemory: hasPinMemory ? pinMemory : undefined,
		settings,
		onEvent: event => post({ kind: "event", event }),
		onTrace: trace ? (direction, line) => post({ kind: "trace", direction, line }) : undefined,
	};
}

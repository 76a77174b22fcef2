/* Wiring only: host, modem, uplink. */
import { createHost } from "host";
import type { Host } from "./hosts/host.js";

export interface Firmware {
	close(): void;
}

export function firmware(host: Host): Firmware {
	host.onEvent({ kind: "searching" });
	return { close() {} };
}

export default function main(): Firmware {
	return firmware(createHost());
}

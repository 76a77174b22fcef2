/* What main.ts imports as "host" on Node: a virtual modem with real sockets, in one process and in real time. */

import type { Board, Host } from "../host.js";
import { describe } from "../report.js";
import { NodeNetwork } from "./network.js";
import { RealClock } from "./real-clock.js";
import { type VirtualHostOptions, virtualHost } from "./virtual-host.js";

/** Prints what happens, with time. The destination, if none is given, is port 8080 of this machine. */
export function createHost(options: Partial<VirtualHostOptions> = {}): Host {
	const clock = new RealClock();
	const onEvent: VirtualHostOptions["onEvent"] = event => {
		console.log(`${(clock.elapsedMs / 1000).toFixed(3).padStart(9)} s  ${describe(event)}`);
	};
	const settings = { destinations: [{ protocol: "TCP", host: "127.0.0.1", port: 8080 }] } as const;
	return virtualHost({ clock, network: new NodeNetwork(), settings, onEvent, ...options }).host;
}

/** A host has all of it. */
export const createBoard: () => Board = () => createHost();

export { virtualHost } from "./virtual-host.js";

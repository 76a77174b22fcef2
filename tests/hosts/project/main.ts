/* A project of somebody else, who includes the manifests of modules/ and uses what is in there by its public names. */
import Timer from "timer";
import type { Clock, TimerId } from "uplink/core/clock";
import { ModemError } from "uplink/core/errors";
import { ConnectionLoop } from "uplink/delivery/loop";
import { Modem } from "uplink/modem/modem";
import { VirtualBoard } from "uplink/virtual/board";

const clock: Clock = {
	nowMs: () => Date.now(),
	setTimer: (callback, delayMs) => Timer.set(callback, delayMs),
	clearTimer: (timer: TimerId) => Timer.clear(timer as Timer),
};

const network = {
	connect(): never {
		throw new Error("no network");
	},
	listen(): never {
		throw new Error("no network");
	},
	resolve(_host: string, onDone: (addresses: readonly string[]) => void): void {
		onDone([]);
	},
};

export default function main(): void {
	const { serial, powerKey, status } = new VirtualBoard({ clock, network });
	const link = new Modem({ clock, serial, powerKey, status, apn: "internet" });
	const destinations = [{ protocol: "TCP", host: "example.com", port: 7 }] as const;
	const settings = { mode: "single", message: "hello", cycles: 1, intervalMs: 0, answerTimeoutMs: 0, keepBearer: true } as const;
	const loop = new ConnectionLoop({ ...settings, destinations, failureLimit: undefined, clock, link, onEvent() {} });
	loop.run().catch(error => trace(error instanceof ModemError ? error.code : `${error}`, "\n"));
}

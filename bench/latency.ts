/* How long one connection takes to open, and 20 bytes to go there and back. */
import { HandClock } from "../hosts/node/clock.js";
import { Modem } from "../modules/modem/modem.js";
import { TCP } from "../modules/socket/tcp.js";
import { VirtualBoard } from "../modules/virtual/board.js";
import { FakeNetwork } from "../tests/virtual/network.js";
import { BAUDS, HOST, PORT } from "./goodput.js";

export interface Latency {
	readonly baud: number;
	/** From the constructor to a connection that can be written to. */
	readonly setUpMs: number;
	/** Of 20 bytes, from the write to the read of what came back. */
	readonly roundTripMs: number;
}

export async function latency(baud: number): Promise<Latency> {
	const clock = new HandClock();
	const network = new FakeNetwork(clock);
	const board = new VirtualBoard({ clock, network, on: true, baud, hostBaud: baud });
	const modem = new Modem({ clock, serial: board.serial, powerKey: board.powerKey, status: board.status, apn: "internet" });
	network.server(`${HOST}:${PORT}`, data => data);
	await clock.run(modem.up());
	const sinceMs = clock.elapsedMs;
	let openMs = 0;
	const echoed = new Promise<number>(resolve => {
		new TCP({
			link: modem,
			address: HOST,
			port: PORT,
			onWritable() {
				if (openMs > 0) return;
				openMs = clock.elapsedMs;
				this.write(new Uint8Array(20));
			},
			onReadable: () => resolve(clock.elapsedMs),
		});
	});
	const backMs = await clock.run(echoed);
	modem.close();
	board.close();
	return { baud, setUpMs: openMs - sinceMs, roundTripMs: backMs - openMs };
}

export async function latencyFigures(): Promise<Latency[]> {
	const figures: Latency[] = [];
	for (const baud of BAUDS) figures.push(await latency(baud));
	return figures;
}

/* The driver at work on XS, for measurements of memory: brought up, connected and sending, one step a call. */

import { ConnectionLoop } from "../../modules/delivery/loop.js";
import { Modem } from "../../modules/modem/modem.js";
import type { AsyncConnection } from "../../modules/modem/sockets/async-connection.js";
import { TCP } from "../../modules/socket/tcp.js";
import { answer, ScriptSerial } from "./script-modem.js";
import { TidyClock } from "./tidy-clock.js";

const PEER = { protocol: "TCP", host: "10.0.0.2", port: 7 } as const;
/** Of the ESP32, what its hardware FIFO holds. */
const RECEIVE_BUFFER_BYTES = 128;
const ANSWER_TIMEOUT_MS = 60_000;

const clock = new TidyClock();
const connections: AsyncConnection[] = [];
const sockets: TCP[] = [];
let modem: Modem;

/** Each connection has sent a message, and the peer's answer is on its way. */
function waitForAnswer(connection: AsyncConnection, bytes: number): void {
	void connection.send(new Uint8Array(bytes));
	void connection.receive(ANSWER_TIMEOUT_MS);
}

async function echoed(connection: AsyncConnection, message: Uint8Array): Promise<void> {
	await clock.run(connection.send(message));
	for (let left = message.length; left > 0; ) left -= (await clock.run(connection.receive(ANSWER_TIMEOUT_MS)))!.length;
}

export default {
	async up(): Promise<void> {
		modem = new Modem({
			clock,
			serial: { io: ScriptSerial as never, clock, baud: 115_200, receiveBuffer: RECEIVE_BUFFER_BYTES },
			apn: "internet",
			multiplex: true,
		});
		await clock.run(modem.up());
	},

	/** So many connections by promises in all. */
	async open(count: number): Promise<void> {
		while (connections.length < count) connections.push(await clock.run(modem.open(PEER)));
	},

	async openSocket(): Promise<void> {
		const opened = new Promise<void>(resolve => {
			sockets.push(
				new TCP({ link: modem, address: PEER.host, port: PEER.port, onWritable: () => resolve(), onReadable() {}, onError() {} }),
			);
		});
		await clock.run(opened);
	},

	/** One message after the other on each connection, each echoed by the peer. */
	async exchange({ bytes, times }: { bytes: number; times: number }): Promise<void> {
		const message = new Uint8Array(bytes);
		for (let time = 0; time < times; time++) for (const connection of connections) await echoed(connection, message);
	},

	/** The same with a connection of its own for each message. */
	async exchangeAndClose({ bytes, times }: { bytes: number; times: number }): Promise<void> {
		const message = new Uint8Array(bytes);
		for (let time = 0; time < times; time++) {
			const connection = await clock.run(modem.open(PEER));
			await echoed(connection, message);
			await clock.run(connection.close());
		}
	},

	/** The modem is slow to take what each connection has to send, and each waits for an answer, too. */
	async beginExchange(bytes: number): Promise<void> {
		answer("nothing");
		for (const connection of connections) waitForAnswer(connection, bytes);
		await clock.settle();
	},

	/** The loop has sent a message to each of so many destinations at once, and waits for their answers. */
	async loop(destinations: number): Promise<void> {
		answer("no data");
		let sent = 0;
		const allSent = new Promise<void>(resolve => {
			const loop = new ConnectionLoop({
				clock,
				link: modem,
				mode: "multi",
				destinations: new Array(destinations).fill(PEER),
				message: "message {cycle}",
				intervalMs: 60_000,
				answerTimeoutMs: ANSWER_TIMEOUT_MS,
				onEvent: event => {
					if ("sent" === event.kind && ++sent === destinations) resolve();
				},
			});
			void loop.run();
		});
		await clock.run(allSent);
	},
};

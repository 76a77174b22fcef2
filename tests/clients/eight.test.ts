/* Eight connections at once, each for another client; no server does anything before all of them have come. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assert } from "chai";
import type { MqttClient } from "mqtt";
import { aedes } from "./brokers.js";
import { exchange } from "./http.js";
import { assertSame, collect, LOOPBACK, Loopback, pattern, RECEIVE_BUFFERS, serve } from "./loopback.js";
import { connectOverModem, publishAll, type QoS, subscribe } from "./mqtt.js";
import { answerTo, converse, serveDatagrams } from "./udp.js";

const CONNECTIONS = 8;
const MESSAGES = 200;
const QUESTIONS = 60;
const LONG_BYTES = 50_000;
const GIVE_UP_MS = 60_000;

/** Lets everybody in when so many have come, and then whoever comes. */
class Gathering {
	#missing: number;
	#open!: () => void;
	readonly #opened = new Promise<void>(resolve => {
		this.#open = resolve;
	});

	constructor(count: number) {
		this.#missing = count;
	}

	readonly arrive = (): Promise<void> => {
		if (0 === --this.#missing) this.#open();
		return this.#opened;
	};
}

describe("clients: eight connections at once", function () {
	this.timeout(GIVE_UP_MS);
	const ends: (() => unknown)[] = [];

	afterEach(async () => {
		for (const end of ends.splice(0).reverse()) await end();
	});

	async function overHttp(loopback: Loopback, arrive: () => Promise<void>, body?: Buffer): Promise<void> {
		let received: Buffer | undefined;
		const server = createServer(async (incoming, response) => {
			await arrive();
			received = await collect(incoming);
			response.end(pattern(LONG_BYTES, 21));
		});
		await new Promise<void>(resolve => server.listen(0, LOOPBACK, resolve));
		ends.push(() => {
			server.closeAllConnections();
			server.close();
		});
		const { port } = server.address() as AddressInfo;
		const response = await exchange(loopback, {
			port,
			path: "/",
			...(body && { body, headers: { "transfer-encoding": "chunked" } }),
		});
		assertSame(await collect(response), pattern(LONG_BYTES, 21), "HTTP response");
		assertSame(received!, body ?? Buffer.alloc(0), "HTTP request");
	}

	/** Two clients, one to the other and back. */
	async function overMqtt(loopback: Loopback, arrive: () => Promise<void>): Promise<void> {
		const broker = await aedes(arrive);
		ends.push(() => broker.close());
		const clients = await Promise.all(["first", "second"].map(name => connectOverModem(loopback, broker.port, name)));
		ends.push(() => clients.map(client => client.end(true)));
		const send = async (from: MqttClient, to: MqttClient, qos: QoS) => {
			const { numbers } = await subscribe(to, `with/${qos}`, qos);
			await publishAll(from, `with/${qos}`, qos, MESSAGES);
			const expected = Array.from({ length: MESSAGES }, (_, number) => number);
			assert.deepEqual(await numbers, expected);
		};
		const [first, second] = clients as [MqttClient, MqttClient];
		await Promise.all([send(first, second, 1), send(second, first, 2)]);
	}

	async function overEcho(loopback: Loopback, arrive: () => Promise<void>, seed: number): Promise<void> {
		const server = await serve(async socket => {
			await arrive();
			socket.pipe(socket);
		});
		ends.push(() => server.close());
		const stream = loopback.stream(server.port);
		const data = pattern(30_000, seed);
		stream.write(data);
		assertSame(await collect(stream, data.length), data, `echo ${seed}`);
	}

	async function overUdp(loopback: Loopback, arrive: () => Promise<void>): Promise<void> {
		const server = await serveDatagrams(arrive);
		ends.push(() => server.close());
		const questions = Array.from({ length: QUESTIONS }, (_, number) => pattern(1 + number * 23, number + 1));
		assert.deepEqual(await converse(loopback, LOOPBACK, server.port, questions), questions.map(answerTo));
	}

	/** The server closes, and it is opened again, several times. */
	async function reopened(loopback: Loopback, arrive: () => Promise<void>): Promise<void> {
		let times = 0;
		const server = await serve(async socket => {
			await arrive();
			socket.end(pattern(5_000, ++times));
		});
		ends.push(() => server.close());
		for (let time = 1; time <= 3; time++) {
			assertSame(await collect(loopback.stream(server.port)), pattern(5_000, time), `connection ${time} that the server closes`);
		}
	}

	for (const receiveBuffer of RECEIVE_BUFFERS) {
		it(`HTTP, MQTT, echoes, datagrams, and one that the server closes, with ${receiveBuffer} bytes of receive buffer`, async () => {
			const loopback = await Loopback.up(receiveBuffer);
			ends.push(() => loopback.close());
			const { arrive } = new Gathering(CONNECTIONS);
			await Promise.all([
				overHttp(loopback, arrive),
				overHttp(loopback, arrive, pattern(LONG_BYTES, 22)),
				overMqtt(loopback, arrive),
				overEcho(loopback, arrive, 31),
				overEcho(loopback, arrive, 32),
				overUdp(loopback, arrive),
				reopened(loopback, arrive),
			]);
		});
	}
});

/* npm's mqtt over the modem, to a real broker on loopback: every message once, whole, in order, in both directions. */
import { crc32 } from "node:zlib";
import { Aedes } from "aedes";
import { assert } from "chai";
import mqtt, { MqttClient } from "mqtt";
import { LOOPBACK, Loopback, pattern, serve } from "./loopback.js";

const MESSAGES = 1_000;
const LONGEST_BYTES = 400;
/** Thousands of QoS 2 at once are too many for this broker, over whatever network. */
const TOGETHER = 50;

/** Its number, some bytes, and the CRC of both. */
function message(number: number): Buffer {
	const body = Buffer.concat([Buffer.alloc(4), pattern(number % LONGEST_BYTES, number + 1)]);
	body.writeUInt32BE(number);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([body, sum]);
}

function numberOf(payload: Buffer): number {
	const end = payload.length - 4;
	assert.equal(payload.readUInt32BE(end), crc32(payload.subarray(0, end)), "CRC");
	return payload.readUInt32BE(0);
}

/** Publishes all of them, some at a time, and resolves when the broker has each as its QoS demands. */
async function publish(client: MqttClient, topic: string, qos: 0 | 1 | 2): Promise<void> {
	for (let first = 0; first < MESSAGES; first += TOGETHER) {
		const numbers = Array.from({ length: Math.min(TOGETHER, MESSAGES - first) }, (_, at) => first + at);
		await Promise.all(numbers.map(number => client.publishAsync(topic, message(number), { qos })));
	}
}

/** Resolves with the numbers of the messages, as they came. */
async function receive(client: MqttClient, topic: string, qos: 0 | 1 | 2): Promise<() => Promise<number[]>> {
	const numbers: number[] = [];
	const all = new Promise<number[]>((resolve, reject) => {
		client.on("message", (from, payload) => {
			if (from !== topic) return;
			try {
				numbers.push(numberOf(payload));
			} catch (error) {
				reject(error);
			}
			if (MESSAGES === numbers.length) resolve(numbers);
		});
		client.on("error", reject);
	});
	await client.subscribeAsync(topic, { qos });
	return () => all;
}

describe("clients: mqtt", () => {
	let loopback: Loopback;
	let broker: Aedes;
	let server: { port: number; close(): void };
	let direct: MqttClient;
	let overModem: MqttClient;

	before(async () => {
		loopback = new Loopback();
		broker = await Aedes.createBroker();
		server = await serve(socket => broker.handle(socket));
		await loopback.modem.up();
		direct = await mqtt.connectAsync(`mqtt://${LOOPBACK}:${server.port}`, { clientId: "direct", reconnectPeriod: 0 });
		overModem = new MqttClient(() => loopback.stream(server.port) as never, {
			clientId: "modem",
			keepalive: 0,
			reconnectPeriod: 0,
		});
		await new Promise<void>((resolve, reject) => overModem.once("connect", () => resolve()).once("error", reject));
	});

	after(async () => {
		overModem?.end(true);
		direct?.end(true);
		await new Promise<void>(resolve => broker?.close(resolve));
		server?.close();
		loopback?.close();
		assert.deepEqual(loopback.unexplained, []);
	});

	const expected = Array.from({ length: MESSAGES }, (_, number) => number);
	for (const qos of [0, 1, 2] as const) {
		it(`QoS ${qos}: ${MESSAGES} messages each way at once`, async () => {
			const [up, down] = [await receive(direct, `up/${qos}`, qos), await receive(overModem, `down/${qos}`, qos)];
			await Promise.all([publish(overModem, `up/${qos}`, qos), publish(direct, `down/${qos}`, qos)]);
			assert.deepEqual(await up(), expected);
			assert.deepEqual(await down(), expected);
		});
	}
});

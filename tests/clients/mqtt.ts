/* npm's mqtt over the modem, and messages that tell when one is lost, doubled, damaged or moved. */
import { crc32 } from "node:zlib";
import { assert } from "chai";
import { MqttClient } from "mqtt";
import { type Loopback, pattern } from "./loopback.js";

export type QoS = 0 | 1 | 2;

/** Most are short; each hundredth is longer than what the modem takes at once. */
const SHORT_BYTES = 100;
const LONG_BYTES = 2_000;
/** On their way at once. */
const TOGETHER = 50;

export async function connectOverModem(loopback: Loopback, port: number, clientId: string): Promise<MqttClient> {
	const client = new MqttClient(() => loopback.stream(port) as never, { clientId, keepalive: 0, reconnectPeriod: 0 });
	await new Promise<void>((resolve, reject) => client.once("connect", () => resolve()).once("error", reject));
	return client;
}

/** Its number, some bytes, and the CRC of both. */
function message(number: number): Buffer {
	const bytes = number % SHORT_BYTES || LONG_BYTES;
	const body = Buffer.concat([Buffer.alloc(4), pattern(bytes, number + 1)]);
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

/** Publishes so many messages, and an empty one as their end, when the broker has each as its QoS demands. */
export async function publishAll(client: MqttClient, topic: string, qos: QoS, messages: number): Promise<void> {
	let next = 0;
	const publishOn = async () => {
		while (next < messages) await client.publishAsync(topic, message(next++), { qos });
	};
	await Promise.all(Array.from({ length: TOGETHER }, publishOn));
	await client.publishAsync(topic, Buffer.alloc(0), { qos });
}

/** Resolves when `client` is told of what comes to `topic`; `numbers` with that, as it came, up to the end. */
export async function subscribe(client: MqttClient, topic: string, qos: QoS): Promise<{ numbers: Promise<number[]> }> {
	const numbers = new Promise<number[]>((resolve, reject) => {
		const payloads: Buffer[] = [];
		client.on("message", (from, payload) => {
			if (from !== topic) return;
			if (payload.length > 0) payloads.push(payload);
			else resolve(Promise.resolve(payloads).then(all => all.map(numberOf)));
		});
		client.once("error", reject);
		client.once("close", () => reject(new Error("the connection has ended")));
	});
	numbers.catch(() => {}); // a test that has failed waits no more
	await client.subscribeAsync(topic, { qos });
	return { numbers };
}

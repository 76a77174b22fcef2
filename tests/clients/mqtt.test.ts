/* npm's mqtt over the modem, to real brokers on loopback: every message once, whole, in order, in both directions. */
import { assert } from "chai";
import mqtt, { type MqttClient } from "mqtt";
import { aedes, type Broker, mosquitto } from "./brokers.js";
import { LOOPBACK, Loopback } from "./loopback.js";
import { connectOverModem, publishAll, subscribe } from "./mqtt.js";

const GIVE_UP_MS = 120_000;
const BROKERS = [
	{ name: "aedes", start: aedes, messages: 10_000 },
	{ name: "mosquitto", start: mosquitto, messages: 1_000 },
];

for (const { name, start, messages } of BROKERS) {
	describe(`clients: mqtt to ${name}`, function () {
		this.timeout(GIVE_UP_MS);
		let loopback: Loopback | undefined;
		let broker: Broker | undefined;
		let direct: MqttClient;
		let overModem: MqttClient;

		before(async function () {
			broker = await start();
			if (!broker) {
				console.log(`  clients: mqtt to ${name}: skipped, there is none on this machine (Debian: apt-get install ${name})`);
				return this.skip();
			}
			loopback = await Loopback.up();
			direct = await mqtt.connectAsync(`mqtt://${LOOPBACK}:${broker.port}`, { clientId: "direct", reconnectPeriod: 0 });
			overModem = await connectOverModem(loopback, broker.port, "modem");
		});

		after(async () => {
			overModem?.end(true);
			direct?.end(true);
			await broker?.close();
			loopback?.close();
		});

		const expected = Array.from({ length: messages }, (_, number) => number);
		for (const qos of [0, 1, 2] as const) {
			it(`QoS ${qos}: ${messages} messages each way at once, to ${name}`, async () => {
				const [up, down] = [await subscribe(direct, `up/${qos}`, qos), await subscribe(overModem, `down/${qos}`, qos)];
				const [gotUp, gotDown] = await Promise.all([
					up.numbers,
					down.numbers,
					publishAll(overModem, `up/${qos}`, qos, messages),
					publishAll(direct, `down/${qos}`, qos, messages),
				]);
				assert.deepEqual(gotUp, expected);
				assert.deepEqual(gotDown, expected);
			});
		}
	});
}

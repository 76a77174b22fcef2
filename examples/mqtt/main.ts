/* The SDK's MQTT client over the modem: publishes messages of all three QoS, and gets each of them back. */
import { provided } from "hosts/network/device";
import config from "mc/config";
import { MirrorTest } from "mirror";
import type { Clients } from "./config.js";

const { mqtt } = provided<Clients>();
const mirror = new MirrorTest("mqtt", Number(config.messages ?? 30), config.id);
mirror.start(mqtt!.io, {
	...mqtt!,
	host: config.host ?? "localhost",
	port: Number(config.port ?? 1883),
});

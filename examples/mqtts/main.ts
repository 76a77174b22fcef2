/* MQTT over TLS over the modem: the SDK's MQTT client on its TLSSocket on our TCP. The broker's certificate is checked. */

import Resource from "Resource";
import { provided } from "hosts/network/device";
import config from "mc/config";
import { MirrorTest } from "mirror";
import type { Clients } from "./config.js";

const { mqtts } = provided<Clients>();
const mirror = new MirrorTest("mqtts", Number(config.messages ?? 30), config.id);
mirror.start(mqtts!.io, {
	...mqtts!,
	host: config.host ?? "localhost",
	port: Number(config.port ?? 8883),
	socket: { ...mqtts!.socket, secure: { ...mqtts!.socket.secure, certificate: new Resource("ca.der") } },
});

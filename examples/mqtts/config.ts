/* As config.js beside the SDK's MQTT over TLS example, with the imports of its sockets and resolver changed. */
import TLSSocket from "embedded:io/socket/tcp/tls";
import MQTTClient from "embedded:network/mqtt/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

const mqtts = {
	io: MQTTClient,
	dns: { io: Resolver },
	port: 8883,
	socket: {
		io: TLSSocket,
		TCP: { io: TCP },
		secure: {},
	},
};

export interface Clients {
	readonly mqtts: typeof mqtts;
}

provide({ mqtts });

/* As config.js beside the SDK's MQTT client, with the imports of its sockets and resolver changed. */
import MQTTClient from "embedded:network/mqtt/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

const mqtt = {
	io: MQTTClient,
	dns: { io: Resolver },
	socket: { io: TCP },
};

export interface Clients {
	readonly mqtt: typeof mqtt;
}

provide({ mqtt });

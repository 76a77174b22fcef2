/* As config.js beside the SDK's WebSocket client, with the imports of its sockets and resolver changed. */
import WebSocketClient from "embedded:network/websocket/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

const ws = {
	io: WebSocketClient,
	dns: { io: Resolver },
	socket: { io: TCP },
};

export interface Clients {
	readonly ws: typeof ws;
}

provide({ ws });

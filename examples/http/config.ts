/* As config.js beside the SDK's HTTP client, with the imports of its sockets and resolver changed. */
import HTTPClient from "embedded:network/http/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

const http = {
	io: HTTPClient,
	dns: { io: Resolver },
	socket: { io: TCP },
};

export interface Clients {
	readonly http: typeof http;
}

provide({ http });

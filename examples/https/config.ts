/* As config.js beside the SDK's HTTPS example, with the imports of its sockets and resolver changed. */
import TLSSocket from "embedded:io/socket/tcp/tls";
import HTTPClient from "embedded:network/http/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

const https = {
	io: HTTPClient,
	dns: { io: Resolver },
	port: 443,
	socket: {
		io: TLSSocket,
		TCP: { io: TCP },
		secure: { applicationLayerProtocolNegotiation: "http/1.1" },
	},
};

export interface Clients {
	readonly https: typeof https;
}

provide({ https });

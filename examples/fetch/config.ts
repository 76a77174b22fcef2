/* What the SDK's fetch takes its HTTP client from: device.network.http, with the imports of sockets and resolver changed. */
import HTTPClient from "embedded:network/http/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import TCP from "uplink/socket/tcp";

provide({
	http: {
		io: HTTPClient,
		dns: { io: Resolver },
		socket: { io: TCP },
	},
});

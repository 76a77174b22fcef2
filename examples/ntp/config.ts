/* As config.js beside the SDK's NTP client, with the imports of its socket and resolver changed. */
import NTP from "embedded:network/ntp/client";
import { provide } from "hosts/network/device";
import Resolver from "uplink/socket/resolver";
import UDP from "uplink/socket/udp";

const client = {
	io: NTP,
	dns: { io: Resolver },
	socket: { io: UDP },
	servers: ["pool.ntp.org"],
};

export interface Clients {
	readonly ntp: { readonly client: typeof client };
}

provide({ ntp: { client } });

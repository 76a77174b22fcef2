/* HTTPS over the modem: the SDK's HTTP client on its TLSSocket on our TCP. The server's certificate is checked. */

import Resource from "Resource";
import type { HTTPRequest } from "embedded:network/http/client";
import { crc32, hex } from "checksum";
import { provided } from "hosts/network/device";
import config from "mc/config";
import type { Clients } from "./config.js";

const { https } = provided<Clients>();
const client = new https!.io({
	...https!,
	host: config.host ?? "localhost",
	port: Number(config.port ?? 8443),
	socket: { ...https!.socket, secure: { ...https!.socket.secure, certificate: new Resource("ca.der") } },
	onError: error => trace(`https: ${error ?? "the connection is lost, or the server's certificate is not to be trusted"}\n`),
});

for (const path of ["/", "/long"]) {
	let sum = 0;
	let bytes = 0;
	client.request({
		path,
		onHeaders: status => trace(`https: GET ${path}: status ${status}\n`),
		onReadable(this: HTTPRequest, count) {
			const part = new Uint8Array(this.read(count)!);
			sum = crc32(part, sum);
			bytes += part.length;
		},
		onDone(error) {
			trace(`https: GET ${path}: ${error ? `failed, ${error}` : `${bytes} bytes, crc ${hex(sum)}`}\n`);
			if (error || "/long" === path) trace("https: done\n");
		},
	});
}

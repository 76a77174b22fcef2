/* Node's HTTP client over the modem, one request for each connection. */
import { type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { LOOPBACK, type Loopback } from "./loopback.js";

export interface Exchange {
	readonly port: number;
	readonly path: string;
	readonly headers?: OutgoingHttpHeaders;
	/** With it the request is a POST. */
	readonly body?: Buffer;
}

export function exchange(loopback: Loopback, { body, headers, path, port }: Exchange): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const outgoing = request({
			path,
			method: body ? "POST" : "GET",
			headers: { host: LOOPBACK, connection: "close", ...headers },
			createConnection: () => loopback.stream(port) as never,
		});
		outgoing.on("response", resolve);
		outgoing.on("error", reject);
		outgoing.end(body);
	});
}

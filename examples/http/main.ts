/* The SDK's HTTP client over the modem: a page, a long one in chunks, and a body that comes back, on one connection. */

import type { HTTPRequest, RequestOptions } from "embedded:network/http/client";
import { crc32, hex } from "checksum";
import { provided } from "hosts/network/device";
import config from "mc/config";
import type { Clients } from "./config.js";

const BODY_BYTES = 20_000;

const { http } = provided<Clients>();
const client = new http!.io({
	...http!,
	host: config.host ?? "localhost",
	port: Number(config.port ?? 8080),
	onError: error => trace(`http: ${error ?? "the connection is lost"}\n`),
});

/** Queues a request; tells what came when all of it has. */
function request(method: string, path: string, options: RequestOptions = {}, onDone: () => void = () => {}): void {
	let answer = "";
	let sum = 0;
	let bytes = 0;
	client.request({
		...options,
		method,
		path,
		onHeaders(status) {
			answer = `status ${status}`;
		},
		onReadable(this: HTTPRequest, count) {
			const part = new Uint8Array(this.read(count)!);
			sum = crc32(part, sum);
			bytes += part.length;
		},
		onDone(error) {
			trace(`http: ${method} ${path}: ${error ? `failed, ${error}` : `${answer}, ${bytes} bytes, crc ${hex(sum)}`}\n`);
			onDone();
		},
	});
}

const body = Uint8Array.from({ length: BODY_BYTES }, (_, at) => at * 7 + (at >> 8));
let sent = 0;

request("GET", "/");
request("GET", "/long");
trace(`http: to send: ${body.length} bytes, crc ${hex(crc32(body))}\n`);
const headers = new Map([["content-length", `${body.length}`]]);
request(
	"POST",
	"/echo",
	{
		headers,
		onWritable(count) {
			if (sent === body.length) return;
			const part = body.slice(sent, sent + count);
			sent += part.length;
			this.write(part);
		},
	},
	() => trace("http: done\n"),
);

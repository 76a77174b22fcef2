/* The web server of the examples: a page, a long one in chunks, and one that sends back what it gets. */
import type { IncomingMessage, ServerResponse } from "node:http";

const LONG_BYTES = 50_000;
const CHUNK_BYTES = 4_000;

export function answer(request: IncomingMessage, response: ServerResponse): void {
	if ("/" === request.url) response.end("hello over GPRS\n");
	else if ("/long" === request.url) sendLong(response);
	else if ("/echo" === request.url && "POST" === request.method) request.pipe(response);
	else response.writeHead(404).end();
}

/** Without a length: Node sends it in chunks. */
function sendLong(response: ServerResponse): void {
	for (let from = 0; from < LONG_BYTES; from += CHUNK_BYTES) response.write(long.subarray(from, from + CHUNK_BYTES));
	response.end();
}

export const long = Uint8Array.from({ length: LONG_BYTES }, (_, at) => at * 7 + (at >> 8));

/* The SDK's WebSocket client over the modem: messages of many sizes to a server that sends them back, and an orderly end. */
import { crc32, hex } from "checksum";
import { provided } from "hosts/network/device";
import config from "mc/config";
import type { Clients } from "./config.js";

/** Either side of the lengths at which the frame's header changes, and one that needs several packets. */
const SIZES = [1, 125, 126, 1_000, 2_000];

/** RFC 6455, 7.4.1 */
const NORMAL_CLOSURE = 1_000;

const { ws } = provided<Clients>();
let sent = 0;
let returned = 0;
let sum = 0;
let bytes = 0;
const client = new ws!.io({
	...ws!,
	host: config.host ?? "localhost",
	port: Number(config.port ?? 8081),
	path: "/echo",
	onWritable(writable) {
		if (0 === sent && writable > 0) client.write(pattern(SIZES[sent++]!)); // the others follow, one at a time
	},
	onReadable(count, { more }) {
		const part = new Uint8Array(client.read(count));
		sum = crc32(part, sum);
		bytes += part.length;
		if (more) return;
		const size = SIZES[returned++]!;
		const same = bytes === size && sum === crc32(pattern(size)) ? "unchanged" : "OTHERWISE THAN IT WAS SENT";
		trace(`websocket: ${bytes} bytes came back ${same}, crc ${hex(sum)}\n`);
		sum = bytes = 0;
		if (sent < SIZES.length) client.write(pattern(SIZES[sent++]!));
		else client.write(Uint8Array.of(NORMAL_CLOSURE >> 8, NORMAL_CLOSURE & 0xff), { opcode: ws!.io.close });
	},
	onClose: () => trace("websocket: closed in order\nwebsocket: done\n"),
	onError: () => trace("websocket: the connection is lost\n"),
});

function pattern(length: number): Uint8Array<ArrayBuffer> {
	return Uint8Array.from({ length }, (_, at) => at * 7 + (at >> 8));
}

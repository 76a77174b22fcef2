/* The time server of the examples: this machine's time to whoever asks. RFC 5905, 7.3 */
import type { RemoteInfo, Socket } from "node:dgram";

const PACKET_BYTES = 48;
/** Seconds from 1900 to 1970. */
const UNIX_EPOCH_S = 2_208_988_800;
const TRANSMIT_TIMESTAMP = 40;
const ORIGIN_TIMESTAMP = 24;
const VERSION_4_SERVER = (4 << 3) | 4;

export function answerTime(this: Socket, question: Buffer, { address, port }: RemoteInfo): void {
	if (question.length < PACKET_BYTES) return;
	const packet = Buffer.alloc(PACKET_BYTES);
	packet[0] = VERSION_4_SERVER;
	packet[1] = 1; // stratum: a primary server
	question.copy(packet, ORIGIN_TIMESTAMP, TRANSMIT_TIMESTAMP, TRANSMIT_TIMESTAMP + 8);
	packet.writeUInt32BE(Math.floor(Date.now() / 1_000) + UNIX_EPOCH_S, TRANSMIT_TIMESTAMP);
	this.send(packet, port, address);
}

/* Datagrams on Node's own sockets, and questions to them over the modem. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Datagram, UDP } from "../../modules/socket/udp.js";
import { LOOPBACK, type Loopback } from "./loopback.js";

export interface DatagramServer {
	readonly port: number;
	/** As they came. */
	readonly questions: Buffer[];
	close(): void;
}

/** Answers each datagram with its bytes backwards. `admitted`: it waits for that. */
export async function serveDatagrams(admitted?: () => Promise<void>): Promise<DatagramServer> {
	const socket = createSocket("udp4");
	const questions: Buffer[] = [];
	socket.on("message", async (question, { address, port }) => {
		questions.push(question);
		await admitted?.();
		socket.send(answerTo(question), port, address);
	});
	socket.bind(0, LOOPBACK);
	await once(socket, "listening");
	return { port: socket.address().port, questions, close: () => socket.close() };
}

export function answerTo(question: Uint8Array): Uint8Array {
	return Uint8Array.from(question).reverse();
}

/** Sends each when the one before has been answered; gives what came. */
export async function converse(
	loopback: Loopback,
	address: string,
	port: number,
	questions: readonly Uint8Array[],
): Promise<Uint8Array[]> {
	const answers: Uint8Array[] = [];
	let socket: UDP | undefined;
	try {
		await new Promise<void>((resolve, reject) => {
			const ask = () => {
				const question = questions[answers.length];
				if (question) socket!.write(question, address, port);
				else resolve();
			};
			socket = new UDP({
				link: loopback.modem,
				onReadable() {
					const packet = this.read() as Datagram;
					if (packet.address !== address || packet.port !== port) reject(new Error(`from ${packet.address}:${packet.port}`));
					answers.push(new Uint8Array(packet));
					ask();
				},
				onError: reject,
			});
			ask();
		});
	} finally {
		socket?.close();
	}
	return answers;
}

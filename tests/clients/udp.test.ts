/* Datagrams over the modem to Node's own sockets, asked and answered, and names as this machine resolves them. */
import { assert } from "chai";
import { Resolver } from "../../modules/socket/resolver.js";
import { assertSame, collect, LOOPBACK, Loopback, pattern, RECEIVE_BUFFERS, serve } from "./loopback.js";
import { answerTo, converse, type DatagramServer, serveDatagrams } from "./udp.js";

const CONVERSATIONS = 2;
const QUESTIONS = 200;
const LONGEST_BYTES = 1_380;
const NAME = "localhost";
const GIVE_UP_MS = 60_000;

describe("clients: datagrams", function () {
	this.timeout(GIVE_UP_MS);
	let loopback: Loopback | undefined;
	const servers: DatagramServer[] = [];

	afterEach(() => {
		for (const server of servers.splice(0)) server.close();
		loopback?.close();
	});

	for (const receiveBuffer of RECEIVE_BUFFERS) {
		it(`to two servers at once, each once, unchanged and in order, with ${receiveBuffer} bytes of receive buffer`, async () => {
			loopback = await Loopback.up(receiveBuffer);
			for (let count = 0; count < CONVERSATIONS; count++) servers.push(await serveDatagrams());
			await Promise.all(
				servers.map(async ({ port, questions: arrived }, seed) => {
					const questions = Array.from({ length: QUESTIONS }, (_, number) =>
						pattern(1 + ((number * 7) % LONGEST_BYTES), QUESTIONS * seed + number),
					);
					const answers = await converse(loopback!, LOOPBACK, port, questions);
					assert.equal(arrived.length, QUESTIONS);
					questions.forEach((question, number) => {
						assertSame(arrived[number]!, question, `question ${number}`);
						assertSame(answers[number]!, answerTo(question), `answer ${number}`);
					});
				}),
			);
		});
	}
});

describe("clients: names", () => {
	let loopback: Loopback | undefined;
	let server: { port: number; close(): void } | undefined;

	afterEach(() => {
		server?.close();
		loopback?.close();
	});

	it(`the resolver gives the address of ${NAME}, and a connection and a datagram get there by name`, async () => {
		loopback = await Loopback.up();
		const { modem } = loopback;
		const address = await new Promise<string>((resolve, reject) => {
			new Resolver({ link: modem }).resolve({
				host: NAME,
				onResolved: (_host, found) => resolve(found),
				onError: (_host, error) => reject(error),
			});
		});
		assert.equal(address, LOOPBACK);
		server = await serve(socket => socket.end("by name"));
		assert.equal(`${await collect(loopback.stream(server.port, NAME))}`, "by name");
		const datagrams = await serveDatagrams();
		try {
			assert.deepEqual(await converse(loopback, NAME, datagrams.port, [pattern(9, 1)]), [answerTo(pattern(9, 1))]);
		} finally {
			datagrams.close();
		}
	});
});

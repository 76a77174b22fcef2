/* Sockets of all kinds at once, with a FIFO of 128 bytes and JavaScript that stalls for up to half a second: nothing is lost. */
import { assert } from "chai";
import { Random } from "../../modules/core/random.js";
import { Resolver } from "../../modules/socket/resolver.js";
import { TCP } from "../../modules/socket/tcp.js";
import { UDP } from "../../modules/socket/udp.js";
import { ADDRESS, HOST, Stage, text } from "../support/stage.js";

const SOCKETS = 6;
const BYTES = 4_000;
const LIMIT_MS = 600_000;

/** Writes `data` and reads the echo, both in parts of random size. */
class Echo {
	readonly data: Uint8Array;
	readonly received: number[] = [];
	error: string | undefined;
	#sent = 0;

	constructor(link: Stage["modem"], random: Random, port: number) {
		const echo = this;
		this.data = Uint8Array.from({ length: BYTES }, () => random.between(0, 255));
		new TCP({
			link,
			host: HOST,
			port,
			onWritable(writable) {
				while (writable > 0 && echo.#sent < BYTES) {
					const part = echo.data.subarray(echo.#sent, echo.#sent + random.between(1, Math.min(700, writable)));
					writable = this.write(part, { more: random.next() < 0.3 });
					echo.#sent += part.length;
				}
			},
			onReadable(readable) {
				const count = random.next() < 0.5 ? readable : random.between(1, readable);
				for (const byte of new Uint8Array(this.read(count)!)) echo.received.push(byte);
				if (count === readable) return;
				link.clock.setTimer(
					() => {
						for (const byte of new Uint8Array((this.read() ?? new ArrayBuffer(0)) as ArrayBuffer)) echo.received.push(byte);
					},
					random.between(1, 2_000),
				);
			},
			onError(error) {
				echo.error = error?.code ?? "end";
			},
		});
	}

	get isDone(): boolean {
		return undefined !== this.error || this.received.length >= BYTES;
	}
}

async function stageOf(): Promise<Stage> {
	const stage = await Stage.up();
	for (let port = 100; port < 100 + SOCKETS; port++) stage.network.server(`${HOST}:${port}`, data => data);
	stage.network.server(`${ADDRESS}:53`, { protocol: "UDP", onData: data => data });
	return stage;
}

/** JavaScript stalls for 1 to 500 ms, again and again, until the returned function is called. */
function stallAtRandom(stage: Stage, random: Random): () => void {
	let ended = false;
	const again = () => {
		if (ended) return;
		stage.board.uart.stall(random.between(1, 500));
		stage.clock.setTimer(again, random.between(1, 900));
	};
	again();
	return () => {
		ended = true;
	};
}

describe("socket: all kinds at once", () => {
	for (let seed = 1; seed <= 6; seed++) {
		it(`lose, double and move nothing while JavaScript stalls (seed ${seed})`, async () => {
			const stage = await stageOf();
			const random = new Random(seed);
			const end = stallAtRandom(stage, random);
			const echoes = Array.from({ length: SOCKETS }, (_, number) => new Echo(stage.modem, random, 100 + number));
			const datagrams: string[] = [];
			const udp = new UDP({
				link: stage.modem,
				onReadable(packets) {
					for (; packets > 0; packets--) datagrams.push(text(this.read()));
				},
			});
			const names: string[] = [];
			for (let turn = 0; turn < 5; turn++) {
				udp.write(Uint8Array.of(0x30 + turn), ADDRESS, 53);
				new Resolver({ link: stage.modem }).resolve({ host: HOST, onResolved: (_, address) => names.push(address) });
				await stage.clock.advance(20_000);
			}
			for (let ms = 0; ms < LIMIT_MS && !echoes.every(echo => echo.isDone); ms += 1_000) await stage.clock.advance(1_000);
			for (const { data, error, received } of echoes) {
				assert.isUndefined(error);
				assert.deepEqual(Uint8Array.from(received), data);
			}
			assert.equal(datagrams.join(""), "01234");
			assert.deepEqual(names, Array(5).fill(ADDRESS));
			end();
			await stage.end();
		});

		it(`end with an error, and never with wrong data, where the wire loses bytes (seed ${seed})`, async () => {
			const stage = await stageOf();
			const random = new Random(seed);
			const receive = stage.board.uart.receive.bind(stage.board.uart);
			let lost = 0;
			stage.board.uart.receive = bytes => {
				const kept = bytes.filter(() => random.next() > 0.001);
				lost += bytes.length - kept.length;
				receive(kept);
			};
			const echoes = Array.from({ length: SOCKETS }, (_, number) => new Echo(stage.modem, random, 100 + number));
			for (let ms = 0; ms < LIMIT_MS && !echoes.every(echo => echo.isDone); ms += 1_000) await stage.clock.advance(1_000);
			assert.isAbove(lost, 0);
			for (const { data, isDone, received } of echoes) {
				assert.isTrue(isDone, "no socket is left waiting for ever");
				assert.deepEqual(Uint8Array.from(received), data.slice(0, received.length));
			}
			stage.close();
		});
	}
});

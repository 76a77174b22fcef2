/* Who has a slot next, while commands of the one before still wait; and ends that come while something is on its way. */
import { assert } from "chai";
import { Listener } from "../../../modules/socket/listener.js";
import type { TCP } from "../../../modules/socket/tcp.js";
import { parseFault } from "../../../modules/virtual/faults.js";
import { ascii, HOST, PORT, pattern, Stage, text } from "../../support/stage.js";
import { changeHeard, changeSent } from "../../support/wire.js";

const PEER = { protocol: "TCP", host: HOST, port: PORT } as const;
const PUSHING = { board: { hostBaud: 9_600, baud: 9_600 } } as const;

/** Firmware that pushes what comes. */
async function pushing(server?: ConstructorParameters<typeof Stage>[0]): Promise<Stage> {
	const stage = new Stage(server, PUSHING);
	changeSent(stage, sent => sent.replace("CIPRXGET=1", "CIPRXXXX=1"));
	await stage.clock.run(stage.modem.up());
	return stage;
}

/** A command is out for 20 s: what is asked now waits. */
function block(stage: Stage): void {
	changeHeard(stage, "OK\r\n", "");
	stage.modem.client.send({ line: "AT", timeoutMs: 20_000 }).catch(() => {});
}

describe("modem: successors", () => {
	let stage: Stage;
	afterEach(() => stage?.close());

	describe("of a server's client, in its slot while commands of the one before still wait", () => {
		let clients: TCP[];
		let first: NonNullable<ReturnType<Stage["network"]["client"]>>;
		beforeEach(async () => {
			stage = await Stage.up();
			clients = [];
			new Listener({
				link: stage.modem,
				port: 8080,
				onReadable() {
					clients.push(this.read()!);
				},
			});
			await stage.clock.advance(3_000);
			first = stage.network.client(8080)!;
			await stage.clock.advance(1_000);
		});

		/** The first one goes, another comes. */
		async function next() {
			await stage.clock.advance(1_000);
			first.end();
			await stage.clock.advance(3_000);
			return stage.network.client(8080, "198.51.100.8")!;
		}

		it("gets nothing that was written to that one", async () => {
			block(stage);
			clients[0]!.write(ascii("secret of the first"));
			const second = await next();
			await stage.clock.advance(60_000);
			assert.equal(second.received, "");
		});

		it("has its bytes read by nobody else", async () => {
			block(stage);
			first.send("for the first");
			const second = await next();
			second.send("hello");
			await stage.clock.advance(60_000);
			assert.equal(text(clients[1]!.read()), "hello");
		});

		it("is not closed by the close of that one", async () => {
			block(stage);
			clients[0]!.close();
			const second = await next();
			await stage.clock.advance(60_000);
			assert.isFalse(second.ended);
		});
	});

	describe("that wait for a slot", () => {
		it("make room for others when they are closed again", async () => {
			stage = await Stage.up(undefined, { modem: { multiplex: false } });
			const { socket } = await stage.open();
			socket.close();
			stage.told().socket.close();
			const last = stage.told();
			await stage.clock.advance(10_000);
			assert.deepEqual(last.calls, ["writable 2920"]);
		});

		it("get it before those who come later", async () => {
			stage = await Stage.up(undefined, { modem: { multiplex: false } });
			const { socket } = await stage.open();
			stage.modem.client.send({ line: "AT+COPS=?", timeoutMs: 60_000 }).catch(() => {});
			socket.close();
			const waits = stage.told();
			stage.server.last.end();
			await stage.clock.advance(1_500);
			const late = stage.told();
			await stage.clock.advance(120_000);
			assert.equal(waits.calls[0], "writable 2920");
			assert.deepEqual(late.calls, ["error NO_SLOT"]);
		});

		for (const [when, gone] of [
			["before", true],
			["during", false],
		] as const) {
			it(`do not wait for the flush of one whose peer closes ${when} it`, async () => {
				const options = { modem: { multiplex: false, sendBytes: 20_000, receiveBytes: 512 } };
				stage = await Stage.up({ acknowledges: false }, options);
				const { socket } = await stage.open();
				socket.write(pattern(20_000));
				await stage.clock.advance(5_000);
				stage.server.last.send(pattern(1_400));
				await stage.clock.advance(5_000);
				if (gone) stage.server.last.end();
				await stage.clock.advance(5_000);
				socket.close();
				await stage.clock.advance(1_000);
				if (!gone) stage.server.last.end();
				await stage.clock.advance(15_000);
				const next = stage.told();
				await stage.clock.advance(15_000);
				assert.deepEqual(next.calls, ["writable 20000"]);
			});
		}
	});

	describe("of a message: its fate, when the peer closes", () => {
		it("is open when the modem was given it and had not said so yet", async () => {
			stage = await Stage.up({ onData: () => undefined });
			const { calls, socket } = await stage.open();
			changeHeard(stage, "DATA ACCEPT:0,5\r\n", "0, CLOSED\r\n\r\nDATA ACCEPT:0,5\r\n");
			socket.write(ascii("hello"));
			await stage.clock.advance(60_000);
			assert.equal(stage.server.last.text, "hello");
			assert.equal(calls.pop(), "error SEND_UNKNOWN");
		});

		it("is open when the modem's word was lost", async () => {
			stage = await Stage.up({ onData: () => undefined });
			const connection = await stage.clock.run(stage.modem.open(PEER));
			changeHeard(stage, "DATA ACCEPT:0,5\r\n", "");
			stage.clock.setTimer(() => stage.server.last.end(), 9_000);
			const code = await stage.clock.run(
				connection.send(ascii("hello")).then(
					() => "",
					error => error.code,
				),
			);
			assert.equal(code, "SEND_UNKNOWN");
		});

		it("is certain when it was acknowledged, for firmware that pushes too", async () => {
			stage = await pushing({ onData: (_data, connection) => void connection.end() });
			const { calls, socket } = await stage.open({}, true);
			socket.write(ascii("hello"));
			await stage.clock.advance(60_000);
			assert.equal(calls.pop(), "error");
		});
	});

	it("a record that fits the receive buffer comes whole, though nobody reads before", async () => {
		for (const [receiveBuffer, receiveBytes, sizes] of [
			[4_096, 1_460, [800, 5]],
			[128, 1_024, [970, 30]],
		] as const) {
			stage = await Stage.up({}, { modem: { receiveBytes }, board: { receiveBuffer } });
			const wanted = sizes[0] + sizes[1];
			let got = 0;
			stage.tcp({
				onReadable(bytes) {
					if (bytes >= wanted) got += this.read(wanted)!.byteLength;
				},
			});
			await stage.clock.advance(5_000);
			for (const bytes of sizes) {
				stage.server.last.send(pattern(bytes));
				await stage.clock.advance(30_000);
			}
			assert.equal(got, wanted);
			stage.close();
		}
	});

	it("sockets that look for themselves do not fill the command queue", async () => {
		stage = new Stage({ acknowledges: false });
		changeSent(stage, sent => sent.replace("CIPQSEND=1", "CIPQXXXX=1"));
		await stage.clock.run(stage.modem.up());
		const { socket } = await stage.open();
		for (let count = 0; count < 3; count++) await stage.open();
		socket.write(ascii("hello")); // its SEND OK waits for the peer
		await stage.clock.advance(400_000);
		const next = stage.told();
		await stage.clock.advance(1_000);
		stage.server.connections[0]!.acknowledge();
		await stage.clock.advance(60_000);
		assert.deepEqual(next.calls, ["writable 2920"]);
	});

	it("a full port of firmware that pushes ends no connection that is not open yet", async () => {
		stage = await pushing();
		await stage.open({}, true);
		stage.network.silent.add("198.51.100.9:80");
		const connecting = stage.told({ host: "198.51.100.9" });
		await stage.clock.advance(2_000);
		for (let count = 0; count < 6; count++) stage.server.last.send(pattern(500));
		await stage.clock.advance(300);
		stage.board.uart.stall(1_000);
		await stage.clock.advance(5_000);
		assert.deepEqual(connecting.calls, []);
	});

	it("one byte lost out of AT+CIFSR is no lost bearer", async () => {
		stage = await Stage.up();
		const { calls } = await stage.open();
		let left = 1;
		changeSent(stage, sent => (sent.includes("AT+CIFSR") && left-- > 0 ? sent.replace("CIFSR", "CIFS") : sent));
		await stage.clock.run(stage.modem.identity());
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, ["writable 2920"]);
		assert.isDefined(stage.modem.address);
	});

	for (const offsetMs of [0.2, 0.7, 1.2, 2]) {
		it(`+PDP: DEACT ${offsetMs} ms after AT+CIFSR was asked is no restart`, async () => {
			stage = await Stage.up({}, { board: { faults: [parseFault("pdp-deact=60")] } });
			const waitMs = 60_000 - stage.clock.nowMs() - offsetMs;
			let up: Promise<void> | undefined;
			stage.clock.setTimer(() => void stage.modem.identity().catch(() => {}), waitMs);
			stage.modem.watch(() => {
				if (undefined === stage.modem.address) up ??= stage.modem.up();
			});
			await stage.clock.advance(waitMs + 100);
			await stage.clock.run(up!);
			assert.lengthOf(stage.of("identified"), 1);
		});
	}
});

/* Names to addresses: known for a while, one at a time, checked by a second answer, and no answer taken for another's. */
import { assert } from "chai";
import { changeHeard, changeSent } from "../../support/wire.js";
import { World, type WorldOptions } from "../../support/world.js";

async function ready(options: WorldOptions = {}): Promise<World> {
	const world = new World(options);
	await world.clock.run(world.modem.up());
	for (let number = 0; number < 10; number++) world.network.names.set(`host${number}.example`, [`192.0.2.${100 + number}`]);
	return world;
}

describe("modem: names", () => {
	let world: World;
	afterEach(() => {
		world.close();
		assert.deepEqual(world.of("unexplained"), []);
	});

	const asked = () => world.sent.filter(line => line.startsWith("AT+CDNSGIP")).map(line => line.slice(12, -1));
	const resolve = (host: string) => world.clock.run(world.modem.resolve(host));
	const failure = (host: string) => world.clock.run(world.modem.resolve(host).catch(error => error.code));

	it("are asked for once, whatever their case, and again after ten minutes", async () => {
		world = await ready();
		for (const name of ["host1.example", "HOST1.example", "host1.example"]) assert.equal(await resolve(name), "192.0.2.101");
		assert.deepEqual(asked(), ["host1.example", "host1.example"], "two answers that agree");
		world.network.names.set("host1.example", ["192.0.2.9"]);
		await world.clock.advance(599_000);
		assert.equal(await resolve("host1.example"), "192.0.2.101");
		await world.clock.advance(2_000);
		assert.equal(await resolve("host1.example"), "192.0.2.9");
	});

	it("that do not exist are NAME_UNKNOWN, and not asked for again for half a minute", async () => {
		world = await ready();
		assert.equal(await failure("nowhere.example"), "NAME_UNKNOWN");
		assert.equal(await failure("nowhere.example"), "NAME_UNKNOWN");
		assert.deepEqual(asked(), ["nowhere.example", "nowhere.example"]);
		world.network.names.set("nowhere.example", ["192.0.2.7"]);
		await world.clock.advance(31_000);
		assert.equal(await resolve("nowhere.example"), "192.0.2.7");
	});

	it("that are addresses cost no question", async () => {
		world = await ready();
		assert.equal(await resolve("198.51.100.3"), "198.51.100.3");
		assert.deepEqual(asked(), []);
	});

	it("are asked for one after the other, the same one only once", async () => {
		world = await ready({ board: { model: "sim800", on: true } }); // which gives a second address, too
		world.network.names.set("host2.example", ["192.0.2.102", "192.0.2.202"]);
		const names = ["host1.example", "host2.example", "nowhere.example", "host1.example", "host3.example"];
		const all = Promise.all(names.map(name => world.modem.resolve(name).catch(error => error.code)));
		assert.deepEqual(await world.clock.run(all), ["192.0.2.101", "192.0.2.102", "NAME_UNKNOWN", "192.0.2.101", "192.0.2.103"]);
		const each = ["host1.example", "host2.example", "nowhere.example", "host3.example"];
		assert.deepEqual(
			asked(),
			each.flatMap(name => [name, name]),
		);
	});

	it("that nobody answers have a time limit of their own: NAME_TIMEOUT after 20 s", async () => {
		world = await ready();
		world.network.latencyMs = 30_000;
		const sinceMs = world.clock.elapsedMs;
		assert.equal(await failure("host1.example"), "NAME_TIMEOUT");
		assert.closeTo(world.clock.elapsedMs - sinceMs, 20_000, 50);
	});

	it("an answer that comes too late is not taken for the next name's", async () => {
		world = await ready();
		world.network.latencyMs = 23_000;
		const first = world.modem.resolve("nowhere.example").catch(error => error.code);
		await world.clock.advance(20_100);
		assert.equal(await first, "NAME_TIMEOUT");
		world.network.latencyMs = 12_000; // its failure comes while the next one is being asked for
		assert.equal(await resolve("host1.example"), "192.0.2.101");

		world.network.latencyMs = 23_000;
		const third = world.modem.resolve("host3.example").catch(error => error.code);
		await world.clock.advance(20_100);
		assert.equal(await third, "NAME_TIMEOUT");
		world.network.latencyMs = 12_000;
		assert.equal(await resolve("host2.example"), "192.0.2.102");
		assert.equal(await failure("elsewhere.example"), "NAME_UNKNOWN");
	});

	it("beyond eight at once are refused as BUSY, beyond eight known the oldest is forgotten", async () => {
		world = await ready();
		const names = Array.from({ length: 9 }, (_, number) => `host${number}.example`);
		const answers = await world.clock.run(Promise.all(names.map(name => world.modem.resolve(name).catch(error => error.code))));
		assert.deepEqual(answers.slice(-2), ["192.0.2.107", "BUSY"]);
		await resolve("host8.example");
		const before = asked().length;
		await resolve("host1.example");
		assert.equal(asked().length, before);
		await resolve("host0.example");
		assert.equal(asked().length, before + 2);
	});

	it("fail with the reason when the bearer is lost, is down, or the driver is closed", async () => {
		world = await ready({ board: { radio: { dropContextAfterMs: 30_000 } } });
		world.network.latencyMs = 100_000;
		const lost = ["host1.example", "host2.example", "host4.example"].map(name =>
			world.modem.resolve(name).catch(error => error.code),
		);
		await world.clock.advance(40_000);
		assert.deepEqual(await Promise.all(lost), ["NAME_TIMEOUT", "BEARER_LOST", "BEARER_LOST"]);
		assert.equal(await failure("host3.example"), "BEARER_DOWN");
		await world.clock.run(world.modem.up());
		const closed = world.modem.resolve("host3.example").catch(error => error.code);
		await world.clock.advance(10);
		world.modem.close();
		assert.equal(await closed, "CLOSED");
	});

	it("leave room for the answer in a small serial buffer while data comes in", async () => {
		world = await ready({ modem: { multiplex: true } });
		world.network.server("host.example:80", () => new Uint8Array(10_000));
		const connection = await world.clock.run(world.modem.open({ protocol: "TCP", host: "host.example", port: 80 }));
		await world.clock.run(connection.send(Uint8Array.of(1)));
		const reading = (async () => {
			for (let got = 0; got < 10_000; ) got += (await connection.receive(30_000))!.length;
		})();
		await world.clock.advance(1_000);
		const from = world.trace.length;
		assert.equal(await resolve("host1.example"), "192.0.2.101");
		const during = world.trace.slice(world.trace.indexOf('> AT+CDNSGIP="host1.example"', from) + 1);
		await world.clock.run(reading);
		const pieces = (lines: string[]) =>
			lines.filter(line => line.startsWith("> AT+CIPRXGET=2")).map(line => Number(line.split(",")[2]));
		assert.isAbove(pieces(during).length, 5);
		assert.isAtMost(Math.max(...pieces(during)), 64 - ('+CDNSGIP: 1,"host1.example","192.0.2.101"'.length + 4 - 32));
		assert.equal(pieces(world.trace).at(-2), 64, "and take it back");
	});

	it("whose answer came damaged are asked for once more", async () => {
		world = await ready();
		const receive = world.board.uart.receive.bind(world.board.uart);
		let said = "";
		let lost = 0;
		world.board.uart.receive = bytes => {
			const kept = bytes.filter(byte => {
				const isLost = 0 === lost && said.endsWith('+CDNSGIP: 1,"ho');
				said += String.fromCharCode(byte);
				if (isLost) lost++;
				return !isLost;
			});
			receive(kept);
		};
		const sinceMs = world.clock.elapsedMs;
		assert.equal(await resolve("host1.example"), "192.0.2.101");
		assert.equal(lost, 1);
		assert.equal(asked().length, 3);
		assert.isBelow(world.clock.elapsedMs - sinceMs, 5_000);
	});

	it("that can't be sent are refused before anything is sent", async () => {
		world = await ready();
		assert.throws(() => world.modem.resolve('a"\r'), RangeError);
		assert.throws(() => world.modem.resolve(7 as never), TypeError);
		assert.deepEqual(asked(), []);
	});
});

/** The first line of the modem that begins so comes with its byte at `at` gone, or changed. */
function damageHeard(world: World, head: string, at: number, changes: boolean): () => boolean {
	const receive = world.board.uart.receive.bind(world.board.uart);
	let line = "";
	let isDone = false;
	world.board.uart.receive = bytes => {
		for (const byte of bytes) {
			line = 0x0a === byte || 0x0d === byte ? "" : line + String.fromCharCode(byte);
			const hits = !isDone && line.startsWith(head) && line.length === Math.max(at + 1, head.length);
			isDone ||= hits;
			if (!hits) receive(Uint8Array.of(byte));
			else if (changes) receive(Uint8Array.of(byte ^ 1));
		}
	};
	return () => isDone;
}

describe("modem: names, one byte", () => {
	const answer = '+CDNSGIP: 1,"host1.example","192.0.2.101"';
	const question = 'AT+CDNSGIP="host1.example"';
	for (const changes of [false, true]) {
		const how = changes ? "changed" : "lost";
		it(`${how} anywhere in the answer: the right address, or none`, async () => {
			for (let at = 10; at < answer.length; at++) {
				const world = await ready();
				const isDone = damageHeard(world, "+CDNSGIP:", at, changes);
				const sinceMs = world.clock.elapsedMs;
				assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.101", `at ${at}`);
				assert.isTrue(isDone());
				assert.isBelow(world.clock.elapsedMs - sinceMs, 15_000, `at ${at}`);
				world.close();
			}
		});

		it(`${how} anywhere in the question: the right address, not that of another host`, async () => {
			for (let at = 0; at < question.length; at++) {
				const world = await ready();
				for (const name of ["hos1.example", "host.example", "host0.example", "host1.exampl"])
					world.network.names.set(name, ["192.0.2.66"]);
				let isDone = false;
				changeSent(world, text => {
					if (isDone || !text.startsWith(question)) return text;
					isDone = true;
					const byte = changes ? String.fromCharCode(text.charCodeAt(at) ^ 1) : "";
					return text.slice(0, at) + byte + text.slice(at + 1);
				});
				assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.101", `at ${at}`);
				assert.isTrue(isDone);
				world.close();
			}
		});
	}

	it("lost in two answers, at different places: the right address", async () => {
		const world = await ready();
		changeHeard(world, "192.0.2.101", "192.0.2.10");
		changeHeard(world, "192.0.2.101", "192.0.2.01");
		assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.101");
		world.close();
	});
});

describe("modem: names that are hard to get", () => {
	let world: World;
	afterEach(() => world.close());

	const failure = async (host: string) => {
		const sinceMs = world.clock.elapsedMs;
		const code = await world.clock.run(world.modem.resolve(host).catch(error => error.code));
		return [code, Math.round((world.clock.elapsedMs - sinceMs) / 1_000)];
	};

	it("one lost answer does not make the names after it slow", async () => {
		world = await ready();
		world.network.latencyMs = 100_000;
		assert.deepEqual(await failure("host1.example"), ["NAME_TIMEOUT", 20]);
		changeHeard(world, "+CDNSGIP", "+CDNSXX", 2);
		await world.clock.advance(200_000); // the late answers are lost, too
		world.network.latencyMs = 100;
		for (const name of ["a.example", "b.example", "c.example"]) {
			const [code, seconds] = await failure(name);
			assert.equal(code, "NAME_UNKNOWN");
			assert.isAtMost(Number(seconds), 12, name);
		}
	});

	it("a lost answer is asked for again before its time is up", async () => {
		world = await ready();
		changeHeard(world, "+CDNSGIP", "");
		const [address, seconds] = await failure("host1.example");
		assert.equal(address, "192.0.2.101");
		assert.isAtMost(Number(seconds), 12);
	});

	it("a name with another address each time: one of them", async () => {
		world = await ready();
		const addresses = Array.from({ length: 9 }, (_, number) => `198.51.100.${number}`);
		changeHeardTimes(world, "192.0.2.101", addresses);
		const address = await world.clock.run(world.modem.resolve("host1.example"));
		assert.include(addresses, address);
	});

	it("are no concern of a full command queue: eight busy sockets do not make it BUSY", async () => {
		world = await ready({ modem: { multiplex: true } });
		for (let count = 0; count < 40; count++) void world.modem.client.send({ line: "AT+CSQ", timeoutMs: 2_000 }).catch(() => {});
		assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.101");
	});

	it("are forgotten though nobody asks: after 49.7 days, too, when a counter of milliseconds has come round", async () => {
		world = await ready();
		assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.101");
		world.network.names.set("host1.example", ["192.0.2.9"]);
		await world.clock.advance(2 ** 32 + 60_000);
		assert.equal(await world.clock.run(world.modem.resolve("host1.example")), "192.0.2.9");
	});

	it("a question that the modem refuses shows a bearer that is gone", async () => {
		world = await ready({ board: { radio: { dropContextAfterMs: 30_000 } } });
		changeHeard(world, "+PDP: DEACT", "");
		await world.clock.advance(40_000);
		const [code] = await failure("host1.example");
		assert.equal(code, "BEARER_LOST");
		assert.isUndefined(world.modem.address);
	});

	it("leave no timer behind a driver that is closed", async () => {
		world = await ready();
		await world.clock.run(world.modem.resolve("host1.example"));
		world.close();
		assert.equal(world.clock.pending, 0);
	});
});

/** Each time that the modem says `target`, it says the next of `by` instead. */
function changeHeardTimes(world: World, target: string, by: readonly string[]): void {
	for (const text of [...by].reverse()) changeHeard(world, target, text);
}

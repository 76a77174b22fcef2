/* close() of the loop ends it wherever it is, and more destinations than slots are served in waves. */
import { assert } from "chai";
import { textOf } from "../support/line.js";
import { World } from "../support/world.js";

const destinations = [80, 81].map(port => ({ protocol: "TCP", host: "host.example", port }) as const);

describe("uplink/loop: close()", () => {
	for (const mode of ["single", "multi"] as const) {
		it(`before the link is up opens no connection afterwards, ${mode}`, async () => {
			const world = new World({ modem: { multiplex: "multi" === mode } });
			const servers = destinations.map(({ port }) => world.network.server(`host.example:${port}`, () => "ok"));
			const loop = world.loop({ mode, destinations, keepBearer: false });
			const run = loop.run();
			await world.clock.advance(100);
			loop.close();
			await world.clock.run(run);
			await world.clock.advance(60_000);
			assert.deepEqual(
				servers.map(({ connections }) => connections.length),
				[0, 0],
			);
			assert.lengthOf(world.of("bearer-down"), 0, "the link is its owner's");
			world.close();
		});

		it(`while a connection is being opened sends nothing over it, ${mode}`, async () => {
			const world = new World({ modem: { multiplex: "multi" === mode } });
			world.network.latencyMs = 500;
			const server = world.network.server("host.example:80");
			const loop = world.loop({ mode, destinations: destinations.slice(0, 1) });
			const run = loop.run();
			while (!world.sent.some(line => line.startsWith("AT+CIPSTART"))) await world.clock.advance(10);
			loop.close();
			await world.clock.run(run, 30_000);
			await world.clock.advance(30_000);
			assert.notInclude(world.sent.join(), "AT+CIPSEND");
			assert.isTrue(server.last.closed);
			world.close();
		});

		it(`at any time sends no message afterwards, closes its connections and ends soon, ${mode}`, async () => {
			for (let afterMs = 11_500; afterMs < 14_500; afterMs += 100) {
				const world = new World({ modem: { multiplex: "multi" === mode } });
				let heard = 0;
				const servers = destinations.map(({ port }) => world.network.server(`host.example:${port}`, () => void heard++));
				const loop = world.loop({ mode, destinations, answerTimeoutMs: 600_000 });
				const run = loop.run();
				await world.clock.advance(afterMs);
				loop.close();
				const before = world.sent.filter(line => line.startsWith("AT+CIPSEND")).length;
				const events = world.of("sent").length;
				await world.clock.run(run, 30_000);
				await world.clock.advance(30_000);
				assert.equal(world.sent.filter(line => line.startsWith("AT+CIPSEND")).length, before, `${afterMs} ms`);
				assert.equal(world.of("sent").length, events);
				for (const { connections } of servers) for (const { closed } of connections) assert.isTrue(closed, `${afterMs} ms`);
				world.close();
			}
		});
	}
});

describe("uplink/loop: more destinations than slots", () => {
	for (const [name, multiplex, count] of [
		["nine on a modem with eight", true, 9],
		["twenty on a modem with eight", true, 20],
		["three on a modem with one", false, 3],
	] as const) {
		it(`serves ${name}, each once`, async () => {
			const world = new World({ modem: { multiplex } });
			const messages: string[] = [];
			for (let port = 1; port <= count; port++) {
				world.network.server(`host.example:${port}`, data => {
					messages.push(`${port} ${textOf(data)}`);
					return "ok";
				});
			}
			const many = Array.from({ length: count }, (_, index) => ({ ...destinations[0]!, port: index + 1 }));
			await world.clock.run(world.loop({ destinations: many, mode: "multi", cycles: 2 }).run());
			assert.deepEqual(world.of("failed"), []);
			assert.lengthOf(messages, 2 * count);
			assert.equal(new Set(messages).size, 2 * count, "none twice");
			world.close();
		});
	}

	it("serves the rest when some of the first can't be reached", async () => {
		const world = new World({ modem: { multiplex: true } });
		world.network.server("host.example:80", () => "ok");
		const many = Array.from({ length: 20 }, (_, index) => ({ ...destinations[0]!, port: 1 === index % 2 ? 80 : 9 }));
		await world.clock.run(world.loop({ destinations: many, mode: "multi", cycles: 1 }).run());
		assert.lengthOf(world.of("answered"), 10);
		assert.deepEqual(new Set(world.of("failed").map(({ error }) => error.code)), new Set(["CONNECT_FAILED"]));
		world.close();
	});

	it("fails with NO_SLOT when somebody else has them all, and waits for nobody", async () => {
		const world = new World({ modem: { multiplex: true } });
		world.network.server("host.example:80", () => "ok");
		await world.clock.run(world.modem.up());
		for (let slot = 0; slot < 8; slot++) await world.clock.run(world.modem.open(destinations[0]!));
		const many = Array.from({ length: 3 }, () => destinations[0]!);
		await world.clock.run(world.loop({ destinations: many, mode: "multi", cycles: 1 }).run(), 60_000);
		assert.deepEqual(
			world.of("failed").map(({ error }) => error.code),
			["NO_SLOT", "NO_SLOT", "NO_SLOT"],
		);
		world.close();
	});
});

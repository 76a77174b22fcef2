/* main.ts on a host with a virtual modem, on a clock moved by hand: on Node and on XS. */
import { assert } from "chai";
import type { Settings } from "../../../hosts/host.js";
import { HandClock } from "../../../hosts/node/clock.js";
import { DEFAULT_SETTINGS, type VirtualHost, type VirtualHostOptions, virtualHost } from "../../../hosts/node/virtual-host.js";
import { firmware } from "../../../main.js";
import { FakeNetwork } from "../../virtual/network.js";

const DESTINATION = { protocol: "TCP", host: "example.com", port: 7 } as const;

describe("hosts/node/virtual-host", () => {
	let clock: HandClock;
	let network: FakeNetwork;
	let events: string[];
	let trace: string[];
	let world: VirtualHost;

	function build(settings: Partial<Settings> = {}, options: Partial<VirtualHostOptions> = {}): VirtualHost {
		world = virtualHost({
			clock,
			network,
			settings: { destinations: [DESTINATION], ...settings },
			onEvent: ({ kind }) => events.push(kind),
			onTrace: (direction, line) => trace.push(`${direction} ${line}`),
			...options,
		});
		return world;
	}

	beforeEach(() => {
		clock = new HandClock();
		network = new FakeNetwork(clock);
		events = [];
		trace = [];
	});

	it("has the settings that are given, and defaults for the others", () => {
		const { settings } = build({ mode: "multi", cycles: 1 }).host;
		assert.deepEqual(settings, { ...DEFAULT_SETTINGS, destinations: [DESTINATION], mode: "multi", cycles: 1 });
		world.close();
	});

	it("carries main from the power key to the last answer", async () => {
		const server = network.server("example.com:7", bytes => bytes);
		const running = firmware(build().host);
		await clock.run(running.done);
		const received = server.connections.map(connection => String.fromCharCode(...connection.received));
		assert.deepEqual(received, ["message 1", "message 2", "message 3"]);
		assert.equal(events[0], "cycle");
		assert.equal(events.filter(kind => "answered" === kind).length, 3);
		assert.equal(events.at(-1), "finished");
		assert.include(trace, "> AT+CIICR");
		assert.isAbove(world.modem.ownMs, 5_000);
		assert.equal(world.modem.status, 1);
		running.close();
		world.close();
	});

	it("keeps what the SIM refused in the host's memory", async () => {
		let remembered: string | undefined;
		const pinMemory = {
			read: () => remembered,
			write(text: string | undefined) {
				remembered = text;
			},
		};
		const running = firmware(build({ pin: "4321" }, { sim: { pin: "1234" }, pinMemory }).host);
		await clock.run(running.done);
		assert.isString(remembered);
		assert.notInclude(remembered, "4321");
		running.close();
		world.close();
	});

	it("leaves nothing behind, whenever it is closed", async () => {
		network.server("example.com:7", bytes => bytes);
		for (const atMs of [0, 500, 1_500, 3_000, 5_000, 9_000, 10_500, 11_000, 12_000]) {
			const running = firmware(build().host);
			await clock.advance(atMs);
			running.close();
			world.close();
			const told = events.length;
			await clock.advance(0); // the network hears of it a moment later
			assert.equal(clock.pending, 0, `timers left after ${atMs} ms`);
			await clock.advance(100_000);
			assert.lengthOf(events, told, `an event after close() at ${atMs} ms`);
		}
	});
});

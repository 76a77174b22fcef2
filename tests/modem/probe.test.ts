/* The states that a reboot of the microcontroller leaves a modem in: each is found and ended, in bounded time. */
import { assert } from "chai";
import type { VirtualBoardOptions } from "../../modules/virtual/board.js";
import { bytesOf, textOf } from "../support/line.js";
import { changeSent, tapHeard } from "../support/wire.js";
import { World } from "../support/world.js";

/** What the firmware had sent before it was reset; each line is given 3 s. */
async function left(world: World, lines: readonly string[]): Promise<void> {
	let heard = "";
	const end = tapHeard(world.board, (bytes, receive) => {
		heard += textOf(bytes);
		receive(bytes);
	});
	for (const line of lines) {
		world.board.modem.receive(bytesOf(line));
		await world.clock.advance(3_000);
	}
	end();
	assert.notInclude(heard, "ERROR", "the modem is in the state that the test wants");
}

const CONNECTED = ['AT+CSTT="internet"\r', "AT+CIICR\r", "AT+CIFSR\r", 'AT+CIPSTART="TCP","host.example",80\r'];
const SEVERAL = ["AT+CIPMUX=1\r", ...CONNECTED.map(line => line.replace("CIPSTART=", "CIPSTART=3,"))];

const states: readonly (readonly [string, readonly string[], Partial<VirtualBoardOptions>?])[] = [
	["idle, with echo", []],
	["idle, without echo", ["ATE0\r"]],
	["in the middle of a line", ["AT+CIPSTAT"]],
	["connected, in single mode", CONNECTED],
	["connected, in multi mode", SEVERAL],
	["in data entry without a length", [...CONNECTED, "AT+CIPSEND\r", "half a mess"]],
	["waiting for 5 more bytes", [...CONNECTED, "AT+CIPSEND=16\r", "half a mess"]],
	["waiting for 1000 more bytes", [...SEVERAL, "AT+CIPSEND=3,1011\r", "half a mess"]],
	["in transparent mode", ["AT+CIPMODE=1\r", ...CONNECTED, "raw data"]],
	["in transparent mode, in the middle of an escape", ["AT+CIPMODE=1\r", ...CONNECTED, "raw data", "++"]],
	["at 9600 baud", [], { baud: 9_600 }],
	["at 57600 baud", [], { baud: 57_600 }],
	["in autobaud", [], { baud: 0 }],
	["with quick sending, addresses and its prompt off", ["AT+CIPQSEND=1;+CIPSRIP=1;+CIPSPRT=0\r"]],
];

describe("modem/probe", () => {
	for (const [name, lines, board] of states) {
		for (const status of [true, false]) {
			it(`finds a modem ${name}, ${status ? "with" : "without"} a STATUS pin, and never presses its key`, async () => {
				const world = new World({ board: { on: true, ...board }, wired: { status } });
				const server = world.network.server("host.example:80", data => data);
				await left(world, lines);
				const sinceMs = world.clock.elapsedMs;
				await world.clock.run(world.modem.up());
				assert.isBelow(world.clock.elapsedMs - sinceMs, 20_000);
				assert.deepEqual(world.of("power-key"), []);
				assert.equal(world.of("powered")[0]?.pulses, 0);
				const connection = await world.clock.run(world.modem.open({ protocol: "TCP", host: "host.example", port: 80 }));
				await world.clock.run(connection.send(bytesOf("a new message")));
				assert.equal(server.last.text, "a new message");
				assert.equal((await world.clock.run(connection.receive(10_000)))?.length, 13);
				world.close();
			});
		}
	}

	for (const stored of ["ATV0", "ATQ1", "ATE0Q1V0"]) {
		it(`finds one that has stored ${stored}, on or off, and presses its key only when it is off`, async () => {
			const world = new World({ board: { on: true } });
			for (const line of [`${stored}\r`, "AT&W\r"]) {
				world.board.modem.receive(bytesOf(line));
				await world.clock.advance(500);
			}
			await world.clock.run(world.modem.up());
			assert.equal(world.of("powered")[0]?.pulses, 0);
			world.board.modem.receive(bytesOf("AT+CPOWD=1\r"));
			await world.clock.advance(10_000);
			await world.clock.run(world.modem.up());
			assert.equal(world.of("powered")[1]?.pulses, 1);
			world.close();
		});
	}

	it("goes on at the next rate when the port does not have one, and ends with the port open", async () => {
		for (const refused of [38_400, 1_200]) {
			for (const baud of [19_200, 115_200]) {
				const world = new World({ board: { on: true, baud } });
				world.modem.close();
				const { io } = world.board.serial;
				const serial = {
					...world.board.serial,
					io: class extends io {
						constructor(options: ConstructorParameters<typeof io>[0]) {
							if (refused === options.baud) throw new RangeError("no such rate");
							super(options);
						}
					},
				};
				const second = new World({ modem: { serial, clock: world.clock }, wired: { powerKey: false, status: false } });
				if (115_200 === baud) changeSent(world, text => (text.startsWith("AT") && world.clock.elapsedMs < 6_000 ? "" : text));
				await world.clock.run(second.modem.up());
				second.close();
				world.close();
			}
		}
	});

	it("starts one that is off and stores another rate", async () => {
		const world = new World({ board: { baud: 19_200 } });
		await world.clock.run(world.modem.up());
		assert.equal(world.of("powered")[0]?.pulses, 1);
		world.close();
	});

	it("stores the rate that it has fixed, so that the next start need not look for it", async () => {
		for (const model of ["sim900", "sim800"] as const) {
			const world = new World({ board: { baud: 0, model } });
			await world.clock.run(world.modem.up());
			const firstMs = world.of("powered")[0]!.afterMs;
			world.board.modem.receive(bytesOf("AT+CPOWD=1\r"));
			await world.clock.advance(10_000);
			await world.clock.run(world.modem.up());
			assert.isBelow(world.of("powered")[1]!.afterMs, firstMs - 1_000, model);
			world.close();
		}
	});

	it("starts one that is off and finds the rate by itself", async () => {
		const world = new World({ board: { baud: 0 } });
		await world.clock.run(world.modem.up());
		assert.equal(world.of("powered")[0]?.pulses, 1);
		world.close();
	});

	it("presses the key of one that is off after at most 10 s, when STATUS is not wired", async () => {
		const world = new World({ wired: { status: false } });
		void world.modem.up().catch(() => {});
		await world.clock.advance(10_000);
		assert.isNotEmpty(world.of("power-key"));
		world.close();
		await world.clock.advance(1);
	});
});

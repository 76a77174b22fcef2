/* What is lost while the modem is being set up is noticed, and set up again: by a restart, by the network. */
import { assert } from "chai";
import { bytesOf } from "../support/line.js";
import { changeHeard, changeSent } from "../support/wire.js";
import { World } from "../support/world.js";

const PIN = { board: { sim: { pin: "4711" } }, modem: { pin: "4711" } };

/** The modem's supply dips: it restarts without a word. */
function dip(world: World): void {
	world.board.modem.supply.dip(true);
}

/** Lets time pass until `done`, by a millisecond. */
async function until(world: World, done: () => boolean): Promise<void> {
	for (let ms = 0; !done(); ms++) {
		assert.isBelow(ms, 60_000, "it never came");
		await world.clock.advance(1);
	}
}

/** The commands since the modem has last said RDY. */
function sentSinceStart(world: World): string {
	return world.trace.slice(world.trace.lastIndexOf("< RDY")).join("\n");
}

for (const [name, options] of [
	["without a PIN", {}],
	["with a PIN", PIN],
] as const) {
	describe(`modem: a restart in the middle of up(), ${name}`, () => {
		for (let atMs = 4_000; atMs <= 10_600; atMs += 300) {
			it(`after ${atMs} ms`, async () => {
				const world = new World(options);
				world.clock.setTimer(() => dip(world), atMs);
				await world.clock.run(world.modem.up());
				assert.equal(world.trace.filter(line => "< RDY" === line).length, 2);
				for (const command of ["AT+CMEE=1", "AT+CREG=1;+CGREG=1", "AT+CIPMUX=0", "AT+CIICR"])
					assert.include(sentSinceStart(world), `> ${command}`);
				assert.match(world.modem.address!, /^10\./);
				assert.isAtMost(world.of("powered").length, 2);
				world.close();
			});
		}

		it("is noticed at once, not at the next question", async () => {
			const world = new World({ ...options, board: { ...options.board, radio: { registers: "never" } } });
			const up = world.modem.up().catch(error => error.code);
			await until(world, () => world.of("searching").length > 0);
			await world.clock.advance(2_000);
			world.board.uart.receive(bytesOf("\r\nRDY\r\n"));
			await world.clock.advance(1_500); // of which recovery waits a second
			assert.lengthOf(world.of("powered"), 2);
			world.close();
			assert.equal(await up, "CLOSED");
		});

		for (const answer of ["+CREG: 1,2\r\n\r\nOK\r\n", "+CPIN: READY\r\n\r\nOK\r\n", "SHUT OK\r\n", "10.1.4.157\r\n"]) {
			it(`is noticed in one breath with "${answer.trimEnd().replaceAll("\r\n", " ")}"`, async () => {
				const world = new World(options);
				changeHeard(world, answer, `${answer}\r\nRDY\r\n`);
				await world.clock.run(world.modem.up());
				assert.lengthOf(world.of("powered"), 2);
				assert.include(sentSinceStart(world), "> AT+CREG=1;+CGREG=1");
				world.close();
			});
		}
	});
}

describe("modem: losses in the middle of up()", () => {
	it("gives up after three restarts, and does not call it up", async () => {
		const world = new World();
		const again = () => {
			dip(world);
			world.clock.setTimer(again, 5_000);
		};
		world.clock.setTimer(again, 5_000);
		assert.equal(await world.clock.run(world.modem.up().catch(error => error.code)), "MODEM_RESTARTED");
		assert.isUndefined(world.modem.address);
		world.close();
	});

	it("tries a PIN again whose answer a restart has swallowed, while no try is spent", async () => {
		const world = new World(PIN);
		const up = world.modem.up();
		await until(world, () => world.sent.some(line => line.startsWith("AT+CPIN=")));
		dip(world);
		await world.clock.run(up);
		assert.lengthOf(world.of("pin-entered"), 2);
		world.close();
	});

	it("builds the bearer up again that the network took away with its address", async () => {
		const world = new World();
		changeHeard(world, "10.1.4.157\r\n", "10.1.4.157\r\n\r\n+PDP: DEACT\r\n");
		await world.clock.run(world.modem.up());
		assert.lengthOf(world.of("powered"), 1);
		assert.equal(world.sent.filter(line => "AT+CIFSR" === line).length, 2);
		assert.notEqual(world.modem.address, "10.1.4.157");
		world.close();
	});

	it("says BEARER_LOST when the network does so each time", async () => {
		const world = new World();
		changeHeard(world, "10.", "+PDP: DEACT\r\n\r\n10.", 99);
		assert.equal(await world.clock.run(world.modem.up().catch(error => error.code)), "BEARER_LOST");
		assert.isUndefined(world.modem.address);
		world.close();
	});

	it("says NO_MODEM when the modem falls silent, and asks no further", async () => {
		const world = new World({ board: { radio: { registers: "never" } } });
		const up = world.modem.up().catch(error => error.code);
		await until(world, () => world.of("searching").length > 0);
		changeSent(world, () => "");
		void world.modem.client.send({ line: "AT", timeoutMs: 1_000 }).catch(() => {});
		assert.equal(await world.clock.run(up), "NO_MODEM");
		assert.lengthOf(world.of("powered"), 1);
		world.close();
	});

	it("takes no offence at the +PDP: DEACT that AT+CIPSHUT brings", async () => {
		const world = new World({ board: { on: true } });
		changeHeard(world, "SHUT OK", "+PDP: DEACT\r\n\r\nSHUT OK");
		await world.clock.run(world.modem.up());
		assert.equal(world.sent.filter(line => "AT+CIPSHUT" === line).length, 1);
		world.close();
	});
});

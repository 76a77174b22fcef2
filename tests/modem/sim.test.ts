/* A SIM has three tries: what the driver does with them. */
import { assert } from "chai";
import type { PinMemory } from "../../modules/modem/sim.js";
import { World, type WorldOptions } from "../support/world.js";

class Memory implements PinMemory {
	text: string | undefined;
	read(): string | undefined {
		return this.text;
	}
	write(text: string | undefined): void {
		this.text = text;
	}
}

async function up(options: WorldOptions): Promise<{ world: World; code: string }> {
	const world = new World(options);
	const code = await world.clock.run(
		world.modem.up().then(
			() => "up",
			error => error.code,
		),
	);
	return { world, code };
}

function pinsEntered(world: World): number {
	return world.sent.filter(line => line.startsWith("AT+CPIN=")).length;
}

/** What the SIM itself says, after the driver is gone. */
async function triesLeft(world: World, { client } = world.modem): Promise<string> {
	const answers: string[] = [];
	await world.clock.run(
		client.send({
			line: "AT+SPIC",
			timeoutMs: 1_000,
			isInfo: line => line.startsWith("+SPIC"),
			read: info => answers.push(info),
		}),
	);
	return answers[0]!;
}

describe("modem/sim", () => {
	it("enters the PIN that the SIM asks for, once", async () => {
		const { code, world } = await up({ board: { sim: { pin: "4711" } }, modem: { pin: "4711" } });
		assert.equal(code, "up");
		assert.equal(pinsEntered(world), 1);
		assert.deepEqual(
			world.of("sim").map(({ state }) => state),
			["SIM PIN", "READY"],
		);
		assert.notInclude(world.trace.join("\n"), "4711");
		world.close();
	});

	it("enters no PIN when the SIM asks for none", async () => {
		const { code, world } = await up({ modem: { pin: "4711" } });
		assert.equal(code, "up");
		assert.equal(pinsEntered(world), 0);
		world.close();
	});

	it("does not enter the PIN again after a restart of the microcontroller alone", async () => {
		const { world } = await up({ board: { sim: { pin: "4711" } }, modem: { pin: "4711" } });
		world.modem.close();
		const second = new World({
			modem: { serial: world.board.serial, clock: world.clock, pin: "4711" },
			wired: { powerKey: false, status: false },
		});
		await world.clock.run(second.modem.up());
		assert.equal(pinsEntered(second), 0);
		second.close();
		world.close();
	});

	it("tries a wrong PIN once, says so, and does not try it again", async () => {
		const { code, world } = await up({ board: { sim: { pin: "4711" } }, modem: { pin: "1234" } });
		assert.equal(code, "PIN_WRONG");
		const again = await world.clock.run(world.modem.up().catch(error => error.code));
		assert.equal(again, "PIN_NOT_TRIED");
		assert.equal(pinsEntered(world), 1);
		assert.equal(await triesLeft(world), "+SPIC: 2,3,10,10");
		world.close();
	});

	it("remembers over a restart that the SIM refused this PIN, and takes another", async () => {
		const pinMemory = new Memory();
		const { code, world } = await up({ board: { sim: { pin: "4711" } }, modem: { pin: "1234", pinMemory } });
		assert.equal(code, "PIN_WRONG");
		assert.isString(pinMemory.text);
		assert.notInclude(pinMemory.text!, "1234");
		world.modem.close();
		const rest = { serial: world.board.serial, clock: world.clock, pinMemory };
		const wired = { powerKey: false, status: false };
		const second = new World({ modem: { ...rest, pin: "1234" }, wired });
		assert.equal(await world.clock.run(second.modem.up().catch(error => error.code)), "PIN_NOT_TRIED");
		assert.equal(pinsEntered(second), 0);
		second.close();
		const third = new World({ modem: { ...rest, pin: "4711" }, wired });
		await world.clock.run(third.modem.up());
		assert.isUndefined(pinMemory.text, "a right PIN clears the memory");
		third.close();
		world.close();
	});

	for (const left of [1, 0]) {
		it(`does not touch the SIM with ${left} tries left`, async () => {
			const { code, world } = await up({ board: { sim: { pin: "4711", triesLeft: left } }, modem: { pin: "4711" } });
			assert.equal(code, 0 === left ? "PUK_REQUIRED" : "PIN_NOT_TRIED");
			assert.equal(pinsEntered(world), 0);
			world.close();
		});
	}

	it("never blocks a SIM, however often a driver without memory starts with a wrong PIN", async () => {
		const { world } = await up({ board: { sim: { pin: "4711" } }, modem: { pin: "1234" } });
		world.modem.close();
		const codes: string[] = [];
		for (let start = 0; start < 6; start++) {
			const next = new World({
				modem: { serial: world.board.serial, clock: world.clock, pin: "1234" },
				wired: { powerKey: false, status: false },
			});
			codes.push(await world.clock.run(next.modem.up().catch(error => error.code)));
			if (5 === start) assert.equal(await triesLeft(world, next.modem), "+SPIC: 1,3,10,10");
			next.modem.close();
		}
		assert.deepEqual(codes, ["PIN_WRONG", ...new Array(5).fill("PIN_NOT_TRIED")]);
		world.close();
	});

	it("asks for a PIN when none was given", async () => {
		const { code, world } = await up({ board: { sim: { pin: "4711" } } });
		assert.equal(code, "PIN_REQUIRED");
		world.close();
	});

	it("says SIM_MISSING without a SIM", async () => {
		const { code, world } = await up({ board: { sim: { inserted: false } } });
		assert.equal(code, "SIM_MISSING");
		world.close();
	});
});

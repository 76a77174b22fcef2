/* What a PIN may cost when answers are damaged, get lost, or are not there: never a try too many, never a lock-out. */
import { assert } from "chai";
import { changeHeard, changeSent } from "../support/wire.js";
import { World, type WorldOptions } from "../support/world.js";

class Memory {
	text: string | undefined;
	read(): string | undefined {
		return this.text;
	}
	write(text: string | undefined): void {
		this.text = text;
	}
}

/** A microcontroller that is switched off in the middle of AT+CPIN=; what its memory and the SIM are left with. */
async function cutOff(pin: string, triesLeft: number): Promise<{ world: World; pinMemory: Memory }> {
	const pinMemory = new Memory();
	const world = new World({ board: { sim: { pin: "4711", triesLeft } }, modem: { pin, pinMemory } });
	void world.modem.up().catch(() => {});
	while (!world.sent.some(line => line.startsWith("AT+CPIN="))) await world.clock.advance(1);
	await world.clock.advance(14); // the line is with the modem, echoed and ended; its answer takes longer
	world.modem.close();
	return { world, pinMemory };
}

function codeOf(world: World, clock = world.clock): Promise<string> {
	return clock.run(
		world.modem.up().then(
			() => "up",
			error => error.code,
		),
	);
}

/** A new driver on the same modem. */
function next(world: World, modem: WorldOptions["modem"]): World {
	world.modem.close();
	return new World({
		modem: { serial: world.board.serial, clock: world.clock, ...modem },
		wired: { powerKey: false, status: false },
	});
}

describe("modem/sim: tries of the PIN", () => {
	for (const triesLeft of [3, 2]) {
		it(`a right PIN whose answer was lost with the power is given again, with ${triesLeft} tries left`, async () => {
			const { pinMemory, world } = await cutOff("4711", triesLeft);
			assert.isString(pinMemory.text);
			assert.notInclude(pinMemory.text!, "4711");
			await world.clock.advance(5_000);
			world.board.modem.supply.dip(true); // it asks for the PIN again
			await world.clock.advance(5_000);
			const second = next(world, { pin: "4711", pinMemory });
			assert.equal(await codeOf(second, world.clock), "up");
			assert.isUndefined(pinMemory.text);
			second.close();
			world.close();
		});
	}

	it("a wrong PIN whose answer was lost with the power is not given again", async () => {
		const { pinMemory, world } = await cutOff("1234", 3);
		await world.clock.advance(5_000); // the SIM has counted it
		const second = next(world, { pin: "1234", pinMemory });
		assert.equal(await codeOf(second, world.clock), "PIN_NOT_TRIED");
		second.close();
		const third = next(world, { pin: "4711", pinMemory });
		assert.equal(await codeOf(third, world.clock), "up", "the right one is");
		third.close();
		world.close();
	});

	it("a PIN that the SIM has called wrong is not given again, though a phone has brought the tries back", async () => {
		const pinMemory = new Memory();
		const world = new World({ board: { sim: { pin: "4711" } }, modem: { pin: "1234", pinMemory } });
		assert.equal(await codeOf(world), "PIN_WRONG");
		changeHeard(world, "+SPIC: 2", "+SPIC: 3", 9);
		assert.equal(await codeOf(world), "PIN_NOT_TRIED");
		const second = next(world, { pin: "1234", pinMemory });
		assert.equal(await codeOf(second, world.clock), "PIN_NOT_TRIED");
		assert.lengthOf(second.of("pin-entered"), 0);
		second.close();
		world.close();
	});

	it("one damaged number of tries does not cost the last of them", async () => {
		const world = new World({ board: { sim: { pin: "4711", triesLeft: 1 } }, modem: { pin: "1234" } });
		changeHeard(world, "+SPIC: 1", "+SPIC: 3");
		assert.equal(await codeOf(world), "MALFORMED");
		assert.equal(await codeOf(world), "PIN_NOT_TRIED");
		assert.lengthOf(world.of("pin-entered"), 0);
		world.close();
	});

	it("firmware that does not tell the tries is given no PIN, and the user is told so", async () => {
		const world = new World({ board: { sim: { pin: "4711" } }, modem: { pin: "4711" } });
		changeSent(world, text => text.replace("AT+SPIC", "AT+SPIX"));
		const error = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.equal(error.code, "PIN_NOT_TRIED");
		assert.match(error.message, /does not tell/);
		assert.lengthOf(world.of("pin-entered"), 0);
		world.close();
	});
});

describe("modem/sim: a SIM that does not get ready", () => {
	it("is given up in time, though the modem answers each question", async () => {
		const world = new World({ board: { on: true } });
		changeSent(world, text => text.replace("AT+CPIN?", "AT+CSCLK?"));
		changeHeard(world, "+CSCLK: 0", "+CPIN: NOT READY", 999);
		const error = await world.clock.run(
			world.modem.up().catch(caught => caught),
			60_000,
		);
		assert.equal(error.code, "SIM_NOT_READY");
		assert.match(error.message, /SIM/);
		world.close();
	});

	for (const level of [0, 4]) {
		for (const pin of [undefined, "4711"]) {
			it(`is given full functionality first, after AT+CFUN=${level}, ${pin ? "with" : "without"} a PIN`, async () => {
				const world = new World({ board: { on: true, ...(pin && { sim: { pin } }) }, modem: { pin } });
				world.board.modem.receive(Uint8Array.from(`AT+CFUN=${level}\r`, character => character.charCodeAt(0)));
				await world.clock.advance(10_000);
				assert.equal(await codeOf(world), "up");
				assert.equal(world.sent.filter(line => "AT+CFUN=1" === line).length, 1);
				world.close();
			});
		}
	}

	it("is not asked for more than it has: AT+CFUN=1 only where it is missing, and never a must", async () => {
		const world = new World();
		assert.equal(await codeOf(world), "up");
		assert.notInclude(world.sent, "AT+CFUN=1");
		world.close();
		const other = new World();
		changeSent(other, text => text.replace("AT+CFUN", "AT+CFUX"));
		assert.equal(await codeOf(other), "up");
		other.close();
	});
});

/* One byte lost, changed or doubled around the PIN: the right one is never held for wrong, the wrong one never spent twice. */
import { assert } from "chai";
import { bytesOf, textOf } from "../support/line.js";
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

const DAMAGE: Readonly<Record<string, (text: string, at: number) => string>> = {
	lost: (text, at) => text.slice(0, at) + text.slice(at + 1),
	changed: (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
	doubled: (text, at) => text.slice(0, at + 1) + text.slice(at),
};

/** Damages the byte at `at` of the first `times` lines that begin with `head`. True once it has. */
function damageSent(world: World, head: string, at: number, how: string, times = 1): () => boolean {
	const { modem } = world.board;
	const receive = modem.receive.bind(modem);
	let left = times;
	let ends = false; // a line that is echoed first gets its end later
	modem.receive = bytes => {
		const text = textOf(bytes);
		const place = ends ? at - head.length : at;
		const damages = left > 0 && (ends || text.startsWith(head)) && place >= 0 && place < text.length;
		ends = !ends && text === head;
		if (damages) left--;
		receive(damages ? bytesOf(DAMAGE[how]!(text, place)) : bytes);
	};
	return () => left < times;
}

/** Calls up() again as recovery allows, until it is up or a person is needed; what it ends in. */
async function keepUp(world: World, clock = world.clock): Promise<string> {
	for (let tries = 0; tries < 20; tries++) {
		const code = await clock.run(
			world.modem.up().then(
				() => "up",
				error => error.code,
			),
		);
		if ("up" === code || code.startsWith("P")) return code;
		await clock.advance(world.modem.next.waitMs);
	}
	throw new Error("it goes on for ever");
}

/** Damages the byte at `at` of all that is heard after the line that begins with `head` has been sent. */
function damageHeard(world: World, head: string, at: number, how: string): () => boolean {
	const { modem, uart } = world.board;
	const [receive, hear] = [modem.receive.bind(modem), uart.receive.bind(uart)];
	let heard: number | undefined;
	modem.receive = bytes => {
		if (textOf(bytes).startsWith(head)) heard ??= 0;
		receive(bytes);
	};
	uart.receive = bytes => {
		if (undefined === heard) return hear(bytes);
		const place = at - heard;
		heard += bytes.length;
		hear(place >= 0 && place < bytes.length ? bytesOf(DAMAGE[how]!(textOf(bytes), place)) : bytes);
	};
	return () => undefined !== heard && heard > at;
}

/** A new driver on the same modem, as after a reboot of the microcontroller. */
function rebooted(world: World, before: World, modem: WorldOptions["modem"]): World {
	before.modem.close();
	return new World({
		modem: { serial: world.board.serial, clock: world.clock, ...modem },
		wired: { powerKey: false, status: false },
	});
}

const RIGHT = { board: { sim: { pin: "4711" } }, modem: { pin: "4711" } } satisfies WorldOptions;

describe("modem/sim: one byte", () => {
	for (const how of Object.keys(DAMAGE)) {
		for (const line of ["AT+SPIC\r", 'AT+CPIN="4711"\r', "ATE1\r"]) {
			for (let at = 0; at < line.length; at++) {
				it(`${how} at ${at} of ${line.trimEnd()}: the right PIN unlocks the SIM`, async () => {
					const pinMemory = new Memory();
					const world = new World({ ...RIGHT, modem: { ...RIGHT.modem, pinMemory } });
					const done = damageSent(world, line.trimEnd(), at, how);
					assert.equal(await keepUp(world), "up");
					assert.isTrue(done(), "nothing was damaged");
					assert.isUndefined(pinMemory.text);
					assert.equal(world.board.modem.card.triesLeft, 3);
					world.close();
				});
			}
		}
	}

	for (const how of Object.keys(DAMAGE)) {
		for (let at = 0; at < 120; at += 4) {
			it(`${how} at ${at} of what is heard from AT+SPIC on: the right PIN unlocks the SIM`, async () => {
				const pinMemory = new Memory();
				const world = new World({ ...RIGHT, modem: { ...RIGHT.modem, pinMemory } });
				const done = damageHeard(world, "AT+SPIC", at, how);
				assert.equal(await keepUp(world), "up");
				assert.isTrue(done(), "nothing was damaged");
				assert.isUndefined(pinMemory.text);
				assert.equal(world.board.modem.card.triesLeft, 3);
				world.close();
			});
		}

		it(`${how} anywhere in the line of a wrong PIN: a try is left for a person, and it is known as wrong`, async () => {
			for (let at = 0; at < 15; at++) {
				const pinMemory = new Memory();
				const world = new World({ board: { sim: { pin: "4711" } }, modem: { pin: "1234", pinMemory } });
				damageSent(world, "AT+CPIN=", at, how);
				assert.notEqual(await keepUp(world), "up");
				assert.isAtLeast(world.board.modem.card.triesLeft, 1, `at ${at}`);
				assert.match(pinMemory.text!, /^[0-9a-f]+$/, `at ${at}`);
				world.close();
			}
		});
	}

	it("lost in AT+SPIC three times in a row is no reason to call the firmware old", async () => {
		const world = new World(RIGHT);
		damageSent(world, "AT+SPIC", 4, "lost", 3);
		assert.equal(await world.clock.run(world.modem.up().then(() => "up")), "up");
		world.close();
	});
});

describe("modem/sim: a wrong PIN and a reboot", () => {
	for (let afterMs = 0; afterMs < 600; afterMs += 50) {
		it(`${afterMs} ms after it was given: it costs one try, and never another, not even when a phone brings them back`, async () => {
			const pinMemory = new Memory();
			const world = new World({ board: { sim: { pin: "4711" } }, modem: { pin: "1234", pinMemory } });
			void world.modem.up().catch(() => {});
			while (0 === world.of("pin-entered").length) await world.clock.advance(1);
			await world.clock.advance(afterMs);
			const second = rebooted(world, world, { pin: "1234", pinMemory });
			await world.clock.advance(5_000);
			assert.oneOf(await keepUp(second, world.clock), ["PIN_NOT_TRIED", "PIN_WRONG"]);
			assert.equal(world.board.modem.card.triesLeft, 2);
			world.board.modem.card.triesLeft = 3; // a phone
			const third = rebooted(world, second, { pin: "1234", pinMemory });
			assert.equal(await keepUp(third, world.clock), "PIN_NOT_TRIED");
			assert.equal(world.board.modem.card.triesLeft, 3);
			const fourth = rebooted(world, third, { pin: "4711", pinMemory });
			assert.equal(await keepUp(fourth, world.clock), "up");
			fourth.close();
			world.close();
		});
	}
});

/* A modem that answers AT and is stuck all the same: by which rung it comes back, and how soon. */
import { assert } from "chai";
import { bytesOf, textOf } from "../support/line.js";
import { World, type WorldOptions } from "../support/world.js";

interface Story {
	readonly world: World;
	/** What recovery decided before each try, with the seconds of the wait before it. */
	readonly rungs: string[];
	readonly codes: string[];
}

/** Tries as recovery says until it is up. */
async function keepUp(world: World): Promise<Story> {
	const rungs: string[] = [];
	const codes: string[] = [];
	for (let tries = 0; tries < 40; tries++) {
		const { rung, waitMs } = world.modem.next;
		await world.clock.advance(waitMs);
		rungs.push(rung);
		const code = await world.clock.run(
			world.modem.up().then(
				() => "up",
				error => error.code,
			),
			12 * 3_600_000,
		);
		codes.push(code);
		if ("up" === code) return { world, rungs, codes };
	}
	throw new Error(`it never came up: ${rungs.join(" ")}, ${codes.join(" ")}`);
}

/** What the driver sends goes through `change`, "" is swallowed, until the modem has been off or has restarted. */
function stuck(world: World, change: (text: string) => string): void {
	const { modem } = world.board;
	const receive = modem.receive.bind(modem);
	let isStuck = true;
	modem.receive = bytes => {
		const text = isStuck ? change(textOf(bytes)) : textOf(bytes);
		if (text.startsWith("AT+CFUN=1,1")) isStuck = false;
		if (text.length > 0) receive(bytesOf(text));
	};
	const look = () => {
		if (0 === modem.status) isStuck = false;
		world.clock.setTimer(look, 100);
	};
	look();
}

async function story(change: (text: string) => string, options: WorldOptions = {}): Promise<Story> {
	const world = new World({ board: { on: true }, ...options });
	stuck(world, change);
	return keepUp(world);
}

function without(command: string): (text: string) => string {
	return text => (text.startsWith(command) ? "" : text);
}

function withoutKey(): WorldOptions {
	return { board: { on: true }, wired: { powerKey: false } };
}

describe("modem: stuck", () => {
	for (const command of ["AT+CIICR", "AT+CIPSHUT", "AT+CREG?"]) {
		for (const [name, options] of [
			["with a power key", {}],
			["without one", withoutKey()],
		] as const) {
			it(`in ${command}, ${name}: is restarted, within two hours, and not more often than once an hour`, async () => {
				const { rungs, world } = await story(without(command), options);
				assert.isBelow(world.clock.elapsedMs, 2 * 3_600_000);
				const restarts = rungs.filter(rung => "restart" === rung || "power-key" === rung);
				assert.isAtMost(restarts.length, 2, rungs.join(" "));
				assert.isAtLeast(restarts.length, 1, rungs.join(" "));
				assert.equal(world.modem.state.kind, "up");
				world.close();
			});
		}
	}

	it("answering AT only: is restarted", async () => {
		const { rungs, world } = await story(text => (text.startsWith("AT\r") || text.startsWith("AT+CFUN=1,1") ? text : "AT+XXX\r"));
		assert.includeMembers(["restart", "power-key"], rungs.slice(-1));
		world.close();
	});

	it("in the search for a network: the radio is switched off and on, and the SIM unlocked again", async () => {
		const world = new World({ board: { on: true, sim: { pin: "4711" } }, modem: { pin: "4711", registrationTimeoutMs: 60_000 } });
		let isHealed = false;
		const { modem, uart } = world.board;
		const [receive, hear] = [modem.receive.bind(modem), uart.receive.bind(uart)];
		modem.receive = bytes => {
			if (textOf(bytes).startsWith("AT+CFUN=0")) isHealed = true;
			receive(bytes);
		};
		uart.receive = bytes => hear(isHealed ? bytes : bytesOf(textOf(bytes).replace(/\+CREG: (1,)?1/, "+CREG: $12")));
		const { codes, rungs } = await keepUp(world);
		assert.equal(rungs.at(-1), "radio");
		assert.equal(codes[0], "NO_NETWORK");
		assert.isBelow(world.clock.elapsedMs, 600_000);
		assert.deepEqual(world.of("power-key"), []);
		assert.lengthOf(world.of("pin-entered"), 2);
		world.close();
	});

	it("and refusing to be switched off: the key does it, for it is known to be on", async () => {
		const { rungs, world } = await story(text => (text.startsWith("AT\r") || text.startsWith("ATE") ? text : "AT+XXX\r"));
		assert.equal(rungs.at(-1), "power-key");
		assert.equal(world.modem.state.kind, "up");
		assert.equal(world.board.modem.status, 1);
		world.close();
	});

	it("is not restarted while it only waits for its network, however long", async () => {
		const world = new World({ board: { radio: { registers: "denied" } }, modem: { registrationTimeoutMs: 300_000 } });
		let tries = 0;
		for (; world.clock.elapsedMs < 3_600_000; tries++) {
			await world.clock.run(
				world.modem.up().catch(() => {}),
				3_600_000,
			);
			await world.clock.advance(world.modem.next.waitMs);
		}
		assert.isAtMost(world.sent.filter(line => line.startsWith("AT+CFUN=1,1") || line.startsWith("AT+CPOWD")).length, 1);
		assert.isAtLeast(tries, 3);
		world.close();
	});

	it("down() ends a wait, and close() does", async () => {
		for (const end of ["down", "close"] as const) {
			const world = new World({ board: { radio: { apn: "other" } } });
			await world.clock.run(world.modem.up().catch(() => {}));
			const up = world.modem.up().catch(error => error.code);
			await world.clock.advance(1_000);
			const sinceMs = world.clock.elapsedMs;
			void Promise.resolve(world.modem[end]()).catch(() => {}); // the driver is closed before AT+CIPSHUT is answered
			assert.equal(await world.clock.run(up), "down" === end ? "BEARER_DOWN" : "CLOSED");
			assert.isBelow(world.clock.elapsedMs - sinceMs, 1_000);
			world.close();
		}
	});

	it("a longer wait is told as BACKOFF, with the time that is left", async () => {
		const world = new World({ board: { on: true, sim: { inserted: false } } });
		let error = { code: "", message: "" };
		for (let tries = 0; tries < 10 && "BACKOFF" !== error.code; tries++)
			error = await world.clock.run(world.modem.up().catch(caught => caught));
		assert.equal(error.code, "BACKOFF");
		assert.match(error.message, /^the SIM is not ready: the next try is in \d+ s$/);
		world.close();
	});
});

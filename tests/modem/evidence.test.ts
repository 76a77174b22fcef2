/* What proves a restart of the modem, and what does not; a SIM that is moved; a bearer that is taken down on purpose. */
import { assert } from "chai";
import { connectionState } from "../../modules/modem/commands.js";
import type { Connection } from "../../modules/modem/sockets/connection.js";
import { Cellular } from "../../modules/socket/cellular.js";
import { bytesOf } from "../support/line.js";
import { changeHeard, changeSent } from "../support/wire.js";
import { World, type WorldOptions } from "../support/world.js";

const PEER = { protocol: "TCP", host: "host.example", port: 80 } as const;

/** Up, with an open connection that tells how it ends. */
async function connected(options: WorldOptions = {}): Promise<{ world: World; connection: Connection; ends: unknown[] }> {
	const world = new World(options);
	world.network.server("host.example:80", data => data);
	await world.clock.run(world.modem.up());
	const ends: unknown[] = [];
	const connection = world.modem.connect(PEER, { onOpen() {}, onProgress() {}, onEnd: error => ends.push(error?.code) });
	await world.clock.advance(5_000);
	assert.isAbove(connection.writable, 0);
	return { world, connection, ends };
}

function say(world: World, line: string): void {
	world.board.uart.receive(bytesOf(`\r\n${line}\r\n`));
}

describe("modem: a restart is", () => {
	for (const line of ["AT+CPIN?", "AT+CFUN?"]) {
		it(`not the answer to an application's own ${line}`, async () => {
			const { connection, ends, world } = await connected();
			await world.clock.run(world.modem.client.send({ line, timeoutMs: 5_000 }));
			await world.clock.advance(10_000);
			assert.deepEqual(ends, []);
			assert.equal(world.modem.state.kind, "up");
			assert.isTrue(connection.write(bytesOf("still here")));
			await world.clock.advance(5_000);
			assert.equal(connection.read().length, "still here".length);
			world.close();
		});
	}

	for (const line of ["+CPIN: READY", "+CFUN: 1"]) {
		it(`not ${line} alone`, async () => {
			const { ends, world } = await connected();
			say(world, line);
			await world.clock.advance(10_000);
			assert.deepEqual(ends, []);
			assert.equal(world.modem.state.kind, "up");
			world.close();
		});

		it(`known by ${line} and a configuration that is gone, when RDY is lost`, async () => {
			const { ends, world } = await connected();
			changeHeard(world, "RDY", "RD");
			changeHeard(world, "+CPIN: READY" === line ? "+CFUN: 1" : "+CPIN: READY", "");
			world.board.modem.supply.dip(true);
			await world.clock.advance(6_000);
			assert.deepEqual(ends, ["MODEM_RESTARTED"]);
			assert.equal(world.modem.state.kind, "off");
			await world.clock.run(world.modem.up());
			world.close();
		});
	}

	it("RDY", async () => {
		const { ends, world } = await connected();
		say(world, "RDY");
		await world.clock.advance(1);
		assert.deepEqual(ends, ["MODEM_RESTARTED"]);
		world.close();
	});

	it("not concluded from one damaged answer", async () => {
		const { ends, world } = await connected();
		changeHeard(world, "+CMEE: 1", "+CMEE: 0");
		say(world, "+CFUN: 1");
		await world.clock.advance(10_000);
		assert.deepEqual(ends, []);
		world.close();
	});
});

describe("modem: a SIM", () => {
	it("that is pulled out is told as SIM_MISSING, and the modem comes back when it is in again", async () => {
		const { ends, world } = await connected();
		world.board.modem.insertSim(false);
		await world.clock.advance(1_000);
		assert.deepEqual(ends, ["SIM_MISSING"]);
		assert.deepEqual(world.of("sim").at(-1), { kind: "sim", state: "NOT INSERTED" });
		assert.deepEqual(world.of("bearer-down"), [{ kind: "bearer-down", code: "SIM_MISSING" }]);
		assert.equal(await world.clock.run(world.modem.up().catch(error => error.code)), "SIM_MISSING");
		world.board.modem.insertSim(true);
		await world.clock.advance(20_000);
		await world.clock.run(world.modem.up());
		assert.lengthOf(world.of("power-key"), 2, "pressed and released, at the start only");
		world.close();
	});

	it("that the modem shuts down is told as SIM_NOT_READY", async () => {
		const { ends, world } = await connected();
		say(world, "+CPIN: NOT READY");
		await world.clock.advance(1_000);
		assert.deepEqual(ends, ["SIM_NOT_READY"]);
		await world.clock.run(world.modem.up());
		world.close();
	});
});

describe("modem: a bearer that is gone, and whose end was not heard", () => {
	it("is BEARER_LOST, not a restart: the SIM and the registration are left alone", async () => {
		const { ends, world } = await connected({ board: { radio: { dropContextAfterMs: 20_000 } } });
		changeHeard(world, "+PDP: DEACT", "");
		await world.clock.advance(20_000);
		await world.clock.run(world.modem.identity());
		assert.deepEqual(ends, ["BEARER_LOST"]);
		assert.equal(world.modem.state.kind, "registered");
		await world.clock.run(world.modem.up());
		assert.lengthOf(world.of("sim"), 1);
		world.close();
	});

	it("is not concluded from one refusal", async () => {
		const { ends, world } = await connected();
		let changed = 0;
		changeSent(world, text => (text.startsWith("AT+CIFSR") && 0 === changed++ ? "AT+CISR\r" : text));
		await world.clock.run(world.modem.identity());
		assert.equal(changed, 2);
		assert.deepEqual(ends, []);
		world.close();
	});
});

describe("modem: down()", () => {
	it("ends connections with BEARER_DOWN at once, and what is opened after it", async () => {
		const { ends, world } = await connected();
		const down = world.modem.down();
		assert.deepEqual(ends, ["BEARER_DOWN"]);
		let code: string | undefined;
		try {
			world.modem.connect(PEER, { onOpen() {}, onProgress() {}, onEnd() {} });
		} catch (error) {
			code = (error as { code: string }).code;
		}
		assert.equal(code, "BEARER_DOWN");
		await world.clock.run(down);
		assert.deepEqual(world.of("bearer-down"), [{ kind: "bearer-down", code: "asked" }]);
		assert.equal(world.modem.state.kind, "registered");
		world.close();
	});

	it("ends an up() that is under way, wherever it is; the next one brings it up", async () => {
		for (let atMs = 0; atMs < 11_000; atMs += 700) {
			const world = new World();
			const up = world.modem.up().catch(error => error.code);
			await world.clock.advance(atMs);
			const down = world.modem.down().catch(error => error.code);
			const again = world.modem.up();
			const code = await world.clock.run(up);
			if (undefined !== code) assert.equal(code, "BEARER_DOWN", `after ${atMs} ms`);
			await world.clock.run(Promise.all([down, again]));
			assert.equal(world.modem.state.kind, "up", `after ${atMs} ms`);
			assert.match(world.modem.address!, /^10\./);
			world.close();
		}
	});

	it("of a network interface does not end a loop that runs", async () => {
		const world = new World();
		world.network.server("host.example:80", data => data);
		const cellular = new Cellular({ link: world.modem });
		cellular.connect();
		const loop = world.loop({ destinations: [PEER], cycles: 10, intervalMs: 5_000 });
		const run = loop.run();
		await world.clock.advance(20_000);
		cellular.disconnect();
		cellular.connect();
		await world.clock.run(run, 600_000);
		assert.equal(world.of("finished")[0]?.cycles, 10);
		assert.equal(world.of("answered").at(-1)?.cycle, 10);
		cellular.close();
		world.close();
	});

	it("asks again when a byte of AT+CIPSHUT is lost", async () => {
		const { world } = await connected();
		let lost = 0;
		changeSent(world, text => (text.startsWith("AT+CIPSHUT") && 0 === lost++ ? "AT+CIPSHT\r" : text));
		await world.clock.run(world.modem.down());
		assert.equal(lost, 2);
		assert.equal((await world.clock.run(world.modem.client.send(connectionState(undefined)))).state, "IP INITIAL");
		world.close();
	});
});

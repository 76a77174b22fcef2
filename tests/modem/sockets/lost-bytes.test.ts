/* One byte of a socket command or of its answer is lost, each in turn: nothing irreversible is concluded from it. */
import { assert } from "chai";
import type { Counts } from "../../../modules/modem/commands.js";
import * as commands from "../../../modules/modem/commands.js";
import { Slots } from "../../../modules/modem/sockets/slots.js";
import { bytesOf } from "../../support/line.js";
import { ERROR, OK, PEER, Scripted, state, type Told } from "./scripted.js";

const CMEE = `\r\n+CMEE: 1\r\n${OK}`;

/** `text` with one byte less, each in turn. */
function without(text: string): string[] {
	return Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1));
}

describe("modem/sockets: one byte lost", () => {
	let stage: Scripted;
	afterEach(() => stage?.close());

	for (const closed of [true, false]) {
		it(`in AT+CIPCLOSE, the connection ${closed ? "is closed already" : "stays open"}: the slot is free when it is, and not before`, async () => {
			stage = await Scripted.open();
			const told = await stage.opened();
			void told.connection.close();
			await stage.answer("AT+CIPCLOSE", ERROR);
			assert.strictEqual(stage.slots.get(0), told.connection, "an ERROR is no close");
			await stage.answer("AT+CIPSTATUS", state(0, closed ? "CLOSED" : "CONNECTED"));
			if (closed) return assert.isUndefined(stage.slots.get(0));
			await stage.answer("AT+CIPCLOSE", "\r\n0, CLOSE OK\r\n");
			assert.isUndefined(stage.slots.get(0));
		});
	}

	it("in CLOSE OK: the slot is free all the same", async () => {
		for (const answer of without("\r\n0, CLOSE OK\r\n")) {
			stage = await Scripted.open();
			const told = await stage.opened();
			void told.connection.close();
			await stage.answer("AT+CIPCLOSE", answer);
			await stage.converse(60_000, { CMEE, CIPSTATUS: state(0, "CLOSED"), CIPCLOSE: ERROR });
			assert.isUndefined(stage.slots.get(0), JSON.stringify(answer));
			stage.close();
		}
	});

	it("in the OK of AT+CIPSTART, and the connecting takes long: the late result reaches its own connection, and no other", async () => {
		for (const answer of ["", ...without(OK)]) {
			stage = await Scripted.open();
			const told = stage.connection(0);
			await stage.answer("AT+CIPSTART", answer);
			await stage.converse(30_000, { CMEE, CIPSTATUS: state(0, "CONNECTING") });
			assert.deepEqual(told.calls, []);
			assert.strictEqual(stage.slots.get(0), told.connection, "the slot is the modem's still");
			await stage.line.say("\r\n0, CONNECT OK\r\n");
			await stage.converse(1_000, { CIPSTATUS: state(0, "CONNECTED") });
			assert.deepEqual(told.calls, ["open"]);
			stage.close();
		}
	});

	it("in the OK of AT+CIPSTART, and it is given up: its slot goes to nobody before the modem has closed it", async () => {
		stage = await Scripted.open();
		const told = stage.connection(0);
		await stage.heard();
		await stage.converse(11_000, { CMEE, CIPSTATUS: ERROR });
		assert.include(told.calls[0], "end");
		void told.connection.close();
		const next = stage.connection(0, { ...PEER, port: 81 }, told.connection);
		await stage.line.say("\r\n0, CONNECT OK\r\n");
		assert.deepEqual(next.calls, []);
		const heard = await stage.converse(1_000, { CIPCLOSE: "\r\n0, CLOSE OK\r\n", "CIPSTART=0": OK });
		assert.isBelow(heard.indexOf("CIPCLOSE=0"), heard.indexOf('"10.0.0.1",81'));
		assert.deepEqual(next.calls, []);
	});

	it("in the address or the port of AT+CIPSTART: nothing is sent to the wrong host, and its slot is closed at once", async () => {
		for (const wrong of [
			{ ...PEER, port: 8 },
			{ ...PEER, port: 0 },
			{ ...PEER, host: "10.0.0.10" },
			{ ...PEER, host: "0.0.0.1" },
		]) {
			stage = await Scripted.open();
			const told = stage.connection(0);
			await stage.answer("AT+CIPSTART", `${OK}\r\n0, CONNECT OK\r\n`);
			await stage.answer("AT+CIPSTATUS", state(0, "CONNECTED", wrong));
			assert.deepEqual(told.calls, ["end CONNECT_FAILED"]);
			assert.equal(told.connection.writable, 0);
			void told.connection.close();
			assert.match(await stage.heard(), /^AT\+CIPCLOSE=0,1\r/);
			stage.close();
		}
	});

	it("in the answer of AT+CIPACK, or one digit of it changed: never another number of bytes", () => {
		let damaged = 0;
		for (const right of [
			{ accepted: 119, acknowledged: 107 },
			{ accepted: 19, acknowledged: 0 },
			{ accepted: 5, acknowledged: 5 },
		] as Counts[]) {
			const line = `+CIPACK: ${right.accepted},${right.acknowledged},${right.accepted - right.acknowledged}`;
			const changed = Array.from(line, (_, at) => `${line.slice(0, at)}9${line.slice(at + 1)}`);
			for (const said of [...without(line), ...changed]) {
				if (!said.startsWith("+CIPACK:")) continue; // not claimed
				const told = commands.counts(0).read!(said);
				if ("symbol" === typeof told) damaged++;
				else assert.deepEqual(told as Counts, right, said);
			}
		}
		assert.isAbove(damaged, 15);
	});

	for (const [acknowledged, end] of [
		[3, "end SEND_UNKNOWN"],
		[5, "end in order"],
	] as const) {
		it(`in AT+CIPACK when the peer has closed: it is asked again, and told: ${acknowledged} of 5`, async () => {
			stage = await Scripted.open();
			const told = await stage.opened();
			told.connection.write(bytesOf("hello"));
			await stage.answer("AT+CIPSEND", "\r\n> ");
			await stage.answer("hello", "\r\nDATA ACCEPT:0,5\r\n");
			await stage.answer("AT+CIPACK", `\r\n+CIPACK: 5,0,5\r\n${OK}`);
			await stage.line.say("\r\n0, CLOSED\r\n");
			let asked = 0;
			await stage.converse(3_000, {
				CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}`,
				CIPACK: () => (asked++ < 1 ? ERROR : `\r\n+CIPACK: 5,${acknowledged},${5 - acknowledged}\r\n${OK}`),
			});
			assert.deepEqual(told.calls, ["open", end]);
		});
	}

	it("in the CIPRXGET that drains behind CLOSED: the answer is read all the same", async () => {
		stage = await Scripted.open();
		const told = await stage.opened();
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n\r\n0, CLOSED\r\n");
		await stage.answer("AT+CIPRXGET", ERROR);
		await stage.answer("AT+CIPSTATUS", state(0, "CLOSED"));
		await stage.answer("AT+CIPRXGET", `\r\n+CIPRXGET: 2,0,5,0\r\nhello${OK}`);
		await stage.converse(1_000, { CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}` });
		assert.equal(told.received, "hello");
		assert.deepEqual(told.calls, ["open", "end in order"]);
	});

	for (const data of ["ab\r\nOK\r\n\r\n0, CLOSED\r\n\r\nOK\r\nend", "x\r\nOK\r\n\r\n\r\n\r\n\n"]) {
		it(`in a block, or in its count, with the data ${JSON.stringify(data)}: what is received is a prefix, and the end is told`, async () => {
			const whole = `\r\n+CIPRXGET: 2,0,${data.length},0\r\n${data}${OK}`;
			for (const [at, answer] of without(whole).entries()) {
				stage = await Scripted.open();
				const told = await stage.opened();
				await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
				await stage.answer("AT+CIPRXGET", answer);
				const answers = { CMEE, CIPSTATUS: state(0, "CONNECTED"), CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}` };
				await stage.converse(12_000, answers, 50);
				const isWhole = data === told.received && 1 === told.calls.length;
				if (!isWhole) assert.deepEqual(told.calls, ["open", "end BYTES_LOST"], `byte ${at}`);
				assert.isTrue(data.startsWith(told.received), `byte ${at}: ${JSON.stringify(told.received)}`);
				stage.close();
			}
		});
	}

	it("in a block that old firmware pushes: what is received is a prefix, and the end is told", async () => {
		const data = "some data that is pushed";
		const whole = `\r\n+RECEIVE,0,${data.length}:\r\n${data}`;
		for (const [at, said] of without(whole).entries()) {
			stage = await Scripted.open({ pushes: true });
			const told = await stage.opened();
			await stage.line.say(said);
			await stage.line.say("\r\n+CREG: 1\r\n");
			await stage.line.clock.advance(100);
			await stage.line.say(`\r\n+RECEIVE,0,4:\r\nmore`);
			await stage.line.clock.advance(100);
			assert.isTrue(
				data.startsWith(told.received) || `${data}more` === told.received || "more" === told.received,
				`byte ${at}: ${told.received}`,
			);
			if ("more" === told.received || told.received !== `${data}more`) {
				// A header that is no header: the client says so, and nothing of it was delivered.
				assert.isTrue(told.calls.includes("end BYTES_LOST") || stage.line.unexplained.length > 0, `byte ${at}`);
			}
			stage.close();
		}
	});

	it("SEND FAIL of firmware that waits for acknowledgements leaves the fate open", async () => {
		stage = await Scripted.open({ sendsQuickly: false });
		const told = await stage.opened();
		told.connection.write(bytesOf("hello"));
		await stage.answer("AT+CIPSEND", "\r\n> ");
		await stage.answer("hello", "\r\n0, SEND FAIL\r\n");
		assert.deepEqual(told.calls, ["open", "end SEND_UNKNOWN"]);
	});

	describe("after 700 idle seconds", () => {
		const idle = { CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}`, CIPSTATUS: state(0, "CONNECTED") };
		let told: Told;
		beforeEach(async () => {
			stage = await Scripted.open();
			told = await stage.opened();
			await stage.converse(703_000, idle, 250);
			assert.deepEqual(told.calls, ["open"]);
		});

		for (const [what, answers] of [
			["AT+CIPSEND", [ERROR]],
			["its answer", ["\r\n> ", "\r\nDATA ACCEPT:0,\r\n"]],
		] as const) {
			it(`in ${what}: what is written then arrives`, async () => {
				told.connection.write(bytesOf("hello"));
				for (const answer of answers) {
					await stage.heard();
					await stage.line.say(answer);
				}
				const taken = answers.length > 1 ? 5 : 0;
				let accepted = taken;
				const heard = await stage.converse(30_000, {
					CIPSEND: "\r\n> ",
					hello: () => {
						accepted += 5;
						return "\r\nDATA ACCEPT:0,5\r\n";
					},
					CIPACK: () => `\r\n+CIPACK: ${accepted},${accepted},0\r\n${OK}`,
					CMEE,
					...idle,
				});
				assert.deepEqual(told.calls, ["open"]);
				assert.isTrue(told.connection.isDelivered);
				assert.equal(accepted, 5);
				assert.equal(heard.includes("hello"), 0 === taken);
			});
		}
	});

	it("the peer answers more than fits and closes: the fate of what was sent is told, though nobody reads", async () => {
		stage = await Scripted.open({ receiveBytes: 64 });
		const ends: unknown[] = [];
		const events = { onOpen() {}, onProgress() {}, onEnd: (error: unknown) => ends.push(error) };
		const { connection } = stage.connection(0, PEER, undefined, events);
		await stage.answer("AT+CIPSTART", `${OK}\r\n0, CONNECT OK\r\n`);
		await stage.answer("AT+CIPSTATUS", state(0, "CONNECTED"));
		connection.write(bytesOf("hello"));
		await stage.answer("AT+CIPSEND", "\r\n> ");
		await stage.answer("hello", "\r\nDATA ACCEPT:0,5\r\n");
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n\r\n0, CLOSED\r\n");
		await stage.converse(5_000, {
			CIPACK: `\r\n+CIPACK: 5,5,0\r\n${OK}`,
			CIPRXGET: `\r\n+CIPRXGET: 2,0,64,900\r\n${"x".repeat(64)}${OK}`,
		});
		assert.isTrue(connection.isDelivered);
		assert.isUndefined(connection.remains);
		assert.deepEqual(ends, [], "there is something to read");
	});

	it("slots rotate, so that a late word of one does not meet the next", () => {
		const slots = new Slots(true, 8);
		const numbers = Array.from({ length: 17 }, () => (slots.next(false) as { slot: number }).slot);
		assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0]);
		slots.size = 6;
		assert.deepEqual(
			Array.from({ length: 7 }, () => (slots.next(false) as { slot: number }).slot),
			[1, 2, 3, 4, 5, 0, 1],
		);
		assert.deepEqual(
			Array.from({ length: 2 }, () => (slots.next(true) as { slot: number }).slot),
			[5, 5],
			"a listener's clients come from below",
		);
	});
});

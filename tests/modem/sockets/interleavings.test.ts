/* What may come between any two bytes of a connection's life: nothing hangs, is lost untold, or belongs to another. */
import { assert } from "chai";
import { AsyncConnection } from "../../../modules/modem/sockets/async-connection.js";
import { ERROR, OK, PEER, Scripted, state } from "./scripted.js";

const UDP = { ...PEER, protocol: "UDP" } as const;

/** What a modem that holds `data` answers to one fetch after the other. */
function holding(data: string, empty = `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}`): (heard: string) => string {
	let left = data;
	return heard => {
		if (!left) return empty;
		const asked = Number(heard.trim().split(",").pop());
		const given = left.slice(0, asked);
		left = left.slice(asked);
		return `\r\n+CIPRXGET: 2,0,${given.length},${left.length}\r\n${given}${OK}`;
	};
}

describe("modem/sockets: interleavings", () => {
	let stage: Scripted;
	afterEach(() => stage.close());

	describe("a peer that answers and closes at once", () => {
		for (const [when, before] of [
			["with CONNECT OK", "\r\n0, CONNECT OK\r\n\r\n+CIPRXGET: 1,0\r\n\r\n0, CLOSED\r\n"],
			["while it is asked whom it is with", "\r\n0, CONNECT OK\r\n"],
		] as const) {
			it(`${when}: it was open, its answer is given, and then its end`, async () => {
				stage = await Scripted.open();
				const told = stage.connection(0);
				await stage.answer("AT+CIPSTART", `${OK}${before}`);
				if (!before.includes("CLOSED")) await stage.line.say("\r\n+CIPRXGET: 1,0\r\n\r\n0, CLOSED\r\n");
				await stage.converse(3_000, { CIPSTATUS: state(0, "CLOSED"), "CIPRXGET=2,0": holding("hello", ERROR) });
				assert.deepEqual(told.calls, ["open", "end in order"]);
				assert.equal(told.received, "hello");
			});
		}
	});

	it("an announcement that is read together with the OK of a fetch is not forgotten", async () => {
		for (const between of ["", "\r\n+CREG: 1\r\n"]) {
			stage = await Scripted.open();
			const told = await stage.opened();
			await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
			await stage.answer("AT+CIPRXGET=2,0", `\r\n+CIPRXGET: 2,0,5,0\r\nfirst${OK}${between}\r\n+CIPRXGET: 1,0\r\n`);
			await stage.answer("AT+CIPRXGET=2,0", `\r\n+CIPRXGET: 2,0,6,0\r\nsecond${OK}`);
			assert.equal(told.received, "firstsecond");
			stage.close();
		}
	});

	it("a modem that says again and again that there is more, and gives nothing, is not asked again and again", async () => {
		stage = await Scripted.open();
		await stage.opened();
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
		const heard = await stage.converse(60_000, {
			"CIPRXGET=2,0": `\r\n+CIPRXGET: 2,0,0,5\r\n${OK}`,
			CIPSTATUS: state(0, "CONNECTED"),
		});
		const asked = heard.split("CIPRXGET=2").length - 1;
		assert.isAtLeast(asked, 2, "it is asked again now and then");
		assert.isAtMost(asked, 10);
	});

	describe("a fetch", () => {
		it("whose answer comes when it was given up ends the stream: those bytes are in nobody's hands", async () => {
			stage = await Scripted.open();
			const told = await stage.opened();
			await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
			await stage.heard();
			await stage.line.clock.advance(5_001);
			stage.line.heard();
			await stage.line.say(`\r\n+CIPRXGET: 2,0,5,5\r\nhello${OK}\r\n+CMEE: 1\r\n${OK}`);
			await stage.converse(2_000, { "CIPRXGET=2,0": `\r\n+CIPRXGET: 2,0,5,0\r\nworld${OK}`, "+CMEE": `\r\n+CMEE: 1\r\n${OK}` });
			assert.deepEqual(told.calls, ["open", "end BYTES_LOST"]);
			assert.equal(told.received, "");
		});

		it("of a slot that a client of the server has taken gives that one its bytes, or tells it that they are lost", async () => {
			for (const receiveBytes of [64, 512]) {
				stage = await Scripted.open({ receiveBytes });
				const former = await stage.opened();
				await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
				await stage.heard();
				former.connection.onLost(Object.assign(new Error("gone"), { code: "CONNECTION_LOST" }) as never);
				const next = stage.connection(0, PEER, "server");
				await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
				const first = "1".repeat(64);
				await stage.line.say(`\r\n+CIPRXGET: 2,0,64,64\r\n${first}${OK}`);
				await stage.converse(200, { "CIPRXGET=2,0": holding("2".repeat(64)) });
				assert.deepEqual(former.calls, ["open", "end CONNECTION_LOST"]);
				if (next.calls.includes("end BYTES_LOST")) assert.isTrue(first.startsWith(next.received));
				else assert.equal(next.received, first + "2".repeat(64));
				stage.close();
			}
		});
	});

	describe("a datagram", () => {
		it("of which the modem says that it took another number of bytes is of unknown fate, and the next is none of its bytes", async () => {
			for (const taken of [1, 2, 3, 5, 7]) {
				stage = await Scripted.open();
				const told = stage.connection(0, UDP);
				await stage.answer("AT+CIPSTART", `${OK}\r\n0, CONNECT OK\r\n`);
				await stage.answer("AT+CIPSTATUS", state(0, "CONNECTED", UDP));
				told.connection.write(Uint8Array.of(1, 2, 3, 4, 5, 6));
				told.connection.write(Uint8Array.of(7, 8));
				await stage.answer("AT+CIPSEND=0,6", "\r\n> ");
				const heard = await stage.converse(3_000, {
					"\x06": `\r\nDATA ACCEPT:0,${taken}\r\n`,
					CIPSEND: "\r\n> ",
					CMEE: `\r\n+CMEE: 1\r\n${OK}`,
				});
				for (const sent of heard.split("\r").filter(line => line.includes("CIPSEND=")))
					assert.match(sent, /CIPSEND=0,2$/, `${taken} taken`);
				assert.include(told.calls, "end SEND_UNKNOWN");
				stage.close();
			}
		});
	});

	describe("two messages that are sent at once", () => {
		it("do not mix, however little room there is", async () => {
			stage = await Scripted.open({ sendBytes: 1_462 });
			const { clock } = stage.line;
			const conversation = new AsyncConnection(
				clock,
				stage.waits,
				events => stage.connection(0, PEER, undefined, events).connection,
			);
			await stage.answer("AT+CIPSTART", `${OK}\r\n0, CONNECT OK\r\n`);
			await stage.answer("AT+CIPSTATUS", state(0, "CONNECTED"));
			const bytes = (letter: string) => Uint8Array.from({ length: 4_000 }, () => letter.charCodeAt(0));
			for (const letter of ["a", "b", "c"]) void conversation.send(bytes(letter)).catch(() => {});
			let data = "";
			let accepted = 0;
			await stage.converse(20_000, {
				CIPSEND: "\r\n> ",
				CIPACK: () => `\r\n+CIPACK: ${accepted},${accepted},0\r\n${OK}`,
				a: heard => take(heard),
				b: heard => take(heard),
				c: heard => take(heard),
				CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}`,
			});
			function take(heard: string): string {
				data += heard;
				accepted += heard.length;
				return `\r\nDATA ACCEPT:0,${heard.length}\r\n`;
			}
			assert.lengthOf(data, 12_000);
			assert.match(data, /^a+b+c+$/);
		});
	});

	describe("a slot", () => {
		it("that was being waited for is free when who waited has closed, at any moment", async () => {
			for (let turns = 0; turns < 12; turns++) {
				stage = await Scripted.open();
				const former = await stage.opened();
				void former.connection.close();
				await stage.heard();
				const waits = stage.connection(0, PEER, former.connection);
				const said = stage.line.say("\r\n0, CLOSE OK\r\n");
				for (let turn = 0; turn < turns; turn++) await undefined;
				void waits.connection.close();
				await said;
				await stage.converse(3_000, { CIPCLOSE: "\r\n0, CLOSE OK\r\n", CIPSTART: OK, CIPSTATUS: state(0, "CLOSED") });
				assert.isUndefined(stage.slots.get(0), `closed ${turns} turns after CLOSE OK`);
				stage.close();
			}
		});

		it("that was being waited for is free, too, when CLOSE OK comes while the state is asked for", async () => {
			stage = await Scripted.open();
			const former = await stage.opened();
			void former.connection.close();
			await stage.answer("AT+CIPCLOSE", ERROR);
			await stage.heard();
			const waits = stage.connection(0, PEER, former.connection);
			await stage.line.say("\r\n0, CLOSE OK\r\n");
			void waits.connection.close();
			await stage.line.say(state(0, "CLOSED"));
			await stage.converse(3_000, { CIPCLOSE: "\r\n0, CLOSE OK\r\n" });
			assert.isUndefined(stage.slots.get(0));
		});

		it("that is stuck and tried again is waited for until that try has ended", async () => {
			stage = await Scripted.open();
			const former = await stage.opened();
			void former.connection.close();
			await stage.converse(10_000, { CIPCLOSE: ERROR, CIPSTATUS: state(0, "CONNECTED") });
			assert.isTrue(former.connection.isStuck);
			assert.deepEqual(stage.reports, ["opened", "stuck"]);
			for (let seconds = 0; seconds < 40 && former.connection.isStuck; seconds++) await stage.line.clock.advance(1_000);
			assert.isTrue(former.connection.mayBeFollowed);
			const waits = stage.connection(0, PEER, former.connection);
			await stage.answer("AT+CIPCLOSE", "\r\n0, CLOSE OK\r\n");
			await stage.answer("AT+CIPSTART", OK);
			assert.deepEqual(waits.calls, []);
		});
	});
});

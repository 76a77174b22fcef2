/* The conditions of sender, receiver and connection, one by one, at their edges. */
import { assert } from "chai";
import { bytesOf } from "../../support/line.js";
import { ERROR, OK, PEER, Scripted, state, type Told } from "./scripted.js";

const CMEE = `\r\n+CMEE: 1\r\n${OK}`;

describe("modem/sockets: edges", () => {
	let stage: Scripted;
	let told: Told;
	beforeEach(async () => {
		stage = await Scripted.open();
		told = await stage.opened();
	});
	afterEach(() => stage.close());

	it("a fetch whose answer stops behind its header is not put again: the data is gone", async () => {
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
		await stage.answer("AT+CIPRXGET", "\r\n+CIPRXGET: 2,0,20,0\r\nhello");
		const heard = await stage.converse(12_000, { CMEE });
		assert.notInclude(heard, "CIPRXGET");
		assert.deepEqual(told.calls, ["open", "end BYTES_LOST"]);
	});

	it("a fetch that nobody has answered at all is put again", async () => {
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
		await stage.heard();
		await stage.converse(7_000, { CMEE, CIPRXGET: `\r\n+CIPRXGET: 2,0,5,0\r\nhello${OK}` });
		assert.equal(told.received, "hello");
		assert.deepEqual(told.calls, ["open"]);
	});

	it("data that the modem held and throws away when the peer closes is no end in order", async () => {
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
		await stage.answer("AT+CIPRXGET", `\r\n+CIPRXGET: 2,0,5,7\r\nhello${OK}\r\n0, CLOSED\r\n`);
		await stage.converse(2_000, { CIPRXGET: ERROR, CIPSTATUS: state(0, "CLOSED") });
		assert.equal(told.received, "hello");
		assert.deepEqual(told.calls, ["open", "end BYTES_LOST"]);
	});

	it("what a fetch of the slot's former owner leaves in the modem is fetched for its owner now", async () => {
		await stage.line.say("\r\n+CIPRXGET: 1,0\r\n");
		await stage.heard();
		told.connection.onLost(Object.assign(new Error("gone"), { code: "CONNECTION_LOST" }) as never);
		const next = stage.connection(0, PEER, "server");
		await stage.line.say(`\r\n+CIPRXGET: 2,0,5,5\r\nhello${OK}`);
		await stage.converse(200, { CIPRXGET: `\r\n+CIPRXGET: 2,0,5,0\r\nworld${OK}` });
		assert.equal(next.received, "helloworld");
	});

	it("data of another connection that the modem took for this one ends it, and is thrown away", async () => {
		told.connection.write(bytesOf("hello"));
		await stage.answer("AT+CIPSEND", "\r\n> ");
		await stage.answer("hello", "\r\nDATA ACCEPT:0,5\r\n");
		await stage.answer("AT+CIPACK", `\r\n+CIPACK: 9,5,4\r\n${OK}`);
		assert.deepEqual(told.calls, ["open", "end SEND_UNKNOWN"]);
		assert.match(await stage.heard(), /^AT\+CIPCLOSE=0,1\r/);
	});

	it("counts that fall behind what was taken end it as well", async () => {
		for (const written of ["hello", "again"]) {
			told.connection.write(bytesOf(written));
			await stage.answer("AT+CIPSEND", "\r\n> ");
			await stage.answer(written, written === "hello" ? "\r\nDATA ACCEPT:0,5\r\n" : "\r\nDATA ACCEPT:0,\r\n");
			if ("hello" === written) await stage.answer("AT+CIPACK", `\r\n+CIPACK: 5,5,0\r\n${OK}`);
		}
		await stage.converse(20_000, { CMEE, CIPACK: `\r\n+CIPACK: 3,3,0\r\n${OK}`, CIPCLOSE: "\r\n0, CLOSE OK\r\n" }, 20);
		assert.deepEqual(told.calls, ["open", "end SEND_UNKNOWN"]);
	});

	it("a modem that never tells its counts leaves the fate open after a bounded number of questions", async () => {
		told.connection.write(bytesOf("hello"));
		await stage.answer("AT+CIPSEND", "\r\n> ");
		await stage.answer("hello", "\r\nDATA ACCEPT:0,5\r\n");
		const heard = await stage.converse(60_000, { CIPACK: ERROR, CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}` }, 20);
		assert.deepEqual(told.calls, ["open", "end SEND_UNKNOWN"]);
		assert.isAtMost(heard.split("CIPACK").length, 30);
	});

	it("who waits for a slot that does not come free is told, and does not take it", async () => {
		void told.connection.close();
		const waits = stage.connection(0, PEER, told.connection);
		const heard = await stage.converse(10_000, { CIPCLOSE: ERROR, CIPSTATUS: state(0, "CONNECTED") });
		assert.deepEqual(waits.calls, ["end NO_SLOT"]);
		assert.notInclude(heard, "CIPSTART");
		assert.strictEqual(stage.slots.get(0), told.connection);
	});

	it("nobody is called back behind close(), whatever comes", async () => {
		for (const during of ["CIPSTART", "CIPSTATUS"]) {
			const late = stage.connection(1);
			await stage.answer("AT+CIPSTART=1", OK);
			if ("CIPSTATUS" === during) {
				await stage.line.say("\r\n1, CONNECT OK\r\n");
				await stage.heard();
			}
			void late.connection.close();
			await stage.line.say("\r\n1, CONNECT OK\r\n\r\n+CIPRXGET: 1,1\r\n\r\n1, CLOSED\r\n");
			await stage.converse(13_000, {
				CIPSTATUS: state(1, "CLOSED"),
				CIPRXGET: `\r\n+CIPRXGET: 2,0,0,0\r\n${OK}`,
				CIPCLOSE: "\r\n1, CLOSE OK\r\n",
				CMEE,
			});
			assert.deepEqual(late.calls, []);
			assert.isUndefined(stage.slots.get(1));
		}
	});
});

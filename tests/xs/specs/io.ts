/* The XS side of the boundary, on XS only: serial port, pins and timers as the firmware sees them. */
import { assert } from "chai";
import { CarriedSerial, KeyPin, makeRoom, receive, StatusPin, setStatus } from "../../../hosts/xs/io.js";
import { clock, fireTimer, setTime, takeOutputs } from "../../../hosts/xs/link.js";
import { replace, revive } from "../../../hosts/xs/messages.js";
import { ModemError } from "../../../modules/core/errors.js";

const bufferOf = (...bytes: number[]) => Uint8Array.from(bytes).buffer;
const bytesOf = (buffer: ArrayBuffer | undefined) => buffer && [...new Uint8Array(buffer)];

describe("hosts/xs/io", () => {
	const calls: string[] = [];
	let serial: CarriedSerial;

	function open(): CarriedSerial {
		return new CarriedSerial({
			baud: 9600,
			format: "buffer",
			onReadable: bytes => calls.push(`readable ${bytes}`),
			onWritable: bytes => calls.push(`writable ${bytes}`),
		});
	}

	beforeEach(() => {
		takeOutputs();
		calls.length = 0;
		serial = open();
	});
	afterEach(() => serial.close());

	it("opens at the rate, and calls nothing back before the constructor returns", () => {
		assert.deepEqual(takeOutputs(), [{ kind: "open-serial", baud: 9600 }]);
		assert.deepEqual(calls, []);
	});

	it("is one port", () => {
		assert.throws(open, /in use/);
		serial.close();
		serial = open();
	});

	it("reads all that has come, then nothing", () => {
		receive("AP8=");
		receive("QQ==");
		assert.deepEqual(calls, ["readable 2", "readable 3"]);
		assert.deepEqual(bytesOf(serial.read()), [0, 255, 65]);
		assert.isUndefined(serial.read());
	});

	it("takes what it has announced, and no more", () => {
		assert.throws(() => serial.write(bufferOf(1)), /full/);
		makeRoom(3);
		serial.write(bufferOf(0, 255));
		assert.throws(() => serial.write(bufferOf(1, 2)), /full/);
		serial.write(bufferOf(65));
		const written = takeOutputs().slice(1);
		assert.deepEqual(written, [
			{ kind: "write", base64: "AP8=" },
			{ kind: "write", base64: "QQ==" },
		]);
	});

	it("calls nothing back after close(), which may be called twice", () => {
		serial.close();
		serial.close();
		receive("QQ==");
		makeRoom(5);
		assert.deepEqual(calls, []);
		assert.throws(() => serial.read(), /closed/);
		assert.throws(() => serial.write(bufferOf()), /closed/);
		assert.deepEqual(takeOutputs().slice(1), [{ kind: "close-serial" }]);
	});

	it("presses the key", () => {
		const key = new KeyPin();
		key.write(1);
		key.write(0);
		assert.deepEqual(takeOutputs().slice(1), [
			{ kind: "power-key", level: 1 },
			{ kind: "power-key", level: 0 },
		]);
		assert.equal(key.read(), 0);
	});

	it("tells of the edges of STATUS that are asked for, until it is closed", () => {
		setStatus(0);
		const edges: number[] = [];
		const status: StatusPin = new StatusPin({
			pin: 1,
			mode: StatusPin.Input,
			edge: StatusPin.Rising,
			onReadable: () => edges.push(status.read()),
		});
		for (const level of [1, 0, 1]) setStatus(level);
		assert.deepEqual(edges, [1, 1]);
		status.close();
		setStatus(1);
		assert.lengthOf(edges, 2);
	});
});

describe("hosts/xs/link", () => {
	it("shows the time of the message", () => {
		setTime(-2_147_483_000.5);
		assert.equal(clock.nowMs(), -2_147_483_000.5);
	});

	it("fires a timer once, and one that was cleared not at all", () => {
		takeOutputs();
		const fired: string[] = [];
		clock.setTimer(() => fired.push("first"), 10);
		const second = clock.setTimer(() => fired.push("second"), 0);
		clock.clearTimer(second);
		clock.clearTimer(second);
		const outputs = takeOutputs();
		const [first] = outputs as unknown as [{ id: number }];
		assert.deepEqual(
			outputs.map(({ kind }) => kind),
			["set-timer", "set-timer", "clear-timer"],
		);
		assert.containsSubset(outputs[0], { delayMs: 10 });
		fireTimer(first.id);
		fireTimer(first.id);
		fireTimer(second as number);
		assert.deepEqual(fired, ["first"]);
		assert.throws(() => clock.setTimer(() => {}, -1), RangeError);
	});
});

describe("hosts/xs/messages", () => {
	it("carry bytes and errors of events", () => {
		const error = new ModemError("REFUSED", 'the modem says "no"', 0);
		const plain = new ModemError("TIMEOUT", "no answer");
		const there = JSON.stringify({ answer: Uint8Array.of(0, 127, 255), error, plain, none: null, text: "$bytes" }, replace);
		const back = JSON.parse(there, revive);
		assert.instanceOf(back.answer, Uint8Array);
		assert.deepEqual([...back.answer], [0, 127, 255]);
		assert.instanceOf(back.error, ModemError);
		assert.deepEqual([back.error.code, back.error.message, back.error.reason], ["REFUSED", 'the modem says "no"', 0]);
		assert.isUndefined(back.plain.reason);
		assert.deepEqual([back.none, back.text], [null, "$bytes"]);
	});
});

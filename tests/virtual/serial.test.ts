import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import type { Serial } from "../../modules/core/io.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import { bytesOf, textOf } from "../../modules/virtual/bytes.js";
import { VirtualUart } from "../../modules/virtual/line/serial.js";
import { FakeNetwork } from "./network.js";

const BYTE_MS = 10_000 / 115_200;

describe("virtual/serial", () => {
	let clock: HandClock;
	let uart: VirtualUart;
	let port: Serial;
	let sent: { atMs: number; text: string }[];
	let readable: number[];
	let writable: number[];
	let hostBaud: number | undefined;

	beforeEach(() => {
		clock = new HandClock();
		sent = [];
		readable = [];
		writable = [];
		const modem = {
			get hostBaud() {
				return hostBaud;
			},
			set hostBaud(baud) {
				hostBaud = baud;
			},
			receive: (bytes: Uint8Array) => sent.push({ atMs: clock.elapsedMs, text: textOf(bytes) }),
		};
		uart = new VirtualUart({ clock, modem });
		port = new uart.io({
			format: "buffer",
			baud: 115_200,
			onReadable: bytes => readable.push(bytes),
			onWritable: bytes => writable.push(bytes),
		});
	});
	afterEach(() => port.close());

	const read = () => {
		const bytes = port.read();
		return bytes && textOf(new Uint8Array(bytes));
	};
	const write = (text: string) => port.write(bytesOf(text).buffer as ArrayBuffer);

	it("takes the rate, and tells the free room once after the constructor", async () => {
		assert.equal(hostBaud, 115_200);
		assert.deepEqual(writable, []);
		await clock.advance(0);
		assert.deepEqual(writable, [128]);
		await clock.advance(1000);
		assert.deepEqual(writable, [128]);
	});

	it("tells what has come a turn later, and not again before it was read", async () => {
		uart.receive(bytesOf("abc"));
		assert.deepEqual(readable, []);
		uart.receive(bytesOf("de"));
		await clock.advance(0);
		assert.deepEqual(readable, [5]);
		uart.receive(bytesOf("f"));
		await clock.advance(10);
		assert.deepEqual(readable, [5]);
		assert.equal(read(), "abcdef");
		assert.isUndefined(read());
		await clock.advance(10);
		assert.deepEqual(readable, [5]);
		uart.receive(bytesOf("g"));
		await clock.advance(0);
		assert.deepEqual(readable, [5, 1]);
	});

	it("holds 128 bytes and loses the newest of more", async () => {
		uart.receive(bytesOf("x".repeat(120)));
		uart.receive(bytesOf("0123456789abc"));
		assert.equal(uart.overruns, 5);
		await clock.advance(0);
		assert.deepEqual(readable, [128]);
		assert.isTrue(read()!.endsWith("01234567"));
		uart.receive(bytesOf("y"));
		assert.equal(read(), "y");
		assert.equal(uart.overruns, 5);
	});

	it("calls nothing back while JavaScript is away, and bytes go on coming", async () => {
		await clock.advance(1);
		uart.receive(bytesOf("a"));
		uart.stall(500);
		write("b");
		for (let ms = 0; ms < 499; ms++) {
			uart.receive(bytesOf("c"));
			await clock.advance(1);
		}
		assert.deepEqual([readable, writable], [[], [128]]);
		await clock.advance(1);
		assert.deepEqual([readable, writable], [[128], [128, 128]]);
		assert.equal(uart.overruns, 500 - 128);
	});

	it("passes what is written on at once, in a copy", () => {
		const bytes = bytesOf("hello");
		port.write(bytes.buffer as ArrayBuffer);
		bytes.fill(0);
		assert.deepEqual(sent, [{ atMs: 0, text: "hello" }]);
	});

	it("throws when more is written than there is room, and takes nothing of it", async () => {
		write("x".repeat(100));
		assert.throws(() => write("y".repeat(29)), /full/);
		write("y".repeat(28));
		assert.throws(() => write("z"), /full/);
		await clock.advance(BYTE_MS * 3);
		assert.throws(() => write("zzzz"), /full/);
		write("zzz");
		assert.equal(sent.length, 3);
	});

	it("tells the room again when the transmit FIFO has nearly run empty", async () => {
		await clock.advance(1);
		write("x".repeat(128));
		await clock.advance(BYTE_MS * 117);
		assert.deepEqual(writable, [128]);
		await clock.advance(BYTE_MS * 1.1);
		assert.deepEqual(writable, [128, 118]);
		await clock.advance(1000);
		assert.deepEqual(writable, [128, 118]);
	});

	it("calls nothing back after close, which can be called twice", async () => {
		uart.receive(bytesOf("abc"));
		write("x");
		port.close();
		port.close();
		uart.receive(bytesOf("def"));
		await clock.advance(1000);
		assert.deepEqual([readable, writable], [[], []]);
		assert.equal(clock.pending, 0);
		assert.throws(() => port.read(), /closed/);
		assert.throws(() => write("x"), /closed/);
	});

	it("is one port: a second can be opened when the first is closed", () => {
		const options = { format: "buffer", baud: 9600, onReadable() {}, onWritable() {} } as const;
		assert.throws(() => new uart.io(options), /in use/);
		port.close();
		port = new uart.io(options);
		assert.equal(hostBaud, 9600);
	});
});

describe("virtual/board", () => {
	let clock: HandClock;
	let board: VirtualBoard;
	beforeEach(() => {
		clock = new HandClock();
		board = new VirtualBoard({ clock, network: new FakeNetwork(clock) });
	});
	afterEach(() => board.close());

	it("the key is pressed through a transistor by a high pin, STATUS tells both edges", async () => {
		const key = new board.powerKey.io({ pin: board.powerKey.pin, mode: board.powerKey.io.Output });
		const { io, pin } = board.status;
		const edges: number[] = [];
		const status = new io({ pin, mode: io.Input, edge: io.Rising | io.Falling, onReadable: () => edges.push(status.read()) });
		for (const level of [1, 0]) {
			key.write(board.powerKey.pressed);
			await clock.advance(1000);
			key.write(0);
			assert.equal(status.read(), 1 - level);
			await clock.advance(10_000);
			assert.equal(status.read(), level);
		}
		assert.deepEqual(edges, [1, 0]);
		key.close();
		status.close();
	});

	it("tells only the edge that was asked for, and nothing after close", async () => {
		const { io, pin } = board.status;
		let rising = 0;
		let falling = 0;
		const one = new io({ pin, mode: io.Input, edge: io.Rising, onReadable: () => rising++ });
		const other = new io({ pin, mode: io.Input, edge: io.Falling, onReadable: () => falling++ });
		const closed = new io({ pin, mode: io.Input, edge: io.Rising, onReadable: () => assert.fail() });
		closed.close();
		board.modem.powerKey(0);
		await clock.advance(1000);
		board.modem.powerKey(1);
		await clock.advance(3000);
		assert.deepEqual([rising, falling], [1, 0]);
		one.close();
		other.close();
	});

	it("a key wired straight is pressed by a low pin, and let go of by close", async () => {
		board.close();
		board = new VirtualBoard({ clock, network: new FakeNetwork(clock), invertedKey: false });
		const key = new board.powerKey.io({ pin: 4, mode: board.powerKey.io.Output });
		await clock.advance(10_000);
		assert.equal(board.modem.status, 0); // not driven yet
		key.write(0);
		await clock.advance(1500);
		key.close();
		await clock.advance(2200);
		assert.equal(board.modem.status, 1);
	});

	it("carries a command and its answer between port and modem", async () => {
		board.close();
		board = new VirtualBoard({ clock, network: new FakeNetwork(clock), on: true });
		let heard = "";
		const port: Serial = new board.serial.io({
			format: "buffer",
			baud: board.serial.baud,
			onReadable: () => {
				heard += textOf(new Uint8Array(port.read()!));
			},
			onWritable: () => {},
		});
		port.write(bytesOf("AT\r").buffer as ArrayBuffer);
		await clock.advance(100);
		assert.equal(heard, "AT\r\r\nOK\r\n");
		port.close();
	});

	for (const [flow, overruns] of [
		["AT+IFC=2,2", false],
		["AT+IFC=0,0", true],
	] as const) {
		for (const baud of [115_200, 460_800]) {
			it(`RTS ${overruns ? "is nothing to a modem with" : "holds a modem with"} ${flow} at ${baud}`, async () => {
				board.close();
				board = new VirtualBoard({
					...{ clock, network: new FakeNetwork(clock), on: true },
					...{ model: "sim800", baud, hostBaud: baud, flowControl: true },
				});
				let heard = "";
				const port: Serial = new board.serial.io({
					format: "buffer",
					baud: board.serial.baud,
					onReadable: () => {
						heard += textOf(new Uint8Array(port.read()!));
					},
					onWritable: () => {},
				});
				port.write(bytesOf(`ATE0;${flow.slice(2)}\r`).buffer as ArrayBuffer);
				await clock.advance(100);
				heard = "";
				port.write(bytesOf(`AT${"+CIPCCFG=?;".repeat(9)}\r`).buffer as ArrayBuffer);
				board.uart.stall(500);
				await clock.advance(1000);
				assert.equal(board.uart.overruns > 0, overruns);
				assert.equal(heard.match(/\+CIPCCFG: /g)!.length === 9, !overruns);
				port.close();
			});
		}
	}
});

/* The options of a TCP, and that refused ones leave nothing open. */
import { assert } from "chai";
import { TCP, type TCPOptions } from "../../../modules/socket/tcp.js";
import { ADDRESS, HOST, PORT, Stage } from "../../support/stage.js";

describe("socket/tcp constructor", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up();
	});
	afterEach(() => stage.end());

	it("opens a connection, and calls back only after it has returned", async () => {
		let returned = false;
		const calls: boolean[] = [];
		stage.tcp({ onWritable: () => calls.push(returned) });
		returned = true;
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [true]);
		assert.equal(stage.server.connections.length, 1);
	});

	const refused: [string, ErrorConstructor | RangeErrorConstructor, Record<string, unknown>][] = [
		["no address", Error, { host: undefined }],
		["no port", Error, { port: undefined }],
		["a port below the first", RangeError, { port: -1 }],
		["port 0, to which nothing connects", RangeError, { port: 0 }],
		["a port beyond the last", RangeError, { port: 65_536 }],
		["half a port", RangeError, { port: 80.5 }],
		["a port that is text", RangeError, { port: "http" }],
		["a port that is a symbol", TypeError, { port: Symbol.match }],
		["an unknown format", RangeError, { format: "INVALID FORMAT" }],
		["a callback that is no function", TypeError, { onReadable: 1 }],
		["no link", Error, { link: undefined }],
		["a link that is none", TypeError, { link: "modem" }],
		["a host that would break the command", RangeError, { host: 'a",1\r' }],
		["a host that is no text", TypeError, { host: 7 }],
	];
	for (const [what, kind, options] of refused) {
		it(`refuses ${what} with ${kind.name}, and opens nothing`, async () => {
			const before = stage.sent.length;
			let error: unknown;
			try {
				new TCP({ link: stage.modem, host: HOST, port: PORT, ...options } as TCPOptions);
			} catch (caught) {
				error = caught;
			}
			assert.equal((error as Error | undefined)?.name, kind.name);
			await stage.clock.advance(15_000);
			assert.equal(stage.sent.length, before);
			const all = Array.from({ length: 8 }, () => stage.told()); // every slot is still free
			await stage.clock.advance(20_000);
			for (const { calls } of all) assert.deepEqual(calls, ["writable 2920"]);
		});
	}

	it("null is no callback, and the default format", async () => {
		const socket = stage.tcp({ onReadable: null, onWritable: null, onError: null, format: null });
		assert.equal(socket.format, "buffer");
		await stage.clock.advance(5_000);
		socket.write(Uint8Array.of(0x68, 0x69));
		await stage.clock.advance(5_000);
		assert.equal(stage.server.last.text, "hi");
		assert.deepEqual(new Uint8Array(socket.read() as ArrayBuffer), Uint8Array.of(0x68, 0x69));
		stage.server.last.end();
		await stage.clock.advance(5_000);
		assert.isUndefined(socket.read());
	});

	it("takes digits for a port, as the SDK's classes do", async () => {
		const { calls, socket } = await stage.open({ port: "80" });
		assert.deepEqual(calls, ["writable 2920"]);
		assert.equal(socket.remotePort, 80);
	});

	it("connects to the address where host and address are given", async () => {
		stage.network.server(`${ADDRESS}:443`);
		stage.tcp({ host: "elsewhere.example", address: ADDRESS, port: 443 });
		await stage.clock.advance(5_000);
		assert.deepEqual(stage.network.asked, [`TCP ${ADDRESS}:443`]);
	});

	it("target is there from the start, and only when it was given", () => {
		const target = {};
		const socket = stage.tcp({ target });
		assert.strictEqual(socket.target, target);
		assert.notProperty(stage.tcp(), "target");
	});

	it("target is there in callbacks", async () => {
		const target = {};
		const targets: unknown[] = [];
		stage.tcp({
			target,
			onWritable() {
				targets.push(this.target);
			},
		});
		await stage.clock.advance(5_000);
		assert.deepEqual(targets, [target]);
	});

	it("remoteAddress and remotePort say where it goes, and can't be changed", () => {
		const socket = stage.tcp({ host: undefined, address: ADDRESS });
		assert.equal(socket.remoteAddress, ADDRESS);
		assert.equal(socket.remotePort, PORT);
		assert.isFalse(Reflect.set(socket, "remoteAddress", "abcd"));
		assert.isFalse(Reflect.set(socket, "remotePort", -123));
		assert.equal(socket.remoteAddress, ADDRESS);
		assert.isUndefined(stage.tcp().remoteAddress, "the modem looks names up itself, and does not tell");
		assert.equal(stage.tcp({ host: ADDRESS }).remoteAddress, ADDRESS);
	});

	it("format is buffer, or what was asked for, and can be set", () => {
		assert.equal(stage.tcp().format, "buffer");
		const socket = stage.tcp({ format: "number" });
		assert.equal(socket.format, "number");
		socket.format = "buffer";
		assert.equal(socket.format, "buffer");
		for (const wrong of ["socket/tcp", undefined, null, 1]) {
			assert.throws(() => {
				(socket as { format: unknown }).format = wrong;
			}, RangeError);
		}
		assert.equal(socket.format, "buffer");
	});
});

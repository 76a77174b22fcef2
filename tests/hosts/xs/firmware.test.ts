/* The boundary itself, with a host of which a test knows every move: what fails on either side must come to light. */
import { assert } from "chai";
import type { Host } from "../../../hosts/host.js";
import { HandClock } from "../../../hosts/node/clock.js";
import { DEFAULT_SETTINGS } from "../../../hosts/node/virtual-host.js";
import { bundle } from "../../../hosts/xs/bundle.js";
import { FirmwareError, XsFirmware } from "../../../hosts/xs/firmware.js";
import { XsWorker } from "../../../hosts/xs/worker.js";
import type { DigitalConstructor, Serial, SerialCallbacks } from "../../../modules/core/io.js";

/** Of a host without a modem: what the firmware did with it. */
class Bench {
	readonly clock = new HandClock();
	readonly calls: string[] = [];
	/** The open port's callbacks. */
	port: (SerialCallbacks & { baud: number }) | undefined;
	readonly #waiting: { call: string; resolve: () => void }[] = [];

	host(changes: Partial<Host> = {}): Host {
		return {
			clock: this.clock,
			serial: { io: this.#serialClass(), baud: 9600, receiveBuffer: 256, port: 2 },
			powerKey: { io: this.#keyClass(), pin: 4, pressed: 0 },
			status: undefined,
			pinMemory: undefined,
			settings: { ...DEFAULT_SETTINGS, destinations: [{ protocol: "TCP", host: "example.com", port: 7 }] },
			onEvent: event => this.note(`event ${event.kind}`),
			onTrace: undefined,
			...changes,
		};
	}

	note(call: string): void {
		this.calls.push(call);
		for (const waiting of this.#waiting) if (call === waiting.call) waiting.resolve();
	}

	/** Resolves when this was called, or is. */
	called(call: string): Promise<void> {
		if (this.calls.includes(call)) return Promise.resolve();
		return new Promise(resolve => this.#waiting.push({ call, resolve }));
	}

	#serialClass(): new (options: SerialCallbacks & { baud: number }) => Serial {
		const bench = this;
		return class {
			constructor(options: SerialCallbacks & { baud: number; port?: number }) {
				bench.port = options;
				bench.note(`open ${options.baud} ${options.format} port ${options.port}`);
			}
			read(): undefined {}
			write(bytes: ArrayBuffer): void {
				bench.note(`write ${JSON.stringify(Buffer.from(bytes).toString("latin1"))}`);
			}
			close(): void {
				bench.note("close serial");
			}
		};
	}

	#keyClass(): DigitalConstructor {
		const bench = this;
		return class {
			static readonly Input = 0;
			static readonly Output = 8;
			static readonly Rising = 1;
			static readonly Falling = 2;
			constructor({ pin, mode }: { pin: unknown; mode: number }) {
				bench.note(`key pin ${pin} mode ${mode}`);
			}
			read(): number {
				return 0;
			}
			write(level: number): void {
				bench.note(`key ${level}`);
			}
			close(): void {
				bench.note("close key");
			}
		};
	}
}

describe("hosts/xs/firmware", () => {
	let bench: Bench;
	let firmware: XsFirmware;

	beforeEach(async () => {
		bench = new Bench();
		firmware = await XsFirmware.load();
	});
	afterEach(() => firmware.close());

	async function failure(promise: Promise<unknown>): Promise<Error> {
		return promise.then(
			() => assert.fail("no failure"),
			(error: Error) => error,
		);
	}

	it("constructs the host's classes with the host's options", async () => {
		await firmware.start(bench.host());
		assert.includeMembers(bench.calls, ["key pin 4 mode 8", "key 1", "open 9600 buffer port 2", "event cycle"]);
	});

	it("writes when the port says that there is room", async () => {
		await firmware.start(bench.host());
		assert.isFalse(bench.calls.some(call => call.startsWith("write")));
		bench.port!.onWritable(128);
		await bench.called('write "AT\\r"');
	});

	/** Lets time pass until this is called. */
	async function untilCalled(call: string): Promise<void> {
		while (!bench.calls.includes(call)) {
			await bench.clock.advance(50);
			await new Promise(setImmediate); // for what comes from the other process
		}
	}

	it("runs timers of the host's clock", async () => {
		await firmware.start(bench.host());
		await untilCalled("event power-key"); // nobody has answered in 2.5 s
		assert.include(bench.calls, "key 0");
		assert.isAtLeast(bench.clock.elapsedMs, 2_500);
	});

	it("holds time while XS works", async () => {
		let holding = 0;
		const holds: number[] = [];
		const onEvent = () => holds.push(holding);
		await firmware.start(bench.host({ onEvent }), () => {
			holding++;
			return () => holding--;
		});
		assert.deepEqual([holds[0], holding], [1, 0]);
	});

	it("throws what main throws of the settings, with its name and its place", async () => {
		const settings = { ...bench.host().settings, apn: 'a"b' };
		const error = await failure(firmware.start(bench.host({ settings })));
		assert.instanceOf(error, FirmwareError);
		assert.deepEqual([error.name, error.message], ["RangeError", "apn must not contain a quote"]);
		assert.match(error.stack!, /\(modules\/[\w/]+\.ts:\d+\)/);
	});

	it("fails when the host does", async () => {
		const onEvent = () => {
			throw new Error("the printer is on fire");
		};
		assert.equal((await failure(firmware.start(bench.host({ onEvent })))).message, "the printer is on fire");
		assert.equal((await failure(firmware.done)).message, "the printer is on fire");
	});

	it("closes what it has opened, lets go of the key, and calls nothing after it", async () => {
		await firmware.start(bench.host());
		await untilCalled("key 0");
		await firmware.close();
		assert.includeMembers(bench.calls, ["close serial", "close key"]);
		assert.equal(bench.calls.filter(call => /^key \d/.test(call)).at(-1), "key 1");
		assert.equal(bench.clock.pending, 0);
		const told = bench.calls.length;
		bench.port!.onWritable(128);
		await firmware.close();
		await firmware.done;
		assert.lengthOf(bench.calls, told);
	});

	it("tells of a rejection that nobody handles", async () => {
		const worker = new XsWorker();
		try {
			await worker.evaluate((await bundle("hosts/xs/entry.ts")).code);
			await worker.evaluate('(async function forgotten() { throw new TypeError("lost"); })()');
			const { bytes } = await worker.command(Buffer.from(JSON.stringify({ nowMs: 0, inputs: [] })));
			const [output] = JSON.parse(Buffer.from(bytes).toString());
			assert.containsSubset(output, { kind: "uncaught", name: "TypeError", message: "lost" });
			assert.include(output.stack, "at forgotten");
		} finally {
			await worker.close();
		}
	});

	it("may be closed before it was started", async () => {
		await firmware.close();
		await firmware.done;
	});
});

/*
 * The C code of the serial port on this machine: the ring and the accounting against models, each platform's port against
 * what stands for its wire. SERIAL_SEED repeats a run.
 */
import { Built, type Program, runCase, type Sanitizer, whyNoCompiler } from "./compiler.js";

const LIMIT_MS = 120_000;
const SEED = Number(process.env["SERIAL_SEED"] ?? Date.now() % 2 ** 31);
const COMMON = ["serialring.c", "serialnews.c"];

const common: Program = { name: "common", sources: COMMON, tests: ["common.c"], stubs: [], flags: ["-Wl,--wrap=serialRingRoom"] };
const esp32: Program = {
	name: "esp32",
	sources: [...COMMON, "esp32/serialport.c"],
	tests: ["esp32.c", "fake.c"],
	stubs: ["idf-stubs", "xs-stubs"],
	flags: ["-include", "fake-memory.h"],
};
const riscv: Program = { ...esp32, name: "esp32-riscv", flags: [...esp32.flags, "-DSERIAL_CRITICAL"] };
const linux: Program = {
	name: "lin",
	sources: [...COMMON, "lin/serialport.c"],
	tests: ["lin.c", "loop.c"],
	stubs: ["glib-stub"],
	flags: ["-Wl,--wrap=ioctl,--wrap=read"],
};

/** What each case is about; those of two threads run a second time, with the thread sanitizer. */
const CASES: readonly [Program, Sanitizer, Readonly<Record<string, string>>][] = [
	[
		common,
		"address,undefined",
		{
			"ring-model": "the ring holds what a queue would",
			"ring-threads": "the ring between two threads",
			"news-model": "each fact is told once, and what could not be told stays",
			"news-between": "who writes while the port looks for room still hears of it",
			"news-threads": "who waits for room always hears of it",
		},
	],
	[
		esp32,
		"address,undefined",
		{
			opens: "each UART with its pins, rate and flow control",
			refusals: "no port, pin or flow control that can't be had",
			failures: "whatever fails on opening, nothing is left behind",
			"kept-back": "bytes that a full ring has kept back come without an event of the driver",
			partly: "who reads a part is told of the rest",
			overruns: "lost bytes are counted and told",
			"both-ways": "60 kB each way at once under flow control, none lost, no wish for room forgotten",
			closes: "closed at any moment, open again at once",
		},
	],
	[
		linux,
		"address,undefined",
		{
			refusals: "no device that can't be had, no file left open",
			settings: "any rate, 8 bits, raw, RTS and CTS",
			room: "room is told at first and when half is free, and nothing is watched in vain",
			partly: "who reads a part is told of the rest",
			full: "what does not fit waits in the kernel",
			overruns: "lost bytes that the kernel counts are told",
			lost: "a device that is gone, after what it had sent",
			"hung-up": "a device that is pulled out",
			"both-ways": "200 kB each way at once",
			closes: "closed at any moment, without waiting for the modem",
		},
	],
	[common, "thread", { "ring-threads": "the ring, no data race", "news-threads": "the news, no data race" }],
	[riscv, "thread", { "both-ways": "both ways without atomic instructions", overruns: "lost bytes without them" }],
	[esp32, "thread", { "both-ways": "both ways, no data race", closes: "closing, no data race" }],
];

describe("serial port in C", function () {
	this.timeout(LIMIT_MS);
	let built: Built;

	before(function () {
		const why = whyNoCompiler();
		if (why) {
			console.log(`    skipped, ${why}`);
			this.skip();
		}
		built = new Built();
	});

	after(() => built?.close());

	for (const [program, sanitizer, cases] of CASES) {
		describe(`${program.name} (${sanitizer})`, () => {
			let path: string;

			before(function () {
				if (linux === program && "linux" !== process.platform) {
					console.log("    skipped, termios2 and the way to stand in for the kernel are Linux's");
					this.skip();
				}
				path = built.build(program, sanitizer);
			});

			for (const [name, what] of Object.entries(cases)) {
				it(what, function () {
					const why = runCase(path, name, SEED);
					if (!why) return;
					console.log(`    skipped, ${why}`);
					this.skip();
				});
			}
		});
	}
});

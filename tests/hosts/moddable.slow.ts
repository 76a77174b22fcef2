/* The firmware as Moddable's own tools build it: for the simulator, where it runs, and for the ESP32. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { ROOT, Sdk, whyNoSdk, whyNoSimulator } from "./sdk.js";

const LIMIT_MS = 300_000;
const NAME = "sim900-uplink";
/** The modem's clock beside the real one. Sockets and timers of the simulator are coarse: much faster, and it gets unreal. */
const SPEED = 6;

describe("hosts on the Moddable SDK", function () {
	this.timeout(LIMIT_MS);
	let sdk: Sdk;

	before(function () {
		const why = whyNoSdk();
		if (why) {
			console.log(`    skipped, ${why}`);
			this.skip();
		}
		sdk = new Sdk();
	});

	after(() => sdk?.close());

	it("delivers messages from a cold modem in the simulator, one connection after the other", async function () {
		const app = sdk.buildForSimulator(ROOT, NAME, `speed=${SPEED}`, "cycles=2", "intervalMs=1000");
		const why = whyNoSimulator();
		if (why) {
			console.log(`    built, but not run: ${why}`);
			this.skip();
		}
		const lines = await sdk.runInSimulator(app, / finished: /, 60_000);
		const console_ = lines.join("\n");
		for (const cycle of [1, 2]) {
			assert.match(console_, new RegExp(`echo server: 9 bytes arrived: "message ${cycle}"`));
			assert.match(console_, new RegExp(`cycle ${cycle}: answer from tcp://127\\.0\\.0\\.1:\\d+: "message ${cycle}"`));
		}
		assert.match(lines.at(-1) ?? "", /finished: cycles 2, failures 0$/);
	});

	it("delivers to several destinations at once in the simulator", async function () {
		if (whyNoSimulator()) this.skip();
		const app = sdk.buildForSimulator(ROOT, NAME, `speed=${SPEED}`, "cycles=1", "mode=multi", "message=to all");
		const lines = await sdk.runInSimulator(app, / finished: /, 60_000);
		assert.lengthOf(
			lines.filter(line => line.includes('echo server: 6 bytes arrived: "to all"')),
			2,
		);
		assert.match(lines.at(-1) ?? "", /finished: cycles 1, failures 0$/);
	});

	it("says on the console why it can't start", async function () {
		if (whyNoSimulator()) this.skip();
		const app = sdk.buildForSimulator(ROOT, NAME, "destinations=example.com");
		const lines = await sdk.runInSimulator(app, /the firmware stops/, 60_000);
		assert.equal(
			lines.at(-1),
			'the firmware stops: Error: config.destinations is "example.com", must be tcp://HOST:PORT or udp://HOST:PORT',
		);
	});

	it("gives the virtual modem a network that keeps its contract", async function () {
		if (whyNoSimulator()) this.skip();
		const app = sdk.buildForSimulator(join(ROOT, "tests/hosts/simulator"), "simulator-network");
		const lines = await sdk.runInSimulator(app, /^all done/, 60_000);
		assert.deepEqual(
			lines.filter(line => line.startsWith("not ok")),
			[],
		);
		assert.isAtLeast(lines.filter(line => line.startsWith("ok ")).length, 8);
	});

	it("links for the ESP32, with the classes that an ESP32 has and no virtual modem", () => {
		const { folder, messages } = sdk.linkForEsp32(ROOT, NAME, "destinations=tcp://example.com:7", "powerKeyPin=4");
		// "no const": a module keeps state of its own; "not frozen": an object that might be written to. Both then take RAM.
		const warnings = messages.split("\n").filter(line => line.includes("### warning"));
		assert.match(messages, /^### \d+ instances/m, "the linker has spoken");
		assert.deepEqual(warnings, []);
		const linked = readFileSync(join(folder, "mc.xs.c"), "utf8");
		const makefile = readFileSync(join(folder, "makefile"), "utf8");
		for (const native of ["xs_serial_constructor", "xs_digitalbank_constructor", "xs_preference_get"])
			assert.include(linked, native);
		for (const module of ["uplink/modem/modem.xsb", "hosts/esp32/esp32.xsb"]) assert.include(makefile, module);
		assert.notInclude(makefile, "virtual");
	});

	it("links into a project of somebody else that includes modules/manifest.json", () => {
		const { folder } = sdk.linkForEsp32(join(ROOT, "tests/hosts/project"), "project");
		assert.include(readFileSync(join(folder, "makefile"), "utf8"), "uplink/modem/modem.xsb");
	});
});

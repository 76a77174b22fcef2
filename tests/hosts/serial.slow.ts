/* The serial port of our own with Moddable's tools: in the simulator on a pseudo-terminal, and linked for the ESP32. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { Program } from "./program.js";
import { ROOT, Sdk, whyNoSdk, whyNoSimulator } from "./sdk.js";
import { check, whyNoCompiler } from "./serial/compiler.js";

const LIMIT_MS = 300_000;
const RUN_MS = 60_000;
const TOTAL = 200_000;

describe("serial port on the Moddable SDK", function () {
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

	it("carries all bytes both ways in the simulator, and is what a native class has to be", async function () {
		const why = whyNoSimulator();
		if (why) {
			console.log(`    skipped, ${why}`);
			this.skip();
		}
		const seed = Date.now() % 2 ** 31;
		const modem = new Program(["--import", "tsx", "tests/hosts/serial/far-end.ts", `${TOTAL}`, `${seed}`]);
		try {
			const config = [`device=${await modem.line("/dev/")}`, `total=${TOTAL}`];
			const app = sdk.buildForSimulator(join(ROOT, "tests/hosts/serial/simulator"), "serial-port", ...config);
			const lines = await sdk.runInSimulator(app, /^all done/, RUN_MS);
			assert.deepEqual(
				lines.filter(line => line.startsWith("not ok")),
				[],
			);
			assert.isAtLeast(lines.filter(line => line.startsWith("ok ")).length, 20);
			assert.equal(modem.lines.at(-1), "unchanged", `seed ${seed}`);
		} finally {
			await modem.kill();
		}
	});

	for (const [choice, native, other] of [
		["serial", "xs_uplinkserial_constructor", "xs_serial_constructor"],
		["serial/sdk", "xs_serial_constructor", "xs_uplinkserial_constructor"],
	] as const) {
		it(`links hosts/esp32/${choice} for the ESP32, from flash`, () => {
			const folder = project(join(ROOT, "hosts/esp32", choice, "manifest.json"));
			const { folder: built, messages } = sdk.linkForEsp32(folder, "serial-link");
			assert.notMatch(messages, /no const/, "a module keeps state of its own, which flash can't hold");
			const linked = readFileSync(join(built, "mc.xs.c"), "utf8");
			assert.include(linked, native);
			assert.notInclude(linked, other);
			if ("serial" === choice && undefined === whyNoCompiler()) checkForEsp32(built);
		});
	}

	/** Somebody's project with nothing but the port. */
	function project(manifest: string): string {
		const folder = mkdtempSync(join(sdk.output, "serial-link-"));
		const include = ["$(MODDABLE)/examples/manifest_base.json", manifest];
		writeFileSync(
			join(folder, "manifest.json"),
			JSON.stringify({ build: { NAME: "serial-link" }, include, modules: { "*": "./main" } }),
		);
		writeFileSync(join(folder, "main.js"), 'import { Serial } from "hosts/esp32/serial/port";\ntrace(typeof Serial);\n');
		return folder;
	}

	/** The C files as they see the SDK's headers on an ESP32; of ESP-IDF, what they use. */
	function checkForEsp32(built: string): void {
		const home = process.env["MODDABLE"] ?? "";
		const ofSdk = ["xs/platforms/esp", "xs/platforms/mc", "xs/includes", "modules/io/common", "modules/base/instrumentation"];
		const folders = [join(ROOT, "hosts/serial"), built, ...ofSdk.map(folder => join(home, folder))];
		for (const file of ["serialclass.c", "serialoptions.c", "esp32/serialport.c"])
			check(file, [...folders, join(ROOT, "tests/hosts/serial/idf-stubs")], ["-DESP32=1", "-D__ets__"]);
	}
});

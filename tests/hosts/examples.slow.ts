/*
 * The examples in the Moddable simulator, against servers of this machine: the SDK's clients, unmodified, on our sockets.
 * And the SDK's own examples of them: their main.js as it is, with our config in the place of theirs.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { assert } from "chai";
import { crc32, hex } from "../../examples/checksum.js";
import { answer, long } from "../../examples/servers/http.js";
import { type Servers, startServers } from "../../examples/servers/servers.js";
import { ROOT, Sdk, whyNoSdk, whyNoSimulator } from "./sdk.js";

const LIMIT_MS = 300_000;
const RUN_MS = 90_000;
/** The modem's clock beside the real one. */
const SPEED = "speed=6";
const LONG = `${long.length} bytes, crc ${hex(crc32(long))}`;

/** A server for localhost whose certificate an authority of its own has signed; undefined: there is no openssl to make it. */
async function startImpostor(folder: string): Promise<Server | undefined> {
	const files = { key: join(folder, "impostor.key"), cert: join(folder, "impostor.pem") };
	const words = [
		"req",
		"-x509",
		"-newkey",
		"rsa:2048",
		"-nodes",
		"-subj",
		"/CN=localhost",
		"-addext",
		"subjectAltName=DNS:localhost",
	];
	const made = spawnSync("openssl", [...words, "-keyout", files.key, "-out", files.cert], { stdio: "ignore" });
	if (0 !== made.status) return undefined;
	const cert = readFileSync(files.cert, "latin1");
	const server = createServer({ key: readFileSync(files.key), cert: cert + cert }, answer);
	await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
	return server;
}

describe("examples in the simulator", function () {
	this.timeout(LIMIT_MS);
	let sdk: Sdk;
	let servers: Servers;

	before(async function () {
		const why = whyNoSdk() ?? whyNoSimulator();
		if (why) {
			console.log(`    skipped, ${why}`);
			this.skip();
		}
		sdk = new Sdk();
		servers = await startServers({ http: 0, https: 0, mqtt: 0, mqtts: 0, websocket: 0, ntp: 0 });
	});

	after(async () => {
		await servers?.close();
		sdk?.close();
	});

	/** What the example says, up to its end; the driver's own lines begin with the time. */
	async function run(example: string, ...config: string[]): Promise<string[]> {
		const app = sdk.buildForSimulator(join(ROOT, "examples", example), `uplink-${example}`, SPEED, ...config);
		const lines = await sdk.runInSimulator(app, new RegExp(`^${example}: done`), RUN_MS);
		return lines.filter(line => line.startsWith(`${example}: `)).map(line => line.slice(example.length + 2));
	}

	it("http: a page, 50 kB in chunks, and a body of 20 kB that comes back", async () => {
		const lines = await run("http", `port=${servers.ports.http}`);
		const sent = /to send: (.*)/.exec(lines[0]!)![1];
		assert.deepEqual(lines.slice(1), [
			`GET /: status 200, 16 bytes, crc ${hex(crc32(Buffer.from("hello over GPRS\n")))}`,
			`GET /long: status 200, ${LONG}`,
			`POST /echo: status 200, ${sent}`,
			"done",
		]);
	});

	it("https: the same pages, under a certificate that is checked", async () => {
		const lines = await run("https", `port=${servers.ports.https}`);
		assert.include(lines, `GET /long: ${LONG}`);
		assert.isEmpty(lines.filter(line => line.includes("failed")));
	});

	it("https: nothing from a server whose certificate is for another name", async () => {
		const lines = await run("https", "host=other.example", `loopback=443=${servers.ports.https}`, "port=443");
		assert.match(lines[0]!, /^GET \/: failed/);
		assert.notInclude(lines.join(), "status");
	});

	it("https: nothing from a server whose certificate is signed by somebody else", async function () {
		const impostor = await startImpostor(sdk.output);
		if (!impostor) {
			console.log("    skipped: there is no openssl");
			this.skip();
		}
		try {
			const lines = await run("https", `port=${(impostor.address() as AddressInfo).port}`);
			assert.match(lines[0]!, /^GET \/: failed/);
			assert.notInclude(lines.join(), "status");
		} finally {
			impostor.closeAllConnections();
			impostor.close();
		}
	});

	for (const name of ["mqtt", "mqtts"] as const) {
		it(`${name}: each message of QoS 0, 1 and 2 comes back, once and unchanged`, async () => {
			const lines = await run(name, `port=${servers.ports[name]}`, "messages=40");
			assert.equal(lines[0], "connected");
			assert.match(lines[1]!, /^40 messages, \d+ bytes came back unchanged$/);
		});
	}

	it("websocket: messages of all kinds of length come back, and the connection ends in order", async () => {
		const lines = await run("websocket", `port=${servers.ports.websocket}`);
		const answers = lines.filter(line => line.includes("came back unchanged")).map(line => Number.parseInt(line, 10));
		assert.deepEqual(answers, [1, 125, 126, 1_000, 2_000]);
		assert.include(lines, "closed in order");
	});

	it("fetch: text, JSON there and back, a page that is not there, and three at once", async () => {
		assert.deepEqual(await run("fetch", `port=${servers.ports.http}`), [
			'GET /: 200, "hello over GPRS"',
			'POST /echo: 200, {"from":"uplink","text":"h\u00e9llo"}',
			"GET /missing: 404, ok false",
			`three at once: ${long.length}, ${long.length}, ${long.length} bytes`,
			"done",
		]);
	});

	it("ntp: the server's time", async () => {
		const [time = ""] = await run("ntp", `loopback=123=${servers.ports.ntp}`);
		assert.closeTo(Date.parse(time), Date.now(), 120_000);
	});

	it("https links for the ESP32, with the network set up before main", () => {
		const { folder, messages } = sdk.linkForEsp32(join(ROOT, "examples/https"), "uplink-https", "powerKeyPin=4");
		assert.notMatch(messages, /uplink\/.*no const/, "a module keeps state of its own, which flash can't hold");
		const makefile = readFileSync(join(folder, "makefile"), "utf8");
		for (const module of ["setup/network.xsb", "config.xsb", "uplink/socket/tcp.xsb"]) assert.include(makefile, `-p ${module}`);
		assert.notMatch(makefile, /virtual|-p main\.xsb/);
	});

	describe("of the SDK, with one import changed", () => {
		const sdks = "$(MODDABLE)/examples/io";
		const decoder = "$(MODDABLE)/modules/data/text/decoder/manifest.json";

		/** Runs `main.js` of the SDK's example with the modules that our example of the same client has. */
		async function runMain(path: string, ours: string, last: RegExp, config: string): Promise<string> {
			const manifest = JSON.parse(readFileSync(join(ROOT, "examples", ours, "manifest.json"), "utf8"));
			const modules = { ...manifest.modules, "*": [join(ROOT, "examples", ours, "config"), `${sdks}/${path}/main`] };
			for (const module of manifest.modules["*"]) if (module.startsWith("$")) modules["*"].push(module);
			const name = `sdk-${ours}`;
			const folder = join(sdk.output, "source", name);
			mkdirSync(folder, { recursive: true });
			const includes = [...manifest.include.filter((one: string) => one.startsWith("$")), decoder];
			writeFileSync(
				join(folder, "manifest.json"),
				JSON.stringify({
					build: { ...manifest.build, NAME: name },
					include: [...includes, join(ROOT, "hosts/network/manifest.json")],
					modules,
					preload: manifest.preload.filter((one: string) => "checksum" !== one),
				}),
			);
			return (await sdk.runInSimulator(sdk.buildForSimulator(folder, name, SPEED, config), last, RUN_MS)).join("\n");
		}

		it("httpclient", async () => {
			const console_ = await runMain("tcp/httpclient", "http", /DONE 2/, `loopback=80=${servers.ports.http}`);
			assert.lengthOf(console_.match(/^Status 404$/gm)!, 3); // "/?0", which our server does not have
		});

		it("mqttclient", async () => {
			const console_ = await runMain("tcp/mqttclient", "mqtt", /PUBACK - 1234/, `loopback=1883=${servers.ports.mqtt}`);
			assert.include(console_, "SUBACK");
			assert.include(console_, "SMALL");
		});

		it("websocketclient", async () => {
			const console_ = await runMain("tcp/websocketclient", "websocket", /tick 3/, `loopback=80=${servers.ports.websocket}`);
			for (const text of ["this is a test 1", "this is a test 2this is a test 3", "PONG!"]) assert.include(console_, text);
		});

		it("ntp", async () => {
			const console_ = await runMain("udp/ntp", "ntp", /GMT/, `loopback=123=${servers.ports.ntp}`);
			const time = Date.parse(/^.*GMT.*$/m.exec(console_)![0]);
			assert.closeTo(time, Date.now(), 120_000);
		});
	});
});

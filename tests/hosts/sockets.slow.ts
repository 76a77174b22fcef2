/* The SDK's own tests of sockets, read from the SDK as they are, on our classes over the virtual modem in the simulator. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { assert } from "chai";
import { ROOT, Sdk, whyNoSdk, whyNoSimulator } from "./sdk.js";

const LIMIT_MS = 400_000;
const RUN_LIMIT_MS = 120_000;
/** The modem's clock beside the real one, for patience: at its own pace the tests pass, too. */
const SPEED = 6;
const LOOPBACK = "127.0.0.1";
const NAME = "sdk-socket-tests";
const KINDS = ["tcp", "udp", "listener"] as const;

/** What no modem can do, and why; they fail by waiting for it in vain, when everything before has passed. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
	"udp/constructor-port": "a modem has no loopback, on which one socket of a device could send to the other",
	"udp/write": "a modem has no loopback, on which one socket of a device could send to the other",
};

/** "tcp/close", "tcp/constructor"...: all that this SDK has. */
function namesOf(home: string): string[] {
	return KINDS.flatMap(kind => {
		const files = readdirSync(join(home, "tests/modules/io/socket", kind)).sort();
		return files.filter(file => file.endsWith(".js")).map(file => `${kind}/${file.slice(0, -".js".length)}`);
	});
}

/** A server that is closed at the end, and its port on the computer. */
interface Server {
	readonly port: number;
	close(): void;
}

async function startHttp(): Promise<Server> {
	const server = createHttpServer((_request, response) => response.end("a page\n"));
	await once(server.listen(0, LOOPBACK), "listening");
	return {
		port: (server.address() as AddressInfo).port,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** Sends datagrams back to where they came from: for the tests, that is a time server as well. */
async function startEcho(): Promise<Server> {
	const socket = createSocket("udp4", (datagram, { address, port }) => socket.send(datagram, port, address));
	socket.bind(0, LOOPBACK);
	await once(socket, "listening");
	return { port: socket.address().port, close: () => socket.close() };
}

/** Not one of those that the system gives to whoever asks: it is free still when the app has been built. */
async function freePort(): Promise<number> {
	for (;;) {
		const port = 10_000 + Math.floor(20_000 * Math.random());
		const server = createServer();
		const isFree = await new Promise<boolean>(resolve => {
			server.once("error", () => resolve(false));
			server.listen(port, () => resolve(true));
		});
		if (!isFree) continue;
		server.close();
		await once(server, "close");
		return port;
	}
}

/** What docs/SOCKETS.md says of each test in the table of its kind: "passes", or why not. */
function documented(): Map<string, string> {
	const document = readFileSync(join(ROOT, "docs/SOCKETS.md"), "utf8");
	const verdicts = new Map<string, string>();
	for (const kind of KINDS) {
		const section = document.split(new RegExp(`^## ${kind}\n`, "im"))[1]?.split(/^## /m)[0] ?? "";
		for (const [, files, verdict] of section.matchAll(/^\| (`\S+\.js`[^|]*) \| ([^|]+) \|/gm))
			for (const [, file] of files!.matchAll(/`([^`]+)\.js`/g)) verdicts.set(`${kind}/${file}`, verdict!);
	}
	return verdicts;
}

describe("the SDK's own tests of sockets, over the virtual modem", function () {
	this.timeout(LIMIT_MS);
	const whyNot = whyNoSdk() ?? whyNoSimulator();
	const names = whyNot ? [] : namesOf(process.env["MODDABLE"]!);
	let told: readonly string[] = [];

	before(async function () {
		if (whyNot) {
			console.log(`    skipped, ${whyNot}`);
			this.skip();
		}
		const sdk = new Sdk();
		const [http, time, echo] = await Promise.all([startHttp(), startEcho(), startEcho()]);
		try {
			const ports = Object.entries({
				80: http.port,
				123: time.port,
				1234: await freePort(),
				8080: await freePort(),
				51515: echo.port,
			});
			const app = sdk.buildForSimulator(
				join(ROOT, "tests/hosts/conformance"),
				NAME,
				`speed=${SPEED}`,
				`loopback=${ports.map(pair => pair.join("=")).join(",")}`,
				`tests=${names.join(",")}`,
			);
			told = await sdk.runInSimulator(app, /^all done|XS abort/, RUN_LIMIT_MS);
		} finally {
			for (const server of [http, time, echo]) server.close();
			sdk.close();
		}
	});

	for (const name of names) {
		const reason = IMPOSSIBLE[name];
		it(reason ? `${name} can't pass: ${reason}` : `${name} passes`, () => {
			const outcome = told.filter(line => line === `ok ${name}` || line.startsWith(`not ok ${name}: `));
			assert.deepEqual(outcome, [reason ? `not ok ${name}: timeout` : `ok ${name}`]);
		});
	}

	it("stand in docs/SOCKETS.md, each with what comes of it", () => {
		const verdicts = documented();
		assert.sameMembers([...verdicts.keys()], names);
		assert.sameMembers(
			names.filter(name => !verdicts.get(name)?.startsWith("passes")),
			Object.keys(IMPOSSIBLE),
		);
	});
});

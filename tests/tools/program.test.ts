/* `npm start -- --main FILE` from the outside: a program of the user's own, and its mistakes. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { Program } from "../hosts/program.js";

const SENDS = `
import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import Time from "time";
import Timer from "timer";
import { Modem } from "uplink/modem/modem";

export default async function main() {
	const modem = new Modem({
		clock: { nowMs: () => Time.ticks, setTimer: (call, ms) => Timer.set(call, ms), clearTimer: id => Timer.clear(id as Timer) },
		serial: { io: Serial as never, port: 1, receive: 16, transmit: 17, baud: 115200, receiveBuffer: 128 },
		powerKey: { io: Digital as never, pin: 4 },
		apn: "internet",
	});
	await modem.up();
	const connection = await modem.open({ protocol: "TCP", host: "127.0.0.1", port: PORT });
	await connection.send(new Uint8Array(ArrayBuffer.fromString("hello")));
	const answer = await connection.receive(10_000);
	trace("answer: ", String.fromArrayBuffer(answer!.buffer as ArrayBuffer), "\\n");
}`;

describe("npm start -- --main", () => {
	let folder: string;
	let program: Program;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "main-"));
	});
	after(() => rmSync(folder, { recursive: true }));
	afterEach(() => program.kill());

	async function run(source: string, ...options: string[]): Promise<number | null> {
		const file = join(folder, "main.ts");
		writeFileSync(file, source);
		program = Program.start("--main", file, "--speed", "30", ...options);
		return program.exit();
	}

	it("runs what a device would run, on the virtual modem", async () => {
		const server = createServer(socket => socket.on("error", () => {}).on("data", data => socket.write(`got ${data}`)));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		try {
			assert.equal(await run(SENDS.replace("PORT", String(port))), 0, program?.stderr);
			assert.match(program.lines.at(-1)!, /^ +\d+\.\d{3} s {2}answer: got hello$/);
		} finally {
			server.close();
		}
	});

	it("shows where an exception is, with the lines there and none of our own", async () => {
		const code = await run("interface A { b: number }\nexport default function main() {\n\tlet a!: A;\n\ttrace(a.b);\n}\n");
		assert.equal(code, 1);
		assert.match(program.stderr, /^npm start: .*main\.ts:4: TypeError: /);
		assert.match(program.stderr, /^> 4 \| {5}trace\(a\.b\);$/m);
		assert.notInclude(program.stderr, "hosts/xs");
		assert.notInclude(program.stderr, "--help");
	});

	it("sees what is thrown later", async () => {
		assert.equal(await run('export default async function main() {\n\tawait null;\n\tthrow new Error("later");\n}\n'), 1);
		assert.match(program.stderr, /main\.ts:3: Error: later\n/);
	});

	it("lets the compiler say what is wrong with a source", async () => {
		assert.equal(await run("export default function main() {\n\tconst x = ;\n}\n"), 1);
		assert.match(program.stderr, /Unexpected ";"/);
		assert.match(program.stderr, /main\.ts:2:11/);
		assert.notMatch(program.stderr, /^\s+at /m);
	});

	for (const [what, source, pattern] of [
		["that exports nothing", "export const a = 1;", /no default export: begin it with/],
		[
			"that wants what the desk has not",
			'import "embedded:io/wifi"; export default () => {};',
			/"embedded:io\/wifi" is not there on the desk/,
		],
		[
			"that wants what nobody has",
			'import "uplink/modem/modm"; export default () => {};',
			/there is no module "uplink\/modem\/modm"/,
		],
	] as const) {
		it(`refuses a program ${what}`, async () => {
			assert.equal(await run(source), 1);
			assert.match(program.stderr, pattern);
		});
	}

	it("says when there is no such file", async () => {
		program = Program.start("--main", "nowhere.ts");
		assert.equal(await program.exit(), 2);
		assert.match(program.stderr, /--main nowhere\.ts: there is no such file/);
	});
});

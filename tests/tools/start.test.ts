/* `npm start` from the outside: the firmware on XS, end to end, with real sockets. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { assert } from "chai";
import { type Line, Program } from "../hosts/program.js";

/** Of the modem's clock: what takes it 15 s is over in a second. */
const FAST = ["--speed", "30"];

describe("npm start", () => {
	let program: Program;

	async function start(...options: string[]): Promise<number | null> {
		program = Program.start(...options);
		return program.exit();
	}

	/** The one line on stderr. */
	function complaint(): string {
		assert.match(program.stderr, /^npm start: [^\n]+\n$/);
		return program.stderr;
	}

	const kinds = () => program.json().map(line => line.kind);
	const result = () => program.json().at(-1) as Line;

	afterEach(() => program.kill());

	it("delivers a message a cycle and ends with 0", async () => {
		assert.equal(await start("--json", ...FAST, "--message", "{cycle} grüßt, {cycle}"), 0);
		assert.equal(program.stderr, "");
		assert.containsSubset(result(), { kind: "result", ok: true, cyclesDone: 3, messagesDelivered: 3, messagesAnswered: 3 });
		assert.equal(result().bytesSent, 3 * Buffer.byteLength("1 grüßt, 1"));
		const answers = program.json().filter(line => "answered" === line.kind);
		assert.deepEqual(new Set(answers.map(line => line.answer)), new Set(["got 12 bytes"]));
	});

	it("tells what happens in the order in which it does", async () => {
		await start("--json", ...FAST, "--cycles", "1");
		const told = kinds().filter(kind => "unexplained" !== kind);
		const powerOn = ["start", "cycle", "power-key", "power-key", "status", "powered", "identified", "sim", "searching"];
		const network = ["registered", "attached", "bearer-up", "connected", "server", "sent", "answered", "cycle-done"];
		assert.deepEqual(told, [...powerOn, ...network, "finished", "result"]);
		const times = program.json().flatMap(line => ("number" === typeof line.atMs ? [line.atMs] : []));
		assert.deepEqual(
			times,
			[...times].sort((a, b) => a - b),
		);
		const { firstByteMs, modemOwnMs } = result() as { firstByteMs: number; modemOwnMs: number };
		assert.isAbove(modemOwnMs, 7_000); // the key, the start, the search and the bearer
		assert.isAtLeast(firstByteMs, modemOwnMs - 0.001); // sums of the same spans in another order
	});

	it("sends to several servers at once with --mode multi", async () => {
		assert.equal(await start("--json", ...FAST, "--mode", "multi", "--cycles", "2", "--no-keep-bearer"), 0);
		assert.containsSubset(result(), { mode: "multi", messagesAsked: 6, messagesDelivered: 6, messagesAnswered: 6 });
		const told = kinds();
		assert.equal(told.filter(kind => "bearer-up" === kind).length, 2, "a bearer for each cycle");
		const firstSent = told.indexOf("sent");
		assert.equal(told.slice(0, firstSent).filter(kind => "connected" === kind).length, 3, "connected at once");
	});

	it("prints lines with time and a table for a person", async () => {
		assert.equal(await start(...FAST, "--cycles", "1", "--trace"), 0);
		const text = program.lines.join("\n");
		assert.match(text, /^ +\d+\.\d{3} s {2}power key pressed$/m);
		assert.match(text, /^ +\d+\.\d{3} s {2}STATUS on$/m);
		assert.match(text, /^ +\d+\.\d{3} s {4}> AT\+CIICR$/m);
		assert.match(text, /^messages +1 of 1 arrived unchanged, 1 answered$/m);
		assert.match(text, /^power key to first byte delivered +\d+\.\d{3} s$/m);
		assert.match(text, /^ {2}of which the modem's own +\d+\.\d{3} s \(\d+ %\)$/m);
	});

	it("prints neither PIN nor password", async () => {
		const secrets = ["--pin", "1234", "--user", "somebody", "--password", "open sesame"];
		assert.equal(await start("--json", ...FAST, "--cycles", "1", "--trace", ...secrets), 0);
		const text = program.lines.join("\n");
		assert.include(text, "AT+CPIN=");
		assert.include(text, "AT+CSTT=");
		for (const secret of ['"1234', "sesame"]) assert.notInclude(text, secret);
	});

	it("tries a wrong PIN once and says so", async () => {
		assert.equal(await start("--json", ...FAST, "--pin", "4321"), 1);
		assert.match(complaint(), /PIN.*2 tries left.*\(PIN_WRONG\)/);
		assert.notInclude(program.stderr, "4321");
		assert.equal(kinds().filter(kind => "pin-entered" === kind).length, 1);
		assert.containsSubset(result(), { ok: false, cyclesDone: 1, messagesDelivered: 0 });
	});

	it("says when nobody listens there", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		server.close();
		assert.equal(await start(...FAST, "--port", String(port), "--cycles", "2"), 1);
		assert.match(complaint(), /0 of 2 messages arrived; in cycle 1: no connection to 127\.0\.0\.1:\d+.*\(CONNECT_FAILED\)/);
		assert.lengthOf(
			program.lines.filter(line => line.includes("CONNECT_FAILED")),
			3,
			"it goes on: two cycles and the sum",
		);
	});

	it("says when there is no network", async () => {
		assert.equal(await start("--json", "--speed", "200", "--fault", "denied", "--failure-limit", "1"), 1);
		assert.match(complaint(), /the network refuses this SIM.*\(REGISTRATION_DENIED\)/);
		assert.containsSubset(result(), { ok: false, messagesSent: 0 });
	});

	describe("with a server of the user's own", () => {
		const arrived: string[] = [];
		let answer: string | undefined;
		const server = createServer((socket: Socket) => {
			socket.on("error", () => {});
			socket.on("data", data => {
				arrived.push(String(data));
				if (undefined !== answer) socket.write(answer);
			});
		});
		let port: string;

		before(async () => {
			server.listen(0, "127.0.0.1");
			await once(server, "listening");
			port = String((server.address() as AddressInfo).port);
		});
		beforeEach(() => {
			arrived.length = 0;
		});
		after(() => server.close());

		it("sends and takes the answer", async () => {
			answer = "hello";
			assert.equal(await start("--json", ...FAST, "--cycles", "2", "--host", "localhost", "--port", port), 0);
			assert.deepEqual(arrived, ["message 1", "message 2"]);
			assert.containsSubset(result(), { messagesSent: 2, messagesAnswered: 2, bytesAnswered: 10 });
			assert.notProperty(result(), "messagesDelivered");
		});

		it("is content without an answer", async () => {
			answer = undefined;
			assert.equal(await start("--json", "--speed", "100", "--cycles", "2", "--host", "127.0.0.1", "--port", port), 0);
			assert.containsSubset(result(), { ok: true, messagesSent: 2, messagesAnswered: 0, failures: 0 });
			assert.deepEqual([kinds().includes("failed"), kinds().filter(kind => "no-answer" === kind).length], [false, 2]);
			assert.containsSubset(
				program.json().find(line => "finished" === line.kind),
				{ failures: 0 },
			);
		});
	});

	describe("used wrongly", () => {
		const cases: [string, string[], RegExp][] = [
			["an unknown option", ["--foo"], /--foo/],
			["a mode that is none", ["--mode", "both"], /--mode must be one of single, multi/],
			["no cycles", ["--cycles", "0"], /--cycles must be a whole number from 1/],
			["a speed that is no number", ["--speed", "fast"], /--speed must be a number/],
			["a real modem without a server", ["--serial", "/dev/null"], /--serial needs --host and --port/],
			["a speed of a real modem", ["--serial", "/dev/null", "--speed", "2"], /--speed is for the virtual modem/],
			["a fault of a real modem", ["--serial", "/dev/null", "--fault", "drop=0.1"], /--fault is for the virtual modem/],
			["a host without a port", ["--host", "example.com"], /--port/],
			["an access point with a quote", ["--apn", 'a"b'], /apn must not contain a quote/],
			["a fault that is not known", ["--fault", "gremlins"], /--fault gremlins is not known/],
			["a PIN with a letter", ["--pin", "12a4"], /--pin must be 4 to 8 digits/],
		];
		for (const [what, options, pattern] of cases) {
			it(`refuses ${what} in one line, with 2`, async () => {
				assert.equal(await start(...options), 2);
				assert.match(complaint(), pattern);
				assert.include(program.stderr, "--help");
			});
		}

		it("explains itself with --help", async () => {
			assert.equal(await start("--help"), 0);
			for (const option of ["--mode", "--serial", "--pin", "--json"]) assert.include(program.lines.join("\n"), option);
		});

		it("says when the serial device is not there", async () => {
			assert.equal(await start("--serial", "/dev/no-such-device", "--host", "example.com", "--port", "7"), 1);
			assert.match(
				complaint(),
				/can't open serial device \/dev\/no-such-device: there is no such device; (serial ports here: |there is no serial port)/,
			);
		});
	});

	it("ends cleanly on Ctrl-C, with what there is to sum up", async () => {
		program = Program.start("--speed", "1", "--json");
		await program.line('"power-key"');
		program.signal("SIGINT");
		assert.equal(await program.exit(), 130);
		assert.equal(complaint(), "npm start: stopped\n");
		assert.containsSubset(result(), { kind: "result", ok: false, error: "stopped", cyclesDone: 0 });
	});
});

/* `npm run replay` from the outside, and on what the virtual modem says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import { VirtualModem } from "../../modules/virtual/modem.js";
import { Program } from "../hosts/program.js";
import { FakeNetwork } from "../virtual/network.js";
import { told } from "./explain.js";

describe("npm run replay", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "replay-"));
	});
	after(() => rmSync(folder, { recursive: true }));

	function fileOf(name: string, content: string | Buffer): string {
		const path = join(folder, name);
		writeFileSync(path, content, "latin1");
		return path;
	}

	async function replay(...options: string[]): Promise<{ code: number | null; lines: readonly string[]; error: string }> {
		const program = new Program(["--import", "tsx", "tools/replay.ts", ...options]);
		const code = await program.exit();
		return { code, lines: program.lines, error: program.stderr };
	}

	it("explains a log line by line, and counts at the end", async () => {
		const { code, lines } = await replay(fileOf("one.txt", "AT\nOK\nRDY\nhello\n"));
		assert.equal(code, 0);
		assert.deepEqual(lines, [
			"     1  command      AT",
			"     2  done         OK  of AT",
			"     3  unsolicited  RDY  started: with no farewell before it: check the supply",
			"     4  note         hello",
			"1 commands: 1 done, 0 refused, 0 unanswered; 1 unsolicited, 0 damaged, 0 unexplained, 1 notes",
		]);
	});

	it("gives JSON to machines, each line with its file", async () => {
		const one = fileOf("one.txt", "AT+CSQ\n+CSQ: 17,0\nOK\n");
		const two = fileOf("two.bin", "\r\nCLOSED\r\n");
		const { lines } = await replay("--json", one, two);
		assert.deepEqual(
			lines.map(line => JSON.parse(line)),
			[
				{ file: one, line: 1, kind: "command", text: "AT+CSQ" },
				{ file: one, line: 2, kind: "information", command: "AT+CSQ", text: "+CSQ: 17,0", fields: ["17", "0"] },
				{ file: one, line: 3, kind: "done", command: "AT+CSQ", text: "OK" },
				{ file: one, kind: "summary", format: "text", command: 1, information: 1, done: 1 },
				{ file: two, line: 2, kind: "unsolicited", name: "closed", text: "CLOSED", identity: {} },
				{ file: two, kind: "summary", format: "raw", unsolicited: 1 },
			],
		);
	});

	it("reads what a Windows console has written", async () => {
		const { lines } = await replay(fileOf("windows.txt", Buffer.from("\ufeffAT\r\nOK\r\n", "utf16le")));
		assert.deepEqual(lines.slice(0, 2), ["     1  command      AT", "     2  done         OK  of AT"]);
	});

	it("takes a log for what it is told to be", async () => {
		const file = fileOf("words.txt", "hello\n");
		assert.include((await replay(file)).lines[0], "note");
		assert.include((await replay("--format", "raw", file)).lines[0], "unexplained");
	});

	it("refuses what it does not know, in a line that says what to do", async () => {
		for (const options of [["--jason", "x"], ["--format", "hex", "x"], []]) {
			const { code, error } = await replay(...options);
			assert.equal(code, 2);
			assert.match(error, /^npm run replay: .+ \(see npm run replay -- --help\)\n$/);
		}
		assert.include((await replay("--help")).lines.join("\n"), "--json");
	});

	it("explains what comes on standard input as it comes", async () => {
		const program = new Program(["--import", "tsx", "tools/replay.ts", "-"]);
		program.write("AT\nOK\n");
		assert.equal(await program.line("done"), "     2  done         OK  of AT");
		program.write("+CSQ: 15,0\n");
		program.endInput();
		assert.equal(await program.exit(), 0);
	});

	it("keeps no more of a log than it needs", async () => {
		const file = fileOf("long.txt", "AT+CSQ\n+CSQ: 15,0\nOK\nhello\n".repeat(400_000)); // 12 MB
		const program = new Program(["--max-old-space-size=48", "--import", "tsx", "tools/replay.ts", "--json", file]);
		assert.equal(await program.exit(), 0, program.stderr);
		assert.include(program.lines.at(-1), '"command":400000');
	}).timeout(120_000);

	it("says which file can't be read", async () => {
		const { code, error } = await replay(join(folder, "missing"));
		assert.equal(code, 1);
		assert.match(error, /^npm run replay: .+missing can't be read: there is no such file\n$/);
	});
});

describe("replay: the virtual modem's words", () => {
	it("are all explained", async () => {
		const clock = new HandClock();
		let raw = "";
		const transmit = (bytes: Uint8Array) => {
			raw += Buffer.from(bytes).toString("latin1");
		};
		const modem = new VirtualModem({ clock, network: new FakeNetwork(clock), transmit, baud: 115_200, on: true });
		await clock.advance(20_000);
		const commands = [
			"AT",
			"ATI",
			"AT+CPIN?",
			"AT+CREG?",
			"AT+CGATT?",
			"AT+CIPSTATUS",
			'AT+CSTT="web"',
			"AT+CIICR",
			"AT+CIFSR",
			"AT+NONE",
			"AT+CIPSHUT",
		];
		for (const command of commands) {
			modem.receive(Buffer.from(`${command}\r`));
			await clock.advance(10_000);
		}
		modem.close();
		const events = told(raw);
		assert.deepEqual(
			events.filter(event => event.startsWith("command")),
			commands.map(command => `command ${command.replace(/(CSTT=).+/, "$1***")}`),
		);
		assert.deepEqual(
			events.filter(event => /^(damaged|unexplained|unanswered|cut)/.test(event)),
			[],
		);
	});
});

/* Debian's gammu takes the virtual modem for a real one: what it tells of it, and short messages both ways. */
import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert } from "chai";
import { ModemProgram } from "./modem.js";

const LONG = "More than 160 letters, which go in two parts: the quick brown fox jumps over the lazy dog. ".repeat(3).trim();
const COMMANDS = [
	"identify",
	"networkinfo",
	"monitor 1",
	"getallsms",
	"deleteallsms 1",
	"getallsms",
	'sendsms TEXT +15550123 -text "Hello {world} @ home"',
	'sendsms TEXT +15550124 -unicode -text "Привет, Ж"',
	`sendsms TEXT +15550125 -len 400 -text "${LONG}"`,
];
const GIVE_UP_MS = 25_000;

describe("clients/gammu", () => {
	let modem: ModemProgram;
	/** What it printed, command by command. */
	let said: string[];

	/** All in one run of its batch mode: at each start it waits four seconds of its own before it does anything. */
	async function gammu(commands: readonly string[]): Promise<string[]> {
		const [config, batch] = [join(modem.folder, "gammurc"), join(modem.folder, "batch")];
		writeFileSync(config, `[gammu]\ndevice = ${modem.link}\nconnection = at115200\n`);
		writeFileSync(batch, commands.map(command => `${command}\n`).join(""));
		const env = { ...process.env, LC_ALL: "C.UTF-8" };
		const { stdout } = await promisify(execFile)("gammu", ["-c", config, "batch", batch], { env, timeout: GIVE_UP_MS });
		return stdout.split(/^Executing batch .*$/m).slice(1);
	}

	before(async function () {
		this.timeout(GIVE_UP_MS + 5000);
		if (0 !== spawnSync("gammu", ["--version"]).status) {
			console.log("  clients/gammu: skipped, there is no program gammu on this machine (Debian: apt-get install gammu)");
			return this.skip();
		}
		modem = await ModemProgram.start();
		modem.deliver("+4917012345", "Hello {world} @ home");
		modem.deliver("+4917012345", "Привет, Ж");
		modem.deliver("+4917012346", LONG);
		said = await gammu(COMMANDS);
	});
	afterEach(function () {
		if ("failed" === this.currentTest?.state) console.log(modem.trace);
	});
	after(async () => {
		await modem?.end();
	});

	it("identifies it", () => {
		for (const line of [
			/^Manufacturer +: SIMCOM_Ltd$/m,
			/^Model +: SIMCOM_SIM900 /m,
			/^Firmware +: Revision:1137B06SIM900M64_ST_ENHANCE$/m,
			/^IMEI +: 860000000000017$/m,
			/^SIM IMSI +: 001010123456789$/m,
		]) {
			assert.match(said[0]!, line);
		}
	});

	it("knows the network", () => {
		for (const line of [
			/^Network state +: home network$/m,
			/^Network +: 001 01 .*LAC 001F, CID 1174$/m,
			/^Name in phone +: "Virtual GSM"$/m,
			/^Packet network state +: home network$/m,
			/^GPRS +: attached$/m,
		]) {
			assert.match(said[1]!, line);
		}
	});

	it("reads its meters", () => {
		for (const line of [
			/^Signal strength +: -77 dBm$/m,
			/^Bit error rate +: 0 percent$/m,
			/^Battery level +: 81 percent$/m,
			/^SIM SMS status +: 4 used, 0 unread, 30 locations$/m,
		]) {
			assert.match(said[2]!, line);
		}
	});

	it("reads what has come, in either alphabet and in parts", () => {
		const pattern = /^Remote number +: "(.*)"\nStatus +: UnRead\n(?:User Data Header +: Concatenated .*\n)?\n(.*)$/gm;
		const messages = [...said[3]!.matchAll(pattern)].map(([, number, text]) => [number, text] as const);
		assert.deepEqual(messages.slice(0, 2), [
			["+4917012345", "Hello {world} @ home"],
			["+4917012345", "Привет, Ж"],
		]);
		assert.deepEqual([...new Set(messages.slice(2).map(([number]) => number))], ["+4917012346"]);
		assert.equal(
			messages
				.slice(2)
				.map(([, text]) => text)
				.join(""),
			LONG,
		);
	});

	it("deletes it", () => {
		assert.match(said[5]!, /^0 SMS parts in 0 SMS sequences$/m);
	});

	it("sends, in either alphabet and in parts", async () => {
		const results = said.slice(6).flatMap(text => text.match(/OK, message reference=\d$/gm));
		assert.deepEqual(
			results,
			[1, 2, 3, 4].map(reference => `OK, message reference=${reference}`),
		);
		assert.deepEqual(await modem.sent("Hello"), { to: "+15550123", text: "Hello {world} @ home" });
		assert.deepEqual(await modem.sent("Привет"), { to: "+15550124", text: "Привет, Ж" });
		const [first, second] = [await modem.sent('"number":1}'), await modem.sent('"number":2}')];
		assert.equal(`${first.text}${second.text}`, LONG);
		assert.containsSubset(second, { to: "+15550125", part: { total: 2 } });
	});
});

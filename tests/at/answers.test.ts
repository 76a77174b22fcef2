/* Each answer of the modem in its real bytes, split at every byte, with echo and without, with a URC at its edges. */
import { assert } from "chai";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, type Line, openLine, textOf, transmitAll } from "../support/line.js";

interface Answer {
	readonly name: string;
	readonly command: () => Command<unknown>;
	/** As the modem sends it, without echo. */
	readonly bytes: string;
	/** What it resolves to, or the code and number of the error. */
	readonly gives: unknown;
	/** The data behind the prompt, that the client must have sent. */
	readonly data?: string;
}

const ALL_BYTES = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
let block = "";
const answers: Answer[] = [
	{ name: "AT", command: () => commands.ATTENTION, bytes: "\r\nOK\r\n", gives: undefined },
	{ name: "an error without number", command: () => commands.ATTENTION, bytes: "\r\nERROR\r\n", gives: "REFUSED undefined" },
	{ name: "an error with number", command: () => commands.ATTACH, bytes: "\r\n+CME ERROR: 100\r\n", gives: "REFUSED 100" },
	{
		name: "an error with a number of no table",
		command: () => commands.ATTACH,
		bytes: "\r\n+CME ERROR: 4711\r\n",
		gives: "REFUSED 4711",
	},
	{
		name: "an error in words",
		command: () => commands.ATTACH,
		bytes: "\r\n+CME ERROR: operation not allowed\r\n",
		gives: "REFUSED 3",
	},
	{ name: "ATI", command: () => commands.IDENTITY, bytes: "\r\nSIM900 R11.0\r\n\r\nOK\r\n", gives: undefined },
	{ name: "CPIN?", command: () => commands.SIM_STATE, bytes: "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n", gives: "SIM PIN" },
	{ name: "CPIN=", command: () => commands.enterPin("1234"), bytes: "\r\nOK\r\n", gives: undefined },
	{ name: "SPIC", command: () => commands.PIN_TRIES, bytes: "\r\n+SPIC: 3,3,10,10\r\n\r\nOK\r\n", gives: 3 },
	{ name: "CREG?", command: () => commands.REGISTRATION, bytes: "\r\n+CREG: 0,5\r\n\r\nOK\r\n", gives: 5 },
	{
		name: "CREG? with place",
		command: () => commands.REGISTRATION,
		bytes: '\r\n+CREG: 2,1,"001F","1174"\r\n\r\nOK\r\n',
		gives: 1,
	},
	{ name: "CGATT?", command: () => commands.ATTACHED, bytes: "\r\n+CGATT: 0\r\n\r\nOK\r\n", gives: false },
	{ name: "CGATT=1", command: () => commands.ATTACH, bytes: "\r\nOK\r\n", gives: undefined },
	{ name: "CIPSHUT", command: () => commands.SHUT, bytes: "\r\nSHUT OK\r\n", gives: undefined },
	{ name: "CIPMUX", command: () => commands.multiplexMode(true), bytes: "\r\nOK\r\n", gives: undefined },
	{ name: "CSTT", command: () => commands.accessPoint("internet", "u", "p"), bytes: "\r\nOK\r\n", gives: undefined },
	{ name: "CIICR", command: () => commands.BEARER_UP, bytes: "\r\nOK\r\n", gives: undefined },
	{
		name: "CIFSR, which has no OK",
		command: () => commands.LOCAL_ADDRESS,
		bytes: "\r\n10.99.152.119\r\n",
		gives: "10.99.152.119",
	},
	{
		name: "CIPSTATUS, which says OK first",
		command: () => commands.connectionState(undefined),
		bytes: "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n",
		gives: { state: "IP INITIAL" },
	},
	{
		name: "CIPSTATUS=n",
		command: () => commands.connectionState(0),
		bytes: '\r\n+CIPSTATUS: 0,0,"TCP","5.196.95.208","1883","CONNECTED"\r\n\r\nOK\r\n',
		gives: { state: "CONNECTED", address: "5.196.95.208", port: 1883 },
	},
	{
		name: "CIPSTART",
		command: () => commands.connect(undefined, "TCP", "example.org", 80),
		bytes: "\r\nOK\r\n",
		gives: undefined,
	},
	{
		name: "CIPSTART, refused",
		command: () => commands.connect(3, "TCP", "example.org", 80),
		bytes: "\r\nERROR\r\n",
		gives: "REFUSED undefined",
	},
	{
		name: "CIPSEND, whose prompt has no line end",
		command: () => transmitAll(undefined, bytesOf(ALL_BYTES)),
		bytes: "\r\n> {data}\r\nSEND OK\r\n",
		gives: undefined,
		data: ALL_BYTES,
	},
	{
		name: "CIPSEND=n",
		command: () => transmitAll(4, bytesOf("hello")),
		bytes: "\r\n> {data}\r\n4, SEND OK\r\n",
		gives: undefined,
		data: "hello",
	},
	{
		name: "CIPSEND, failed",
		command: () => transmitAll(4, bytesOf("hello")),
		bytes: "\r\n> {data}\r\n4, SEND FAIL\r\n",
		gives: "REFUSED undefined",
		data: "hello",
	},
	{
		name: "CIPSEND=n with CIPQSEND=1",
		command: () => transmitAll(4, bytesOf("hello")),
		bytes: "\r\n> {data}\r\nDATA ACCEPT:4,5\r\n",
		gives: 5,
		data: "hello",
	},
	{
		name: "CIPSEND with CIPQSEND=1, as the manual prints it",
		command: () => transmitAll(undefined, bytesOf("hello")),
		bytes: "\r\n> {data}\r\nDATA ACCEPT: 5\r\n",
		gives: 5,
		data: "hello",
	},
	{
		name: "CIPACK",
		command: () => commands.counts(1),
		bytes: "\r\n+CIPACK: 30, 10, 20\r\n\r\nOK\r\n",
		gives: { accepted: 30, acknowledged: 10 },
	},
	{
		name: "CIPSEND, not connected",
		command: () => transmitAll(4, bytesOf("hello")),
		bytes: "\r\n+CME ERROR: 3\r\n",
		gives: "REFUSED 3",
	},
	{ name: "CIPCLOSE", command: () => commands.disconnect(undefined, false), bytes: "\r\nCLOSE OK\r\n", gives: true },
	{ name: "CIPCLOSE=n", command: () => commands.disconnect(7, false), bytes: "\r\n7, CLOSE OK\r\n", gives: true },
	{
		name: "CIPRXGET=2,n with all 256 bytes",
		command: () => fetchInto(1, 256, bytes => (block += textOf(bytes))),
		bytes: `\r\n+CIPRXGET: 2,1,256,1116\r\n${ALL_BYTES}\r\nOK\r\n`,
		gives: { bytes: 256, left: 1116 },
		data: "",
	},
	{
		name: "CIPRXGET=2 of a SIM900, with no blank and what looks like an answer",
		command: () => fetchInto(undefined, 64, bytes => (block += textOf(bytes))),
		bytes: "\r\n+CIPRXGET:2,11,0\r\n\r\nOK\r\n> \r\nO\r\nOK\r\n",
		gives: { bytes: 11, left: 0 },
		data: "",
	},
];

/** Sends the command and says the answer in pieces cut at `cuts`; gives what became of it. */
async function converse(line: Line, answer: Answer, text: string, cuts: readonly number[]): Promise<unknown> {
	block = "";
	let outcome: unknown = "nothing yet";
	line.client.send(answer.command()).then(
		value => (outcome = value),
		error => (outcome = `${error.code} ${error.reason}`),
	);
	const [before = "", after] = text.split("{data}");
	let from = 0;
	for (const cut of [...cuts, before.length]) {
		if (cut <= from || cut > before.length) continue;
		await line.say(before.slice(from, cut));
		from = cut;
	}
	if (undefined === after) return outcome;
	await line.clock.advance(1);
	assert.include(line.heard(), answer.data ?? "", "the data goes out at the prompt");
	from = 0;
	const later = [...cuts.map(at => at - before.length), after.length];
	for (const cut of later) {
		if (cut <= from || cut > after.length) continue;
		await line.say(after.slice(from, cut));
		from = cut;
	}
	return outcome;
}

async function check(answer: Answer, text: string, cuts: readonly number[]): Promise<Line> {
	const line = await openLine();
	assert.deepEqual(await converse(line, answer, text, cuts), answer.gives);
	assert.isFalse(line.client.busy, "the client is idle again");
	assert.deepEqual(line.unexplained, []);
	line.client.close();
	await line.clock.advance(2); // the port's own
	assert.equal(line.clock.pending, 0, "no timer is left");
	return line;
}

describe("at: the modem's answers", () => {
	for (const answer of answers) {
		const { bytes, name } = answer;
		it(`${name}, cut in two at every byte`, async () => {
			for (let cut = 1; cut < bytes.length; cut++) await check(answer, bytes, [cut]);
		});

		it(`${name}, byte by byte, with and without echo`, async () => {
			const everywhere = (text: string) => Array.from({ length: text.length }, (_, at) => at);
			await check(answer, bytes, everywhere(bytes));
			const { line } = answer.command();
			const echoed = bytes.replace("> {data}", `> {data}${answer.data}`);
			for (const text of [`${line}\r${echoed}`, `${line}\r\n${echoed}`, `\0IIII\xff\xff\xff\xff${line}\r${echoed}`]) {
				await check(answer, text, everywhere(text));
			}
		});

		it(`${name}, with unsolicited lines before the echo, behind it and behind the answer`, async () => {
			const { line } = answer.command();
			const urc = "\r\n+CREG: 1\r\n\r\n3, CLOSED\r\n".replace(
				"3,",
				/^\d,/.test(bytes.trim()) || line.includes("=3") ? "6," : "3,",
			);
			const echoed = bytes.replace("> {data}", `> {data}${answer.data}`);
			const heard = await check(answer, `${urc}${line}\r${urc}${echoed}`, []);
			const { unsolicited } = heard;
			assert.deepEqual(
				unsolicited.map(({ kind }) => kind),
				["registration", "closed", "registration", "closed"],
			);
		});
	}

	it("pulled data comes whole and unchanged", async () => {
		const answer = answers.find(({ name }) => name.includes("256 bytes"))!;
		for (const cuts of [[], [30], Array.from({ length: 300 }, (_, at) => at)] as number[][]) {
			await check(answer, answer.bytes, cuts);
			assert.equal(block, ALL_BYTES);
		}
	});
});

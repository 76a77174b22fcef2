/* One run of `npm run replay`: from the command line to the last log. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Options, oneOf, UsageError } from "../arguments.js";
import { AsyncConnection } from "./conversation.js";
import { lineOf, Tally } from "./events.js";
import { entriesOf, type Format, formatOf } from "./log.js";

const HELP = `Usage: npm run replay -- [options] FILE...

Explains a serial log of a modem: reads it as the driver would have heard it and prints what it understood, one event a
line, with the line of the log. FILE is raw (the bytes of the modem's side, echo on or off) or text as people post it:
with time stamps, with TX and RX, arrows, "SEND:" and "RECEIVED:", with marks such as (\\r)(\\n) or <CR><LF>, as a hex dump.

  --format NAME  raw, text, or auto (default): raw when there are control characters or the line ends of a modem
  --json         each event as a line of JSON, and a summary at the end
  --help         this text

Events: command, information, done, late, refused, unanswered, unsolicited, prompt, payload, damaged, unexplained, cut
(the log ends within a line), note (the words of a program or a person). PINs and passwords in commands are struck out.`;

const OPTIONS = {
	format: { type: "string", default: "auto" },
	json: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const satisfies Options;

/** Gives the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
	try {
		return replayAll(argv);
	} catch (error) {
		const usage = error instanceof UsageError;
		console.error(`npm run replay: ${(error as Error).message}${usage ? " (see npm run replay -- --help)" : ""}`);
		return usage ? 2 : 1;
	}
}

function replayAll(argv: readonly string[]): number {
	const { positionals: files, values } = argumentsOf(argv);
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	if (0 === files.length) throw new UsageError("FILE is needed: the log to explain");
	const format = oneOf("format", values.format, ["auto", "raw", "text"]);
	for (const file of files) {
		const content = read(file);
		if (values.json) replayJson(file, content, "auto" === format ? formatOf(content) : format);
		else replayText(files.length > 1 ? file : undefined, content, "auto" === format ? formatOf(content) : format);
	}
	return 0;
}

/** @throws {UsageError} */
function argumentsOf(argv: readonly string[]) {
	try {
		return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
	} catch (error) {
		throw new UsageError((error as Error).message.split("\n")[0]!.split(". ")[0]!);
	}
}

/** One byte a character. @throws {Error} the file can't be read */
function read(file: string): string {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new Error(`${file} can't be read: ${(error as NodeJS.ErrnoException).code}`);
	}
	const utf16 = 0xff === bytes[0] && 0xfe === bytes[1]; // what a Windows console writes
	const content = utf16 ? bytes.toString("utf16le").slice(1) : bytes.toString("latin1");
	return content.replace(/^\xef\xbb\xbf/, "");
}

function replayText(title: string | undefined, content: string, format: Format): void {
	if (undefined !== title) console.log(`== ${title}`);
	const tally = new Tally();
	replay(content, format, tally, event => console.log(lineOf(event)));
	console.log(String(tally));
}

function replayJson(file: string, content: string, format: Format): void {
	const tally = new Tally();
	replay(content, format, tally, event => console.log(JSON.stringify({ file, ...event })));
	console.log(JSON.stringify({ file, kind: "summary", format, ...tally.counts }));
}

function replay(content: string, format: Format, tally: Tally, print: (event: Parameters<typeof lineOf>[0]) => void): void {
	const conversation = new AsyncConnection(event => {
		tally.add(event);
		print(event);
	});
	for (const entry of entriesOf(content, format)) conversation.take(entry);
	conversation.end();
}

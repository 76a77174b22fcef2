/* One run of `npm run replay`: from the command line to the last log. */
import { once } from "node:events";
import { type Paint, paintFor } from "../command/colour.js";
import type { Command } from "../command/command.js";
import { UsageError } from "../command/errors.js";
import type { Options, Values } from "../command/options.js";
import { oneOf } from "../command/values.js";
import { AsyncConnection } from "./conversation.js";
import { lineOf, meaningOf, type ReplayEvent, Tally } from "./events.js";
import type { Format } from "./log.js";
import { readLog } from "./source.js";

const OPTIONS = {
	format: {
		type: "string",
		default: "auto",
		value: "NAME",
		help: "raw, text, or auto: raw when there are control characters or the line ends of a modem",
	},
	json: { type: "boolean", default: false, help: "each event as a line of JSON, and a summary at the end" },
} as const satisfies Options;

export const REPLAY: Command<typeof OPTIONS> = {
	name: "replay",
	operands: "FILE...",
	about: `Explains a serial log of a modem: reads it as the driver would have heard it and prints what it understood, one event a line, with the line of the log. FILE is raw (the bytes of the modem's side, echo on or off) or text as people post it: with time stamps, with TX and RX, arrows, "SEND:" and "RECEIVED:", with marks such as (\\r)(\\n) or <CR><LF>, as a hex dump. "-" is standard input; what comes is explained at once.`,
	options: OPTIONS,
	notes: `Events: command, information, done, late, refused, unanswered, unsolicited, prompt, payload, damaged, unexplained, cut (the log ends within a line), note (the words of a program or a person). PINs and passwords in commands are struck out.`,
	run: replayAll,
};

async function replayAll(values: Values<typeof OPTIONS>, files: readonly string[]): Promise<number> {
	if (0 === files.length) throw new UsageError("FILE is needed: the log to explain");
	const format = oneOf("format", values.format, ["auto", "raw", "text"]);
	for (const file of files) {
		if (values.json) await replayJson(file, format);
		else await replayText(file, format, files.length > 1);
	}
	return 0;
}

async function replayText(file: string, format: Format | "auto", hasTitle: boolean): Promise<void> {
	const paint = paintFor(process.stdout);
	const output = new Output();
	if (hasTitle) output.line(paint("title", `== ${file}`));
	const tally = new Tally();
	await replay(file, format, tally, output, event => painted(paint, event));
	output.line(String(tally));
	await output.flush();
}

function painted(paint: Paint, event: ReplayEvent): string {
	return paint(meaningOf(event), lineOf(event));
}

async function replayJson(file: string, asked: Format | "auto"): Promise<void> {
	const tally = new Tally();
	const output = new Output();
	const format = await replay(file, asked, tally, output, event => JSON.stringify({ file, ...event }));
	output.line(JSON.stringify({ file, kind: "summary", format, ...tally.counts }));
	await output.flush();
}

async function replay(
	file: string,
	format: Format | "auto",
	tally: Tally,
	output: Output,
	shown: (event: ReplayEvent) => string,
): Promise<Format> {
	const conversation = new AsyncConnection(event => {
		tally.add(event);
		output.line(shown(event));
	});
	const found = await readLog({
		...{ file, format },
		onEntry: entry => conversation.take(entry),
		onPause: () => output.flush(),
	});
	conversation.end();
	return found;
}

/** Lines go out many at a time, and no faster than they are read. */
class Output {
	#lines = "";

	line(text: string): void {
		this.#lines += `${text}\n`;
	}

	async flush(): Promise<void> {
		const lines = this.#lines;
		this.#lines = "";
		if ("" !== lines && !process.stdout.write(lines)) await once(process.stdout, "drain");
	}
}

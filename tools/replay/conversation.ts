/*
 * Reads a log as the driver would have heard it: which command is out, what its answer is, and what comes unasked.
 *
 * Urc results and the forms of answers are those of the driver. What a log does not show is guessed from what it
 * does: an answer has had a command, a command that comes twice is its echo, an OK that comes too early is a late one.
 */

import { LINE_CUT } from "../../modules/at/lexer.js";
import { paramsOf } from "../../modules/at/params.js";
import { type Urc, urcOf } from "../../modules/at/urc.js";
import { askedBy, blockBytesOf, hasTextBehind, isCommandLine, type Known, knownOf } from "./commands.js";
import { detailsOf, type ReplayEvent, type Understood, withoutSecrets } from "./events.js";
import { Block, Input } from "./input.js";
import { LinkState } from "./link.js";
import type { Entry } from "./log.js";

/** The command that is out. */
interface Open {
	readonly known: Known;
	readonly fromHost: boolean;
	echoed: boolean;
	/** What it asks has come. */
	informed: boolean;
	/** It has asked for data; `data` is what came back of it. */
	takesData: boolean;
	readonly data: string[];
	dataTold: boolean;
}

/** Commands that were given up, whose answer may still come. */
const MOST_UNANSWERED = 4;
/** A log may be of any size; what is kept of it is not. */
const LONGEST_SAID = 1 << 16;
const MOST_DATA_LINES = 1_000;

export class AsyncConnection {
	readonly #onEvent: (event: ReplayEvent) => void;
	readonly #input: Input;
	readonly #link = new LinkState();
	#entry: Entry = { line: 0, from: "note", text: "", exact: false };
	#open: Open | undefined;
	#unanswered: string[] = [];
	/** What the host has said of a line that has not ended, and where it began. */
	#said = "";
	#saidAt = this.#entry;
	#textFollows = false;
	#ending = false;

	constructor(onEvent: (event: ReplayEvent) => void) {
		this.#onEvent = onEvent;
		this.#input = new Input({
			onLine: (line, flaws) => this.#onLine(line, flaws),
			onPrompt: () => this.#onPrompt(),
			onBlock: block => this.#onBlock(block),
			endsBlock: (block, line) => endsBlock(block, line),
		});
	}

	take(entry: Entry): void {
		if ("host" === entry.from) return this.#onHost(entry);
		this.#endHostLine();
		this.#entry = entry;
		if ("note" === entry.from) this.#tell({ kind: "note", text: entry.text });
		else this.#feed(entry);
	}

	/** The log is over. */
	end(): void {
		this.#endHostLine();
		this.#ending = true;
		this.#input.close();
		this.#giveUp("the log ends");
	}

	#tell(event: Understood, { line, time }: Entry = this.#entry): void {
		this.#onEvent({ line, ...(undefined === time ? {} : { time }), ...withoutSecrets(event) });
	}

	#feed({ exact, from, text }: Entry): void {
		const open = this.#open;
		const promptExpected = open ? open.known.takesData : exact;
		if (exact) return this.#input.bytes(text, promptExpected);
		const blank = "" === text.trim();
		const indented = "either" === from && /^\s/.test(text); // " OK": a program says that it is content
		if (this.#input.inBlock || (!blank && (!indented || open?.takesData))) this.#input.text(text, promptExpected);
		else if (!blank) this.#tell({ kind: "note", text });
	}

	// ---- what the host says

	#onHost(entry: Entry): void {
		const { exact, text } = entry;
		const begins = /^at/i.test(text.trimStart());
		if (begins || "" === text.trim()) this.#endHostLine();
		if (this.#open?.takesData && !begins) {
			this.#entry = entry;
			this.#tellSent(this.#open, text);
			return;
		}
		if ("" === this.#said) this.#saidAt = entry;
		this.#said += text;
		if (this.#said.length > LONGEST_SAID) return this.#endHostLine();
		if (exact && /[\r\n]/.test(text)) this.#endHostLine();
	}

	/** Loggers show a command in pieces: it is whole when something else comes. */
	#endHostLine(): void {
		const text = this.#said.trim();
		this.#said = "";
		if ("" === text) return;
		this.#entry = this.#saidAt;
		if (isCommandLine(text)) this.#onCommand(text, true);
		else this.#tell({ kind: "note", text });
	}

	/** A command on its way, or its echo, or both. */
	#onCommand(text: string, fromHost: boolean): void {
		const open = this.#open;
		if (open && text === open.known.line && !open.informed && !(fromHost && open.fromHost)) {
			open.echoed = true;
			return;
		}
		this.#giveUp("the next command came");
		const late = fromHost ? -1 : this.#unanswered.indexOf(text);
		if (late >= 0) this.#unanswered.splice(late, 1);
		else this.#tell({ kind: "command", text });
		const known = knownOf(text);
		this.#open = { known, fromHost, echoed: !fromHost, informed: false, takesData: false, data: [], dataTold: false };
	}

	#giveUp(because: string): void {
		const open = this.#open;
		if (!open) return;
		this.#open = undefined;
		this.#tellEchoedData(open);
		this.#tell({ kind: "unanswered", command: open.known.line, because });
		this.#unanswered = [...this.#unanswered, open.known.line].slice(-MOST_UNANSWERED);
	}

	// ---- what the modem says

	#onLine(line: string, flaws: number): Block | undefined {
		if (this.#textFollows) {
			this.#textFollows = false;
			this.#tell({ kind: "unsolicited", name: "sms-text", text: line, identity: {} });
			return undefined;
		}
		if (this.#link.transparent && !endsTransparent(line)) return this.#takeData(line);
		const [garbage, rest] = garbageBefore(line);
		if ("" !== garbage) this.#tell({ kind: "damaged", text: garbage });
		if (isCommandLine(rest)) {
			this.#onCommand(rest.trim(), false);
			return undefined;
		}
		const whole = 0 === (flaws & LINE_CUT);
		if (this.#open && whole) {
			const taken = this.#takeAnswer(this.#open, line);
			if ("no" !== taken) return taken;
		}
		return this.#takeOther(line, whole);
	}

	/** "no": the line does not belong to the command. */
	#takeAnswer(open: Open, line: string): Block | "no" | undefined {
		const { known } = open;
		if (known.isInfo(line)) return this.#takeInformation(open, line);
		const ending = known.ending!(line);
		if ("success" === ending) {
			this.#takeEnd(open, line);
		} else if (ending) {
			this.#open = undefined;
			this.#tell({ kind: "refused", command: known.line, text: line, meaning: ending.message });
		} else if ("OK" === line && "AT+CIPSTATUS" === known.name) {
			return undefined; // the state comes behind it
		} else if (undefined !== urcOf(line)) {
			return "no";
		} else if (open.takesData) {
			if (open.data.length < MOST_DATA_LINES) open.data.push(line);
		} else if (open.informed && hasTextBehind(known)) {
			this.#tellInformation(known, line);
		} else return "no";
		return undefined;
	}

	#takeInformation(open: Open, line: string): Block | undefined {
		const { known } = open;
		const bytes = blockBytesOf(known, line);
		open.informed = true;
		if (undefined === bytes) this.#tell({ kind: "damaged", text: line });
		else this.#tellInformation(known, line);
		if ("DOWNLOAD" === line) open.takesData = true;
		if (known.isLast!(line)) this.#done(open, "");
		return new Block("command", bytes ?? 0);
	}

	/** An OK that comes before what was asked belongs to a command before. */
	#takeEnd(open: Open, line: string): void {
		const lacks = open.known.asks && !open.informed;
		if (lacks && this.#unanswered.length > 0) this.#tellLate(line);
		else this.#done(open, line, lacks ? "without what it asked for" : undefined);
	}

	#done(open: Open, text: string, note?: string): void {
		this.#open = undefined;
		this.#tellEchoedData(open);
		this.#link.onDone(open.known.line);
		this.#tell({ kind: "done", command: open.known.line, text, ...(undefined === note ? {} : { note }) });
	}

	#tellInformation(known: Known | undefined, text: string): void {
		const fields = text.includes(":") ? paramsOf(text) : [];
		this.#tell({ kind: "information", ...(known ? { command: known.line } : {}), text, fields });
	}

	#tellSent(open: Open, text: string): void {
		open.dataTold = true;
		const bytes = open.known.dataBytes ?? text.length;
		this.#tell({ kind: "payload", direction: "sent", bytes, header: true, text });
	}

	/** What was sent, when only its echo is in the log. */
	#tellEchoedData(open: Open): void {
		if (!open.dataTold && open.data.length > 0) this.#tellSent(open, open.data.join("\n"));
	}

	#tellLate(text: string): void {
		this.#tell({ kind: "late", command: this.#unanswered.shift()!, text });
	}

	/** What is no answer: unsolicited, of a command that is not in the log, data, or not to be explained. */
	#takeOther(line: string, whole: boolean): Block | undefined {
		const result = whole ? urcOf(line) : undefined;
		if (result) return this.#takeUrc(result, line);
		if (undefined !== askedBy(line)) this.#tellInformation(undefined, line);
		else if (this.#link.pushesWithoutHeader) this.#takeData(line);
		else this.#takeUnknown(line, whole);
		return undefined;
	}

	#takeUrc(result: Urc, line: string): Block | undefined {
		const surprising = this.#link.onUrc(result);
		if ("stray" === result.kind) this.#takeStray(line);
		else if ("slot-state" === result.kind) this.#tellInformation(knownOf("AT+CIPSTATUS"), line);
		else this.#tell({ kind: "unsolicited", name: result.kind, text: line, identity: detailsOf(result, surprising) });
		this.#textFollows = "sms" === result.kind && true === result.textFollows;
		if ("started" === result.kind || "power-down" === result.kind) {
			this.#giveUp("the modem restarted or switched itself off");
			this.#unanswered = [];
		}
		return "data" === result.kind ? new Block("modem", result.bytes, result.slot) : undefined;
	}

	/** A final result that does not end the command that is out. */
	#takeStray(line: string): void {
		if (this.#unanswered.length > 0) this.#tellLate(line);
		else if ("OK" === line) this.#tell({ kind: "done", text: line });
		else this.#tell({ kind: "refused", text: line, meaning: "its command is not in this log" });
	}

	/** Data with nothing that announces it. */
	#takeData(text: string): undefined {
		this.#tell({ kind: "payload", direction: "received", bytes: text.length, header: false, text });
	}

	#takeUnknown(text: string, whole: boolean): void {
		const isModems = "either" !== this.#entry.from || /^[+*^][A-Z]/.test(text);
		if (this.#ending) this.#tell({ kind: "cut", text });
		else if (!isModems) this.#tell({ kind: "note", text });
		else this.#tell({ kind: whole && /^[ -~]*$/.test(text) ? "unexplained" : "damaged", text });
	}

	#onPrompt(): Block | undefined {
		const open = this.#open;
		if (open?.takesData) return undefined; // a line of many, each with its prompt
		this.#tell({ kind: "prompt", ...(open ? { command: open.known.line } : {}) });
		if (!open) return undefined;
		open.takesData = true;
		return this.#entry.exact && open.echoed ? new Block("echo", open.known.dataBytes ?? 0) : undefined;
	}

	#onBlock(block: Block): void {
		const { bytes, owner, shown, slot, text } = block;
		if ("echo" === owner && this.#open) this.#open.dataTold = true;
		const direction = "echo" === owner ? "sent" : "received";
		const incomplete = undefined === shown ? {} : { shown };
		this.#tell({ kind: "payload", direction, bytes, ...incomplete, ...(undefined === slot ? {} : { slot }), header: true, text });
	}
}

/** A line of text that can't be data: what ends its command, or is no answer at all. */
function endsBlock({ owner }: Block, line: string): boolean {
	if (line.length > 2 && isCommandLine(line)) return true;
	return "modem" === owner ? undefined !== urcOf(line) : "OK" === line || "ERROR" === line;
}

function endsTransparent(line: string): boolean {
	return "CLOSED" === line || "OK" === line || "NO CARRIER" === line || "RDY" === line;
}

/** What a modem's start has put in front of an echo. */
function garbageBefore(line: string): readonly [string, string] {
	const [, garbage = "", rest = line] = /^(.*[^ -~])(AT.*)$/.exec(line) ?? [];
	return [garbage, rest];
}

/*
 * A command line behind its AT, taken apart: basic commands follow each other, a semicolon ends an extended one.
 *
 * Only the form is looked at; which commands there are is the tables' business (commands/).
 */

export type CommandKind = "run" | "read" | "set" | "test";

export interface Argument {
	/** Without its quotes. */
	readonly text: string;
	readonly quoted: boolean;
}

export interface ParsedCommand {
	/** In capitals, with its sign: "E", "&W", "+CSQ". */
	readonly name: string;
	readonly kind: CommandKind;
	readonly args: readonly Argument[];
}

export interface LineOptions {
	/** On a SIM900 a semicolon behind a basic command spoils the line. */
	semicolonAfterBasic: boolean;
}

/** @returns undefined when the line is not of the form that the manual gives */
export function parseLine(line: string, options: LineOptions): readonly ParsedCommand[] | undefined {
	const commands: ParsedCommand[] = [];
	const parser = new LineParser(line, options);
	while (!parser.atEnd) {
		const command = parser.next();
		if (!command) return undefined;
		commands.push(command);
	}
	return commands;
}

class LineParser {
	readonly #line: string;
	readonly #options: LineOptions;
	#at = 0;

	constructor(line: string, options: LineOptions) {
		this.#line = line;
		this.#options = options;
	}

	get atEnd(): boolean {
		while (" " === this.#line[this.#at]) this.#at++;
		return this.#at >= this.#line.length;
	}

	next(): ParsedCommand | undefined {
		const first = this.#line[this.#at]!.toUpperCase();
		if ("+" === first || "*" === first) return this.#extended();
		if ("D" === first) return this.#dial();
		if ("S" === first) return this.#register();
		return this.#basic();
	}

	#extended(): ParsedCommand | undefined {
		const name = this.#match(/[+*][A-Za-z][A-Za-z0-9]*/y)?.toUpperCase();
		if (undefined === name) return undefined;
		const operator = this.#match(/ *(=\?|=|\?)/y)?.trim();
		const rest = this.#rest();
		if (undefined === rest) return undefined;
		const args = "=" === operator ? parseArguments(rest) : [];
		if (!args || ("=" !== operator && "" !== rest.trim())) return undefined;
		return { name, kind: kindOf(operator), args };
	}

	/** ATD takes all of the line as its number; a semicolon at its end makes it a voice call. */
	#dial(): ParsedCommand {
		const number = this.#line.slice(this.#at + 1).trim();
		this.#at = this.#line.length;
		return { name: "D", kind: "run", args: [{ text: number, quoted: false }] };
	}

	#register(): ParsedCommand | undefined {
		const text = this.#match(/[Ss][0-9]{1,2}(=[0-9]{1,3}|\?)/y);
		if (undefined === text || !this.#endBasic()) return undefined;
		const [register, value] = text.slice(1).split(/[=?]/);
		const args = [{ text: register!, quoted: false }];
		if (text.endsWith("?")) return { name: "S", kind: "read", args };
		return { name: "S", kind: "set", args: [...args, { text: value!, quoted: false }] };
	}

	#basic(): ParsedCommand | undefined {
		const name = this.#match(/&?[A-Za-z]/y)?.toUpperCase();
		if (undefined === name) return undefined;
		const number = this.#match(/[0-9]{1,3}/y);
		if (!this.#endBasic()) return undefined;
		return { name, kind: "run", args: undefined === number ? [] : [{ text: number, quoted: false }] };
	}

	#endBasic(): boolean {
		if (this.atEnd || ";" !== this.#line[this.#at]) return true;
		this.#at++;
		return this.#options.semicolonAfterBasic;
	}

	#match(pattern: RegExp): string | undefined {
		pattern.lastIndex = this.#at;
		const text = pattern.exec(this.#line)?.[0];
		if (undefined !== text) this.#at += text.length;
		return text;
	}

	/** Up to the next semicolon outside quotes, which is passed over. Undefined: a quote is open at the end. */
	#rest(): string | undefined {
		const from = this.#at;
		let quoted = false;
		for (; this.#at < this.#line.length; this.#at++) {
			const character = this.#line[this.#at];
			if ('"' === character) quoted = !quoted;
			else if (";" === character && !quoted) return this.#line.slice(from, this.#at++);
		}
		return quoted ? undefined : this.#line.slice(from);
	}
}

function kindOf(operator: string | undefined): CommandKind {
	switch (operator) {
		case "=":
			return "set";
		case "?":
			return "read";
		case "=?":
			return "test";
		default:
			return "run";
	}
}

function parseArguments(text: string): Argument[] | undefined {
	const args: Argument[] = [];
	for (const part of splitOutsideQuotes(text)) {
		const argument = parseArgument(part.trim());
		if (!argument) return undefined;
		args.push(argument);
	}
	return args;
}

function splitOutsideQuotes(text: string): string[] {
	const parts: string[] = [];
	let from = 0;
	let quoted = false;
	for (let index = 0; index < text.length; index++) {
		if ('"' === text[index]) quoted = !quoted;
		else if ("," === text[index] && !quoted) {
			parts.push(text.slice(from, index));
			from = index + 1;
		}
	}
	parts.push(text.slice(from));
	return parts;
}

function parseArgument(text: string): Argument | undefined {
	if (!text.includes('"')) return { text, quoted: false };
	return /^"[^"]*"$/.test(text) ? { text: text.slice(1, -1), quoted: true } : undefined;
}

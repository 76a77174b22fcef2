/* The help of a command: 80 columns, made of its options, so that none is forgotten. */
import { COMMON, type Option, type Options } from "./options.js";

const COLUMNS = 80;
const LONGEST_NAME = 24;

/** Breaks a text at its blanks; further lines begin with `indent` blanks. Lines that begin with a blank stay as they are. */
export function wrapped(text: string, indent = 0, columns = COLUMNS): string {
	const lines: string[] = [];
	for (const paragraph of text.split("\n")) {
		let line = "";
		if (paragraph.startsWith(" ")) lines.push(paragraph);
		else {
			for (const word of paragraph.split(" ")) {
				if ("" !== line && line.length + 1 + word.length > columns - indent) {
					lines.push(line);
					line = word;
				} else line = "" === line ? word : `${line} ${word}`;
			}
			lines.push(line);
		}
	}
	return lines.map((line, at) => (at > 0 && "" !== line ? " ".repeat(indent) + line : line)).join("\n");
}

export function optionsHelp(own: Options): string {
	const rows = Object.entries({ ...own, ...COMMON } as Options).filter(([, option]) => undefined !== option.help);
	const names = rows.map(([name, option]) => nameOf(name, option));
	const width = Math.min(LONGEST_NAME, Math.max(...names.map(name => name.length))) + 2;
	return rows
		.map(([, option], at) => {
			const heading = undefined === option.heading ? "" : `${at > 0 ? "\n" : ""}${option.heading}\n`;
			return `${heading}  ${row(names[at]!, wrapped(textOf(option), width + 2), width)}`;
		})
		.join("\n");
}

function nameOf(name: string, { short, type, value }: Option): string {
	const long = `--${name}${"string" === type ? ` ${value ?? "VALUE"}` : ""}`;
	return undefined === short ? long : `-${short}, ${long}`;
}

function textOf(option: Option): string {
	const { default: preset, help = "" } = option;
	const isTold = "string" === typeof preset && "" !== preset && !help.includes("(default");
	return isTold ? `${help} (default ${preset})` : help;
}

/** A name that is too long has a line of its own. */
function row(name: string, text: string, width: number): string {
	return name.length + 2 > width ? `${name}\n${" ".repeat(width + 2)}${text}` : `${name.padEnd(width)}${text}`;
}

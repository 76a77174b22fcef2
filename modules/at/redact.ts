/* What a log may show of the conversation: each line, and nothing of a secret or of somebody's data. */
import { type Command, nameOf } from "./command.js";

/** Commands whose parameters are nobody's business, whoever sends them and wherever they stand in the line. */
const SECRET_NAMES = Object.freeze(["+CPIN", "+CSTT", "+CLCK", "+CPWD", "+SAPBR", "+CIPCSGP", "+CGAUTH"]);

/** The line that goes out, as a log may show it. */
export function sentLine(command: Command<unknown>): string {
	if (command.answer) return `(${command.answer.length} bytes)`;
	return command.secret ? `${nameOf(command)}=***` : redacted(command.line);
}

/** A line with what stands behind the "=" of a secret command struck out, up to its end. */
export function redacted(line: string): string {
	const end = secretAt(line);
	return end < 0 ? line : `${line.slice(0, end)}***`;
}

export function isSecret(command: Command<unknown>): boolean {
	return !!command.secret || secretAt(command.line) >= 0;
}

/** A line that may be a part of somebody's data. */
export function withoutText(line: string): string {
	return `(${line.length} characters)`;
}

/** Where the parameters of the first secret command begin; -1: there is none. Blanks are allowed anywhere. */
function secretAt(line: string): number {
	const upper = line.toUpperCase();
	let first = -1;
	for (let index = 0; index < SECRET_NAMES.length; index++) {
		const name = SECRET_NAMES[index]!;
		for (let at = upper.indexOf(name); at >= 0; at = upper.indexOf(name, at + 1)) {
			const equals = equalsBehind(upper, at + name.length);
			if (equals > 0 && (first < 0 || equals < first)) first = equals;
		}
	}
	return first;
}

/** Behind the "=" that follows a name, or a number in it ("+CPIN2"); -1: a question, or no such command. */
function equalsBehind(line: string, at: number): number {
	while (" " === line[at] || (line[at]! >= "0" && line[at]! <= "9")) at++;
	return "=" === line[at] && "?" !== line[at + 1] ? at + 1 : -1;
}

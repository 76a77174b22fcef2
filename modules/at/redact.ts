/* What the log sees of the conversation: each line, and nothing of what a secret command carries. */
import { type Command, isSecretName, nameOf } from "./command.js";
import { urcOf } from "./urc.js";

/** The line that goes out, as a log may show it. */
export function sentLine(command: Command<unknown>): string {
	if (command.answersPrompt) return `(${command.data?.length ?? 0} bytes)`;
	return isSecret(command) ? `${nameOf(command)}=***` : command.line;
}

/** A line that came in. While an echo of `secret` may come, whole or damaged, only what is surely none is shown. */
export function heardLine(line: string, secret: Command<unknown> | undefined): string {
	return !secret || urcOf(line) || secret.isInfo?.(line) ? line : withoutText(line);
}

/** A line that may be a part of somebody's data. */
export function withoutText(line: string): string {
	return `(${line.length} characters)`;
}

/** What its data, or what follows its answer, may end up as a line. */
export function carriesData(command: Command<unknown> | undefined): boolean {
	return !!command && (undefined !== command.blockBytes || "data" in command);
}

export function isSecret(command: Command<unknown> | undefined): boolean {
	return !!command && (!!command.secret || isSecretName(nameOf(command)));
}

/* What a byte of a run is: of which line, or of whose data. */
import type { Direction } from "../support/tap.js";

export interface Role {
	/** "line": of a command or of what the modem says; "data": of a peer. */
	readonly kind: "line" | "data";
	/** The line, or the one that announces the data. */
	readonly line: string;
	/** Where in it the byte is. */
	readonly at: number;
}

const CR = 0x0d;
const LF = 0x0a;
const PROMPT = "> ";

/** How many bytes of data come behind a line. */
function dataBehind(direction: Direction, line: string): number {
	const pattern =
		"up" === direction ? /^AT\+CIPSEND=(?:\d+,)?(\d+)$/ : /^\+CIPRXGET: ?2,(?:\d,)?(\d+),\d+$|^\+RECEIVE,\d,(\d+):$/;
	const [, first, second] = pattern.exec(line) ?? [];
	return Number(first ?? second ?? 0);
}

/** The role of each byte of an undisturbed run. */
export function rolesOf(direction: Direction, bytes: readonly number[]): readonly Role[] {
	const roles: Role[] = [];
	const end = "up" === direction ? CR : LF;
	for (let from = 0; from < bytes.length; ) {
		const to = endOfLine(bytes, from, end);
		const raw = String.fromCharCode(...bytes.slice(from, to));
		for (let at = 0; at < raw.length; at++) roles.push({ kind: "line", line: raw, at });
		from = to;
		const line = raw.trim();
		const data = Math.min(dataBehind(direction, line), bytes.length - from);
		for (let at = 0; at < data; at++) roles.push({ kind: "data", line, at });
		from += data;
	}
	return roles;
}

/** Behind its end; the prompt has none. */
function endOfLine(bytes: readonly number[], from: number, end: number): number {
	if (LF === end && String.fromCharCode(...bytes.slice(from, from + PROMPT.length)) === PROMPT) return from + PROMPT.length;
	const at = bytes.indexOf(end, from);
	return at < 0 ? bytes.length : at + 1;
}

/** The line with the byte marked. */
export function describeRole({ at, kind, line }: Role): string {
	if ("data" === kind) return `byte ${at} of the data of ${JSON.stringify(line)}`;
	return JSON.stringify(`${line.slice(0, at)}«${line[at]}»${line.slice(at + 1)}`);
}

/** What lines of the same sort have in common. */
export function sortOf({ kind, line }: Role): string {
	const text = line
		.trim()
		.replace(/[^ -~]/g, "?")
		.replace(/\d+/g, "n");
	return "data" === kind ? `data of ${text}` : text || "(line end)";
}

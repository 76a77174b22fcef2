/* The lines of a source around a mistake, as compilers show them. */
import { readFileSync } from "node:fs";
import type { Paint } from "../command/colour.js";

const AROUND = 2;

export interface Place {
	/** From the project's folder. */
	readonly file: string;
	readonly line: number;
}

/** Of the first place in a stack that `isOwn`, or else of the first; undefined: there is none. */
export function placeIn(stack: string, isOwn: (file: string) => boolean): Place | undefined {
	const places = [...stack.matchAll(/\(([^()]+):(\d+)\)/g)].map(match => ({ file: match[1]!, line: Number(match[2]) }));
	return places.find(({ file }) => isOwn(file)) ?? places[0];
}

/** Undefined when the source can't be read any more. */
export function codeFrame({ file, line }: Place, root: URL, paint: Paint): string | undefined {
	let lines: string[];
	try {
		lines = readFileSync(new URL(file, root), "utf8").split("\n");
	} catch {
		return undefined;
	}
	const first = Math.max(1, line - AROUND);
	const width = String(line + AROUND).length;
	return lines
		.slice(first - 1, line + AROUND)
		.map((text, index) => {
			const number = String(first + index).padStart(width);
			const shown = `${number} | ${text.replaceAll("\t", "    ")}`.trimEnd();
			return line === first + index ? paint("bad", `> ${shown}`) : `  ${shown}`;
		})
		.join("\n");
}

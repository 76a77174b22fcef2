/* Colour by meaning, where a terminal shows it. */

export type Meaning = "good" | "bad" | "warning" | "aside" | "title";

const CODES: Readonly<Record<Meaning, readonly [number, number]>> = {
	good: [32, 39],
	bad: [31, 39],
	warning: [33, 39],
	aside: [2, 22],
	title: [1, 22],
};

export type Paint = (meaning: Meaning | undefined, text: string) => string;

interface Output {
	readonly isTTY?: boolean;
}

/** NO_COLOR wins (no-color.org), then FORCE_COLOR, then whether it is a terminal. */
export function hasColour({ isTTY }: Output, env: NodeJS.ProcessEnv): boolean {
	if (env["NO_COLOR"]) return false;
	if (env["FORCE_COLOR"]) return "0" !== env["FORCE_COLOR"];
	return true === isTTY && "dumb" !== env["TERM"];
}

export function paintFor(output: Output, env: NodeJS.ProcessEnv = process.env): Paint {
	if (!hasColour(output, env)) return (_meaning, text) => text;
	return (meaning, text) => {
		if (undefined === meaning) return text;
		const [on, off] = CODES[meaning];
		return `\x1b[${on}m${text}\x1b[${off}m`;
	};
}

/*
 * Counts what a debugger with "break on exceptions" would stop at: each `throw` of modules/, each rejection that an await
 * throws again, and what the engine throws and modules/ catch. Sources are changed on their way into the bundle.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { type Bundle, bundleText } from "../../../hosts/xs/bundle.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** How esbuild lets an async function go on with a rejection. */
const GOES_ON = "step(generator.throw(value))";

/** In front of what is thrown, whose end need not be found: an assignment takes all of it. */
function instrumented(line: string, place: string): string {
	if (/^\s*(?:\*|\/[/*])/.test(line)) return line;
	return line
		.replace(/(^|[\s;{)])throw (?=\S)/, `$1throw thrownAt("${place}").error = `)
		.replace(/\bcatch \((\w+)\) \{/, `catch ($1) { caughtAt("${place}", $1);`)
		.replace(/\bcatch \{/, `catch (_error) { caughtAt("${place}", _error);`);
}

const plugin: Plugin = {
	name: "exceptions",
	setup({ onLoad }) {
		onLoad({ filter: /\/modules\/(?:at|compat|core|delivery|modem|socket)\/.*\.ts$/ }, ({ path }) => {
			const lines = readFileSync(path, "utf8").split("\n");
			const name = relative(ROOT, path);
			return { contents: lines.map((line, index) => instrumented(line, `${name}:${index + 1}`)).join("\n"), loader: "ts" };
		});
	},
};

/** The entry files, with all of it noted. */
export function bundleWithExceptions(...paths: string[]): Promise<Bundle> {
	const entries = ["tests/hosts/xs/fixtures/exceptions.ts", ...paths];
	return bundleText(entries.map(path => `import "./${path}";`).join("\n"), {
		plugins: [plugin],
		supported: { "async-await": false },
		edit(code) {
			if (!code.includes(GOES_ON)) throw new Error("esbuild writes async functions in another way now");
			return code.replace(GOES_ON, `(awaited(value), ${GOES_ON})`);
		},
	});
}

/** Exceptions in the order in which they came, each in a line; made of the lines of a trace. */
export class Exceptions {
	readonly lines: string[] = [];
	readonly #code: Bundle;

	constructor(code: Bundle) {
		this.#code = code;
	}

	add(line: string): void {
		if (!/^\{"(?:exception|caught)"/.test(line)) return; // the modem's
		const { caught, exception, stack = "" } = JSON.parse(line) as { caught?: string; exception?: string; stack?: string };
		if (undefined === exception) this.lines.push(`${this.lines.pop()}, caught at ${caught}`);
		else this.lines.push(`${exception}${this.#origin(stack)}`);
	}

	/** Where an error was made, without the constructor of its class. */
	#origin(stack: string): string {
		const places = [...this.#code.explain(stack).matchAll(/\((modules\/[^)]+)\)/g)].map(match => match[1]!);
		const place = places.find(one => !one.startsWith("modules/core/errors.ts"));
		return undefined === place ? "" : `, made at ${place}`;
	}
}

/*
 * TypeScript to one script that XS evaluates, and the way back: a line of the bundle to the source it came from.
 */
import { SourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export class Bundle {
	readonly code: string;
	readonly #map: SourceMap;

	constructor(code: string, map: string) {
		this.code = code;
		this.#map = new SourceMap(JSON.parse(map));
	}

	/** Turns ` at name (#3:120)` of an XS stack into ` at name (modules/core/clock.ts:17)`. */
	explain(stack: string): string {
		return stack.replace(/\(#\d+:(\d+)\)/g, (place, line) => this.#locate(Number(line)) ?? place);
	}

	/** XS gives a line without a column: the first thing on it that has a source stands for it. */
	#locate(line: number): string | undefined {
		for (let column = 0; column < 40; column++) {
			const entry = this.#map.findEntry(line - 1, column);
			if ("originalSource" in entry && entry.generatedLine === line - 1) {
				return `(${entry.originalSource}:${entry.originalLine + 1})`;
			}
		}
		return undefined;
	}
}

export interface BundleOptions {
	/** Of esbuild. */
	readonly plugins?: Plugin[];
	/** Parts of the language that are rewritten: `{ "async-await": false }`. */
	readonly supported?: Record<string, boolean>;
	/** The last word on the script; lines must stay lines. */
	edit?(code: string): string;
}

/** Bundles the entry files, which run one after the other; `paths` are relative to the project. */
export function bundle(...paths: string[]): Promise<Bundle> {
	return bundleText(paths.map(path => `import ${JSON.stringify(`./${path}`)};`).join("\n"));
}

/** Bundles a program, as if it were a file of the project's folder. */
export async function bundleText(contents: string, { edit, plugins, supported }: BundleOptions = {}): Promise<Bundle> {
	const result = await build({
		stdin: { contents, resolveDir: ROOT, loader: "ts" },
		alias: { host: resolve(ROOT, "hosts/xs/host.ts"), program: resolve(ROOT, "main.ts") },
		absWorkingDir: ROOT,
		bundle: true,
		format: "iife",
		target: "es2022",
		platform: "neutral",
		mainFields: ["module", "main"],
		loader: { ".md": "text" },
		sourcemap: "external",
		sourcesContent: false,
		outfile: resolve(ROOT, "build/xs.js"), // sources in the map are relative to its folder; nothing is written
		write: false,
		logLevel: "silent",
		...(plugins && { plugins }),
		...(supported && { supported }),
	});
	const text = (suffix: string) => result.outputFiles.find(file => file.path.endsWith(suffix))!.text;
	const map = JSON.parse(text(".map"));
	map.sources = map.sources.map((source: string) => relative(ROOT, resolve(ROOT, "build", source)));
	return new Bundle(edit ? edit(text(".js")) : text(".js"), JSON.stringify(map));
}

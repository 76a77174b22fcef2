/* Lets Node import Markdown files as text, as the bundler does for XS. */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
	if (!url.endsWith(".md")) return next(url, context);
	const text = await readFile(new URL(url), "utf8");
	return { format: "module", source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
}

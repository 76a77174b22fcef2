/* What the SDK's XS has beyond the language, and this engine has not. */
import { post } from "../link.js";

/** `trace` ends no line by itself. */
let line = "";

function trace(...texts: unknown[]): void {
	const lines = (line + texts.join("")).split("\n");
	line = lines.pop()!;
	for (const text of lines) post({ kind: "print", text });
}

const define = (object: object, name: string, value: unknown) =>
	Object.defineProperty(object, name, { value, writable: true, configurable: true });

define(globalThis, "trace", trace);
define(ArrayBuffer, "fromString", (text: string) => new TextEncoder().encode(text).buffer);
define(String, "fromArrayBuffer", (bytes: ArrayBuffer) => new TextDecoder().decode(bytes));

/*
 * Who may import whom. The arrows are what lets each part be understood, tested and replaced by itself: the virtual modem
 * shares no code with the driver, so that a misunderstanding can't cancel itself out, and nothing that ships on a device
 * knows of a host, a timer or Node.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The folder of modules/ on the left may import those on the right, besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
	core: [],
	at: ["core"],
	delivery: ["core"],
	modem: ["at", "core"],
	socket: ["core"],
	uplink: ["core"],
	virtual: ["core"],
};
/** Types only. */
const TYPE_ARROWS: Readonly<Record<string, readonly string[]>> = { modem: ["socket"] };

/** What not every engine has, or what makes two runs differ. */
const FOREIGN = [
	...["Buffer", "process", "require", "TextEncoder", "TextDecoder", "structuredClone", "console", "globalThis", "trace"],
	...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "performance", "Date.now", "new Date()", "Math.random"],
];

interface Import {
	readonly name: string;
	readonly typeOnly: boolean;
}

/** Without comments and what strings say. */
function codeOf(source: string): string {
	return source.replace(/\/\*[\s\S]*?\*\/|(^|[^:])\/\/.*$/gm, "$1");
}

function importsOf(source: string): Import[] {
	const found: Import[] = [];
	const code = codeOf(source);
	for (const [, type, name] of code.matchAll(/^(?:import|export)\s+(type\s)?[^"';]*?\bfrom\s*"([^"]+)"/gm))
		found.push({ name: name!, typeOnly: undefined !== type });
	for (const [, name] of code.matchAll(/\bimport\s*\(?\s*"([^"]+)"/g)) found.push({ name: name!, typeOnly: false });
	return found;
}

/** Names that are called, constructed or looked into; a property of the same name is none of them. */
function foreignIn(source: string): string[] {
	const code = codeOf(source).replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
	return FOREIGN.filter(name => {
		const text = name.replace(/[.()]/g, "\\$&");
		return new RegExp(`(?<![\\w.#])${text}${name.endsWith(")") ? "" : "\\s*[.(\\[]"}`).test(code);
	});
}

/** What is wrong with an import in modules/, if anything. */
function complaint(path: string, { name, typeOnly }: Import): string | undefined {
	if (!name.startsWith(".")) return `${path} imports "${name}", which is no file of modules/`;
	if (!name.endsWith(".js")) return `${path} imports "${name}" without .js`;
	const [room = "", folder = ""] = relative(ROOT, join(ROOT, dirname(path), name)).split("/");
	const own = path.split("/")[1]!;
	const allowed = [own, ...(ARROWS[own] ?? []), ...(typeOnly ? (TYPE_ARROWS[own] ?? []) : [])];
	return "modules" === room && allowed.includes(folder) ? undefined : `${path} imports ${typeOnly ? "types of " : ""}${name}`;
}

function sources(folder: string): string[] {
	return readdirSync(join(ROOT, folder), { recursive: true })
		.map(file => `${folder}/${file}`)
		.filter(path => path.endsWith(".ts"));
}

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("imports", () => {
	it("go only where the arrows go", () => {
		const complaints = sources("modules").flatMap(path => importsOf(read(path)).flatMap(one => complaint(path, one) ?? []));
		assert.deepEqual(complaints, []);
	});

	it("know every folder of modules/", () => {
		const folders = readdirSync(join(ROOT, "modules"), { withFileTypes: true }).filter(entry => entry.isDirectory());
		assert.includeMembers(
			Object.keys(ARROWS),
			folders.map(({ name }) => name),
		);
	});

	it("lead to files that are there", () => {
		for (const path of sources("modules"))
			for (const { name } of importsOf(read(path)))
				assert.isTrue(existsSync(join(ROOT, dirname(path), name.replace(/\.js$/, ".ts"))), `${path}: ${name}`);
	});

	it("bring nothing of Node, of time or of chance into modules/ by another way", () => {
		const complaints = sources("modules").flatMap(path => foreignIn(read(path)).map(name => `${path} uses ${name}`));
		assert.deepEqual(complaints, []);
	});

	it("of main.ts are host and modules, and it stays short", () => {
		for (const { name } of importsOf(read("main.ts"))) assert.match(name, /^(host|\.\/hosts\/host\.js|uplink\/.+)$/);
		assert.isBelow(read("main.ts").split("\n").length, 60);
	});

	describe("are found in", () => {
		const cases: [string, string, Import[]][] = [
			["a plain import", 'import { a } from "./a.js";', [{ name: "./a.js", typeOnly: false }]],
			["several lines", 'import {\n\ta,\n\tb,\n} from "../core/a.js";', [{ name: "../core/a.js", typeOnly: false }]],
			["a type import", 'import type { A } from "./a.js";', [{ name: "./a.js", typeOnly: true }]],
			[
				"an export",
				'export * from "./a.js";\nexport type { B } from "./b.js";',
				[
					{ name: "./a.js", typeOnly: false },
					{ name: "./b.js", typeOnly: true },
				],
			],
			["a bare import", 'import "timer";', [{ name: "timer", typeOnly: false }]],
			["a dynamic import", 'const a = await import("embedded:io/serial");', [{ name: "embedded:io/serial", typeOnly: false }]],
			["no comment", '// import "x";\n/* import "y"; */', []],
		];
		for (const [what, source, expected] of cases) it(what, () => assert.deepEqual(importsOf(source), expected));
	});

	it("are complained of", () => {
		const cases: [string, Import, boolean][] = [
			["modules/at/engine.ts", { name: "../core/clock.js", typeOnly: false }, false],
			["modules/at/engine.ts", { name: "../modem/modem.js", typeOnly: true }, true],
			["modules/virtual/modem.ts", { name: "../at/lexer.js", typeOnly: true }, true],
			["modules/virtual/commands/sim.ts", { name: "../../core/errors.js", typeOnly: false }, false],
			["modules/modem/modem.ts", { name: "../socket/tcp.js", typeOnly: true }, false],
			["modules/modem/modem.ts", { name: "../socket/tcp.js", typeOnly: false }, true],
			["modules/core/clock.ts", { name: "../../hosts/host.js", typeOnly: true }, true],
			["modules/core/clock.ts", { name: "node:fs", typeOnly: false }, true],
			["modules/core/clock.ts", { name: "timer", typeOnly: false }, true],
			["modules/core/clock.ts", { name: "./errors", typeOnly: false }, true],
		];
		for (const [path, one, wrong] of cases) assert.equal(undefined !== complaint(path, one), wrong, `${path}: ${one.name}`);
	});

	it("see foreign names in code and nowhere else", () => {
		const foreign = 'const a = Date.now(); b(Math.random()); setTimeout(() => {}, 1); Buffer.from("x"); new Date()';
		assert.sameMembers(foreignIn(foreign), ["Date.now", "Math.random", "setTimeout", "Buffer", "new Date()"]);
		const innocent = '// Date.now()\nconst a = "process.exit"; this.trace(1); new Date(0); Date.UTC(1, 2); a.console.log();';
		assert.deepEqual(foreignIn(innocent), []);
	});
});

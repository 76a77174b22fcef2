/*
 * What the documents say, held to the code: their TypeScript compiles, their links lead somewhere, the tests and commands
 * that they name are there, and their tables of errors and settings are those of the code.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENTS = ["README.md", "CHANGELOG.md", ...readdirSync(join(ROOT, "docs")).map(name => `docs/${name}`)];
const REFERENCE = "docs/REFERENCE.md";
const LIMIT_MS = 60_000;

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** All that the first group of `pattern` matches. */
function found(text: string, pattern: RegExp): string[] {
	return [...text.matchAll(pattern)].map(match => match[1]!);
}

/** The blocks of TypeScript in a document: together they are one module. */
function codeOf(document: string): string {
	return found(read(document), /^```ts\n([\s\S]*?)^```$/gm).join("\n");
}

/** The rows of the tables under a heading, cell by cell, without their two lines of head. */
function rowsUnder(document: string, heading: string): string[][] {
	const section = read(document).split(`${heading}\n`)[1]?.split(/^#/m)[0] ?? "";
	const rows = section.split("\n").filter(isRow);
	return rows.map(row =>
		row
			.split("|")
			.slice(1, -1)
			.map(cell => cell.trim()),
	);
}

/** A row of a table that is neither its head nor the line under it. */
function isRow(line: string, at: number, lines: readonly string[]): boolean {
	const isLine = (text: string | undefined) => /^\|[-|]+\|$/.test(text ?? "");
	return line.startsWith("|") && !isLine(line) && !isLine(lines[at + 1]);
}

/** The words in code style of a cell. */
function named(cell: string | undefined): string[] {
	return found(cell ?? "", /`([^`]+)`/g);
}

/** Tests that a table names, by file and title, several with a semicolon between them. */
function claimsIn(text: string): { path: string; title: string }[] {
	const matches = text.matchAll(/`(tests\/[^`]+\.test\.ts)` "(.+?)"(?=; `tests\/| \|$)/gm);
	return [...matches].map(([, path, title]) => ({ path: path!, title: title! }));
}

/** Titles as mocha knows them, of the specs in these files; nothing is run. */
function titlesOf(paths: readonly string[]): Map<string, string[]> {
	const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
	const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, "--dry-run", "--reporter", "json", ...paths], {
		cwd: ROOT,
		encoding: "utf8",
		maxBuffer: 1 << 26,
	});
	assert.equal(status, 0, stderr);
	const { tests } = JSON.parse(stdout.slice(stdout.indexOf("{\n"))) as { tests: { file: string; title: string }[] };
	return new Map(paths.map(path => [path, tests.filter(test => test.file === join(ROOT, path)).map(test => test.title)]));
}

describe("documents", function () {
	this.timeout(LIMIT_MS);

	it("have code that compiles", () => {
		mkdirSync(join(ROOT, "build"), { recursive: true });
		const folder = mkdtempSync(join(ROOT, "build/docs-"));
		try {
			for (const document of DOCUMENTS) {
				const code = codeOf(document);
				if ("" !== code) writeFileSync(join(folder, `${basename(document, ".md")}.ts`), `${code}\nexport {};\n`);
			}
			const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
			writeFileSync(
				join(folder, "tsconfig.json"),
				JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: ["*.ts"] }),
			);
			const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
			assert.isNumber(status, "tsc has run");
			const errors = stdout.split("\n").filter(line => line.includes(basename(folder)));
			assert.deepEqual(errors, []); // those of the code itself are for `npm run types` to tell
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it("link to what is there, and to nothing beside the repository but the SDK", () => {
		for (const document of DOCUMENTS) {
			for (const link of found(read(document), /\]\(([^)]+)\)/g)) {
				const [path, anchor] = link.split("#");
				if (link.startsWith("https://")) {
					assert.equal(link, "https://github.com/Moddable-OpenSource/moddable", document);
					continue;
				}
				const target = path ? join(dirname(document), path) : document;
				assert.isTrue(existsSync(join(ROOT, target)), `${document}: ${link}`);
				if (anchor !== undefined) assert.include(anchorsOf(target), anchor, `${document}: ${link}`);
			}
		}
	});

	it("name files and folders that are there", () => {
		for (const document of DOCUMENTS) {
			const paths = found(read(document), /`((?:modules|hosts|tests|bench|docs)\/[\w./-]*|main\.ts|manifest\.json)`/g);
			for (const path of paths) assert.isTrue(existsSync(join(ROOT, path)), `${document}: ${path}`);
		}
	});

	it("name commands that package.json has", () => {
		const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
		for (const document of DOCUMENTS)
			for (const name of found(read(document), /\bnpm run ([\w:-]+)/g)) assert.property(scripts, name, document);
	});

	it("explain every dependency and no other", () => {
		const { devDependencies, dependencies } = JSON.parse(read("package.json")) as Record<
			string,
			Record<string, string> | undefined
		>;
		assert.isUndefined(dependencies, "nothing but the SDK goes on a device");
		const explained = rowsUnder(REFERENCE, "## Dependencies").flatMap(([name]) => named(name));
		assert.sameMembers(explained, Object.keys(devDependencies ?? {}));
	});

	it("explain every error code and no other", () => {
		const union = read("modules/core/errors.ts").split("export type ModemErrorCode =")[1]!.split(";\n\n")[0]!;
		const explained = rowsUnder(REFERENCE, "## Errors").flatMap(([code]) => named(code));
		assert.sameMembers(explained, found(union, /\| "(\w+)"/g));
	});

	it("explain every key of the manifest's config and no other", () => {
		const sources = ["hosts/moddable/settings.ts", "hosts/esp32/esp32.ts", "hosts/simulator/simulator.ts"].map(read).join("\n");
		const keys = found(sources, /\(config, "(\w+)"/g).concat(found(sources, /config\["(\w+)"\]/g));
		const oneOf = found(sources, /oneOf(?:<\w+>)?\(config, "(\w+)"/g);
		const explained = rowsUnder(REFERENCE, "### Of the firmware").flatMap(([name]) => named(name));
		assert.sameMembers(explained, [...new Set([...keys, ...oneOf])]);
	});

	it("explain every option of Modem and no other", () => {
		const options = read("modules/modem/options.ts").split("export interface ModemOptions {")[1]!.split("\n}")[0]!;
		const explained = rowsUnder(REFERENCE, "### `new Modem(options)`, in `uplink/modem/modem`").flatMap(([name]) => named(name));
		assert.sameMembers(explained, found(options, /^\t(?:readonly )?(\w+)\??[:(]/gm));
	});

	it("explain every command and no other", () => {
		const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
		const explained = rowsUnder(REFERENCE, "## Commands").flatMap(([command]) => named(command));
		const commands = explained.map(command => command.replace(/^npm (run )?/, ""));
		assert.sameMembers(commands, Object.keys(scripts));
	});

	for (const name of ["start", "modem", "replay"]) {
		it(`explain every option of npm's ${name} and no other`, () => {
			const known = optionsIn(helpOf(name).replaceAll("--[no-]", "--no-"));
			const heading = `### Options of \`npm ${"start" === name ? "" : "run "}${name}\``;
			const explained = rowsUnder(REFERENCE, heading).flatMap(([option]) => named(option));
			const isOpposite = (option: string) => known.includes(option.replace("--", "--no-"));
			assert.sameMembers(
				explained.filter(option => !isOpposite(option)),
				known.filter(option => !isOpposite(option)),
			);
		});
	}

	it("name tests that are there, with their titles", () => {
		const claims = DOCUMENTS.flatMap(document => claimsIn(read(document)));
		const titles = titlesOf([...new Set(claims.map(({ path }) => path))]);
		const missing = claims.filter(({ path, title }) => !titles.get(path)!.includes(title));
		assert.deepEqual(missing, []);
	});

	it("name a test for each oddity", () => {
		const oddities = read("docs/SIM900-NOTES.md").split("## Oddities\n")[1]!.split("\n").filter(isRow);
		assert.deepEqual(
			oddities.filter(row => 0 === claimsIn(row).length),
			[],
		);
	});
});

/** What a command of package.json prints for --help. */
function helpOf(name: string): string {
	const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
	const [program, ...words] = scripts[name]!.split(" ");
	assert.equal(program, "node");
	const { status, stdout, stderr } = spawnSync(process.execPath, [...words, "--help"], { cwd: ROOT, encoding: "utf8" });
	assert.equal(status, 0, stderr);
	return stdout;
}

/** The options of a help text that begin a line or stand beside the first, without --help. */
function optionsIn(help: string): string[] {
	const heads = help.split("\n").filter(line => /^\s+-/.test(line));
	const names = heads.flatMap(line => found(line.trim().split("  ")[0]!, /(--[\w-]+)/g));
	return [...new Set(names)].filter(name => !["--help", "--version"].includes(name));
}

/** As the web makes them of headings. */
function anchorsOf(document: string): string[] {
	const headings = found(read(document), /^#+ (.+)$/gm);
	return headings.map(heading =>
		heading
			.toLowerCase()
			.replace(/[^\w\s-]/g, "")
			.replaceAll(" ", "-"),
	);
}

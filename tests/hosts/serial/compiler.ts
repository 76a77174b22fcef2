/* The C sources of the serial port, built with this machine's compiler and its sanitizers. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../sdk.js";

const COMPILER = process.env["CC"] ?? "cc";
const LIMIT_MS = 120_000;
const OWN = join(ROOT, "hosts/serial");
const TESTS = join(ROOT, "tests/hosts/serial");
const FLAGS = ["-std=gnu17", "-Wall", "-Wextra", "-Werror"];

export type Sanitizer = "address,undefined" | "thread";

export interface Program {
	readonly name: string;
	/** Of hosts/serial, and of tests/hosts/serial/native. */
	readonly sources: readonly string[];
	readonly tests: readonly string[];
	/** Folders of tests/hosts/serial that stand for what a platform has. */
	readonly stubs: readonly string[];
	readonly flags: readonly string[];
}

/** Why nothing can be built; undefined: it can. */
export function whyNoCompiler(): string | undefined {
	const { status } = spawnSync(COMPILER, ["--version"], { stdio: "ignore" });
	return 0 === status ? undefined : `no C compiler: ${COMPILER} can't be run, CC names another`;
}

export class Built {
	readonly #folder = mkdtempSync(join(tmpdir(), "serial-"));

	close(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}

	/** @throws {Error} it does not compile without a warning */
	build({ name, sources, tests, stubs, flags }: Program, sanitizer: Sanitizer): string {
		const path = join(this.#folder, `${name}-${sanitizer}`);
		const files = [...sources.map(file => join(OWN, file)), ...tests.map(file => join(TESTS, "native", file))];
		const folders = [OWN, join(TESTS, "native"), ...stubs.map(folder => join(TESTS, folder))].map(folder => `-I${folder}`);
		compile([
			...["-g", "-O1", `-fsanitize=${sanitizer}`, "-fno-sanitize-recover=all", "-pthread"],
			...[...folders, ...flags, ...files, "-o", path],
		]);
		return path;
	}
}

/** Whether it compiles, for whom it is written. @throws {Error} with the warnings */
export function check(source: string, folders: readonly string[], defines: readonly string[]): void {
	compile(["-fsyntax-only", ...defines, ...folders.map(folder => `-I${folder}`), join(OWN, source)]);
}

function compile(words: readonly string[]): void {
	const { status, stderr } = spawnSync(COMPILER, [...FLAGS, ...words], { encoding: "utf8", timeout: LIMIT_MS });
	if (0 !== status) throw new Error(stderr);
}

/** Runs one case. @throws {Error} it fails, with the seed; undefined: it passed, text: why it could not be run here */
export function runCase(program: string, name: string, seed: number): string | undefined {
	const { status, signal, stderr } = spawnSync(program, [name, `${seed}`], { encoding: "utf8", timeout: LIMIT_MS });
	if (0 === status) return undefined;
	if (/ThreadSanitizer: unexpected memory mapping/.test(stderr))
		return "this kernel's memory layout is not for the thread sanitizer";
	throw new Error(`${name}, seed ${seed}: ${signal ? `ended by ${signal}` : `exit code ${status}`}\n${stderr}`);
}

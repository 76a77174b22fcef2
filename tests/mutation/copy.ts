/* A copy of the project in which a source can be changed without anybody seeing it. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PARTS = ["modules", "hosts", "tests", "examples", "docs", "main.ts", "package.json", "tsconfig.json", ".mocharc.json"];

/** How the specs went: they saw it, they did not, or they never ended. */
export type Verdict = "killed" | "survived" | "hung";

export class Copy {
	readonly #folder = mkdtempSync(join(tmpdir(), "mutation-"));

	constructor() {
		for (const part of PARTS) cpSync(join(ROOT, part), join(this.#folder, part), { recursive: true });
		symlinkSync(join(ROOT, "node_modules"), join(this.#folder, "node_modules"));
	}

	write(file: string, source: string): void {
		writeFileSync(join(this.#folder, file), source);
	}

	/** Runs the specs until the first one fails. */
	test(specs: readonly string[], limitMs: number): Promise<{ readonly verdict: Verdict; readonly output: string }> {
		return new Promise((resolve, reject) => {
			const mocha = join(this.#folder, "node_modules/mocha/bin/mocha.js");
			const child = spawn(process.execPath, [mocha, "--bail", "--reporter", "min", ...specs], { cwd: this.#folder });
			let output = "";
			let hung = false;
			const limit = setTimeout(() => {
				hung = true;
				child.kill("SIGKILL");
			}, limitMs);
			for (const stream of [child.stdout, child.stderr])
				stream.on("data", (data: Buffer) => {
					output += data;
				});
			child.on("error", reject);
			child.on("close", code => {
				clearTimeout(limit);
				resolve({ verdict: hung ? "hung" : 0 === code ? "survived" : "killed", output });
			});
		});
	}

	remove(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

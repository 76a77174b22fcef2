/*
 * The Moddable SDK as the tests use it: builds go to a folder of their own under the system's temporary one, and every
 * process ends in bounded time.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILD_LIMIT_MS = 240_000;

/** Why the SDK can't be used here; undefined: it can. */
export function whyNoSdk(): string | undefined {
	const home = process.env["MODDABLE"];
	if (!home) return "MODDABLE is not set: set it to a built Moddable SDK (8.2 or later) to run these tests";
	if ("linux" !== process.platform) return "these tests know the SDK's tools on Linux only";
	if (!existsSync(join(toolsOf(home), "mcconfig"))) return `no tools in ${toolsOf(home)}: build the SDK that MODDABLE names`;
	return undefined;
}

/** Why the simulator can't be run without a screen; undefined: it can. */
export function whyNoSimulator(): string | undefined {
	const found = 0 === spawnSync("xvfb-run", ["--help"], { stdio: "ignore" }).status;
	return found ? undefined : "xvfb-run is not installed: the simulator needs a display";
}

function toolsOf(home: string): string {
	return join(home, "build/bin/lin/release");
}

export class Sdk {
	readonly #home = process.env["MODDABLE"] ?? "";
	readonly output = mkdtempSync(join(tmpdir(), "moddable-"));

	/** Removes all that was built. */
	close(): void {
		rmSync(this.output, { recursive: true, force: true });
	}

	/** Builds the project in `folder` for the simulator and gives the path of the app. */
	buildForSimulator(folder: string, name: string, ...config: string[]): string {
		this.#run(folder, "mcconfig", ["-d", "-m", "-p", "lin", "-t", "build", "-o", this.output, ...config]);
		return join(this.output, "bin/lin/mc/debug", name, "mc.so");
	}

	/**
	 * Everything that XS does of a build for the ESP32: type check, compiler and linker, down to the C file with the
	 * byte-code. The C compiler of the ESP-IDF is not needed for it. Gives the paths of what was built and its messages.
	 */
	linkForEsp32(folder: string, name: string, ...config: string[]): { readonly folder: string; readonly messages: string } {
		this.#run(folder, "mcconfig", ["-p", "esp32", "-o", this.output, ...config]);
		const built = join(this.output, "tmp/esp32/release", name);
		// No ESP-IDF: its version is not looked up, and its configuration (an empty SDKCONFIG_H) is no dependency.
		const messages = this.#run(folder, "make", [
			"-f",
			join(built, "makefile"),
			"IDF_VERSION=none",
			"SDKCONFIG_H=",
			join(built, "mc.xs.c"),
		]);
		return { folder: built, messages };
	}

	/** Runs an app without a screen until a line of its console matches `last`; gives all lines up to there. */
	async runInSimulator(app: string, last: RegExp, limitMs: number): Promise<string[]> {
		const simulator = join(toolsOf(this.#home), "mcsim");
		const child = spawn("xvfb-run", ["-a", "stdbuf", "-oL", simulator, app], {
			detached: true, // a group of its own: xvfb-run leaves its children behind when it is ended alone
			stdio: ["ignore", "pipe", "inherit"],
			env: { ...this.#environment(), XSBUG_PORT: "1" }, // nobody listens: no debugger that happens to run takes the app over
		});
		try {
			return await linesUntil(child, last, limitMs);
		} finally {
			if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
		}
	}

	#environment(): NodeJS.ProcessEnv {
		const path = [toolsOf(this.#home), join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
		// The makefile wants to be told of some ESP-IDF, even where nothing of it is used.
		return { ...process.env, IDF_PATH: this.output, PATH: path };
	}

	/** @throws {Error} it fails, with all that it said */
	#run(folder: string, command: string, words: string[]): string {
		mkdirSync(this.output, { recursive: true });
		const options = { cwd: folder, env: this.#environment(), encoding: "utf8", timeout: BUILD_LIMIT_MS } as const;
		const { status, stdout, stderr, error } = spawnSync(command, words, options);
		if (0 !== status) throw new Error(`${command} ${words.join(" ")}: ${error ?? `exit code ${status}`}\n${stdout}\n${stderr}`);
		return stdout + stderr;
	}
}

function linesUntil(child: ChildProcess, last: RegExp, limitMs: number): Promise<string[]> {
	return new Promise((resolve, reject) => {
		let text = "";
		const lines = () => text.split("\n").filter(line => !line.startsWith("instruments:"));
		const fail = (why: string) => reject(new Error(`${why}; the console:\n${lines().join("\n")}`));
		const timer = setTimeout(() => fail(`no line ${last} within ${limitMs} ms`), limitMs);
		child.once("error", error => fail(error.message));
		child.once("exit", code => fail(`the simulator ended with exit code ${code}`));
		child.stdout?.setEncoding("utf8").on("data", (data: string) => {
			text += data;
			const ended = lines().slice(0, -1);
			if (!ended.some(line => last.test(line))) return;
			clearTimeout(timer);
			resolve(ended);
		});
	});
}

/* A program of ours as a user starts it: its output, its exit code, and when it says something. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type Line = Record<string, unknown>;

export class Program {
	/** Lines of stdout. */
	readonly lines: string[] = [];
	stderr = "";
	readonly #process: ChildProcess;
	readonly #closed: Promise<unknown[]>;
	#onLine: () => void = () => {};
	#onStderr: () => void = () => {};

	/** `args` as behind `node`. */
	constructor(args: readonly string[]) {
		this.#process = spawn(process.execPath, args, { cwd: ROOT, stdio: ["pipe", "pipe", "pipe"] });
		this.#closed = once(this.#process, "close");
		createInterface({ input: this.#process.stdout! }).on("line", line => {
			this.lines.push(line);
			this.#onLine();
		});
		this.#process.stderr!.on("data", text => {
			this.stderr += text;
			this.#onStderr();
		});
	}

	static start(...options: string[]): Program {
		return new Program(["tools/start.js", ...options]);
	}

	static modem(...options: string[]): Program {
		return new Program(["--import", "tsx", "hosts/node/modem.ts", ...options]);
	}

	/** Resolves with the exit code when it has ended and all of its output is here. */
	async exit(): Promise<number | null> {
		return (await this.#closed)[0] as number | null;
	}

	/** Resolves with the first line, past or to come, that holds `text`. Fails when the program ends without it. */
	async line(text: string): Promise<string> {
		const found = () => this.lines.find(line => line.includes(text));
		let ended = false;
		const end = this.#closed.then(() => {
			ended = true;
		});
		while (undefined === found()) {
			if (ended) throw new Error(`ended without "${text}": ${this.stderr}`);
			const next = new Promise<void>(resolve => {
				this.#onLine = resolve;
			});
			await Promise.race([next, end]);
		}
		return found()!;
	}

	/** Resolves when more comes on stderr. */
	said(): Promise<void> {
		return new Promise(resolve => {
			this.#onStderr = resolve;
		});
	}

	/** A line to its standard input, in JSON. */
	tell(value: unknown): void {
		this.#process.stdin!.write(`${JSON.stringify(value)}\n`);
	}

	write(text: string): void {
		this.#process.stdin!.write(text);
	}

	endInput(): void {
		this.#process.stdin!.end();
	}

	/** Of lines in JSON. */
	json(): Line[] {
		return this.lines.map(line => JSON.parse(line));
	}

	signal(name: NodeJS.Signals): void {
		this.#process.kill(name);
	}

	/** Ends it, if a failed test has not. */
	async kill(): Promise<void> {
		this.#process.kill("SIGKILL");
		await this.#closed;
	}
}

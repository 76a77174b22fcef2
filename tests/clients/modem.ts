/* The virtual modem as a program of its own, for clients that open its pseudo-terminal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Line, Program } from "../hosts/program.js";

export class ModemProgram {
	/** Of its own; gone when the modem is. */
	readonly folder: string;
	/** What a client opens. */
	readonly link: string;
	readonly #program: Program;

	private constructor(options: readonly string[]) {
		this.folder = mkdtempSync(join(tmpdir(), "modem-"));
		this.link = join(this.folder, "port");
		this.#program = Program.modem("--link", this.link, "--speed", "50", "--control", "--trace", ...options);
	}

	static async start(...options: string[]): Promise<ModemProgram> {
		const modem = new ModemProgram(options);
		await modem.#program.line("ready");
		return modem;
	}

	/** What both sides have said, for the report of a failure. */
	get trace(): string {
		return this.#program.stderr;
	}

	/** A short message from outside. */
	deliver(from: string, text: string): void {
		this.#program.tell({ sms: { from, text } });
	}

	ring(from: string): void {
		this.#program.tell({ ring: from });
	}

	/** The short message that holds `text`, once the operator has it. */
	async sent(text: string): Promise<Line> {
		return JSON.parse(await this.#program.line(text)).sent;
	}

	async end(): Promise<void> {
		await this.#program.kill();
		rmSync(this.folder, { recursive: true });
	}
}

/* One spec file in an XS worker, seen from Node. */
import { type Bundle, bundle } from "../../hosts/xs/bundle.js";
import { XsWorker } from "../../hosts/xs/worker.js";
import type { SpecInfo, SpecResult } from "./runner.js";

export class SpecFile {
	readonly #bundle: Bundle;
	#worker: XsWorker | undefined;

	private constructor(specs: Bundle) {
		this.#bundle = specs;
	}

	/** `path` is relative to the project. */
	static async read(path: string): Promise<SpecFile> {
		return new SpecFile(await bundle("tests/xs/chai-globals.ts", "tests/xs/runner.ts", path));
	}

	/** Starts a worker and has it read the file. */
	async open(): Promise<void> {
		this.#worker = new XsWorker();
		try {
			await this.#worker.evaluate(this.#bundle.code);
		} catch (error) {
			await this.close();
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.#worker?.close();
	}

	async list(): Promise<readonly SpecInfo[]> {
		return (await this.#ask<SpecInfo[]>(""))!;
	}

	/** @throws {Error} what the spec throws, with the lines of its source */
	async run(index: number): Promise<void> {
		const result = await this.#ask<SpecResult>(String(index));
		if (!result) throw new Error("never settled: nothing is left to run, and its promise is still pending");
		if (!result.failure) return;
		const failure = new Error(result.failure.message);
		failure.stack = this.#bundle.explain(result.failure.stack || result.failure.message);
		throw failure;
	}

	async #ask<T>(question: string): Promise<T | undefined> {
		const { bytes } = await this.#worker!.command(Buffer.from(question));
		return 0 === bytes.length ? undefined : JSON.parse(Buffer.from(bytes).toString());
	}
}

/*
 * What code costs on XS: byte-codes, slots, and the memory that it keeps. The figures are the same on every machine.
 *
 * The file to be measured exports, as default, an object of functions; each takes one JSON value and gives one, or a
 * promise that needs no timer:
 *
 *   const meter = await Meter.open("bench/xs/lexer.ts");
 *   const { computed } = await meter.run("lines", 1000);
 *   await meter.close();
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundle, bundleText } from "./bundle.js";
import { XsWorker } from "./worker.js";

export interface Cost {
	/** What the function gave. */
	readonly value: unknown;
	/** Byte-codes, the call itself not counted; what native code does is weighed by the engine. */
	readonly computed: number;
	/** Slots that it took, garbage included. Wrong (it may be below 0) if it took so many, 250,000, that XS collected. */
	readonly slots: number;
}

export interface Memory {
	/** Of 16 bytes on a 32-bit machine, of 32 here. */
	readonly slots: number;
	/** Strings, buffers, byte-code. */
	readonly chunkBytes: number;
	/** Of both on a 32-bit machine, as an ESP32. */
	readonly deviceBytes: number;
}

interface Answer {
	readonly value?: unknown;
	readonly computed?: number;
	readonly failure?: string;
}

const DEVICE_SLOT_BYTES = 16;

export class Meter {
	readonly #worker = new XsWorker();
	readonly #bundle: Bundle;

	private constructor(code: Bundle) {
		this.#bundle = code;
	}

	/** `path` is relative to the project. */
	static async open(path: string): Promise<Meter> {
		const entry = `import functions from ${JSON.stringify(`./${path}`)};\nimport { serve } from "./hosts/xs/metered.js";\nserve(functions);`;
		const meter = new Meter(await bundleText(entry));
		try {
			await meter.#worker.evaluate(meter.#bundle.code);
		} catch (error) {
			await meter.close();
			throw error;
		}
		return meter;
	}

	/** @throws {Error} what the function throws; it is never settled */
	async run(name: string, argument: unknown = null): Promise<Cost> {
		const call = await this.#call("", argument);
		const { answer, slots } = await this.#call(name, argument);
		if (answer.failure) throw new Error(this.#bundle.explain(answer.failure));
		if (undefined === answer.computed) throw new Error(`${name} is never settled: it waits for something that is not there`);
		return { value: answer.value, computed: answer.computed, slots: slots - call.slots };
	}

	async #call(name: string, argument: unknown): Promise<{ answer: Answer; slots: number }> {
		await this.#worker.command(new Uint8Array(0)); // collects garbage
		const { bytes, slots } = await this.#worker.command(Buffer.from(JSON.stringify({ name, argument })));
		return { answer: JSON.parse(Buffer.from(bytes).toString()), slots };
	}

	/** What is alive: what the functions have kept, and all code. Take the difference of two to measure one thing. */
	async memory(): Promise<Memory> {
		const folder = mkdtempSync(join(tmpdir(), "xs-"));
		try {
			const path = join(folder, "heap");
			await this.#worker.writeSnapshot(path);
			return measure(readFileSync(path));
		} finally {
			rmSync(folder, { recursive: true });
		}
	}

	close(): Promise<void> {
		return this.#worker.close();
	}
}

/** A snapshot is a sequence of atoms, each a size in 4 bytes, a name in 4, and content; the first holds all others. */
function measure(snapshot: Buffer): Memory {
	const sizes = new Map<string, number>();
	let slotBytes = 0;
	for (let at = 8; at < snapshot.length; ) {
		const size = snapshot.readUInt32BE(at);
		const name = snapshot.toString("latin1", at + 4, at + 8);
		if ("VERS" === name) slotBytes = snapshot.readUInt8(at + 11);
		sizes.set(name, size - 8);
		at += size;
	}
	const slots = sizes.get("HEAP")! / slotBytes;
	const chunkBytes = sizes.get("BLOC")!;
	return { slots, chunkBytes, deviceBytes: slots * DEVICE_SLOT_BYTES + chunkBytes };
}

/*
 * A process that runs XS: the worker that @agoric/xsnap builds at install, driven over its pipes.
 *
 * The package's own Node API wants a frozen set of built-ins in this process; the protocol below it is small enough to be
 * spoken here: netstrings (`length:content,`) on descriptors 3 and 4, one answer to each message, in order.
 *   e + source   evaluates a program            ? + bytes   calls the global `handleCommand(ArrayBuffer)`
 *   w + path     collects garbage and writes the heap to a file
 *   . + meter in JSON + \x01 + result           ! + text    an exception
 * A message is answered when the promise queue is empty: the result is then read from the object that was returned.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";

export interface Reply {
	readonly bytes: Uint8Array;
	/** Byte-codes run for this message; the same on every machine. */
	readonly computed: number;
	/** Slots in use afterwards, garbage included. */
	readonly slots: number;
}

interface Waiter {
	resolve(reply: Reply): void;
	reject(error: Error): void;
}

const OK = 0x2e;
const METER_END = 0x01;

const EXIT_REASONS: Record<number, string> = {
	2: "the pipe to it broke",
	11: "out of memory",
	12: "stack overflow",
	15: "unhandled exception",
	16: "out of property keys",
	17: "too much computation",
};

export class XsWorker {
	readonly #process: ChildProcess;
	readonly #input: Writable;
	readonly #waiters: Waiter[] = [];
	readonly #exited: Promise<void>;
	#received: Buffer = Buffer.alloc(0);
	#ended: Error | undefined;

	/** What the program prints goes to stderr. */
	constructor() {
		this.#process = spawn(workerPath(), ["xs"], { stdio: ["ignore", 2, 2, "pipe", "pipe"] });
		this.#input = this.#process.stdio[3] as Writable;
		this.#input.on("error", () => {}); // "exit" tells the reason
		(this.#process.stdio[4] as Readable).on("data", (chunk: Buffer) => this.#receive(chunk));
		this.#exited = new Promise(resolve => {
			this.#process.once("error", error => this.#end(error.message, resolve));
			this.#process.once("exit", (code, signal) => this.#end(exitReason(code, signal), resolve));
		});
	}

	/** @throws {Error} what the program throws, or why the worker ended */
	evaluate(source: string): Promise<Reply> {
		return this.#ask("e", Buffer.from(source));
	}

	/** Calls `handleCommand` in XS. */
	command(bytes: Uint8Array): Promise<Reply> {
		return this.#ask("?", bytes);
	}

	/** Collects garbage and writes what is left to `path`. */
	writeSnapshot(path: string): Promise<Reply> {
		return this.#ask("w", Buffer.from(path));
	}

	/** Ends the process, whatever it is at. */
	async close(): Promise<void> {
		this.#ended ??= new Error("the XS worker was closed");
		this.#process.kill("SIGKILL");
		await this.#exited;
	}

	#ask(kind: string, content: Uint8Array): Promise<Reply> {
		if (this.#ended) return Promise.reject(this.#ended);
		return new Promise((resolve, reject) => {
			this.#waiters.push({ resolve, reject });
			this.#input.write(Buffer.concat([Buffer.from(`${content.length + 1}:${kind}`), content, Buffer.from(",")]));
		});
	}

	#receive(chunk: Buffer): void {
		this.#received = 0 === this.#received.length ? chunk : Buffer.concat([this.#received, chunk]);
		for (;;) {
			const colon = this.#received.indexOf(":");
			if (colon < 0) return;
			const length = Number(this.#received.toString("latin1", 0, colon));
			const end = colon + 1 + length;
			if (this.#received.length <= end) return; // the closing comma counts
			const message = this.#received.subarray(colon + 1, end);
			this.#received = this.#received.subarray(end + 1);
			this.#answer(message);
		}
	}

	#answer(message: Buffer): void {
		const waiter = this.#waiters.shift();
		if (!waiter) throw new Error("the XS worker answered without being asked");
		if (message[0] !== OK) {
			waiter.reject(new Error(message.toString("utf8", 1)));
			return;
		}
		const meterEnd = message.indexOf(METER_END, 1);
		const meter = JSON.parse(message.toString("latin1", 1, meterEnd)) as { compute: number; currentHeapCount: number };
		const bytes = new Uint8Array(message.subarray(meterEnd + 1));
		waiter.resolve({ bytes, computed: meter.compute, slots: meter.currentHeapCount });
	}

	#end(reason: string, onEnded: () => void): void {
		this.#ended ??= new Error(`XS ended: ${reason}`);
		for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#ended);
		onEnded();
	}
}

function exitReason(code: number | null, signal: string | null): string {
	return code === null ? `signal ${signal}` : (EXIT_REASONS[code] ?? `exit code ${code}`);
}

function workerPath(): string {
	const platform = process.platform === "darwin" ? "mac" : "lin";
	const home = dirname(createRequire(import.meta.url).resolve("@agoric/xsnap/package.json"));
	return join(home, "xsnap-native/xsnap/build/bin", platform, "release/xsnap-worker");
}

/* The stores of the hosts, each under a journal; those of the SDK on stand-ins for its modules that check as it does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { build } from "esbuild";
import { FileStore } from "../../hosts/node/file-store.js";
import type { Store } from "../../modules/core/store.js";
import { Journal } from "../../modules/delivery/journal/journal.js";
import { ROOT } from "./sdk.js";

/** Stand-ins: a partition that clears bits and erases blocks; a folder with one file in memory, which is the global `file`. */
const STAND_INS: Readonly<Record<string, string>> = {
	"embedded:storage/flash": `
		const bytes = new Uint8Array(16 * 4096).fill(0x5a);
		const check = (buffer, at) => { if (!(at >= 0 && at + buffer.length <= bytes.length)) throw new Error("out of range"); };
		const partition = {
			status: () => ({ size: bytes.length, blockLength: 4096, blocks: 16 }),
			read(buffer, at) { check(buffer, at); buffer.set(bytes.subarray(at, at + buffer.length)); return buffer.length; },
			write(buffer, at) { check(buffer, at); for (let i = 0; i < buffer.length; i++) bytes[at + i] &= buffer[i]; },
			eraseBlock(start, end = start + 1) { bytes.fill(0xff, start * 4096, end * 4096); },
		};
		export default { open({ path, mode }) {
			if ("journal" !== path || "r+" !== mode) throw new Error("can't find partition");
			return partition;
		} };`,
	"embedded:storage/files": `
		let bytes, flushed = 0;
		const file = {
			status: () => ({ size: bytes.length }),
			read(buffer, at) { const some = bytes.subarray(at, at + buffer.length); buffer.set(some); return some.length; },
			write(buffer, at) {
				if (at + buffer.length > bytes.length) { const more = new Uint8Array(at + buffer.length); more.set(bytes); bytes = more; }
				bytes.set(buffer, at);
			},
			flush() { flushed++; },
		};
		export default {
			status: () => ({ isFile: () => undefined !== bytes }),
			openFile({ mode }) {
				if ("r+" === mode && undefined === bytes) throw new Error("no such file");
				if ("w+" === mode) bytes = new Uint8Array(0);
				return file;
			},
		};`,
};

async function load<T>(path: string): Promise<T> {
	const standIn = { filter: /^embedded:/ };
	const { outputFiles } = await build({
		entryPoints: [join(ROOT, path)],
		bundle: true,
		format: "esm",
		write: false,
		plugins: [
			{
				name: "stand-ins",
				setup({ onLoad, onResolve }) {
					onResolve(standIn, ({ path: name }) => ({ path: name, namespace: "sdk" }));
					onLoad({ filter: /./, namespace: "sdk" }, ({ path: name }) => ({ contents: STAND_INS[name]! }));
				},
			},
		],
	});
	return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`) as Promise<T>;
}

/** Enough to go around twice, opened anew every now and then. */
function useJournal(open: () => Store): void {
	let journal = new Journal({ store: open() });
	for (let sequence = 1; sequence <= 600; sequence++) {
		if (0 === sequence % 50) journal = new Journal({ store: open() });
		const bytes = new Uint8Array(200).fill(sequence);
		assert.equal(journal.append(bytes, { destination: 1 }), sequence);
		if (sequence <= 20) continue;
		const next = journal.next(1)!;
		assert.deepEqual(next, { sequence: sequence - 20, destination: 1, priority: 0, expiresS: 0xffff_ffff, bytes: next.bytes });
		assert.deepEqual(next.bytes, new Uint8Array(200).fill(sequence - 20));
		assert.equal(journal.finish(next.sequence, "delivered"), "ENDED");
		journal.acknowledge(1);
	}
	assert.equal(journal.statistics.badSectors, 0);
	assert.isAbove(journal.statistics.erases, 32);
}

describe("hosts' stores", () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "store-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it("keep a journal in a partition of the ESP32's flash", async () => {
		const { FlashStore } = await load<{ FlashStore: new () => Store }>("hosts/esp32/flash-store.ts");
		useJournal(() => new FlashStore());
	});

	it("keep a journal in a file of the simulator's", async () => {
		const { FileStore: Simulated } = await load<{ FileStore: new () => Store }>("hosts/simulator/file-store.ts");
		useJournal(() => new Simulated());
	});

	it("keep a journal in a file on a desk, that only its owner can read", () => {
		const path = join(folder, "journal");
		useJournal(() => new FileStore(path));
		assert.equal(statSync(path).size, 65_536);
		if ("win32" !== process.platform) assert.equal(statSync(path).mode & 0o777, 0o600);
	}).timeout(60_000);

	it("take a file that is longer, or whose end is missing", () => {
		const path = join(folder, "journal");
		assert.equal(new Journal({ store: new FileStore(path, { sectors: 20 }) }).append(Uint8Array.of(7), { destination: 0 }), 1);
		const again = new FileStore(path);
		assert.equal(again.sectors, 20);
		again.close();
		truncateSync(path, 10_000);
		assert.deepEqual(new Journal({ store: new FileStore(path) }).next(0)?.bytes, Uint8Array.of(7));
		writeFileSync(path, "");
		assert.isUndefined(new Journal({ store: new FileStore(path) }).next(0));
	});

	it("keep all that was accepted when the program is killed", async () => {
		const path = join(folder, "journal");
		const writer = spawn(process.execPath, ["--import", "tsx", "tests/hosts/node/fixtures/journal-writer.ts", path], {
			cwd: ROOT,
		});
		let output = "";
		await new Promise<void>(resolve => {
			writer.stdout.on("data", (data: Buffer) => {
				output += data.toString();
				if (output.length > 800) resolve();
			});
			writer.on("exit", () => resolve());
		});
		writer.kill("SIGKILL");
		await once(writer, "close");
		const told = output.trim().split("\n").map(Number);
		const last = told.at(-1)!;
		assert.isAbove(last, 150, readFileSync(path).length.toString());
		const journal = new Journal({ store: new FileStore(path), countLimit: 4_000 });
		for (let sequence = last - 98; sequence <= last; sequence++) assert.isTrue(journal.has(sequence), `${sequence} of ${last}`);
		assert.isFalse(journal.has(last - 100));
	}).timeout(60_000);
});

/*
 * The specs of modules/ once more, on the engine of the device.
 *
 * Each folder of tests/ that mirrors one of modules/ is bundled and run in an XS worker, file by file, and each spec shows
 * up here under its own name. So do transcripts and fuzzing, and those of specs/, which are for XS alone.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SpecInfo } from "./runner.js";
import { SpecFile } from "./session.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Of those about hosts, what imports nothing of Node. */
const HOST_SPECS = ["tests/hosts/node/virtual-host.test.ts"];
/** Of the fault matrix, as much as an engine without a compiler bears. */
const MATRIX_SPECS = ["tests/fault-matrix/sample.test.ts"];

/** The files in `folder`, none when it is not there. */
function filesIn(folder: string): string[] {
	if (!existsSync(`${ROOT}/${folder}`)) return [];
	return readdirSync(`${ROOT}/${folder}`, { recursive: true }).map(file => `${folder}/${file}`);
}

function specPaths(): string[] {
	const folders = [...readdirSync(`${ROOT}/modules`), "transcripts", "fuzz"];
	const shared = folders.flatMap(folder => filesIn(`tests/${folder}`));
	return [
		...shared.filter(path => path.endsWith(".test.ts")),
		...filesIn("tests/xs/specs"),
		...HOST_SPECS,
		...MATRIX_SPECS,
	].sort();
}

async function list(file: SpecFile): Promise<readonly SpecInfo[]> {
	await file.open();
	try {
		return await file.list();
	} finally {
		await file.close();
	}
}

function addSuite(path: string, file: SpecFile, infos: readonly SpecInfo[]): void {
	describe(`on XS › ${path}`, () => {
		before(() => file.open());
		after(() => file.close());
		for (const [index, info] of infos.entries()) {
			if (info.pending) it.skip(info.title);
			else it(info.title, () => file.run(index));
		}
	});
}

// Before mocha starts: an `it` needs the names, and only XS knows them.
for (const path of specPaths()) {
	try {
		const file = await SpecFile.read(path);
		addSuite(path, file, await list(file));
	} catch (error) {
		it(`on XS › ${path} can be read`, () => {
			throw error;
		});
	}
}

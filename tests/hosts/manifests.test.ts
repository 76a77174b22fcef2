/* The manifests name every folder of modules/, under names that mirror the folders: mcconfig's wildcards don't recurse. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { ROOT } from "./sdk.js";

interface Manifest {
	readonly include: string | readonly string[];
	readonly modules: Readonly<Record<string, string>>;
	readonly preload: readonly string[];
}

function manifest(path: string): Manifest {
	return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

/** Sources below `modules/`, without ending: "at/engine", "virtual/commands/sim"... */
function sources(): string[] {
	const files = readdirSync(join(ROOT, "modules"), { recursive: true, encoding: "utf8" });
	return files.filter(file => file.endsWith(".ts")).map(file => file.slice(0, -".ts".length));
}

function foldersOf(files: string[]): string[] {
	return [...new Set(files.map(file => file.slice(0, file.lastIndexOf("/"))))].sort();
}

const isVirtual = (folder: string) => "virtual" === folder || folder.startsWith("virtual/");

/** What a manifest in `modules/` has to say of `folders`, seen from `base`. */
function expected(folders: string[], names: string, base: string): Record<string, string> {
	return Object.fromEntries(folders.map(folder => [`${names}/${folder}/*`, `${base}${folder}/*`]));
}

describe("manifests", () => {
	const files = sources();
	const folders = foldersOf(files);
	const shipped = folders.filter(folder => !isVirtual(folder));
	const virtual = folders.filter(isVirtual);

	it("of modules/ has everything but the virtual modem", () => {
		assert.deepEqual(manifest("modules/manifest.json").modules, expected(shipped, "uplink", "./"));
	});

	it("of modules/virtual/ has the virtual modem and what it imports", () => {
		const { modules } = manifest("modules/virtual/manifest.json");
		const places = Object.fromEntries(
			virtual.map(folder => [`uplink/${folder}/*`, `./${folder.slice("virtual/".length)}/*`.replace("//", "/")]),
		);
		assert.deepEqual(modules, { "uplink/core/*": "../core/*", ...places });
	});

	it("of the firmware and of a board with a network have them from there", () => {
		assert.include(manifest("manifest.json").include, "./modules/manifest.json");
		assert.include(manifest("hosts/network/manifest.json").include, "../../modules/manifest.json");
	});

	/*
	 * A preloaded module lies in flash as it is; one that is not costs RAM, some 64 KB for all of them. mcconfig's wildcards
	 * know no TypeScript here, and a module that only its importer brings in lies in flash twice: so each is named.
	 */
	it("of modules/ preloads every module that it ships", () => {
		const missing = files.filter(file => !isVirtual(file)).map(file => `uplink/${file}`);
		assert.sameMembers([...manifest("modules/manifest.json").preload], missing);
	});

	it("of the simulator has the virtual modem", () => {
		assert.include(manifest("hosts/simulator/manifest.json").include, "../../modules/virtual/manifest.json");
	});
});

/* The manifests name every folder of modules/, under names that mirror the folders: mcconfig's wildcards don't recurse. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { assert } from "chai";
import { ROOT } from "./sdk.js";

interface Manifest {
	readonly include?: string | readonly string[];
	readonly modules: Readonly<Record<string, string>>;
	readonly preload: readonly string[];
}

/** Each feature's manifest, with the folders of modules/ that it adds to those of what it includes. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
	modem: ["core", "at", "modem", "modem/sockets"],
	delivery: ["delivery"],
	"delivery/journal": ["core", "delivery/journal"],
	socket: ["socket"],
	compat: ["compat"],
};

function manifest(path: string): Manifest {
	return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

/** Sources below `modules/`, without ending: "at/engine", "virtual/commands/sim"... */
function sources(): string[] {
	const files = readdirSync(join(ROOT, "modules"), { recursive: true, encoding: "utf8" });
	return files.filter(file => file.endsWith(".ts")).map(file => file.slice(0, -".ts".length));
}

function folderOf(file: string): string {
	return file.slice(0, file.lastIndexOf("/"));
}

const isVirtual = (folder: string) => "virtual" === folder || folder.startsWith("virtual/");

/** Where a manifest in modules/`from` finds the sources of modules/`folder`. */
function placeOf(from: string, folder: string): string {
	const place = relative(from, folder);
	return "" === place ? "./*" : place.startsWith(".") ? `${place}/*` : `./${place}/*`;
}

describe("manifests", () => {
	const files = sources();
	const folders = [...new Set(files.map(folderOf))].sort();
	const shipped = folders.filter(folder => !isVirtual(folder));
	const virtual = folders.filter(isVirtual);

	it("of the features have everything but the virtual modem", () => {
		assert.sameMembers([...new Set(Object.values(FEATURES).flat())], shipped);
	});

	/*
	 * A preloaded module lies in flash as it is; one that is not costs RAM, some 64 KB for all of them. mcconfig's wildcards
	 * know no TypeScript here, and a module that only its importer brings in lies in flash twice: so each is named.
	 */
	for (const [feature, own] of Object.entries(FEATURES)) {
		it(`of ${feature} names its folders, and preloads every module in them`, () => {
			const { modules, preload } = manifest(`modules/${feature}/manifest.json`);
			assert.deepEqual(modules, Object.fromEntries(own.map(folder => [`uplink/${folder}/*`, placeOf(feature, folder)])));
			const all = files.filter(file => own.includes(folderOf(file))).map(file => `uplink/${file}`);
			assert.sameMembers([...preload], all);
		});
	}

	it("of modules/ has the modem, the loop and the sockets", () => {
		assert.deepEqual(manifest("modules/manifest.json").include, ["./delivery/manifest.json", "./socket/manifest.json"]);
	});

	it("of modules/virtual/ has the virtual modem and what it imports", () => {
		const { modules } = manifest("modules/virtual/manifest.json");
		const places = Object.fromEntries(
			virtual.map(folder => [`uplink/${folder}/*`, `./${folder.slice("virtual/".length)}/*`.replace("//", "/")]),
		);
		assert.deepEqual(modules, { "uplink/core/*": "../core/*", ...places });
	});

	it("of the firmware and of a board with a network have them from there", () => {
		assert.include(manifest("manifest.json").include, "./modules/delivery/manifest.json");
		assert.include(manifest("hosts/network/manifest.json").include, "../../modules/manifest.json");
	});

	it("of the simulator has the virtual modem", () => {
		assert.include(manifest("hosts/simulator/manifest.json").include, "../../modules/virtual/manifest.json");
	});
});

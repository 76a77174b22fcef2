/* What the driver takes of a device's flash: its byte-code, as the SDK's compiler makes it for a release, and its preloaded slots. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ROOT, Sdk, whyNoSdk } from "../tests/hosts/sdk.js";

const NAME = "sim900-uplink";
/** On a machine of 32 bits. */
const SLOT_BYTES = 16;

export interface FlashFigures {
	/** Byte-code by folder of modules/, in bytes. */
	readonly codeBytes: Readonly<Record<string, number>>;
	/** Of modules/, main and host: what a program without them does not have. */
	readonly preloadedSlots: number;
	readonly preloadedBytes: number;
	/** Of the SDK and the built-in objects of XS. */
	readonly sdkSlots: number;
}

/** A text when there is no SDK. */
export function flashFigures(): FlashFigures | string {
	const why = whyNoSdk();
	if (why) return why;
	const sdk = new Sdk();
	try {
		const { folder } = sdk.linkForEsp32(ROOT, NAME, "destinations=tcp://example.com:7", "powerKeyPin=4");
		const sdkSlots = emptySlots(sdk);
		const preloadedSlots = slotsOf(folder) - sdkSlots;
		const codeBytes = codeBytesIn(join(folder, "modules/uplink"));
		return { codeBytes, preloadedSlots, preloadedBytes: preloadedSlots * SLOT_BYTES, sdkSlots };
	} finally {
		sdk.close();
	}
}

/** Of a program that does nothing. */
function emptySlots(sdk: Sdk): number {
	const folder = mkdtempSync(join(tmpdir(), "empty-"));
	try {
		const include = ["$(MODDABLE)/examples/manifest_base.json", "$(IO)/digital/manifest.json", "$(IO)/serial/manifest.json"];
		const build = { NAME: "empty", IO: "$(MODDABLE)/modules/io" };
		writeFileSync(
			join(folder, "manifest.json"),
			JSON.stringify({ build, include, modules: { "*": "./main" }, preload: ["main"] }),
		);
		writeFileSync(join(folder, "main.js"), "export default function () {}\n");
		return slotsOf(sdk.linkForEsp32(folder, "empty").folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function slotsOf(folder: string): number {
	return Number(/#define mxHeapCount (\d+)/.exec(readFileSync(join(folder, "mc.xs.c"), "utf8"))![1]);
}

function codeBytesIn(root: string): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
		if (!file.endsWith(".xsb")) continue;
		const folder = `modules/${dirname(relative(root, join(root, file)))}`;
		sums[folder] = (sums[folder] ?? 0) + codeBytes(readFileSync(join(root, file)));
	}
	return sums;
}

/** A module is an atom that holds others, each a size in 4 bytes, a name in 4, and content. */
function codeBytes(module: Buffer): number {
	for (let at = 8; at < module.length; at += module.readUInt32BE(at)) {
		if ("CODE" === module.toString("latin1", at + 4, at + 8)) return module.readUInt32BE(at) - 8;
	}
	throw new Error("a compiled module without code");
}

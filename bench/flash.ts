/* How much of a device's flash the driver's byte-code takes: as the SDK's compiler makes it for a release, without line numbers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, Sdk, whyNoSdk } from "../tests/hosts/sdk.js";

const NAME = "sim900-uplink";
const FOLDERS = ["core", "at", "modem", "socket", "uplink"];

/** Bytes by folder of modules/; a text when there is no SDK. */
export function flashFigures(): Record<string, number> | string {
	const why = whyNoSdk();
	if (why) return why;
	const sdk = new Sdk();
	try {
		const { folder } = sdk.linkForEsp32(ROOT, NAME, "destinations=tcp://example.com:7", "powerKeyPin=4");
		return Object.fromEntries(FOLDERS.map(name => [`modules/${name}`, codeBytesIn(join(folder, "modules/uplink", name))]));
	} finally {
		sdk.close();
	}
}

function codeBytesIn(folder: string): number {
	const files = readdirSync(folder).filter(file => file.endsWith(".xsb"));
	return files.reduce((sum, file) => sum + codeBytes(readFileSync(join(folder, file))), 0);
}

/** A module is an atom that holds others, each a size in 4 bytes, a name in 4, and content. */
function codeBytes(module: Buffer): number {
	for (let at = 8; at < module.length; at += module.readUInt32BE(at)) {
		if ("CODE" === module.toString("latin1", at + 4, at + 8)) return module.readUInt32BE(at) - 8;
	}
	throw new Error("a compiled module without code");
}

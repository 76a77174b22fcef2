/* A program of the user's own, bundled with what stands for the SDK's modules, so that it runs on XS as on the device. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { type Bundle, bundleText } from "./bundle.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Modules of the SDK that there are here. */
const SDK: Readonly<Record<string, string>> = {
	"embedded:io/digital": "digital",
	"embedded:io/serial": "serial",
	"mc/config": "config",
	time: "time",
	timer: "timer",
};

const ENTRY = 'import "./hosts/xs/sdk/globals.ts"; import "./hosts/xs/entry.ts";';

/** @throws {BuildFailure} of esbuild: what is wrong with the source, and where */
export function bundleProgram(path: string): Promise<Bundle> {
	return bundleText(ENTRY, { plugins: [standIns(path)] });
}

function standIns(path: string): Plugin {
	return {
		name: "program",
		setup({ onResolve }) {
			onResolve({ filter: /^program$/ }, () => ({ path }));
			onResolve({ filter: /^host$/ }, () => ({ path: resolve(ROOT, "hosts/xs/host.ts") }));
			onResolve({ filter: /^uplink\// }, ({ path: name }) => {
				const file = resolve(ROOT, "modules", `${name.slice("uplink/".length)}.ts`);
				return existsSync(file) ? { path: file } : { errors: [{ text: `there is no module "${name}"` }] };
			});
			onResolve({ filter: /^(?:embedded:|mc\/config$|timer?$)/ }, ({ path: name }) => {
				const file = SDK[name];
				if (undefined !== file) return { path: resolve(ROOT, `hosts/xs/sdk/${file}.ts`) };
				return { errors: [{ text: `"${name}" is not there on the desk: there are ${Object.keys(SDK).join(", ")}` }] };
			});
		},
	};
}

/* Where a real SIM's refused PIN is remembered from run to run: a file that only its owner can read. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PinMemory } from "../../modules/modem/sim.js";

export function fileMemory(path: string): PinMemory {
	return {
		read() {
			try {
				return readFileSync(path, "utf8");
			} catch (error) {
				if ("ENOENT" === (error as NodeJS.ErrnoException).code) return undefined;
				throw error;
			}
		},
		write(text) {
			if (undefined === text) return rmSync(path, { force: true });
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, text, { mode: 0o600 });
		},
	};
}

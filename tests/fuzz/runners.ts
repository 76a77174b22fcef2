/* Rounds of fuzzing on either engine. */
import { bundle } from "../../hosts/xs/bundle.js";
import { XsWorker } from "../../hosts/xs/worker.js";
import { type Round, runRound } from "./round.js";

export interface Runner {
	run(target: number, seed: number): Promise<Round>;
	close(): Promise<void>;
}

export const onNode: Runner = { run: runRound, async close() {} };

export async function onXs(): Promise<Runner> {
	const worker = new XsWorker();
	const { code } = await bundle("tests/fuzz/xs.ts");
	await worker.evaluate(code);
	return {
		async run(target, seed) {
			const { bytes } = await worker.command(Buffer.from(JSON.stringify({ target, seed })));
			return JSON.parse(Buffer.from(bytes).toString());
		},
		close: () => worker.close(),
	};
}

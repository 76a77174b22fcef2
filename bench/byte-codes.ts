/* What the engine costs on XS, in byte-codes: exact, and the same on every machine. */
import { bundle } from "../hosts/xs/bundle.js";
import { XsWorker } from "../hosts/xs/worker.js";

export interface ByteCodeFigures {
	/** Lines that nobody asked for, from byte to event. */
	readonly perByteOfNews: number;
	/** A command, its promise and its answer. */
	readonly perByteOfAnswer: number;
	readonly perCommand: number;
	/** Of a counted block, from the port to the socket's buffer. */
	readonly perByteOfPayload: number;
}

const TIMES = 500;

export async function byteCodeFigures(): Promise<ByteCodeFigures> {
	const { code } = await bundle("bench/xs/parsing.ts");
	const worker = new XsWorker();
	try {
		await worker.evaluate(code);
		const measure = async (kind: string) => {
			const { bytes, computed } = await worker.command(Buffer.from(JSON.stringify({ kind, times: TIMES })));
			return { bytes: Number(Buffer.from(bytes).toString()), computed };
		};
		await measure("news"); // what is done once is not counted
		const idle = (await measure("nothing")).computed;
		const news = await measure("news");
		const answer = await measure("answer");
		const small = await measure("small");
		const large = await measure("large");
		return {
			perByteOfNews: (news.computed - idle) / news.bytes,
			perByteOfAnswer: (answer.computed - idle) / answer.bytes,
			perCommand: (answer.computed - idle) / TIMES,
			perByteOfPayload: (large.computed - small.computed) / (large.bytes - small.bytes),
		};
	} finally {
		await worker.close();
	}
}

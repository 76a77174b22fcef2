/* What the engine costs on XS, in byte-codes and in slots of garbage: exact, and the same on every machine. */
import { Meter } from "../hosts/xs/meter.js";

export interface ByteCodeFigures {
	/** Lines that nobody asked for, from byte to event. */
	readonly perByteOfNews: number;
	readonly slotsPer1000Lines: number;
	/** A command, its promise and its answer. */
	readonly perCommand: number;
	/** Of a counted block, from the port to the socket's buffer. */
	readonly perByteOfPayload: number;
}

const TIMES = 500;
/** In bench/xs/parsing.ts. */
const LINES_OF_NEWS = 12;

export async function byteCodeFigures(): Promise<ByteCodeFigures> {
	const meter = await Meter.open("bench/xs/parsing.ts");
	try {
		await meter.run("news", 10); // what is done once is not counted
		const idle = await meter.run("nothing", TIMES);
		const measure = async (name: string) => {
			const { computed, slots, value } = await meter.run(name, TIMES);
			return { bytes: value as number, computed: computed - idle.computed, slots: slots - idle.slots };
		};
		const news = await measure("news");
		const answer = await measure("answer");
		const small = await measure("small");
		const large = await measure("large");
		return {
			perByteOfNews: news.computed / news.bytes,
			slotsPer1000Lines: (1_000 * news.slots) / (TIMES * LINES_OF_NEWS),
			perCommand: answer.computed / TIMES,
			perByteOfPayload: (large.computed - small.computed) / (large.bytes - small.bytes),
		};
	} finally {
		await meter.close();
	}
}

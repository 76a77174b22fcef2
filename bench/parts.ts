/* The parts of the benchmark: how each is measured, and how it is shown. */
import { byteCodeFigures } from "./byte-codes.js";
import { cycleFigures } from "./cycles.js";
import { flashFigures } from "./flash.js";
import { goodputFigures } from "./goodput.js";
import { heapFigures } from "./heap.js";
import { latencyFigures } from "./latency.js";
import { pushedFigures, sketchGoodputFigures } from "./sketch-goodput.js";
import { accountRows, besideRows, goodputRows, pushedRows } from "./tables.js";

export interface Part {
	readonly name: string;
	readonly help: string;
	/** Gives the figures as they are, and prints them when asked to. */
	measure(): Promise<{ readonly figures: unknown; print(): void }>;
}

function part<T>(name: string, help: string, figures: () => Promise<T> | T, print: (figures: T) => void): Part {
	return {
		name,
		help,
		async measure() {
			const found = await figures();
			return { figures: found, print: () => print(found) };
		},
	};
}

type Figures<T extends (...parameters: never[]) => unknown> = Awaited<ReturnType<T>>;

export const PARTS: readonly Part[] = [
	part("cycles", "from the power key to a delivered message, beside the sketch", cycleFigures, printCycles),
	part("byte-codes", "byte-codes of XS for each byte and command", byteCodeFigures, printByteCodes),
	part("goodput", "TCP, beside the sketch, and where the time goes", goodputs, printGoodput),
	part("pushed", "a busy JavaScript, data pushed and pulled", pushedFigures, printPushed),
	part("latency", "connection set-up and round trip", latencyFigures, printLatencies),
	part("heap", "memory that the driver keeps", heapFigures, printHeap),
	part("flash", "byte-code and preloaded slots (needs the Moddable SDK)", flashFigures, printFlash),
];

async function goodputs() {
	return { driver: await goodputFigures(), sketch: await sketchGoodputFigures() };
}

function printCycles(figures: Figures<typeof cycleFigures>): void {
	title("From the power key to a delivered message of 32 bytes, on the virtual SIM900's clock");
	console.table(
		Object.fromEntries(
			figures.map(({ cycleMs, delivered, firstByteMs, modemMs, name }) => [
				name,
				{
					"first byte, s": seconds(firstByteMs),
					"of which the modem's own, s": seconds(modemMs),
					ratio: Number((firstByteMs / modemMs).toFixed(3)),
					"a cycle, s": seconds(cycleMs),
					delivered,
				},
			]),
		),
	);
}

function printGoodput({ driver, sketch }: Figures<typeof goodputs>): void {
	title("Goodput of TCP, of the narrower of UART and radio (42.8 kbit/s up, 85.6 kbit/s down, 300 ms there and back)");
	console.table(goodputRows(driver));
	title("Where the time of 100 kB goes: what is computed of UART and radio, and the rest, which is the driver's");
	console.table(accountRows(driver));
	title("The same beside the sketch's way, with 128 bytes of buffer: one AT+CIPSEND at a time and SEND OK; data pushed");
	console.table(besideRows(driver, sketch));
}

function printPushed(figures: Figures<typeof pushedFigures>): void {
	title("100 kB down on a FIFO of 128 bytes while JavaScript goes away every half second: pushed, and pulled by this driver");
	console.table(pushedRows(figures));
}

function printLatencies(figures: Figures<typeof latencyFigures>): void {
	title("One connection over the same radio, 300 ms there and back");
	console.table(
		Object.fromEntries(
			figures.map(({ baud, roundTripMs, setUpMs }) => [
				`${baud} baud`,
				{ "set-up, s": seconds(setUpMs), "20 bytes there and back, s": seconds(roundTripMs) },
			]),
		),
	);
}

function printByteCodes(figures: Figures<typeof byteCodeFigures>): void {
	title("Byte-codes of XS (exact, the same on every machine)");
	console.table({
		"a byte of AT text, from the port to a known result": rounded(figures.perByteOfNews),
		"a byte of counted data, from the port to the socket": rounded(figures.perByteOfPayload),
		"a whole command of 8 bytes with its promise and 20 bytes of answer": rounded(figures.perCommand),
	});
	const slots = Math.round(figures.slotsPer1000Lines);
	console.log(`\n1,000 unasked lines take ${slots} slots, all garbage afterwards: ${slots * 16} bytes on a 32-bit machine`);
}

function printHeap(figures: Figures<typeof heapFigures>): void {
	title("Memory that the driver keeps on XS, code not counted; of a 32-bit machine, 16 bytes a slot, no more than");
	console.table(
		Object.fromEntries(
			figures.map(({ chunkBytes, deviceBytes, name, slots }) => [
				name,
				{ slots, "chunks, bytes": chunkBytes, "bytes in all": deviceBytes },
			]),
		),
	);
}

function printFlash(figures: Figures<typeof flashFigures>): void {
	title("Byte-code of a release in flash, bytes");
	if ("string" === typeof figures) return console.log(`not measured: ${figures}`);
	const { codeBytes, preloadedBytes, preloadedSlots, sdkSlots } = figures;
	console.table({ ...codeBytes, "in all": Object.values(codeBytes).reduce((sum, bytes) => sum + bytes, 0) });
	console.log(`\nPreloaded in flash besides: ${preloadedSlots} slots of modules/, main and host, ${preloadedBytes} bytes on a`);
	console.log(`32-bit machine (a program that does nothing has ${sdkSlots})`);
}

function title(text: string): void {
	console.log(`\n${text}\n`);
}

function rounded(value: number): { "byte-codes": number } {
	return { "byte-codes": Number(value.toFixed(1)) };
}

function seconds(ms: number): number {
	return Number((ms / 1000).toFixed(3));
}

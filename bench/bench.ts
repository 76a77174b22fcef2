/* `npm run bench [-- --json]`: every figure that the documents name, measured here and now. */
import { parseArgs } from "node:util";
import { byteCodeFigures } from "./byte-codes.js";
import { cycleFigures } from "./cycles.js";
import { flashFigures } from "./flash.js";
import { goodputFigures } from "./goodput.js";
import { heapFigures } from "./heap.js";
import { latencyFigures } from "./latency.js";
import { pushedFigures, sketchGoodputFigures } from "./sketch-goodput.js";
import { accountRows, besideRows, goodputRows, pushedRows } from "./tables.js";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const cycles = await cycleFigures();
const byteCodes = await byteCodeFigures();
const goodput = await goodputFigures();
const sketchGoodput = await sketchGoodputFigures();
const pushed = await pushedFigures();
const latencies = await latencyFigures();
const heap = await heapFigures();
const flash = flashFigures();
if (values.json) console.log(JSON.stringify({ cycles, byteCodes, goodput, sketchGoodput, pushed, latencies, heap, flash }));
else {
	console.log("From the power key to a delivered message of 32 bytes, on the virtual SIM900's clock\n");
	console.table(
		Object.fromEntries(
			cycles.map(({ cycleMs, delivered, firstByteMs, modemMs, name }) => [
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
	console.log("\nGoodput of TCP, of the narrower of UART and radio (42.8 kbit/s up, 85.6 kbit/s down, 300 ms there and back)\n");
	console.table(goodputRows(goodput));
	console.log("\nWhere the time of 100 kB goes: what is computed of UART and radio, and the rest, which is the driver's\n");
	console.table(accountRows(goodput));
	console.log(
		"\nThe same goodput beside the sketch's way, with 128 bytes of buffer: one AT+CIPSEND at a time and SEND OK; data pushed\n",
	);
	console.table(besideRows(goodput, sketchGoodput));
	console.log(
		"\n100 kB down on a FIFO of 128 bytes while JavaScript goes away every half second: pushed, and pulled by this driver\n",
	);
	console.table(pushedRows(pushed));
	console.log("\nOne connection over the same radio, 300 ms there and back\n");
	console.table(
		Object.fromEntries(
			latencies.map(({ baud, roundTripMs, setUpMs }) => [
				`${baud} baud`,
				{ "set-up, s": seconds(setUpMs), "20 bytes there and back, s": seconds(roundTripMs) },
			]),
		),
	);
	console.log("\nByte-codes of XS (exact, the same on every machine)\n");
	console.table({
		"a byte of AT text, from the port to a known result": rounded(byteCodes.perByteOfNews),
		"a byte of counted data, from the port to the socket": rounded(byteCodes.perByteOfPayload),
		"a whole command of 8 bytes with its promise and 20 bytes of answer": rounded(byteCodes.perCommand),
	});
	const slots = Math.round(byteCodes.slotsPer1000Lines);
	console.log(`\n1,000 unasked lines take ${slots} slots, all garbage afterwards: ${slots * 16} bytes on a 32-bit machine`);
	console.log("\nMemory that the driver keeps on XS, code not counted; of a 32-bit machine, 16 bytes a slot, no more than\n");
	console.table(
		Object.fromEntries(
			heap.map(({ chunkBytes, deviceBytes, name, slots }) => [
				name,
				{ slots, "chunks, bytes": chunkBytes, "bytes in all": deviceBytes },
			]),
		),
	);
	console.log("\nByte-code of a release in flash, bytes\n");
	if ("string" === typeof flash) console.log(`not measured: ${flash}`);
	else console.table({ ...flash, "in all": Object.values(flash).reduce((sum, bytes) => sum + bytes, 0) });
}

function rounded(value: number): { "byte-codes": number } {
	return { "byte-codes": Number(value.toFixed(1)) };
}

function seconds(ms: number): number {
	return Number((ms / 1000).toFixed(3));
}

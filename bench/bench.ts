/* `npm run bench [-- --json]`: every figure that the documents name, measured here and now. */
import { parseArgs } from "node:util";
import { byteCodeFigures } from "./byte-codes.js";
import { cycleFigures } from "./cycles.js";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const cycles = await cycleFigures();
const byteCodes = await byteCodeFigures();
if (values.json) console.log(JSON.stringify({ cycles, byteCodes }));
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
	console.log("\nByte-codes of XS (exact, the same on every machine)\n");
	console.table({
		"a byte of AT text, from the port to a known result": rounded(byteCodes.perByteOfNews),
		"a byte of counted data, from the port to the socket": rounded(byteCodes.perByteOfPayload),
		"a whole command of 8 bytes with its promise and 20 bytes of answer": rounded(byteCodes.perCommand),
	});
}

function rounded(value: number): { "byte-codes": number } {
	return { "byte-codes": Number(value.toFixed(1)) };
}

function seconds(ms: number): number {
	return Number((ms / 1000).toFixed(3));
}

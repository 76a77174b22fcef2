/* `npm run bench [-- --json]`: every figure that the documents name, measured here and now. */
import { parseArgs } from "node:util";
import { cycleFigures } from "./cycles.js";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const cycles = await cycleFigures();
if (values.json) console.log(JSON.stringify({ cycles }));
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
}

function seconds(ms: number): number {
	return Number((ms / 1000).toFixed(3));
}

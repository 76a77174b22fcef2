/* `npm run bench [-- PART...]`: every figure that the documents name, measured here and now. */
import { parseArgs } from "node:util";
import { PARTS } from "./parts.js";

const { positionals, values } = parseArgs({ options: { json: { type: "boolean", default: false } }, allowPositionals: true });
const figures: Record<string, unknown> = {};
for (const part of PARTS.filter(({ name }) => 0 === positionals.length || positionals.includes(name))) {
	const measured = await part.measure();
	figures[part.name] = measured.figures;
	if (!values.json) measured.print();
}
if (values.json) console.log(JSON.stringify(figures));

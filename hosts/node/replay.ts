/* `npm run replay`: explains a serial log, line by line. */
import { run } from "./replay/run.js";

process.exitCode = await run(process.argv.slice(2));

/* `npm run modem`: the virtual modem on a pseudo-terminal or a TCP port, for any program that speaks to a serial port. */
import { run } from "./modem/run.js";

process.exitCode = await run(process.argv.slice(2));

/* `npm run replay`: explains a serial log, line by line. */
import { runCommand } from "./command/command.js";
import { REPLAY } from "./replay/run.js";

process.exitCode = await runCommand(REPLAY, process.argv.slice(2));

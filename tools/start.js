#!/usr/bin/env node
/* `npm start`: teaches Node to read TypeScript, then runs start/start.ts. */
import { register } from "tsx/esm/api";

register();
const { runCommand } = await import("./command/command.ts");
const { START } = await import("./start/start.ts");
process.exitCode = await runCommand(START, process.argv.slice(2));

#!/usr/bin/env node
/* `npm start`: teaches Node to read TypeScript, then runs start/start.ts. */
import { register } from "tsx/esm/api";

register();
const { start } = await import("./start/start.ts");
process.exitCode = await start(process.argv.slice(2));

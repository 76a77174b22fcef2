/* `npm run servers`: the servers of the examples, until it is ended. */
import { type Command, runCommand } from "../../tools/command/command.js";
import { Failure, wordsOf } from "../../tools/command/errors.js";
import { DEFAULT_PORTS, startServers } from "./servers.js";

const SERVERS: Command<Record<string, never>> = {
	name: "servers",
	about: "The servers that the examples talk to, on this machine, until Ctrl-C.",
	options: {},
	notes: `Ports:\n${Object.entries(DEFAULT_PORTS)
		.map(([name, port]) => `  ${name.padEnd(9)} ${port}`)
		.join("\n")}`,
	async run() {
		try {
			await startServers();
		} catch (error) {
			const { port } = error as { port?: number };
			throw new Failure(`a server can't start${undefined === port ? "" : ` on port ${port}`}: ${wordsOf(error)}`);
		}
		for (const [name, port] of Object.entries(DEFAULT_PORTS)) console.log(`${name.padEnd(9)} 127.0.0.1:${port}`);
		console.log("press Ctrl-C to stop");
		return 0;
	},
};

const code = await runCommand(SERVERS, process.argv.slice(2));
if (code > 0) process.exit(code); // servers that did start would keep it running
